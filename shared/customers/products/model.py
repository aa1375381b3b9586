"""What a person owns of a product."""

from pydantic import BaseModel, ConfigDict


class Bought(BaseModel):
    """One line of a purchase, or of a return where `quantity` and `amount` are below zero.

    `amount` is the line's, in minor units of `currency`. `at` is ISO text.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    sku: str
    name: str | None = None
    purchase_id: str
    quantity: int
    amount: int
    currency: str
    channel: str
    at: str


class Owned(BaseModel):
    """A product somebody bought: `quantity` is what they have still, `spent` by currency what it
    came to, less what was given back. Instants are ISO text."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    sku: str
    name: str | None
    quantity: int
    spent: dict[str, int]
    first_bought_at: str
    last_bought_at: str
    purchases: list[Bought]
