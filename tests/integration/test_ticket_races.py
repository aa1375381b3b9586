"""Many at once, in threads on DynamoDB Local: nobody's answer is lost, no circle, exact loads."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import pytest

from shared.kernel.errors import CrmError
from shared.support.assignment.giving import give
from shared.support.merging.merge import merge
from shared.support.tickets.creation import Opening, open_ticket
from shared.support.tickets.model import Requester, Ticket
from shared.support.tickets.replies import Said, add_message
from shared.support.tickets.repository import load
from tests.cloud import everything
from tests.faults.support import check
from tests.staffing import hire, person
from tests.support import queues_in_force

pytestmark = [
    pytest.mark.parametrize("backend", ["dynamodb_local"], indirect=True),
    pytest.mark.usefixtures("tables"),
]

THREADS = 6


def at_once(*jobs: Callable[[], Any]) -> list[Any]:
    """What came of doing all jobs at the same time: results and refusals."""

    def done(job: Callable[[], Any]) -> Any:
        try:
            return job()
        except CrmError as refusal:
            return refusal

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(done, jobs))


def a_ticket(number: int, now: datetime) -> Ticket:
    requester = Requester(contact_id=f"contact_{'0' * 25}1", email="ann@example.com")
    opening = Opening(
        ticket_id=f"ticket_{number:026d}",
        requester=requester,
        subject="Broken",
        body="It broke.",
        channel="phone",
        by="mina",
    )
    return open_ticket(opening, now)


def test_of_many_answers_at_once_none_is_lost_and_each_has_its_version(now: datetime) -> None:
    ticket = a_ticket(1, now)
    said = [Said("agent", f"agent{n}", f"Answer {n}", "email") for n in range(THREADS)]

    at_once(*(lambda one=one: add_message(ticket, one, now) for one in said))

    found = list(everything())
    bodies = {one["body"] for one in found if str(one["sk"]).startswith("MESSAGE#")}
    assert bodies == {"It broke.", *(one.body for one in said)}
    check(found)


def test_two_tickets_merged_into_each_other_at_once_are_merged_one_way(now: datetime) -> None:
    a, b = a_ticket(1, now), a_ticket(2, now)

    answers = at_once(
        lambda: merge(a, b.ticket_id, "mina", now), lambda: merge(b, a.ticket_id, "omar", now)
    )

    assert sum(isinstance(one, Ticket) for one in answers) == 1
    check(list(everything()))


def test_tickets_given_at_once_are_shared_evenly(now: datetime) -> None:
    hire(*(person(name, team_id="support", roles=("agent",)) for name in ("tara", "uma", "vik")))
    queues_in_force(team_id="support", strategy="least_busy")
    tickets = [a_ticket(number, now) for number in range(THREADS)]

    at_once(*(lambda one=one: give(one, now) for one in tickets))

    found = [load(one.ticket_id) for one in tickets]
    owners = sorted(str(one.owner_id) for one in found if one)
    assert owners == ["tara", "tara", "uma", "uma", "vik", "vik"]
    check(list(everything()))
