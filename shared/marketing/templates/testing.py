"""A template by mail to oneself and colleagues, before anybody else gets it: as a contact would get
it, marked as a test, with links that do nothing. It counts nowhere.

| entity (table `marketing`) | pk | sk |
|---|---|---|
| whether a test left to a colleague (`platform.mail`), gone after 90 days | `TEST#<test_id>` | `<staff_id>` |
| which tests somebody asked for on a day, gone after a week | `TEST#<staff_id>` | `<date>` |
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from shared.directory.repository import staff_member
from shared.kernel.errors import Conflict, FieldError, Rejected
from shared.marketing.tables import MARKETING
from shared.platform.auth import Staff
from shared.platform.idempotency import record_id
from shared.platform.mail import Mail, send_once
from shared.platform.requests import Condition, Update
from shared.platform.tables import Table
from shared.platform.writes import ConditionFailed

from .model import Template
from .previewing import preview

A_DAY: Final = 50
"""Tests that one person may ask for: somebody who writes a template sends some ten."""

MAX_RECEIVERS: Final = 10

_MARK: Final = "[Test]"
_KEPT: Final = timedelta(days=7)

marketing: Final = Table(MARKETING)


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a test for a colleague: the states of `platform.mail`."""

    staff_id: str
    outcome: str


def send_test(
    template: Template,
    contact_id: str,
    to: Sequence[str],
    by: Staff,
    idempotency_key: str | None,
    now: datetime,
) -> list[Sent]:
    """Send a template to colleagues (nobody named: to whoever asks), as the contact would get it.
    Sent again with its key it reaches nobody twice.

    Raises `Conflict` for what is no e-mail and where somebody asked for too many today, `Rejected`
    for whoever does not work here and where the contact lacks something, and `NotFound`.
    """
    if template.kind != "email":
        raise Conflict("template_unusable", "Only e-mails are sent as a test")
    message = preview(template, contact_id)
    addresses = _addresses(list(dict.fromkeys(to)) or [by.staff_id])
    test_id = record_id("test", by.staff_id, idempotency_key, now)
    _count(by.staff_id, test_id, now)
    found = []
    for staff_id, address in addresses.items():
        mail = Mail(
            to=address,
            subject=f"{_MARK} {message.subject}",
            text=message.text,
            html=message.html,
            tags={"test": test_id},
        )
        claim = {"pk": f"TEST#{test_id}", "sk": staff_id}
        found.append(Sent(staff_id, send_once(marketing, claim, mail, now)))
    return found


def _addresses(to: Sequence[str]) -> dict[str, str]:
    """The addresses of colleagues. A read for each. Raises `Rejected`."""
    people = {one: staff_member(one) for one in to}
    wrong = [
        FieldError(f"to.{number}", "staff_unknown", "Nobody who works here")
        for number, one in enumerate(people.values())
        if one is None or one.disabled
    ]
    if wrong:
        raise Rejected("validation_failed", fields=wrong)
    return {one: known.email for one, known in people.items() if known}


def _count(staff_id: str, test_id: str, now: datetime) -> None:
    few = Condition(
        "tests_few",
        "attribute_not_exists(#tests) OR contains(#tests, :test_id) OR size(#tests) < :a_day",
        "nobody mails campaigns as tests, which ask nobody for consent",
        {"test_id": test_id, "a_day": A_DAY},
    )
    key = {"pk": f"TEST#{staff_id}", "sk": f"{now:%Y-%m-%d}"}
    expires = int((now + _KEPT).timestamp())
    try:
        marketing.write(
            Update(key, add={"tests": {test_id}}, set={"expires_at": expires}, condition=few)
        )
    except ConditionFailed as many:
        raise Conflict("too_many_tests", f"At most {A_DAY} tests a day") from many
