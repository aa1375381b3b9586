"""Where hand-offs are kept (table `sales`).

| entity | pk | sk |
|---|---|---|
| hand-off | `LEAD#<lead_id>` | `HAND_OFF#<cycle>#<attempt>` |

| question | key | asked by |
|---|---|---|
| a lead and its latest hand-off | table, `HAND_OFF#` to `LEAD`, newest first, 2 | lead_update, hand_off_timeout |
| one hand-off | table | lead_assign, hand_off_notice |
| hand-offs of a person, or without one, by state, soonest due first | `work_by_owner` (`work.keys`) | hand_off_query |
| hand-offs whose deadline has come, or to be tried again | `by_timer` (platform.timers) | timer_deliver |

`HAND_OFF#<cycle>#01` is also the receipt of the cycle's `LeadBecameSalesReady`.
"""

from datetime import datetime
from typing import Final, NamedTuple

from shared.kernel.clock import iso, parse_instant
from shared.kernel.ids import is_id
from shared.platform import timers
from shared.platform.requests import Condition, Item, Put, Update
from shared.platform.tables import Table
from shared.sales.events import SalesEvent
from shared.sales.leads.aliases import MAX_HOPS
from shared.sales.leads.model import Lead
from shared.sales.leads.repository import from_item as lead_from
from shared.sales.leads.repository import lead_key
from shared.sales.tables import SALES
from shared.sales.work.keys import OPEN, OPEN_AT_ONCE, open_key, partition

from .model import LOOK_AGAIN_AFTER, TIMER, UNASSIGNED, WAITING, HandOff, HandOffState

HAND_OFF: Final = "HAND_OFF#"
_POSITION: Final = ("pk", "sk", "work_pk", "work_sk")

sales = Table(SALES)


class Case(NamedTuple):
    """A lead and the latest hand-off of its present cycle, if there is one."""

    lead: Lead
    hand_off: HandOff | None

    @property
    def waiting(self) -> HandOff | None:
        """The hand-off that somebody has yet to act on."""
        return self.hand_off if self.hand_off and self.hand_off.state in WAITING else None


def hand_off_key(lead_id: str, cycle: int, attempt: int) -> dict[str, str]:
    """The key of one hand-off."""
    return {"pk": f"LEAD#{lead_id}", "sk": f"{HAND_OFF}{cycle:04d}#{attempt:02d}"}


def load_case(lead_id: str) -> Case | None:
    """The lead that `lead_id` now means, with its latest hand-off; `None` where there is none.

    One strong read per address on the way.
    """
    for _ in range(MAX_HOPS):
        items = _latest_items(lead_id) if is_id("lead", lead_id) else {}
        lead = items.pop("LEAD", None)
        if lead is None:
            break
        if "redirect_to" not in lead:
            found = lead_from(lead)
            latest = next((from_item(item) for item in items.values()), None)
            return Case(found, latest if latest and latest.cycle == found.cycle else None)
        lead_id = lead["redirect_to"]
    return None


def _latest_items(lead_id: str) -> dict[str, Item]:
    page = sales.query(
        f"LEAD#{lead_id}", between=(HAND_OFF, "LEAD"), forward=False, limit=2, consistent=True
    )
    return {item["sk"]: item for item in page.items}


def load_hand_off(lead_id: str, cycle: int, attempt: int) -> HandOff | None:
    """One hand-off. One strong read."""
    item = sales.get(hand_off_key(lead_id, cycle, attempt))
    return from_item(item) if item else None


def offer_op(hand_off: HandOff, *events: SalesEvent) -> Put:
    """Store a new hand-off; an open one comes up at its deadline, one nobody can take in a while."""
    absent = Condition(
        "hand_off_new",
        "attribute_not_exists(#pk)",
        "one offer of a lead is made once, however often it was asked for",
    )
    return Put({**lead_key(hand_off.lead_id), **_attributes(hand_off)}, absent, events)


