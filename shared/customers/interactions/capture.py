"""Taking in interactions: from staff, call centres, shops, partners and whoever else reports."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from shared.customers.channels.model import Channel
from shared.customers.channels.repository import channels_in_force
from shared.kernel.clock import iso
from shared.kernel.errors import FieldError, Rejected
from shared.platform.idempotency import record_id, request_hash
from shared.platform.requests import Item

from .model import NewInteraction
from .refusals import Refused
from .repository import read, receipt_key, save_new
from .storing import Told, writing
from .subjects import Subject, contact_of, subject_of

OLDEST: Final = timedelta(days=50 * 365)
"""Other systems may bring their history along; further back is a mistake."""

AHEAD: Final = timedelta(minutes=5)
"""Clocks differ: so far in the future is now, further is a mistake."""

HOW_TO_REGISTER: Final = (
    "Nobody registered this channel: an administrator adds it to the list with PUT /v1/channels,"
    " naming one of the 15 touch points; GET /v1/channels shows both"
)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who reports: a member of staff, or a system by its write key's id. Ids of interactions are
    the caller's own: two callers may use the same."""

    kind: Literal["staff", "key"]
    id: str

    @property
    def source(self) -> str:
        """What the entry says of where it is from."""
        return "staff" if self.kind == "staff" else self.id


Standing = Literal["recorded", "duplicate", "erased"]


@dataclass(frozen=True, slots=True)
class Taken:
    """How one interaction stands now: stored by this request, stored before, or not kept, because
    the person was erased after it happened."""

    id: str
    interaction_id: str
    contact_id: str
    state: Standing


@dataclass(frozen=True, slots=True)
class _Asked:
    position: int
    new: NewInteraction
    interaction_id: str
    digest: str
    channel: Channel
    subject: Subject
    occurred_at: datetime


def capture_interactions(
    reported: Sequence[NewInteraction], caller: Caller, now: datetime
) -> list[Taken]:
    """Store what was reported, each interaction once for ever; how each stands now, in order.

    One read and one write for a few of them. Raises `Rejected`, with nothing stored, naming each
    one that is not acceptable: an unknown channel or contact, or an id that was used for something
    else. Sent again after `Busy`, what is missing is stored.
    """
    asked = _understood(reported, caller, now)
    keys = [one.subject.key for one in asked]
    found = read([*(receipt_key(one.interaction_id) for one in asked), *keys])
    _distinct(asked, found)
    contacts = _contacts(asked, found)
    new = {one.interaction_id: one for one in reversed(asked) if _receipt(one, found) is None}
    stored = save_new(
        writing(_told(one, contacts[one.position], caller, now)) for one in new.values()
    )
    if reused := [
        _reused(one) for one in asked if _differs(one, stored.taken.get(one.interaction_id))
    ]:
        raise _refused(reused)

    def standing(one: _Asked) -> Standing:
        if one.interaction_id in stored.erased:
            return "erased"
        mine = new.get(one.interaction_id) is one and one.interaction_id not in stored.taken
        return "recorded" if mine else "duplicate"

    return [
        Taken(one.new.id, one.interaction_id, contacts[one.position], standing(one))
        for one in asked
    ]


def _understood(reported: Sequence[NewInteraction], caller: Caller, now: datetime) -> list[_Asked]:
    channels = channels_in_force(now).by_id()
    asked: list[_Asked] = []
    wrong: list[FieldError] = []
    for position, new in enumerate(reported):
        try:
            asked.append(_one(position, new, caller, channels, now))
        except Refused as why:
            wrong.append(why.at(path(position)))
    if wrong:
        raise _refused(wrong)
    return asked


def _one(
    position: int,
    new: NewInteraction,
    caller: Caller,
    channels: Mapping[str, Channel],
    now: datetime,
) -> _Asked:
    channel = channels.get(new.channel)
    if channel is None:
        raise Refused("channel", "channel_unknown", HOW_TO_REGISTER)
    occurred = new.occurred_at or now
    if occurred > now + AHEAD:
        raise Refused("occurred_at", "occurred_in_the_future", "This has not happened yet")
    if occurred < now - OLDEST:
        raise Refused("occurred_at", "occurred_too_long_ago", "Too long ago to be true")
    return _Asked(
        position=position,
        new=new,
        interaction_id=record_id("interaction", f"{caller.kind}:{caller.id}", new.id, now),
        digest=request_hash(new.model_dump_json(exclude_unset=True).encode()),
        channel=channel,
        subject=subject_of(new),
        occurred_at=min(occurred, now),
    )


def _distinct(asked: Sequence[_Asked], found: Mapping[tuple[str, str], Item]) -> None:
    first: dict[str, str] = {}
    wrong = [
        _reused(one)
        for one in asked
        if first.setdefault(one.interaction_id, one.digest) != one.digest
        or _differs(one, _receipt(one, found))
    ]
    if wrong:
        raise _refused(wrong)


def _contacts(asked: Sequence[_Asked], found: Mapping[tuple[str, str], Item]) -> dict[int, str]:
    contacts: dict[int, str] = {}
    wrong: list[FieldError] = []
    for one in asked:
        contact_id = contact_of(one.subject, found)
        if contact_id is None:
            why = Refused("contact_id", "contact_not_found", "There is no such contact")
            wrong.append(why.at(path(one.position)))
        else:
            contacts[one.position] = contact_id
    if wrong:
        raise _refused(wrong)
    return contacts


def _told(one: _Asked, contact_id: str, caller: Caller, now: datetime) -> Told:
    return Told(
        new=one.new,
        interaction_id=one.interaction_id,
        contact_id=contact_id,
        channel=one.channel,
        occurred_at=iso(one.occurred_at),
        recorded_at=iso(now),
        source=caller.source,
        by=caller.id if caller.kind == "staff" else None,
        digest=one.digest,
    )


def path(position: int) -> str:
    """Where the interaction at a position is in the request."""
    return f"interactions.{position}."


def _receipt(one: _Asked, found: Mapping[tuple[str, str], Item]) -> Item | None:
    key = receipt_key(one.interaction_id)
    return found.get((key["pk"], key["sk"]))


def _differs(one: _Asked, known: Item | None) -> bool:
    return known is not None and known["request_hash"] != one.digest


def _reused(one: _Asked) -> FieldError:
    why = Refused("id", "id_reused", "This id was used for another interaction")
    return why.at(path(one.position))


def _refused(wrong: Sequence[FieldError]) -> Rejected:
    return Rejected("validation_failed", "Nothing of this request was stored", wrong)
