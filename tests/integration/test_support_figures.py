"""Row V11: figures kept as things happen to tickets, and what they say."""

from datetime import UTC, datetime
from typing import Any

import pytest

from shared.platform.requests import Delete
from shared.support.events import COUNTED
from shared.support.figures.recording import count, uncount
from shared.support.sla import stored
from shared.support.tickets.repository import support, ticket_key
from tests.calls import bus_event, http, invoke, queue_event
from tests.cloud import everything
from tests.pump import carried
from tests.staffing import employed
from tests.support import (
    OMAR,
    a_ticket,
    calls_made,
    desk,
    policies_in_force,
    timer_fires,
)

pytestmark = pytest.mark.usefixtures("tables")

NINE = datetime(2025, 6, 2, 9, tzinfo=UTC)
HEARD = {one.__name__: one for one in COUNTED}


def hear(times: int = 1) -> None:
    """Whatever happened so far is counted."""
    heard = [
        bus_event(HEARD[fact.type].model_validate(fact.detail))
        for fact in carried()
        if fact.type in HEARD
    ]
    for _ in range(times):
        assert invoke("ticket_count", queue_event(heard)) == {"batchItemFailures": []}


def report(by: str = "agent", *, as_who: Any = OMAR, **query: str) -> dict[str, Any]:
    asked = {"from": "2025-06-01", "to": "2025-06-09", "by": by, **query}
    answer = http("support_report", "GET", "/v1/support/report", staff=as_who, query=asked)
    assert answer.status == 200, answer.text
    found: dict[str, Any] = answer.json
    return found


def answered(ticket_id: str, **more: Any) -> None:
    answer = desk("POST", f"/{ticket_id}/replies", body={"body": "Try this.", **more})
    assert answer.status == 201, answer.text


def moved(ticket_id: str, to: str) -> None:
    assert desk("POST", f"/{ticket_id}/moves", body={"to": to}).status == 200


def answers(row: Any) -> Any:
    return row["first_response"]["count"]


def test_first_responses_of_30_and_270_business_minutes_make_150_and_half_in_time(clock):
    employed(*OMAR)
    policies_in_force(first_response=60)
    clock.at(NINE)
    one, two = (a_ticket(tags=["Broken"])["ticket_id"] for _ in range(2))
    clock.tick(minutes=30)
    answered(one)
    clock.tick(minutes=240)
    answered(two)
    # Whoever counts is a process of its own, which knows no policy yet.
    stored._version.cache_clear()

    hear(times=2)

    for by in ("agent", "queue", "topic", "day"):
        found = report(by)
        for figures in (found["total"], max(found["rows"], key=answers)):
            response = figures["first_response"]
            assert (response["mean"], response["median"], response["p90"]) == (150, 150, 270)
            assert (response["met"], response["missed"], response["sla_percent"]) == (1, 1, 50)
        assert found["total"]["opened"] == 2
    assert [row["key"] for row in report("topic")["rows"]] == ["broken"]


def test_an_answer_counts_for_who_gave_it_and_a_reopened_ticket_is_resolved_no_more(clock):
    employed(*OMAR)
    policies_in_force(resolution=60)
    clock.at(NINE)
    one = a_ticket(owner_id="mina")["ticket_id"]
    clock.tick(minutes=10)
    desk("POST", f"/{one}/replies", by=OMAR, body={"body": "Done.", "then": "resolved"})
    hear()
    settled = {row["key"]: row for row in report()["rows"]}

    assert settled["omar"]["first_response"]["count"] == settled["omar"]["resolved"] == 1
    assert settled["omar"]["opened"] == 0
    assert settled["mina"]["settled"] == 1
    assert report()["total"]["resolution"]["sla_percent"] == 100

    clock.tick(minutes=70)
    moved(one, "open")
    hear()
    total = report()["total"]

    assert (total["resolved"], total["backlog"], total["reopen_percent"]) == (0, 1, 100)
    assert total["first_response"]["count"] == 1


def test_what_nobody_answered_in_time_counts_as_missed_once_it_is_breached(clock):
    employed(*OMAR)
    policies_in_force(first_response=60)
    clock.at(NINE)
    one = a_ticket()["ticket_id"]
    clock.tick(minutes=60)
    timer_fires(one)
    hear(times=2)

    response = report()["total"]["first_response"]

    assert (response["count"], response["missed"], response["sla_percent"]) == (0, 1, 0)


