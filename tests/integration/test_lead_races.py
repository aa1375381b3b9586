"""Many at once, in threads on DynamoDB Local: one lead, one submission, one release."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest

from shared.kernel.errors import Busy, Conflict, CrmError, Stale
from shared.kernel.ids import StaffId
from shared.platform.auth import Staff
from shared.sales.forms.capture import Captured, Post, capture
from shared.sales.forms.review import release
from shared.sales.leads.changes import change_facts
from shared.sales.leads.creation import NewLead, create_lead
from shared.sales.leads.model import Lead
from shared.sales.leads.repository import load
from tests.forms import ANN, leads, sample_form, submissions

pytestmark = [
    pytest.mark.parametrize("backend", ["dynamodb_local"], indirect=True),
    pytest.mark.usefixtures("tables"),
]

FORM = sample_form("contact")
REP = Staff(StaffId("staff_1"), frozenset({"sales_manager"}))
THREADS = 8


def sent(at: datetime, **more: str) -> Captured:
    """Capture what Ann typed at `at`, with some of it changed."""
    return capture(Post("contact", FORM, {**ANN, **more}, "203.0.113.7", None, at))


def at_once(*jobs: Callable[[], Any]) -> list[Any]:
    """What came of doing all jobs at the same time: results and refusals."""

    def done(job: Callable[[], Any]) -> Any:
        try:
            return job()
        except CrmError as refusal:
            return refusal

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(done, jobs))


def test_many_clicks_at_once_are_one_submission(now: datetime) -> None:
    moments = [now + timedelta(seconds=40 + 5 * n) for n in range(THREADS)]

    answers = at_once(*(lambda at=at: sent(at) for at in moments))

    told = {answer for answer in answers if not isinstance(answer, Busy)}
    assert len(told) == len(submissions()) == len(leads()) == 1


def test_different_messages_at_once_are_all_stored_at_one_lead(now: datetime) -> None:
    at_once(*(lambda n=n: sent(now, message=str(n)) for n in range(4)))
    for number in range(4):
        sent(now, message=str(number))  # whoever was told "busy" tries again

    (lead,) = leads()
    assert lead["submissions"] == len(submissions()) == 4


def test_of_two_people_typing_the_same_lead_in_one_is_told_it_exists(now: datetime) -> None:
    new = NewLead({"email": "ann@example.com", "phone": "+9779812345678"})

    answers = at_once(*(lambda: create_lead(new, REP, None, now) for _ in range(2)))

    assert sum(isinstance(answer, Conflict) for answer in answers) == 1
    assert len(leads()) == 1


def test_releasing_at_once_makes_one_lead_and_names_one_person(now: datetime) -> None:
    told = sent(now, website="spam")
    people = [Staff(StaffId(f"staff_{n}"), REP.roles) for n in range(THREADS)]

    answers = at_once(*(lambda who=who: release(told.submission_id, who, now) for who in people))

    done = [answer for answer in answers if isinstance(answer, dict)]
    assert len({answer["released_by"] for answer in done}) == 1
    assert {answer["lead_id"] for answer in done} == {told.lead_id}
    assert [lead["submissions"] for lead in leads()] == [1]


def test_of_two_people_changing_a_lead_at_once_one_is_told_it_is_stale(now: datetime) -> None:
    one = sent(now).lead_id

    answers = at_once(
        *(lambda n=n: change_facts(one, {"company": f"Company {n}"}, 1, REP, now) for n in range(4))
    )

    (changed,) = (answer for answer in answers if isinstance(answer, Lead))
    assert load(one) == changed
    assert {type(answer) for answer in answers} <= {Lead, Stale, Busy}
