"""Somebody answers and names the code of their letter or call: an order, a purchase, a visit is
credited to the campaign and the person it was for."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from shared.kernel.clock import iso
from shared.kernel.errors import FieldError, Rejected
from shared.marketing.campaigns.repository import marketing
from shared.marketing.events import ResponseCodeUsed
from shared.platform.keys import keyed_hash
from shared.platform.requests import Condition, Put
from shared.platform.writes import ConditionFailed

from .codes import Code, code_in, need_code, partition_of

_PURPOSE = "code_use"
_SHOWN: Final = ("kind", "reference", "at", "amount_minor", "currency")

MOST_MINOR: Final = 10**12
"""No order is worth more, in the currency's minor unit."""

_NEW = Condition("use_new", "attribute_not_exists(#pk)", "what is told twice happened once")


class CodeUse(BaseModel):
    """For what a code was named: an order, a purchase or an interaction, by its `reference`.

    A purchase is one that is recorded here, by its id, and is worth what it says itself; an order
    is kept elsewhere, and `amount_minor` of `currency` is what it is worth.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    kind: Literal["order", "purchase", "interaction"]
    reference: Annotated[
        str, StringConstraints(min_length=1, max_length=100, pattern=r"^[\w.:#/-]+$")
    ]
    occurred_at: AwareDatetime | None = None
    amount_minor: Annotated[int, Field(ge=0, le=MOST_MINOR)] | None = None
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] | None = None


def use_code(text: str, use: CodeUse, by: str, now: datetime) -> Code:
    """Note that a code was named for something; again for the same, it changes nothing. One read,
    one write. Raises `NotFound`, and `Rejected` for what is still to come or has a wrong worth."""
    code = need_code(text)
    at = use.occurred_at or now
    if wrong := list(_wrong(use, at, now)):
        raise Rejected("validation_failed", fields=wrong)
    mark = keyed_hash(_PURPOSE, f"{code.code}.{use.kind}.{use.reference}")
    worth = use.model_dump(include={"amount_minor", "currency"}, exclude_none=True)
    item: dict[str, Any] = {
        "pk": f"CODE#{code.code}",
        "sk": f"USE#{mark}",
        "kind": use.kind,
        "reference": use.reference,
        **worth,
        "at": iso(at),
        "by": by,
        "contact_pk": f"CONTACT#{code.contact_id}",
        "contact_sk": f"{iso(at)}#{code.campaign_id}#{mark}",
    }
    event = ResponseCodeUsed(
        event_id=f"code_use.{mark}",
        occurred_at=at,
        campaign_id=code.campaign_id,
        contact_id=code.contact_id,
        code=code.code,
        kind=use.kind,
        reference=use.reference,
        **worth,
    )
    try:
        marketing.write(Put(item, _NEW, [event]))
    except ConditionFailed:
        return code
    return code


def code_and_uses(text: str) -> tuple[Code, list[dict[str, Any]]]:
    """Whom a code stands for, as people write it, and for what it was named so far. One query.
    Raises `NotFound`."""
    pk = partition_of(text)
    items = marketing.query_all(pk, consistent=True) if pk else []
    own = next((item for item in items if item["sk"] == "CODE"), None)
    uses = [item for item in items if item["sk"].startswith("USE#")]
    return code_in(own), [{name: one[name] for name in _SHOWN if name in one} for one in uses]


def _wrong(use: CodeUse, at: datetime, now: datetime) -> Iterator[FieldError]:
    if at > now:
        yield FieldError("occurred_at", "in_future", "This has not happened yet")
    if use.kind != "order" and use.amount_minor is not None:
        yield FieldError("amount_minor", "amount_not_expected", "Only an order has a worth of its own")  # fmt: skip
    elif (use.amount_minor is None) != (use.currency is None):
        field = "currency" if use.currency is None else "amount_minor"
        yield FieldError(field, "money_incomplete", "An amount has a currency, and the other way round")  # fmt: skip
