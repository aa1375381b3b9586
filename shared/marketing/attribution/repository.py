"""What people did that is due to campaigns (table `marketing`).

| entity | pk | sk |
|---|---|---|
| deed, the touches that led to it and what each campaign got for it, carrying its event | `CONTACT#<contact_id>` | `CONVERSION#<deed_id>` |
| touch: a campaign's code was named for a deed | `CONTACT#<contact_id>` | `TOUCH#<at>#<campaign_id>#named#<deed_id>` |

| question | key | asked by |
|---|---|---|
| what is known of a deed | table | conversion_record |
| what somebody bought that may come back | table, `CONVERSION#` | conversion_record |
| the touches of somebody within a time | table, `TOUCH#<at>` | conversion_record |

A deed is stored with what was credited for it, in the transaction that changes the campaigns'
figures. Heard of again, it is worked out anew from the touches there are, and the figures change
by the difference, if there is one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from shared.kernel.clock import iso, parse_instant
from shared.kernel.events import DomainEvent
from shared.marketing.campaigns.repository import marketing
from shared.marketing.reports.report import revenue_name
from shared.marketing.reports.repository import TOUCH, part_of
from shared.platform.requests import Condition, Item, Op, Put, Update

from .crediting import Credit, Deed, Place, Touch, changed
from .rules import MOST_DAYS

CONVERSION: Final = "CONVERSION#"


@dataclass(frozen=True, slots=True)
class Conversion:
    """A deed with what led to it and what is due to whom. `revision` 0: it is not stored yet."""

    deed: Deed
    path: Sequence[Touch] = ()
    credit: Credit = field(default_factory=dict)
    revision: int = 0


def conversion_key(contact_id: str, deed_id: str) -> dict[str, str]:
    """The key of a deed."""
    return {"pk": f"CONTACT#{contact_id}", "sk": f"{CONVERSION}{deed_id}"}


def load(contact_id: str, deed_id: str) -> Conversion | None:
    """What is known of a deed. One strong read."""
    item = marketing.get(conversion_key(contact_id, deed_id))
    return from_item(item) if item else None


def of_contact(contact_id: str) -> list[Conversion]:
    """All that somebody did because of campaigns. One strong query."""
    items = marketing.query_all(f"CONTACT#{contact_id}", begins=CONVERSION, consistent=True)
    return [from_item(item) for item in items]


def touches_of(contact_id: str, until: datetime) -> list[Touch]:
    """The clicks and opens of somebody in the longest time that counts, and for what they named
    codes in it or later: that is told when it is. One strong query."""
    since = iso(until - timedelta(days=MOST_DAYS))
    found = marketing.query_all(
        f"CONTACT#{contact_id}", between=(f"{TOUCH}{since}", f"{TOUCH}~"), consistent=True
    )
    return [_touch(contact_id, item) for item in found]


def sends_to(contact_id: str, until: datetime) -> list[Touch]:
    """The messages that left to somebody in that time. One query."""
    since = iso(until - timedelta(days=MOST_DAYS))
    found = marketing.query_all(
        f"CONTACT#{contact_id}", index="by_contact", between=(since, f"{iso(until)}~")
    )
    return [
        Touch(
            item["campaign_id"],
            contact_id,
            "sent",
            item["channel"],
            item.get("variant", "-"),
            parse_instant(str(item["contact_sk"]).partition("#")[0]),
        )
        for item in found
        if item["state"] == "sent"
    ]


def touch_op(one: Touch) -> Put:
    """Write down that a code was named for a deed. Unconditional: told again, it is the same."""
    sk = f"{TOUCH}{iso(one.at)}#{one.campaign_id}#{one.kind}#{one.of_deed}"
    return Put(
        {
            "pk": f"CONTACT#{one.contact_id}",
            "sk": sk,
            "channel": one.channel,
            "variant": one.variant,
        }
    )


def ops_of(before: Conversion, after: Conversion, events: Sequence[DomainEvent] = ()) -> list[Op]:
    """Store a deed, and change what campaigns got for it."""
    ops: list[Op] = [Put(_item(before, after), _as_read(before), events)]
    currency = after.deed.currency
    for place, moved in changed(before.credit, after.credit).items():
        more = {revenue_name(model, currency): number for model, number in moved.items()}
        ops.append(Update(_figures(place, after.deed.contact_id), add=more))
    return ops


def from_item(item: Item) -> Conversion:
    """What a stored item says of a deed."""
    deed = Deed(
        deed_id=str(item["sk"]).removeprefix(CONVERSION),
        contact_id=str(item["pk"]).removeprefix("CONTACT#"),
        event=item["event"],
        what=frozenset(item.get("what", ())),
        at=parse_instant(item["at"]),
        amount=int(item["amount"]),
        currency=item["currency"],
        returned=bool(item["returned"]),
    )
    path = [
        Touch(one[0], one[1], one[2], one[3], one[4], parse_instant(one[5])) for one in item["path"]
    ]
    credit: dict[Place, dict[str, int]] = {
        (one["campaign_id"], one["channel"], one["variant"]): {
            model: int(number) for model, number in one["shares"].items()
        }
        for one in item["credit"]
    }
    return Conversion(deed, path, credit, int(item["revision"]))


def _item(before: Conversion, after: Conversion) -> Item:
    deed = after.deed
    found: dict[str, Any] = {
        **conversion_key(deed.contact_id, deed.deed_id),
        "event": deed.event,
        "at": iso(deed.at),
        "amount": deed.amount,
        "currency": deed.currency,
        "returned": deed.returned,
        "path": [
            [one.campaign_id, one.contact_id, one.kind, one.channel, one.variant, iso(one.at)]
            for one in after.path
        ],
        "credit": [
            {"campaign_id": place[0], "channel": place[1], "variant": place[2], "shares": dict(of)}
            for place, of in sorted(after.credit.items())
        ],
        "revision": before.revision + 1,
    }
    return found | ({"what": set(deed.what)} if deed.what else {})


def _as_read(before: Conversion) -> Condition:
    if before.revision == 0:
        return Condition("deed_new", "attribute_not_exists(#pk)", "what is done counts once")
    return Condition(
        "deed_unchanged",
        "#revision = :deed_revision",
        "the difference is one to what was read",
        {"deed_revision": before.revision},
    )


def _touch(contact_id: str, item: Item) -> Touch:
    _, at, campaign_id, kind, *of = str(item["sk"]).split("#", 4)
    variant, channel = item["variant"], item["channel"]
    return Touch(
        campaign_id,
        contact_id,
        kind,  # type: ignore[arg-type]
        channel,
        variant,
        parse_instant(at),
        of[0] if of else None,
    )


def _figures(place: Place, contact_id: str) -> dict[str, str]:
    return part_of(*place, contact_id)
