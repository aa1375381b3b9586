"""Tickets, policies and queues to start a test from."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from shared.kernel.calendars import BusinessCalendar
from shared.platform import clock
from shared.support.canned.model import CannedReplies, Macros
from shared.support.canned.stored import put_macros, put_replies
from shared.support.queues.model import NAME as QUEUES
from shared.support.queues.model import QueueRules
from shared.support.queues.stored import stored_queues
from shared.support.sla.policy import NAME as POLICIES
from shared.support.sla.policy import SlaPolicies
from shared.support.sla.stored import stored_policies
from tests.aws_calls import Call, Send, intercepted
from tests.calls import Answer, http, invoke, queue_event
from tests.cloud import everything
from tests.staffing import HIRED

MINA: Final = ("mina", ["agent"])
OMAR: Final = ("omar", ["supervisor"])
WORKDAYS: Final = ("mon", "tue", "wed", "thu", "fri")
OFFICE: Final = {"zone": "UTC", "hours": {day: ["09:00-17:00"] for day in WORKDAYS}}
PATIENCE: Final = "Hello {{ requester.first_name }}, about {{ ticket.subject }}: have patience."
TICKET: Final = "/v1/tickets/{ticket_id}"


def policies(**targets: int | None) -> dict[str, Any]:
    """One policy for every ticket of normal priority, in office hours; a quarter for urgent
    ones."""
    given = {name: one for name, one in targets.items() if one}
    urgent = {name: max(one // 4, 1) for name, one in given.items()}
    everyone = {
        "id": "everyone",
        "name": "Everyone",
        "calendar": "office",
        "targets": {"normal": given, "urgent": urgent},
    }
    return {"calendars": {"office": OFFICE}, "policies": [everyone]}


def policies_in_force(*, after: int = 0, **targets: int | None) -> None:
    """Put one policy with these targets in force."""
    value = SlaPolicies.model_validate(policies(**targets))
    stored_policies.save(POLICIES, value, by="omar", at=HIRED, after=after, activate=True)


def queues_in_force(*, after: int = 0, **more: Any) -> None:
    """Put a queue `support` in force."""
    queue = {"id": "support", "name": "Support", **more}
    value = QueueRules.model_validate({"queues": [queue]})
    stored_queues.save(QUEUES, value, by="omar", at=HIRED, after=after, activate=True)


def canned_in_force() -> None:
    """Put a canned reply and a macro in force."""
    patience = {"id": "patience", "name": "Patience", "body": PATIENCE}
    put_replies(
        CannedReplies.model_validate({"replies": [patience]}), after=0, by="omar", now=HIRED
    )
    finish = {
        "id": "finish",
        "name": "Finish",
        "reply": "All done, {{ requester.first_name }}",
        "then": "resolved",
        "priority": "low",
        "assign_to": "me",
        "add_tags": ["done"],
    }
    put_macros(Macros.model_validate({"macros": [finish]}), after=0, by="omar", now=HIRED)


def posted(headers: dict[str, str] | None = None, **fields: str) -> Answer:
    """Post the public form."""
    given = {"email": "ann@example.com", "subject": "Broken", "message": "It broke.", **fields}
    sent = {"accept": "application/json", **(headers or {})}
    return http("ticket_create", "POST", "/v1/tickets", form=given, headers=sent)


def desk(
    method: str, path: str = "", *, by: Any = MINA, route: str | None = None, **how: Any
) -> Answer:
    """Call the staff API of tickets."""
    return http("ticket_admin", method, f"/v1/tickets{path}", staff=by, route=route, **how)


def own(method: str, contact_id: str, path: str = "", **how: Any) -> Answer:
    """Call the customers' API of tickets."""
    return http("portal_tickets", method, f"/v1/portal/tickets{path}", customer=contact_id, **how)


def a_ticket(**fields: Any) -> dict[str, Any]:
    """A ticket that mina opened for somebody on the phone."""
    given = {"email": "ann@example.com", "subject": "Broken", "body": "It broke.", **fields}
    answer = desk("POST", "/on-behalf", body=given)
    assert answer.status == 201, answer.text
    found: dict[str, Any] = answer.json
    return found


def in_a_case(ticket_id: str) -> str:
    """Put a ticket into a case of its own; the case's id."""
    case = http("ticket_admin", "POST", "/v1/cases", staff=MINA, body={"title": "All pumps"})
    assert case.status == 201, case.text
    body = {"version": shown(ticket_id)["ticket"]["version"], "case_id": case.json["case_id"]}
    assert desk("PATCH", f"/{ticket_id}", body=body).status == 200
    return str(case.json["case_id"])


def shown(ticket_id: str) -> dict[str, Any]:
    """A ticket with its conversation."""
    answer = desk("GET", f"/{ticket_id}")
    assert answer.status == 200, answer.text
    found: dict[str, Any] = answer.json
    return found


def timer_fires(ticket_id: str, times: int = 1) -> Any:
    """A ticket's time has come, as its queue says."""
    key = {"pk": f"TICKET#{ticket_id}", "sk": "TICKET", "due": "…"}
    return invoke("ticket_timer", queue_event([key] * times))


def calendar() -> BusinessCalendar:
    """Office hours, Monday to Friday, nine to five in UTC."""
    return BusinessCalendar.model_validate(OFFICE)


def now() -> Any:
    """The instant of the test."""
    return clock.now()


@contextmanager
def calls_made() -> Iterator[list[str]]:
    """The names of the AWS calls made meanwhile, such as `dynamodb.Query`."""
    made: list[str] = []

    def note(call: Call, send: Send) -> Any:
        made.append(call.name)
        return send()

    with intercepted(note):
        yield made


def loads() -> dict[str, int]:
    """How many tickets everybody has, as counted."""
    return {one["pk"]: one["tickets"] for one in everything() if one["sk"] == "TICKETS"}
