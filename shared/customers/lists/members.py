"""Who is on a list: put there and taken off, many at once, each exactly once.

A member is two items (found from the list and from the contact) and one more in the list's count,
in one transaction; of those that are there already the transaction tells, and goes on without.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final

from shared.customers.contacts.repository import contact_key, load
from shared.kernel.clock import iso
from shared.kernel.errors import Busy
from shared.platform.requests import Check, Condition, Delete, Op, Put, Update
from shared.platform.writes import ConditionFailed

from .model import Changed, Member, Source
from .repository import IN_USE, customers, list_key, member_key, of_contact_key, unknown

_TOGETHER: Final = 33
"""Contacts in one transaction: three operations each, and one for the count."""

_ATTEMPTS: Final = 5

_NOT_ON_IT: Final = Condition(
    "not_on_the_list", "attribute_not_exists(#pk)", "who is on a list is counted once"
)
_ON_IT: Final = Condition(
    "on_the_list", "attribute_exists(#pk)", "who was taken off is not counted off again"
)
_KEPT: Final = Condition(
    "list_kept", "attribute_exists(#pk)", "a list that was put away still counts who is on it"
)
_KNOWN: Final = Condition(
    "contact_known",
    "attribute_exists(#version) AND attribute_not_exists(#deleted_at)",
    "a list holds people there are: not merged away, put away or erased",
)


def add_members(
    list_id: str,
    contact_ids: Sequence[str],
    by: str,
    now: datetime,
    *,
    source: Source = "staff",
    import_id: str | None = None,
) -> list[Changed]:
    """Put people on a list; the same again changes nothing. One call per 33.

    A contact that was merged is taken for the one it is now. Raises `NotFound`.
    """
    member = Member(
        contact_id="", added_by=by, added_at=iso(now), source=source, import_id=import_id
    )
    found: list[Changed] = []
    for together in _together(contact_ids):
        found += _added(list_id, together, member)
    return found


def remove_members(list_id: str, contact_ids: Sequence[str]) -> list[Changed]:
    """Take people off a list; the same again changes nothing. One call per 33. Raises
    `NotFound`."""
    found: list[Changed] = []
    for together in _together(contact_ids):
        found += _removed(list_id, together)
    return found


def leaving_ops(list_id: str, contact_id: str) -> list[Op]:
    """What takes somebody off a list within a write of the caller's."""
    return [
        *_leaving(list_id, contact_id),
        Update(list_key(list_id), add={"members": -1}, condition=_KEPT),
    ]


def _leaving(list_id: str, contact_id: str) -> list[Op]:
    return [
        Delete(member_key(list_id, contact_id), _ON_IT),
        Delete(of_contact_key(contact_id, list_id)),
    ]


def _added(list_id: str, contact_ids: Iterable[str], member: Member) -> Iterator[Changed]:
    stored = member.model_dump(exclude_none=True, exclude={"contact_id"})

    def ops(contact_id: str) -> list[Op]:
        return [
            Put({**member_key(list_id, contact_id), **stored}, _NOT_ON_IT),
            Put({**of_contact_key(contact_id, list_id), **stored}),
            Check(contact_key(contact_id), _KNOWN),
        ]

    waiting = {one: one for one in contact_ids}  # the contact meant, by the one asked for
    for _ in range(_ATTEMPTS):
        if not waiting:
            return
        refused = _write(list_id, [op for one in waiting.values() for op in ops(one)], len(waiting))
        if refused is None:
            yield from (Changed(contact_id=one, outcome="added") for one in waiting)
            return
        asked = list(waiting.items())
        for position, found in refused.failures.items():
            number, which = divmod(position, 3)
            if number == len(asked):
                raise unknown()
            contact_id, meant = asked[number]
            if contact_id not in waiting:
                continue
            if which == 0:
                yield Changed(contact_id=contact_id, outcome="unchanged")
                del waiting[contact_id]
                continue
            now_is = load(meant) if "merged_into" in found else None
            if now_is and not now_is.deleted_at and now_is.contact_id not in waiting.values():
                waiting[contact_id] = now_is.contact_id
                continue
            # Asked for under two ids, somebody is added under one of them.
            same = now_is and now_is.contact_id in waiting.values()
            yield Changed(contact_id=contact_id, outcome="unchanged" if same else "not_found")
            del waiting[contact_id]
    if waiting:
        raise Busy("contended", "This list is being changed by others, try again")


def _removed(list_id: str, contact_ids: Iterable[str]) -> Iterator[Changed]:
    waiting = list(contact_ids)
    for _ in range(_ATTEMPTS):
        if not waiting:
            return
        ops = [op for one in waiting for op in _leaving(list_id, one)]
        refused = _write(list_id, ops, -len(waiting))
        if refused is None:
            yield from (Changed(contact_id=one, outcome="removed") for one in waiting)
            return
        gone = {position // 2 for position in refused.failures}
        if len(waiting) in gone:
            raise unknown()
        yield from (Changed(contact_id=waiting[n], outcome="unchanged") for n in sorted(gone))
        waiting = [one for number, one in enumerate(waiting) if number not in gone]
    if waiting:
        raise Busy("contended", "This list is being changed by others, try again")


def _together(contact_ids: Sequence[str]) -> Iterator[list[str]]:
    each = list(dict.fromkeys(contact_ids))
    return (each[start : start + _TOGETHER] for start in range(0, len(each), _TOGETHER))


def _write(list_id: str, ops: list[Op], more: int) -> ConditionFailed | None:
    """Do all of it and count it; what stood in the way, if something did."""
    counted = Update(list_key(list_id), add={"members": more}, condition=IN_USE)
    try:
        customers.write(*ops, counted)
    except ConditionFailed as refused:
        return refused
    return None
