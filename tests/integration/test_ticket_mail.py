"""Mails about tickets that go out: acknowledgements, answers, and what becomes of them (row V2)."""

from typing import Any

import pytest

from shared.support.intake.references import reference
from shared.support.outgoing.sending import ACKNOWLEDGED_IN_AN_HOUR
from tests.calls import invoke, queue_event
from tests.cloud import everything
from tests.fake_clock import FakeClock
from tests.mail_provider import Provider
from tests.mails import MAILBOX, a_mail, arrives, messages, tickets
from tests.pump import Pump
from tests.support import a_ticket, desk, shown

pytestmark = pytest.mark.usefixtures("tables")


@pytest.fixture
def provider() -> Provider:
    return Provider()


def _mailed() -> None:
    Pump(only=("ticket_mail",)).run()


def _headers(request: Any) -> dict[str, str]:
    return {one["Name"]: one["Value"] for one in request["Content"]["Simple"]["Headers"]}


def _subject(request: Any) -> str:
    return str(request["Content"]["Simple"]["Subject"]["Data"])


def _text(request: Any) -> str:
    return str(request["Content"]["Simple"]["Body"]["Text"]["Data"])


def _replied(ticket_id: str, body: str = "Turn it on.") -> str:
    answer = desk("POST", f"/{ticket_id}/replies", body={"body": body},
                  route="/v1/tickets/{ticket_id}/replies")  # fmt: skip
    assert answer.status == 201, answer.text
    return str(messages(ticket_id)[-1].message_id)


def test_a_mail_is_acknowledged_once_as_machines_do(provider: Provider) -> None:
    arrives(a_mail(), times=2)
    _mailed()
    _mailed()

    (sent,) = provider.requests
    (ticket,) = tickets()
    assert sent["Destination"]["ToAddresses"] == ["ann@example.com"]
    assert sent["ReplyToAddresses"] == [MAILBOX]
    assert _subject(sent) == f"Re: Broken [#{reference(ticket.ticket_id)}]"
    assert _headers(sent)["Auto-Submitted"] == "auto-replied"
    assert _headers(sent)["In-Reply-To"] == "<1@mail.example.com>"
    assert "> It broke." in _text(sent)


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated; owner-email=ann@example.com"},
        {"Return_Path": "<>"},
        {"Precedence": "bulk"},
        {"List_Id": "<news.example.com>"},
        {"X_SES_Spam_Verdict": "FAIL"},
        {"Cc": ", ".join(f"p{n}@example.com" for n in range(10_000))},
    ],
    ids=lambda headers: next(iter(headers)),
)
def test_what_is_not_for_a_machine_to_answer_is_recorded_alone(
    provider: Provider, headers: dict[str, str]
) -> None:
    arrives(a_mail(**headers))
    _mailed()

    assert len(messages()) == 1
    assert provider.requests == []


def test_two_robots_come_to_an_end(provider: Provider, clock: FakeClock) -> None:
    robot = "robot@example.org"
    for number in range(ACKNOWLEDGED_IN_AN_HOUR + 3):
        arrives(a_mail("Your message matters", subject="Thank you", sender=robot,
                       message_id=f"<{number}@robot>"))  # fmt: skip
        _mailed()

    assert len(provider.requests) == ACKNOWLEDGED_IN_AN_HOUR
    assert len(tickets()) == ACKNOWLEDGED_IN_AN_HOUR + 3
    clock.tick(hours=1)
    arrives(a_mail(sender=robot, message_id="<later@robot>"))
    _mailed()
    assert len(provider.requests) == ACKNOWLEDGED_IN_AN_HOUR + 1


