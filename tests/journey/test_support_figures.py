"""How support does, on the deployed stack: counted as it happens, foretold, and who calls."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from .stack import Stack
from .test_tickets import a_customer, a_queue, tickets

pytestmark = pytest.mark.journey


def a_morning(stack: Stack) -> datetime:
    """Let it be nine o'clock of the next working day."""
    at = stack.now().replace(hour=9, minute=0, second=0)
    at += timedelta(days=1)
    while at.weekday() > 4:
        at += timedelta(days=1)
    stack.go_to(at)
    return at


def opened(stack: Stack, queue: str, tag: str) -> str:
    contact_id, _ = a_customer(stack)
    body = {"contact_id": contact_id, "subject": "Broken", "body": "It broke."}
    made = tickets(stack, "POST", "/on-behalf", {**body, "queue": queue, "tags": [tag]})
    return str(made["ticket_id"])


def row(stack: Stack, by: str, key: str, day: datetime) -> dict[str, Any]:
    path = f"/v1/support/report?from={day:%Y-%m-%d}&to={day:%Y-%m-%d}&by={by}"
    rows = stack.get(path, who="supervisor").json["rows"]
    return next((one for one in rows if one["key"] == key), {})


def test_first_responses_of_30_and_270_business_minutes_are_150_on_average_and_half_in_time(
    stack: Stack,
) -> None:
    queue, tag = a_queue(stack), f"tag-{uuid4().hex[:8]}"
    day = a_morning(stack)
    one, two = opened(stack, queue, tag), opened(stack, queue, tag)
    stack.rest()
    foretold = stack.get(f"/v1/support/forecast?queue={queue}", who="supervisor").json

    assert [(t["ticket_id"], t["reason"]) for t in foretold["tickets"]] == [
        (one, "nobody_at_work"),
        (two, "nobody_at_work"),
    ]

    stack.tick("29m")
    tickets(stack, "POST", f"/{one}/replies", {"body": "Try this."})
    stack.crash("ticket-count", "after")
    stack.tick("4h")
    tickets(stack, "POST", f"/{two}/replies", {"body": "Try that."})
    stack.rest()

    for by, key in (("queue", queue), ("topic", tag)):
        found = row(stack, by, key, day)
        response = found["first_response"]
        assert (found["opened"], response["count"]) == (2, 2)
        assert response["met"] == response["missed"] == 1
        assert response["sla_percent"] == 50
        assert abs(response["mean"] - 150) <= 2
        assert abs(response["p90"] - 270) <= 3
    file = stack.get(f"/v1/support/report.csv?by=topic&from={day:%Y-%m-%d}", who="supervisor")
    assert f"topic,{tag},{tag},2," in file.text


def test_an_unknown_number_from_nepal_is_a_card_and_with_it_a_caller_who_is_known(
    stack: Stack,
) -> None:
    phone = f"+97798{41000000 + uuid4().int % 900000}"
    path = f"/v1/screen-pop?phone={phone.replace('+', '%2B')}"
    card = stack.get(path, who="agent").json

    assert card["known"] is False
    assert (card["create"]["phone"], card["create"]["country"]) == (phone, "NP")

    new = {"first_name": "Nima", "phones": [{"number": phone}]}
    made = stack.call("POST", "/v1/contacts", new, who="agent").json
    body = {"contact_id": made["contact_id"], "subject": "No light", "body": "It is dark."}
    ticket_id = tickets(stack, "POST", "/on-behalf", body)["ticket_id"]
    call = {"id": uuid4().hex, "phone": phone, "channel": "call_centre", "kind": "call"}
    logged = stack.call("POST", "/v1/interactions", {**call, "text": "Dark."}, who="agent")
    assert logged.status == 201, logged.text

    def shown() -> dict[str, Any] | None:
        found = stack.get(path, who="agent").json
        return found if found["tickets"] else None

    caller = stack.eventually(shown)
    assert caller["contact"]["contact_id"] == made["contact_id"]
    assert [one["ticket_id"] for one in caller["tickets"]] == [ticket_id]
    assert "Dark." in [one["text"] for one in caller["interactions"]]
