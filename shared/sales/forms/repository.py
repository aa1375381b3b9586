"""Where forms are kept: configuration of kind `form` in the sales table (platform/configuration).

| question | asked by |
|---|---|
| the form in force (up to 30 s old) | lead_capture, form_query |
| all forms, one form, its next version | form_admin |
"""

import re
from datetime import datetime
from typing import Final

from shared.directory.audit import recorded
from shared.kernel.errors import FieldError, NotFound, Rejected
from shared.platform.auth import Staff
from shared.platform.configuration import Configuration, Version
from shared.platform.tables import Table
from shared.sales.tables import SALES

from .model import FORM_ID, Form

forms: Final = Configuration(Table(SALES), "form", Form, audit=recorded)


def form_in_force(form_id: str, now: datetime) -> Version[Form]:
    """The active version of a form. No read while it is cached. Raises `NotFound`."""
    _check_possible(form_id)
    return forms.active(form_id, now)


def all_forms() -> list[Version[Form]]:
    """The active versions of all forms, by id."""
    return forms.all_active()


def form_now(form_id: str) -> Version[Form]:
    """The newest version of a form, read afresh. Raises `NotFound`."""
    _check_possible(form_id)
    return forms.version(form_id, forms.newest(form_id))


def standing(form_id: str) -> Version[Form]:
    """The form in force, read afresh. One read. Raises `NotFound`."""
    _check_possible(form_id)
    if (found := forms.standing(form_id).active) is None:
        raise _missing()
    return found


def form_versions(
    form_id: str, limit: int, before: int | None
) -> tuple[list[Version[Form]], int | None]:
    """Up to `limit` versions older than `before`, newest first, and what to give as `before` for
    the next page. Two reads. Raises `NotFound`."""
    _check_possible(form_id)
    return forms.history_page(form_id, limit=limit, before=before)


def form_version(form_id: str, number: int) -> tuple[Version[Form], Version[Form]]:
    """One version, and the one in force. Two reads. Raises `NotFound`."""
    _check_possible(form_id)
    found, now = forms.beside(form_id, number)
    if now.active is None:
        raise _missing()
    return found, now.active


def save_form(form_id: str, form: Form, *, by: Staff, at: datetime, after: int) -> int:
    """Put a form into force as the version after `after`, and return its number.

    Raises `Rejected` for an id that cannot be one and `Stale` when `after` is not the newest.
    """
    if not re.fullmatch(FORM_ID, form_id):
        message = "Small letters, digits and hyphens, a letter first, at most 40"
        raise Rejected("validation_failed", fields=[FieldError("form_id", "invalid", message)])
    return forms.save(form_id, form, by=by.staff_id, at=at, after=after, activate=True)


def roll_back_form(form_id: str, to: int, *, by: Staff, at: datetime, after: int) -> int:
    """Put what version `to` of a form said in force again, as the version after `after`; its
    number. Raises `NotFound`, `Stale`, and `Rejected` when `to` is no older version."""
    _check_possible(form_id)
    form = forms.older(form_id, to, than=after)
    return forms.save(form_id, form, by=by.staff_id, at=at, after=after, activate=True, restored=to)


def _check_possible(form_id: str) -> None:
    # Anybody may put anything into the address; what cannot be a form costs no read.
    if not re.fullmatch(FORM_ID, form_id):
        raise _missing()


def _missing() -> NotFound:
    return NotFound("form_not_found", "There is no form of that name")
