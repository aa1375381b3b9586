"""Mail on the deployed stack: in by SMTP, an acknowledgement and an agent's answer out, and the
customer's answer back in the same ticket."""

import smtplib
from email.message import EmailMessage
from typing import Any
from uuid import uuid4

import pytest

from infra.local import rest

from .company import address
from .stack import PATIENCE, Stack

pytestmark = pytest.mark.journey

MAILBOX = "support@example.com"


def send(stack: Stack, sender: str, subject: str, text: str, **headers: str) -> None:
    """A mail from `sender`, as any mail program hands it over."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, MAILBOX, subject
    mail["Message-ID"] = f"<{uuid4().hex}@mail.example.net>"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    with smtplib.SMTP("127.0.0.1", stack.home.mail_port, timeout=30) as smtp:
        smtp.send_message(mail)
    rest.wait(stack.home, PATIENCE)


def tickets_of(stack: Stack, subject: str) -> list[Any]:
    reply = stack.get("/v1/tickets?queue=support", who="agent")
    assert reply.status == 200, reply.text
    return [one for one in reply.json["items"] if one["subject"] == subject]


def bodies(stack: Stack, ticket_id: str) -> list[tuple[str, str]]:
    reply = stack.get(f"/v1/tickets/{ticket_id}", who="agent")
    assert reply.status == 200, reply.text
    return [(one["author"], one["body"]) for one in reply.json["messages"]]


def test_a_customer_mails_is_answered_and_answers_in_the_same_ticket(stack: Stack) -> None:
    ann, about = address(), f"Pump {uuid4().hex[:8]}"

    send(stack, ann, about, "It broke.")

    (ticket,) = tickets_of(stack, about)
    ticket_id = ticket["ticket_id"]
    (acknowledged,) = stack.mail(ann)
    assert acknowledged.subject.startswith(f"Re: {about} [#")

    reply = stack.call(
        "POST", f"/v1/tickets/{ticket_id}/replies", {"body": "Turn it on."}, who="agent"
    )
    assert reply.status == 201, reply.text
    rest.wait(stack.home, PATIENCE)
    answer = stack.mail(ann)[-1]
    assert answer.text.startswith("Turn it on.")
    assert "> It broke." in answer.text

    quoted = "\n".join(f"> {line}" for line in answer.text.splitlines())
    said = f"It runs!\n\nOn Mon, Jun 2, 2025 at 6:15 AM Support <{MAILBOX}> wrote:\n{quoted}"
    send(stack, ann, f"Re: {answer.subject}", said)
    send(stack, "eve@example.org", answer.subject, "Let me in")
    send(stack, ann, answer.subject, "I am away", Auto_Submitted="auto-replied")

    assert bodies(stack, ticket_id) == [
        ("customer", "It broke."),
        ("agent", "Turn it on."),
        ("customer", "It runs!"),
        ("automatic", "I am away"),
    ]
    assert len(stack.mail(ann)) == 2
    assert len(stack.mail("eve@example.org")) == 1


def test_other_mailboxes_are_not_ours(stack: Stack) -> None:
    with (
        smtplib.SMTP("127.0.0.1", stack.home.mail_port, timeout=30) as smtp,
        pytest.raises(smtplib.SMTPRecipientsRefused),
    ):
        smtp.sendmail("ann@example.com", ["someone@example.net"], "Subject: x\r\n\r\nx")
