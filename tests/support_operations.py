"""What the product does in support (see `tests.operations`)."""

import json
from collections import Counter
from typing import Any, Final

from shared.platform import clock
from shared.support.canned.model import NAME as CANNED
from shared.support.canned.model import Macros
from shared.support.canned.stored import put_macros, stored_replies
from shared.support.events import SlaBreached, TicketChanged, TicketMessageAdded, TicketOpened
from shared.support.intake.references import subject_of
from shared.support.tickets.repository import load
from shared.support.tickets.stepping import fact
from tests import dealings
from tests.calls import bus_event, invoke, queue_event, request
from tests.cloud import everything
from tests.mails import a_mail, raw_mails, stored
from tests.operations.operation import Operation, Payload
from tests.pages import page_post
from tests.pump import Pump, carried, overlook
from tests.sending import mailed
from tests.staffing import employed, hire, person
from tests.support import (
    MINA,
    OMAR,
    TICKET,
    policies,
    policies_in_force,
    queues_in_force,
)

_KEY: Final = {"idempotency-key": "key-1"}
_WRITTEN: Final = {"email": "ann@example.com", "subject": "Broken", "body": "It broke."}


def _company() -> None:
    """Deadlines are in force, and a queue that goes to whoever has the fewest tickets."""
    employed(*MINA)
    hire(person("tara", team_id="support", roles=("agent",)))
    hire(person("omar", roles=("supervisor",)))
    policies_in_force(first_response=60, resolution=480)
    queues_in_force(team_id="support", strategy="least_busy", supervisors=["omar"])


def _opened(**more: Any) -> str:
    """The id of a ticket that mina opened."""
    body = {**_WRITTEN, **more}
    raw = request("POST", "/v1/tickets/on-behalf", body=body, staff=MINA)
    answer = invoke("ticket_admin", raw)
    assert answer["statusCode"] == 201, answer
    return str(json.loads(answer["body"])["ticket_id"])


def a_ticket_of(email: str) -> None:
    """Somebody of that address has a ticket, which tara has."""
    _company()
    _opened(email=email, owner_id="tara")


def no_ticket_is_left() -> None:
    """Nothing of any ticket is there, and tara has nothing to do."""
    assert [one for one in everything() if str(one["pk"]).startswith("TICKET#")] == []
    assert [one["tickets"] for one in everything() if one["sk"] == "TICKETS"] == [0]


def _at_the_desk(method: str, ticket_id: str, part: str, body: Any, **how: Any) -> Payload:
    path = f"/v1/tickets/{ticket_id}{part}"
    return request(method, path, body=body, staff=MINA, route=f"{TICKET}{part}", **how)


def _posts_form() -> Payload:
    _company()
    form = {"email": "ann@example.com", "subject": "Broken", "message": "It broke."}
    headers = {"accept": "application/json"}
    return request("POST", "/v1/tickets", form=form, headers=headers)


def _answers() -> Payload:
    _company()
    body = {"body": "Try this.", "then": "pending"}
    return _at_the_desk("POST", _opened(), "/replies", body, headers=_KEY)


def _answered_once() -> None:
    assert Counter(one["author"] for one in _messages()) == {"agent": 2}


def _uses_macro() -> Payload:
    _company()
    solved = {"id": "solved", "name": "Solved", "reply": "Done.", "then": "resolved"}
    macros = Macros.model_validate({"macros": [{**solved, "assign_to": "me"}]})
    put_macros(macros, after=0, by="omar", now=_now())
    return _at_the_desk("POST", _opened(), "/macros", {"macro": "solved"}, headers=_KEY)


def _uses_macro_on_page() -> Payload:
    _company()
    solved = {"id": "solved", "name": "Solved", "reply": "Done.", "then": "resolved"}
    put_macros(Macros.model_validate({"macros": [solved]}), after=0, by="omar", now=_now())
    # The page tells its version: sent again, it is the ticket's own change that made it old.
    form = {"macro": "solved", "version": "1", "key": "page-1"}
    return page_post(f"/console/tickets/{_opened()}/macro", form, MINA)