def test_spam_a_merged_ticket_and_a_tag_that_is_gone_count_no_more(clock):
    employed(*OMAR)
    clock.at(NINE)
    junk, kept, other = (a_ticket(tags=["a", "b"])["ticket_id"] for _ in range(3))
    hear()
    moved(junk, "spam")
    assert desk("POST", f"/{other}/merge", body={"into": kept}).status == 200
    version = desk("GET", f"/{kept}").json["ticket"]["version"]
    desk("PATCH", f"/{kept}", body={"version": version, "tags": ["b", "C"]})
    count([junk, kept, other])

    assert report()["total"]["opened"] == 1
    assert report()["total"]["backlog"] == 1
    assert {row["key"]: row["opened"] for row in report("topic")["rows"]} == {"b": 1, "c": 1}


def test_a_ticket_that_is_erased_leaves_its_past_and_nothing_heard_late_brings_it_back(clock):
    employed(*OMAR)
    clock.at(NINE)
    one, never_counted = (a_ticket()["ticket_id"] for _ in range(2))
    count([one])
    for gone in (one, never_counted):
        uncount(gone)
        uncount(gone)
        count([gone])
    support.write(Delete(ticket_key(one)))
    count([one])

    total = report()["total"]

    assert (total["opened"], total["backlog"]) == (1, 0)


def test_counting_costs_a_read_and_a_write_for_a_batch_and_reading_a_page_few_queries(clock):
    employed(*OMAR)
    policies_in_force(first_response=60)
    clock.at(NINE)
    tickets = [a_ticket(tags=["x"])["ticket_id"] for _ in range(5)]
    count(tickets[:1])

    with calls_made() as made:
        count(tickets)
    assert made == ["dynamodb.BatchGetItem", "dynamodb.TransactWriteItems"]
    with calls_made() as made:
        report("agent")
    assert made[-3:] == ["dynamodb.Query", "dynamodb.Query", "dynamodb.BatchGetItem"]


def test_the_file_says_the_same_and_takes_no_tag_for_a_formula(clock):
    employed(*OMAR)
    clock.at(NINE)
    a_ticket(tags=["=HYPERLINK(1)"])
    hear()

    asked = {"from": "2025-06-01", "to": "2025-06-03", "by": "topic"}
    answer = http("support_report", "GET", "/v1/support/report.csv", staff=OMAR, query=asked)

    header, total, row = answer.text.removeprefix("\ufeff").splitlines()
    assert header.startswith("part,key,name,opened,resolved,backlog")
    assert total.startswith("total,,,1,0,1,1,0,0,")
    assert row.startswith("topic,'=hyperlink(1),'=hyperlink(1),1,0,1,1,0,")
    assert (
        'filename="support-2025-06-01-2025-06-03-by-topic.csv"'
        in (answer.headers["content-disposition"])
    )


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ({"from": "2025-06-05", "to": "2025-06-01"}, "from", "from_after_to"),
        ({"from": "2025-01-01", "to": "2025-06-01"}, "from", "too_many_days"),
        ({"from": "2025-09-01", "to": "2025-10-01"}, "to", "day_out_of_range"),
        ({"from": "0001-01-01", "to": "0001-01-02"}, "to", "day_out_of_range"),
        ({"by": "colour"}, "by", None),
        ({"from": "yesterday"}, "from", None),
    ],
)
def test_what_cannot_be_reported_is_refused_by_name(query, field, code):
    employed(*OMAR)
    answer = http("support_report", "GET", "/v1/support/report", staff=OMAR, query=query)

    assert answer.status == 422
    (wrong,) = answer.json["fields"]
    assert wrong["field"] == field
    assert code in (None, wrong["code"])


def test_who_sells_does_not_read_it_and_messages_nobody_can_read_come_again():
    employed("asha", ["rep"])
    answer = http("support_report", "GET", "/v1/support/report", staff=("asha", ["rep"]))
    assert answer.status == 403

    unreadable = {"detail-type": "TicketOpened", "detail": {}}
    found = invoke("ticket_count", queue_event([unreadable, {"detail-type": "Other"}]))
    assert len(found["batchItemFailures"]) == 1
    assert not [one for one in everything() if one["pk"].startswith("FIGURES#")]
