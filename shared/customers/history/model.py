"""An entry of a person's history: one schema for every channel."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.customers.channels.touch_points import TouchPoint

Direction = Literal["inbound", "outbound"]
"""Who turned to whom: the person to us, or we to them."""

_MODEL = ConfigDict(frozen=True, extra="ignore", defer_build=True)


class Line(BaseModel):
    """A product and how many of it; `amount` is the line's, in minor units of the purchase's
    currency. `name` is what the seller called it."""

    model_config = _MODEL

    sku: str
    name: str | None = None
    quantity: int = 1
    amount: int = 0


class Purchase(BaseModel):
    """What was bought or brought back. `amount` is what the lines come to, in minor units."""

    model_config = _MODEL

    currency: str
    amount: int
    lines: list[Line] = Field(default_factory=list)


class Entry(BaseModel):
    """Something that happened between a person and the company, or with us about them.

    `entry_id` is the id of the event or the interaction, so what is heard of again is the same
    entry. `occurred_at` is when it happened and `recorded_at` when we heard of it, as ISO text.
    `kind` names it (`history.words` says it in a sentence), `params` are that sentence's: ids and
    codes. `channel` and `touch_point` are missing where it is no touch point but an act of ours.
    `text` is what somebody wrote about it, `place` where it was.

    `visible`: the person themselves may see it. `by` is who of ours did it, `source` who told of
    it: an area of the product, `staff`, or a write key's id. `refs` are ids of what it is about.
    `origins` are the contacts under which it stood before it came to this one, the first one first.
    """

    model_config = _MODEL

    contact_id: str
    entry_id: str
    occurred_at: str
    recorded_at: str
    kind: str
    channel: str | None = None
    touch_point: TouchPoint | None = None
    direction: Direction | None = None
    visible: bool = False
    source: str
    by: str | None = None
    params: dict[str, str] = Field(default_factory=dict)
    refs: dict[str, str] = Field(default_factory=dict)
    subject: str | None = None
    text: str | None = None
    place: str | None = None
    outcome: str | None = None
    duration_seconds: int | None = None
    reply: bool = False
    purchase: Purchase | None = None
    promises: list[str] = Field(default_factory=list)
    origins: list[str] = Field(default_factory=list)
