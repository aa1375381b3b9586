"""Canned replies and macros as stored: configurations of the support table
(platform/configuration), and putting others in their place."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from shared.directory.audit import recorded
from shared.directory.repository import staff_member
from shared.kernel.errors import FieldError, Rejected
from shared.platform.configuration import Configuration, Version
from shared.platform.tables import Table
from shared.support.queues.stored import queue_rules
from shared.support.tables import SUPPORT

from .fields import wrong_in
from .model import ME, NAME, NOBODY, CannedReplies, Macros

stored_replies: Final = Configuration(
    Table(SUPPORT), "canned_replies", CannedReplies, audit=recorded
)
stored_macros: Final = Configuration(Table(SUPPORT), "ticket_macros", Macros, audit=recorded)


def put_replies(
    replies: CannedReplies, *, after: int, by: str, now: datetime, restored: int | None = None
) -> Version[CannedReplies]:
    """Put canned replies in the place of version `after`. Raises `Stale`, and `Rejected` pointing
    at each merge field there is not."""
    _refuse(
        wrong
        for number, one in enumerate(replies.replies)
        for wrong in _wrong_text(f"replies.{number}.body", one.body)
    )
    number = stored_replies.save(
        NAME, replies, by=by, at=now, after=after, activate=True, restored=restored
    )
    return stored_replies.version(NAME, number)


def put_macros(
    macros: Macros, *, after: int, by: str, now: datetime, restored: int | None = None
) -> Version[Macros]:
    """Put macros in the place of version `after`. Raises `Stale`, and `Rejected` pointing at each
    merge field, queue or person there is not."""
    _refuse(_wrong_macros(macros, now))
    number = stored_macros.save(
        NAME, macros, by=by, at=now, after=after, activate=True, restored=restored
    )
    return stored_macros.version(NAME, number)


def roll_back_replies(to: int, *, after: int, by: str, now: datetime) -> Version[CannedReplies]:
    """Let what version `to` said hold again. Raises as `put_replies`, and `NotFound`."""
    older = stored_replies.older(NAME, to, than=after)
    return put_replies(older, after=after, by=by, now=now, restored=to)


def roll_back_macros(to: int, *, after: int, by: str, now: datetime) -> Version[Macros]:
    """Let what version `to` said hold again. Raises as `put_macros`, and `NotFound`."""
    older = stored_macros.older(NAME, to, than=after)
    return put_macros(older, after=after, by=by, now=now, restored=to)


def _wrong_macros(macros: Macros, now: datetime) -> Iterator[FieldError]:
    queues = queue_rules(now)
    for number, one in enumerate(macros.macros):
        place = f"macros.{number}"
        for name in ("reply", "note"):
            yield from _wrong_text(f"{place}.{name}", getattr(one, name) or "")
        if one.queue and queues.queue(one.queue) is None:
            yield FieldError(f"{place}.queue", "queue_not_found", "There is no such queue")
        who = one.assign_to
        if who and who not in (ME, NOBODY) and staff_member(who) is None:
            yield FieldError(f"{place}.assign_to", "staff_not_found", "There is no such person")


def _wrong_text(place: str, text: str) -> Iterator[FieldError]:
    return (FieldError(place, *wrong) for wrong in wrong_in(text))


def _refuse(found: Iterator[FieldError]) -> None:
    if wrong := list(found):
        raise Rejected("validation_failed", fields=wrong)