def _opens_on_page() -> Payload:
    _company()
    form = {"who": "ann@example.com", "subject": "Broken", "body": "It broke.", "key": "page-1"}
    return page_post("/console/tickets/new", form, MINA)


def _opened_once() -> None:
    assert [one["author"] for one in _messages()] == ["agent"]


def _writes_canned_reply() -> Payload:
    form = {"name": "Wait", "body": "Hello {{ requester.name }}, wait."}
    return page_post("/console/support/canned/replies/new", form, OMAR)


def _written_once() -> None:
    stored = stored_replies.in_force(CANNED)
    assert stored and len(stored.value.replies) == 1


def _changes() -> Payload:
    _company()
    return _at_the_desk("PATCH", _opened(), "", {"version": 1, "tags": ["vip"]})


def _writes_after_closing() -> Payload:
    _company()
    ann = dealings.a_contact().contact_id
    path, route = "/v1/portal/tickets", "/v1/portal/tickets/{ticket_id}/replies"
    body = {"subject": "Broken", "body": "It broke."}
    made = invoke("portal_tickets", request("POST", path, body=body, customer=ann))
    one = f"{path}/{json.loads(made['body'])['ticket_id']}"
    invoke("portal_tickets", request("POST", f"{one}/close", customer=ann))
    again = {"body": "Again."}
    return request("POST", f"{one}/replies", body=again, customer=ann, headers=_KEY, route=route)


def _followed_once() -> None:
    assert len(_messages()) == 2
    assert len([one for one in everything() if "follows" in one]) == 1


def _time_comes() -> Payload:
    _company()
    ticket_id = _opened()
    Pump().run()
    overlook()
    _tick(hours=6)
    return queue_event([{"pk": f"TICKET#{ticket_id}", "sk": "TICKET", "due": "…"}])


def _breached_once() -> None:
    alerts = [one["sk"] for one in everything() if one["sk"].startswith("ALERT#")]
    assert alerts == ["ALERT#first_response#0001#breach"]


def _is_given() -> Payload:
    _company()
    ticket = load(_opened())
    assert ticket
    fact = TicketOpened(
        event_id="opened",
        occurred_at=_now(),
        ticket_id=ticket.ticket_id,
        contact_id=ticket.contact_id,
        version=1,
        channel=ticket.channel,
        ticket_type=ticket.ticket_type,
        priority=ticket.priority.value,
        queue=ticket.queue,
    )
    return queue_event([bus_event(fact)])


def _given_once() -> None:
    (ticket,) = [one for one in everything() if one["sk"] == "TICKET"]
    # At ten in Kathmandu tara is at work, and so is nobody else.
    assert ticket["owner_id"] == "tara"


def _is_told() -> Payload:
    _company()
    ticket = load(_opened())
    assert ticket
    fact = SlaBreached(
        event_id="late",
        occurred_at=_now(),
        ticket_id=ticket.ticket_id,
        contact_id=ticket.contact_id,
        version=1,
        clock="first_response",
        run=1,
        due_at=ticket.due_at or "",
    )
    return queue_event([bus_event(fact)])


def _is_counted() -> Payload:
    _company()
    tickets = [load(_opened(tags=["broken"])) for _ in range(2)]
    facts = [fact(TicketChanged, one, "mina", fields=["tags"]) for one in tickets if one]
    return queue_event([bus_event(one) for one in (*facts, facts[0])])


def _counted_once() -> None:
    opened = [one.get("opened") for one in everything() if one["pk"] == "FIGURES#topic"]
    # Today's, and what is so at present.
    assert sorted(opened, key=bool) == [None, 2]


def _told_at_most_once() -> None:
    assert mailed()["omar@example.com"] <= 1


def _merges() -> Payload:
    _company()
    into = _opened(subject="One")
    return _at_the_desk(
        "POST", _opened(subject="Another", owner_id="tara"), "/merge", {"into": into}
    )


def _splits() -> Payload:
    _company()
    ticket_id = _opened()
    body = {"message_id": f"message_{ticket_id.rpartition('_')[2]}", "subject": "The bill"}
    return _at_the_desk("POST", ticket_id, "/split", body, headers=_KEY)


