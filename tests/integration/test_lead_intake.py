"""Storing submissions and leads, on every DynamoDB there is."""

from datetime import datetime, timedelta

import pytest

from shared.kernel.errors import Conflict, CrmError
from shared.kernel.ids import StaffId
from shared.platform.auth import Staff
from shared.sales.forms.capture import Captured, Post, capture
from shared.sales.forms.review import quarantined, release
from shared.sales.leads.changes import change_facts
from shared.sales.leads.listing import list_leads, submissions_of
from shared.sales.leads.query import LeadQuery
from shared.sales.leads.repository import load
from tests.forms import ANN, leads, sample_form, submissions
from tests.forms import quarantined as kept
from tests.pump import carried

pytestmark = [pytest.mark.conformance, pytest.mark.usefixtures("tables")]

FORM = sample_form("contact", submissions_per_minute=30)
REP = Staff(StaffId("staff_1"), frozenset({"sales_manager"}))


def sent(at: datetime, key: str | None = None, **more: str) -> Captured:
    """Capture what Ann typed at `at`, with some of it changed."""
    return capture(Post("contact", FORM, {**ANN, **more}, "203.0.113.7", key, at))


def test_a_repetition_within_a_minute_is_refused_by_the_write(now: datetime) -> None:
    first = sent(now)

    assert sent(now + timedelta(seconds=30)) == sent(now + timedelta(seconds=59)) == first
    assert sent(now + timedelta(seconds=60)) != first
    assert (len(leads()), len(submissions())) == (1, 2)


def test_a_later_submission_stored_first_is_seen_by_the_earlier_one(now: datetime) -> None:
    later = sent(now + timedelta(seconds=60))

    assert sent(now + timedelta(seconds=59)) == later
    assert len(submissions()) == 1


def test_a_key_that_was_used_says_what_came_of_it(now: datetime) -> None:
    first = sent(now, key="k")

    assert sent(now + timedelta(hours=1), key="k") == first
    with pytest.raises(CrmError, match="another request"):
        sent(now, key="k", message="Other")


def test_an_alias_sends_a_submission_on(now: datetime) -> None:
    lead_id = sent(now, phone="+9779812345678").lead_id
    demo = {"phone": "+9779812345678", "last_name": "Rai", "company": "A", "consent": "yes"}

    capture(Post("demo-request", sample_form("demo-request"), demo, "198.51.100.1", None, now))

    lead = load(lead_id)
    assert lead and (lead.facts["last_name"], lead.submissions) == ("Rai", 2)


def test_beyond_the_rate_nothing_is_lost(now: datetime) -> None:
    form = sample_form("contact", submissions_per_minute=1)
    for number in range(3):
        posted = {**ANN, "message": str(number)}
        capture(Post("contact", form, posted, "203.0.113.7", None, now))

    assert (len(submissions()), len(kept())) == (1, 2)


def test_a_release_is_stored_once_with_its_event(now: datetime) -> None:
    told = sent(now, website="spam")

    first = release(told.submission_id, REP, now + timedelta(days=1))
    again = release(told.submission_id, REP, now + timedelta(days=2))

    names = ("lead_id", "released_at", "released_by")
    assert [first[name] for name in names] == [again[name] for name in names]
    assert load(told.lead_id) is not None
    assert [fact.type for fact in carried()].count("LeadCaptured") == 1
    assert [one["submission_id"] for one in quarantined(limit=5, cursor=None)[0]] == [
        told.submission_id
    ]


def test_lists_page_through_everything_newest_first(now: datetime) -> None:
    made = [sent(now - timedelta(days=10 * n), email=f"p{n}@example.com").lead_id for n in range(7)]

    found: list[str] = []
    cursor: str | None = None
    for _ in range(9):
        page = list_leads(LeadQuery(), limit=3, cursor=cursor)
        found, cursor = [*found, *(lead.lead_id for lead in page.items)], page.next
        if cursor is None:
            break

    assert found == made
    assert len(submissions_of(made[0], limit=5, cursor=None)[0]) == 1


def test_facts_and_addresses_change_together_or_not_at_all(now: datetime) -> None:
    one, other = sent(now).lead_id, sent(now, email="bob@example.com").lead_id

    with pytest.raises(Conflict):
        change_facts(one, {"company": "Acme", "email": "bob@example.com"}, 1, REP, now)
    changed = change_facts(one, {"company": "Acme", "email": "new@example.com"}, 1, REP, now)

    assert (changed.version, load(one)) == (2, changed)
    assert sent(now, email="new@example.com").lead_id != other
    assert sum(lead["submissions"] for lead in leads() if lead["lead_id"] == one) == 2
