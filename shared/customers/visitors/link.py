"""A form was filled in by a browser we had seen: what it did now belongs to a lead."""

from datetime import datetime
from typing import Final

from shared.customers.privacy.erasures import ERASED
from shared.kernel.clock import iso
from shared.kernel.errors import AlreadyHandled, Busy
from shared.platform.observability import count
from shared.platform.requests import Item
from shared.platform.writes import ConditionFailed
from shared.sales.events import LeadCaptured

from .ids import is_visitor_id
from .repository import confirm, link_first, link_next, remember

_ATTEMPTS: Final = 5


def link_visitor(captured: LeadCaptured, now: datetime) -> None:
    """Link the visitor of a capture to its lead, if it names one.

    The newest capture decides whose the visitor is; each change of that makes one
    `VisitorIdentified`, however often and in whatever order the captures arrive. One write for a
    visitor's first link. Raises `Busy` with nothing written when others keep changing the link,
    and `AlreadyHandled` when the person was erased after they sent the form.
    """
    visitor_id = captured.visitor_id
    if visitor_id is None:
        return
    if not is_visitor_id(visitor_id):
        # Anyone may claim an id, so one that could not be ours is no reason to fail.
        count("VisitorIdRefused")
        return
    present: Item | None = None
    for _ in range(_ATTEMPTS):
        try:
            _link(visitor_id, captured, present, now)
        except ConditionFailed as changed:
            if ERASED in changed.conditions:
                raise AlreadyHandled("person_erased") from changed
            present = changed.found(0)
        else:
            return
    raise Busy("visitor_contended")


def _link(visitor_id: str, captured: LeadCaptured, present: Item | None, now: datetime) -> None:
    lead_id, captured_at = captured.lead_id, iso(captured.occurred_at)
    if present is None:
        link_first(visitor_id, lead_id, captured_at, now)
        return
    newer = captured_at > present["captured_at"]
    same = present["lead_id"] == lead_id
    if same and newer:
        confirm(present, captured_at)
    elif newer:
        link_next(present, lead_id, captured_at, now)
    elif not same:
        remember(visitor_id, lead_id, captured_at, now)
