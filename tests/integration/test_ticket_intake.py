"""Mails that come in become messages of tickets (row V2)."""

from typing import Any

import pytest

from shared.kernel.ids import new_id
from shared.platform.files import read
from shared.support.intake.references import reference, subject_of
from tests import dealings
from tests.calls import invoke, queue_event
from tests.fake_clock import NOW, FakeClock
from tests.mails import MAILBOX, a_mail, arrives, messages, raw_mails, stored, tickets
from tests.privacy import erased
from tests.support import a_ticket, desk

pytestmark = pytest.mark.usefixtures("tables")


def test_a_mail_opens_a_ticket_of_whoever_wrote_it() -> None:
    arrives(a_mail("It broke.\n\nAnn", subject="Pump is broken"))

    (ticket,) = tickets()
    assert (ticket.subject, ticket.channel, ticket.state) == ("Pump is broken", "email", "new")
    assert (ticket.requester.email, ticket.requester.name) == ("ann@example.com", "Ann Lee")
    assert ticket.proven is False
    (message,) = messages()
    assert (message.author, message.body) == ("customer", "It broke.\n\nAnn")
    assert message.raw_key in raw_mails()
    assert b"Pump is broken" in read(str(message.raw_key))


def test_the_same_mail_three_times_is_one_message() -> None:
    mail = a_mail()

    arrives(mail, times=2)
    arrives(b"Received: by another way\r\n" + mail)

    assert len(messages()) == 1
    assert len(raw_mails()) == 1  # what nobody refers to is not kept


def test_another_mail_with_the_same_id_is_a_second_message() -> None:
    arrives(a_mail("One"))
    arrives(a_mail("Two", References="<1@mail.example.com>"))
    arrives(a_mail("Two", References="<1@mail.example.com>"))

    (ticket,) = tickets()
    assert [one.body for one in messages(ticket.ticket_id)] == ["One", "Two"]


def test_a_mail_without_an_id_is_known_by_what_it_says() -> None:
    arrives(a_mail(message_id=None), times=2)
    arrives(a_mail(message_id=None))
    arrives(a_mail("Something else", message_id=None))

    assert len(messages()) == 2


def _referring(ticket_id: str, text: str = "Still broken", **more: Any) -> bytes:
    given = {"subject": subject_of("Re: Broken", ticket_id), "message_id": "<2@x.example>", **more}
    return a_mail(text, **given)


def test_an_answer_goes_to_the_ticket_its_subject_names() -> None:
    ticket_id = a_ticket()["ticket_id"]

    arrives(_referring(ticket_id))

    assert [one.body for one in messages(ticket_id)] == ["It broke.", "Still broken"]
    assert len(tickets()) == 1


def test_a_reference_from_a_stranger_makes_a_new_ticket() -> None:
    ticket_id = a_ticket()["ticket_id"]

    arrives(_referring(ticket_id, sender="eve@example.org"))

    assert len(messages(ticket_id)) == 1
    assert tickets()[-1].requester.email == "eve@example.org"
    assert tickets()[-1].subject == "Re: Broken"


def test_whoever_is_in_copy_takes_part_and_is_told_apart_from_whoever_asked() -> None:
    arrives(a_mail(Cc=f"{MAILBOX}, Bo Rai <Bo@Example.com>, nonsense, ann@example.com"))
    (ticket,) = tickets()
    assert len(ticket.participants) == 1

    bo = "Bo Rai <bo@example.com>"
    arrives(_referring(ticket.ticket_id, "Me too", sender=bo, Cc="Cy <cy@example.com>"))
    arrives(_referring(ticket.ticket_id, "And I", sender="cy@example.com", message_id="<3@x>"))
    arrives(_referring(ticket.ticket_id, "Let me in", sender="eve@x.org", message_id="<4@x>"))

    said = {one.body: one.said_by for one in messages(ticket.ticket_id)}
    assert said == {"It broke.": None, "Me too": "Bo Rai", "And I": "cy@example.com"}
    assert len(tickets()) == 2


def test_whom_a_robot_writes_to_takes_no_part() -> None:
    arrives(a_mail(Cc="bo@example.com", Auto_Submitted="auto-replied"))

    (ticket,) = tickets()
    assert ticket.participants == []


def test_a_forged_reference_makes_a_new_ticket() -> None:
    ticket_id = a_ticket()["ticket_id"]
    forged = f"{reference(ticket_id)[:-1]}{'0' if reference(ticket_id)[-1] != '0' else '1'}"

    arrives(a_mail(subject=f"Re: Broken [#{forged}]"))
    arrives(a_mail(subject=f"Re: [#{reference(new_id('ticket', NOW))}]", message_id="<3@x>"))

    assert len(messages(ticket_id)) == 1
    assert len(tickets()) == 3


def test_an_answer_is_known_by_the_mails_it_answers() -> None:
    arrives(a_mail())
    arrives(a_mail("And it smells", subject="Smell", message_id="<2@x>",
                   In_Reply_To="<1@mail.example.com>"))  # fmt: skip
    arrives(a_mail("Whatever", subject="x", message_id="<3@x>", sender="eve@example.org",
                   In_Reply_To="<1@mail.example.com>"))  # fmt: skip

    first, second = tickets()
    by_ticket = {one.ticket_id: len(messages(one.ticket_id)) for one in (first, second)}
    assert sorted(by_ticket.values()) == [1, 2]


