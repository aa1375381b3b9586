"""Many at once, in threads on DynamoDB Local: an event counts once, a visitor has one lead."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from shared.customers.behaviour import repository as behaviours
from shared.customers.behaviour.model import Behaviour
from shared.customers.tables import CUSTOMERS
from shared.customers.visitors import repository as visitors
from shared.customers.visitors.link import link_visitor
from shared.kernel.clock import iso
from shared.kernel.errors import Busy
from shared.platform.tables import Table
from tests.builders import captured, lead_id
from tests.conftest import NOW

pytestmark = [
    pytest.mark.parametrize("backend", ["dynamodb_local"], indirect=True),
    pytest.mark.usefixtures("tables"),
]

VISITOR = "visitor-0000-0001"


def at_once(jobs: Sequence[Callable[[], Any]]) -> list[Any]:
    """Do all jobs at the same time; who is told "busy" tries again, as a sender does."""

    def done(job: Callable[[], Any]) -> Any:
        while True:
            try:
                return job()
            except Busy:
                continue

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(done, jobs))


def view(number: int) -> Behaviour:
    return Behaviour(
        subject_id=VISITOR,
        behaviour_id=f"view-{number}",
        name="page_viewed",
        occurred_at=iso(NOW),
        recorded_at=iso(NOW),
    )


def test_many_who_send_the_same_events_store_each_once() -> None:
    batch = [view(number) for number in range(10)]

    accepted = at_once([lambda: behaviours.save_new(batch)] * 6)

    assert sum(accepted) == 10
    assert len(list(behaviours.of_subject(VISITOR))) == 10


def test_overlapping_batches_lose_nothing() -> None:
    batches = [[view(number) for number in range(first, first + 10)] for first in range(0, 30, 5)]

    accepted = at_once([lambda batch=batch: behaviours.save_new(batch) for batch in batches])

    assert sum(accepted) == 35
    assert len(list(behaviours.of_subject(VISITOR))) == 35


def test_captures_that_race_end_with_the_newest_and_identify_each_lead_once() -> None:
    facts = [
        captured(lead, occurred_at=NOW + timedelta(minutes=lead), visitor_id=VISITOR)
        for lead in (1, 2, 3) * 2
    ]

    at_once([lambda fact=fact: link_visitor(fact, NOW + timedelta(hours=1)) for fact in facts])

    assert visitors.lead_of([VISITOR]) == {VISITOR: lead_id(3)}
    links = Table(CUSTOMERS).query_all(f"SUBJECT#{VISITOR}", begins="LINK#")
    assert len({link["lead_id"] for link in links}) == len(links)
    assert all(visitors.visitors_of(lead_id(number)) == [VISITOR] for number in (1, 2, 3))
