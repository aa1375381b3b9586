"""Somebody answers and names the code of their letter or call: an order, a purchase, a visit is
credited to the campaign and the person it was for."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, StringConstraints

from shared.kernel.clock import iso
from shared.kernel.errors import FieldError, Rejected
from shared.marketing.campaigns.repository import marketing
from shared.marketing.events import ResponseCodeUsed
from shared.platform.keys import keyed_hash
from shared.platform.requests import Condition, Put
from shared.platform.writes import ConditionFailed

from .codes import Code, need_code

_PURPOSE = "code_use"

_NEW = Condition("use_new", "attribute_not_exists(#pk)", "what is told twice happened once")


class CodeUse(BaseModel):
    """For what a code was named: an order, a purchase or an interaction, by its `reference`."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    kind: Literal["order", "purchase", "interaction"]
    reference: Annotated[
        str, StringConstraints(min_length=1, max_length=100, pattern=r"^[\w.:#/-]+$")
    ]
    occurred_at: AwareDatetime | None = None


def use_code(text: str, use: CodeUse, by: str, now: datetime) -> Code:
    """Note that a code was named for something; again for the same, it changes nothing. One read,
    one write. Raises `NotFound`, and `Rejected` for what is still to come."""
    code = need_code(text)
    at = use.occurred_at or now
    if at > now:
        wrong = FieldError("occurred_at", "in_future", "This has not happened yet")
        raise Rejected("validation_failed", fields=[wrong])
    mark = keyed_hash(_PURPOSE, f"{code.code}.{use.kind}.{use.reference}")
    item: dict[str, Any] = {
        "pk": f"CODE#{code.code}",
        "sk": f"USE#{mark}",
        "kind": use.kind,
        "reference": use.reference,
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
    )
    try:
        marketing.write(Put(item, _NEW, [event]))
    except ConditionFailed:
        return code
    return code


def uses_of(code: Code) -> list[dict[str, Any]]:
    """For what a code was named so far. One query."""
    found = marketing.query_all(f"CODE#{code.code}", begins="USE#")
    return [{name: one[name] for name in ("kind", "reference", "at")} for one in found]