def _moved(ticket_id: str, *states: str) -> None:
    for state in states:
        answer = desk("POST", f"/{ticket_id}/moves", body={"to": state},
                      route="/v1/tickets/{ticket_id}/moves")  # fmt: skip
        assert answer.status == 200, answer.text


@pytest.mark.parametrize("state", ["pending", "resolved"])
def test_an_answer_opens_what_waited_or_seemed_settled(state: str) -> None:
    ticket_id = a_ticket(owner_id="mina")["ticket_id"]
    _moved(ticket_id, state)

    arrives(_referring(ticket_id))

    assert tickets()[0].state == "open"


def test_an_answer_to_a_closed_one_begins_a_linked_ticket() -> None:
    ticket_id = a_ticket()["ticket_id"]
    _moved(ticket_id, "resolved", "closed")

    arrives(_referring(ticket_id), times=2)

    (new,) = [one for one in tickets() if one.ticket_id != ticket_id]
    assert new.follows == ticket_id
    assert [one.body for one in messages(new.ticket_id)] == ["Still broken"]


@pytest.mark.parametrize("state", ["resolved", "closed"])
def test_an_out_of_office_note_is_recorded_and_opens_nothing(state: str) -> None:
    ticket_id = a_ticket()["ticket_id"]
    _moved(ticket_id, *(["resolved", "closed"] if state == "closed" else [state]))

    arrives(_referring(ticket_id, "I am away", Auto_Submitted="auto-replied"))

    (ticket,) = tickets()
    assert ticket.state == state
    assert [one.author for one in messages(ticket_id)][-1] == "automatic"


def test_an_answer_to_a_merged_ticket_goes_to_where_it_lives_on() -> None:
    merged, into = a_ticket()["ticket_id"], a_ticket(subject="Same")["ticket_id"]
    answer = desk("POST", f"/{merged}/merge", body={"into": into},
                  route="/v1/tickets/{ticket_id}/merge")  # fmt: skip
    assert answer.status in (200, 201), answer.text

    arrives(_referring(merged))

    assert messages(into)[-1].body == "Still broken"


def test_what_is_repeated_from_before_is_kept_apart() -> None:
    arrives(a_mail("Thanks!\n\nOn Mon, Jun 2, 2025 at 6:15 AM Support <s@x.test> wrote:\n> Try it"))

    (message,) = messages()
    assert message.body == "Thanks!"
    assert message.quoted is not None and message.quoted.endswith("> Try it")


def test_html_does_nothing_when_shown() -> None:
    page = (
        "<p onclick='x()'>Hi <b>you</b><script>alert(1)</script><img src='https://t.test/1.png'>"
        "<a href='javascript:x()'>a</a><a href='https://x.test/'>b</a></p>"
    )
    arrives(a_mail(None, html=page))

    (message,) = messages()
    assert message.html is not None and "<b>you</b>" in message.html
    for bad in ("script", "onclick", "img"):
        assert bad not in message.html
    assert message.body == "Hi youab"


def test_files_are_kept_with_the_type_they_really_have() -> None:
    png, exe = b"\x89PNG\r\n\x1a\n....", b"MZ\x90\x00rest"
    arrives(
        a_mail(files={"a.png": ("image/png", png), "../../b.png": ("image/png", exe),
                      "c.zip": ("application/zip", b"PK\x03\x04bomb")})
    )  # fmt: skip

    (message,) = messages()
    assert [(one.name, one.media_type) for one in message.attachments] == [
        ("a.png", "image/png"),
        (".._.._b.png", "application/octet-stream"),
        ("c.zip", "application/zip"),
    ]
    assert read(message.attachments[0].key) == png


def test_what_ses_takes_for_spam_is_kept_apart_without_its_files() -> None:
    verdict = {"X-SES-Spam-Verdict": "FAIL"}
    arrives(a_mail(files={"a.txt": ("text/plain", b"hi")}, **verdict))

    assert tickets()[0].state == "spam"
    assert messages()[0].attachments == []


def test_a_huge_mail_is_attached_whole_and_not_read() -> None:
    event = stored(a_mail("x" * 1_000), size=50 * 1024 * 1024)

    answer = invoke("ticket_intake", queue_event([event]))

    assert answer["batchItemFailures"] == []
    (message,) = messages()
    assert [one.name for one in message.attachments] == ["mail.eml"]
    assert tickets()[0].subject == "Broken"


def test_clocks_start_at_receipt_whatever_the_mail_says(clock: FakeClock) -> None:
    event = stored(a_mail(Date="Thu, 01 Jan 1970 00:00:00 +0000"))
    later = stored(a_mail(message_id="<2@x>", Date="Fri, 31 Dec 2099 00:00:00 +0000"))
    clock.tick(hours=3)
    invoke("ticket_intake", queue_event([event, later]))

    assert {one.created_at for one in tickets()} == {"2025-06-02T04:15:00.000Z"}


def test_a_mail_without_a_sender_is_a_ticket_that_nobody_is_mailed_of() -> None:
    arrives(b"Subject: hello\r\n\r\nwho am I")
    arrives(b"")

    assert {one.requester.email for one in tickets()} == {None}
    assert {one.body for one in messages()} == {"who am I", "(no text)"}


def test_nothing_is_left_of_a_mail_whose_sender_is_erased() -> None:
    ann = dealings.a_contact()
    arrives(a_mail(sender="ann@example.com"))
    assert [one.contact_id for one in tickets()] == [ann.contact_id]

    erased(contact_id=ann.contact_id)

    assert (raw_mails(), messages(), tickets()) == ([], [], [])