def close_op(
    hand_off: HandOff,
    to: HandOffState,
    at: datetime,
    *events: SalesEvent,
    by: str | None = None,
    answer: str | None = None,
) -> Update:
    """Close a waiting hand-off as `to`: its timer goes with it. `by` whom, with which `answer`."""
    said = {"closed_by": by, "answer": answer}
    return Update(
        hand_off_key(hand_off.lead_id, hand_off.cycle, hand_off.attempt),
        set={
            "state": to,
            "closed_at": iso(at),
            **{name: text for name, text in said.items() if text},
            **_index(hand_off, to),
        },
        remove=timers.ATTRIBUTES,
        condition=_still(hand_off),
        events=events,
    )


def look_again_op(hand_off: HandOff, now: datetime) -> Update:
    """Have an unassigned hand-off come up again in a while."""
    return Update(
        hand_off_key(hand_off.lead_id, hand_off.cycle, hand_off.attempt),
        set=_again(hand_off, now),
        condition=_still(hand_off),
    )


def page_of(
    owner: str, state: HandOffState, *, limit: int, after: dict[str, str] | None
) -> tuple[list[HandOff], dict[str, str] | None]:
    """Hand-offs of an owner (or `UNASSIGNED`) in a state, soonest due first, and where the list
    continues. One query: open ones are picked out of the person's `OPEN_AT_ONCE` next things."""
    mixed = state is HandOffState.OPEN
    page = sales.query(
        partition(owner),
        index="work_by_owner",
        begins=OPEN if mixed else f"{HAND_OFF}{state}#",
        limit=OPEN_AT_ONCE if mixed else limit + 1,
        after=after,
    )
    found = [item for item in page.items if item["sk"].startswith(HAND_OFF)]
    # The last one shown; or, where tasks alone filled the reading, the last one read.
    last = found[limit - 1] if len(found) > limit else page.after
    rest = {name: str(last[name]) for name in _POSITION} if last else None
    return [from_item(item) for item in found[:limit]], rest


def from_item(item: Item) -> HandOff:
    """The hand-off an item stands for, or its projection: what its keys tell is not in that."""
    _, cycle, attempt = item["sk"].split("#")
    owner = item["work_pk"].removeprefix(partition(""))
    known = {
        "lead_id": item["pk"].removeprefix("LEAD#"),
        "cycle": int(cycle),
        "attempt": int(attempt),
        "owner_id": None if owner == UNASSIGNED else owner,
    }
    return HandOff.model_validate(item | known)


def _attributes(hand_off: HandOff) -> Item:
    attributes: Item = {
        **hand_off_key(hand_off.lead_id, hand_off.cycle, hand_off.attempt),
        "kind": "hand_off",
        **hand_off.model_dump(exclude_none=True),
        "tried": list(hand_off.tried),
        **_index(hand_off, hand_off.state),
    }
    if hand_off.state is HandOffState.OPEN and hand_off.due_at:
        due = parse_instant(hand_off.due_at)
        attributes |= timers.attributes(TIMER, due, hand_off.lead_id)
    elif hand_off.state is HandOffState.UNASSIGNED:
        attributes |= _again(hand_off, parse_instant(hand_off.offered_at))
    return attributes


def _still(hand_off: HandOff) -> Condition:
    return Condition(
        "hand_off_waiting",
        "#state = :hand_off_state",
        "a hand-off is answered or missed once; whoever is first decides",
        {"hand_off_state": hand_off.state},
    )


def _again(hand_off: HandOff, after: datetime) -> Item:
    return dict(timers.attributes(TIMER, after + LOOK_AGAIN_AFTER, hand_off.lead_id))


def _index(hand_off: HandOff, state: HandOffState) -> Item:
    when = hand_off.due_at or hand_off.offered_at
    return {
        "work_pk": partition(hand_off.owner_id or UNASSIGNED),
        "work_sk": open_key(when, hand_off.lead_id)
        if state is HandOffState.OPEN
        else f"{HAND_OFF}{state}#{when}#{hand_off.lead_id}",
    }