def _split_once() -> None:
    assert len([one for one in everything() if "split_from" in one]) == 1


def _saves_policies() -> Payload:
    employed(*OMAR)
    body = {"policies": policies(first_response=60), "version": 0, "activate": True}
    return request("POST", "/v1/sla-policies", body=body, staff=OMAR)


def _messages() -> list[dict[str, Any]]:
    return [one for one in everything() if str(one["sk"]).startswith("MESSAGE#")]


def _now() -> Any:
    return clock.now()


def _tick(**amount: float) -> None:
    fake: Any = clock.now
    fake.tick(**amount)


def _mails() -> Payload:
    _company()
    files = {"a.txt": ("text/plain", b"The log")}
    return queue_event([stored(a_mail(files=files)), stored(a_mail("Two", message_id="<2@x>"))])


def _answers_by_mail() -> Payload:
    _company()
    subject = subject_of("Broken", _opened())
    return queue_event([stored(a_mail("Still broken", subject=subject))] * 2)


def _added_once() -> None:
    assert Counter(one["author"] for one in _messages()) == {"agent": 1, "customer": 1}
    assert [one for one in raw_mails() if one not in {m.get("raw_key") for m in _messages()}] == []


def _acknowledged_at_most_once() -> None:
    assert Counter(one["author"] for one in _messages())["customer"] == 2
    # One for each of the two tickets, whatever became of it.
    assert mailed()["ann@example.com"] <= 2


def _is_answered() -> Payload:
    _company()
    ticket_id = _opened()
    invoke("ticket_admin", _at_the_desk("POST", ticket_id, "/replies", {"body": "Try this."}))
    (said,) = [one.detail for one in carried() if one.detail.get("version") == 2
               and one.type == "TicketMessageAdded"]  # fmt: skip
    return queue_event([bus_event(TicketMessageAdded.model_validate(said))])


def _answered_by_mail_at_most_once() -> None:
    assert mailed()["ann@example.com"] <= 1
    (claim,) = [one for one in everything() if one["pk"].startswith("SENT#")
                and not one["sk"].endswith("#TROUBLE")]  # fmt: skip
    notes = [one for one in _messages() if one["author"] == "automatic"]
    assert len(notes) == (claim["state"] != "sent")


SUPPORT_OPERATIONS: Final = (
    Operation("take in mails", "ticket_intake", _mails, afterwards=_acknowledged_at_most_once),
    Operation(
        "take in an answer by mail", "ticket_intake", _answers_by_mail, afterwards=_added_once
    ),
    Operation(
        "mail an answer", "ticket_mail", _is_answered, afterwards=_answered_by_mail_at_most_once
    ),
    Operation("open a ticket by the form", "ticket_create", _posts_form),
    Operation("answer a ticket", "ticket_admin", _answers, afterwards=_answered_once),
    Operation("use a macro", "ticket_admin", _uses_macro, afterwards=_answered_once),
    Operation(
        "use a macro on the page",
        "console_tickets",
        _uses_macro_on_page,
        afterwards=_answered_once,
    ),
    Operation(
        "open a ticket on the page", "console_tickets", _opens_on_page, afterwards=_opened_once
    ),
    Operation(
        "write a canned reply on the page",
        "console_support",
        _writes_canned_reply,
        afterwards=_written_once,
    ),
    Operation("change a ticket", "ticket_admin", _changes, (412,)),
    Operation(
        "write to a closed ticket",
        "portal_tickets",
        _writes_after_closing,
        afterwards=_followed_once,
    ),
    Operation("escalate a ticket", "ticket_timer", _time_comes, afterwards=_breached_once),
    Operation("give a ticket to somebody", "ticket_assign", _is_given, afterwards=_given_once),
    Operation("tell of a breach", "ticket_notice", _is_told, afterwards=_told_at_most_once),
    Operation("count tickets", "ticket_count", _is_counted, afterwards=_counted_once),
    Operation("merge tickets", "ticket_admin", _merges),
    Operation("split a ticket", "ticket_admin", _splits, afterwards=_split_once),
    Operation("save deadlines", "sla_admin", _saves_policies, (412,)),
)
