"""An interaction as somebody reports it."""

from datetime import datetime
from typing import Annotated, Final, Literal, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)
from pydantic_core import PydanticCustomError

from shared.customers.channels.model import ChannelId
from shared.customers.history.model import Direction, Line, Purchase
from shared.kernel.text import plain

MAX_LINES: Final = 40
MAX_PROMISES: Final = 10
MAX_TEXT: Final = 8_000
MAX_AMOUNT: Final = 10**15
"""Minor units of a line: more is a mistake, and sums stay far below DynamoDB's 38 digits."""

LONGEST_SECONDS: Final = 7 * 24 * 3600
_LAST_YEAR: Final = 2199

Kind = Literal[
    "call",
    "message",
    "meeting",
    "visit",
    "event",
    "offer",
    "complaint",
    "purchase",
    "return",
    "note",
    "other",
]
"""What it was. A `note` is for colleagues: the person never sees it."""

NOTE: Final = "note"
TRADES: Final = frozenset({"purchase", "return"})
CONVERSATIONS: Final = frozenset({"call", "message", "meeting", "complaint"})
"""Kinds in which a person who turns to us answers us, or might."""

REACHED: Final = frozenset({"reached", "answered", "replied", "accepted", "interested"})
"""Outcomes of something of ours that the person answered."""

_INPUT: Final = ConfigDict(frozen=True, extra="forbid", defer_build=True)


def _single_line(text: str) -> str:
    return plain(text)


def _multi_line(text: str) -> str:
    return plain(text, multiline=True)


def _reasonable(at: datetime) -> datetime:
    if at.year > _LAST_YEAR:
        raise PydanticCustomError("due_out_of_range", "Before 2200")
    return at


EventId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:/#-]{0,127}$")]
Text = Annotated[str, StringConstraints(max_length=MAX_TEXT), AfterValidator(_multi_line)]
Short = Annotated[str, StringConstraints(max_length=200), AfterValidator(_single_line)]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Sku = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:/-]{0,63}$")]
Amount = Annotated[int, Field(ge=0, le=MAX_AMOUNT)]


class ExternalSubject(BaseModel):
    """What another system calls the person: a loyalty card, a customer number."""

    model_config = _INPUT

    system: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
    id: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class LineInput(BaseModel):
    """One line of a receipt. `amount` is the line's, not a piece's, in minor units."""

    model_config = _INPUT

    sku: Sku
    name: Short | None = None
    quantity: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    amount: Amount


class PurchaseInput(BaseModel):
    """What was bought or brought back, in one currency (ISO 4217)."""

    model_config = _INPUT

    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
    lines: Annotated[list[LineInput], Field(min_length=1, max_length=MAX_LINES)]

    def kept(self) -> Purchase:
        """As it is kept."""
        lines = [Line(**one.model_dump()) for one in self.lines]
        return Purchase(
            currency=self.currency, amount=sum(one.amount for one in lines), lines=lines
        )


class PromiseInput(BaseModel):
    """Something the person was promised, by an instant or some time."""

    model_config = _INPUT

    text: Annotated[
        str, StringConstraints(min_length=1, max_length=500), AfterValidator(_single_line)
    ]
    due_at: Annotated[AwareDatetime, AfterValidator(_reasonable)] | None = None


class NewInteraction(BaseModel):
    """One interaction. `id` is the caller's own and makes sending it again harmless.

    Who it was with is exactly one of `contact_id`, `lead_id`, `email`, `phone` (E.164) and
    `external`. `direction` is who turned to whom. `occurred_at` is now where it is not given.
    """

    model_config = _INPUT

    id: EventId
    contact_id: Annotated[str, StringConstraints(max_length=60)] | None = None
    lead_id: Annotated[str, StringConstraints(max_length=60)] | None = None
    email: Annotated[str, StringConstraints(max_length=320)] | None = None
    phone: Annotated[str, StringConstraints(max_length=60)] | None = None
    external: ExternalSubject | None = None
    channel: ChannelId
    kind: Kind
    direction: Direction = "inbound"
    occurred_at: AwareDatetime | None = None
    outcome: Code | None = None
    duration_seconds: Annotated[int, Field(ge=0, le=LONGEST_SECONDS)] | None = None
    place: Short | None = None
    subject: Short | None = None
    text: Text | None = None
    visible: bool = True
    promises: Annotated[list[PromiseInput], Field(max_length=MAX_PROMISES)] = Field(
        default_factory=list
    )
    purchase: PurchaseInput | None = None

    @model_validator(mode="after")
    def _trade_has_lines(self) -> Self:
        if (self.kind in TRADES) != (self.purchase is not None):
            raise PydanticCustomError(
                "purchase_mismatch", "A purchase or return has `purchase`, nothing else has"
            )
        return self

    @property
    def is_reply(self) -> bool:
        """Whether the person answered: they turned to us in a conversation, or we reached them."""
        if self.direction == "inbound":
            return self.kind in CONVERSATIONS
        return self.outcome in REACHED

    @property
    def may_be_seen(self) -> bool:
        """Whether the person themselves may see it."""
        return self.visible and self.kind != NOTE