def test_an_agent_s_answer_leaves_by_mail_in_the_customer_s_thread(provider: Provider) -> None:
    arrives(a_mail())
    (ticket,) = tickets()
    message_id = _replied(ticket.ticket_id)
    desk("POST", f"/{ticket.ticket_id}/notes", body={"body": "Between us"},
         route="/v1/tickets/{ticket_id}/notes")  # fmt: skip
    _mailed()

    sent = provider.requests[-1]
    assert len(provider.requests) == 2
    assert _text(sent).startswith("Turn it on.")
    assert "> It broke." in _text(sent) and "Between us" not in _text(sent)
    told = _headers(sent)
    assert told["In-Reply-To"] == "<1@mail.example.com>"
    assert told["References"].startswith("<1@mail.example.com> <ticket.")
    assert "Auto-Submitted" not in told
    assert {one["Name"]: one["Value"] for one in sent["EmailTags"]} == {
        "ticket": ticket.ticket_id,
        "message": message_id,
    }


def test_an_answer_to_our_mail_is_known_by_its_references_alone(provider: Provider) -> None:
    ticket_id = a_ticket()["ticket_id"]
    _replied(ticket_id)
    _mailed()
    thread = _headers(provider.requests[-1])["References"]
    arrives(a_mail("By reference", subject="hm", References=thread))
    (claim,) = [one for one in everything() if one["pk"].startswith("SENT#")]
    ours = f"<{claim['provider_id']}@eu-central-1.amazonses.com>"
    arrives(a_mail("By id", subject="hm", message_id="<2@x>", In_Reply_To=ours))

    assert [one.body for one in messages(ticket_id)][2:] == ["By reference", "By id"]


def test_what_staff_wrote_down_for_a_customer_is_not_mailed_to_them(provider: Provider) -> None:
    a_ticket()
    _mailed()

    assert provider.requests == []


@pytest.mark.parametrize(
    ("trouble", "word"),
    [((400, "BadRequestException"), "refused"), ((500, "InternalFailure"), "may not")],
)
def test_an_answer_that_was_not_sent_is_told_at_its_ticket(
    provider: Provider, trouble: Any, word: str
) -> None:
    ticket_id = a_ticket()["ticket_id"]
    _replied(ticket_id)
    provider.trouble = trouble
    _mailed()

    note = messages(ticket_id)[-1]
    assert (note.author, note.public) == ("automatic", False)
    assert word in note.body


def _event(kind: str, ticket_id: str, message_id: str) -> dict[str, Any]:
    return {
        "eventType": kind,
        "mail": {
            "timestamp": "2025-06-02T04:15:00.000Z",
            "messageId": "provider-1",
            "destination": ["ann@example.com"],
            "tags": {"ticket": [ticket_id], "message": [message_id]},
        },
        "bounce": {"bounceType": "Permanent", "bounceSubType": "General"},
    }


def test_an_answer_that_came_back_is_told_once_at_its_ticket() -> None:
    ticket_id = a_ticket()["ticket_id"]
    message_id = _replied(ticket_id)
    told = [
        _event("Delivery", ticket_id, message_id),
        *[_event("Bounce", ticket_id, message_id)] * 2,
    ]

    invoke("mail_events", queue_event(told))

    assert [one.body for one in messages(ticket_id)][2:] == [
        "An answer by mail came back: the address takes no mail."
    ]
    assert shown(ticket_id)["ticket"]["state"] == "open"


def test_a_report_by_mail_is_recorded_at_the_ticket_whose_mail_it_carries() -> None:
    ticket_id = a_ticket()["ticket_id"]
    report = "\r\n".join(
        [
            "From: Mail Delivery System <mailer-daemon@mx.example.com>",
            "Return-Path: <>",
            "Subject: Undelivered Mail Returned to Sender",
            'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
            "",
            "--b",
            "Content-Type: text/plain",
            "",
            "It did not arrive.",
            "--b",
            "Content-Type: message/delivery-status",
            "",
            "Reporting-MTA: dns; mx.example.com",
            "",
            "Final-Recipient: rfc822; ann@example.com",
            "Status: 5.1.1",
            "--b",
            "Content-Type: message/rfc822",
            "",
            f"Subject: Re: Broken [#{reference(ticket_id)}]",
            "",
            "Turn it on.",
            "--b--",
            "",
        ]
    )

    arrives(report.encode())

    message = messages(ticket_id)[-1]
    assert (message.author, message.body) == ("automatic", "It did not arrive.")
    assert len(tickets()) == 1
