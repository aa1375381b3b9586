"""Mails that customers write, as SES stores them."""

from collections.abc import Mapping
from email.message import EmailMessage
from itertools import count
from typing import Any, Final

from shared.kernel.clock import iso
from shared.platform import clock
from shared.support.tickets.model import Message, Ticket
from shared.support.tickets.repository import from_item, message_of
from tests.calls import invoke, queue_event
from tests.cloud import SETTINGS, client, everything
from tests.imports import arrival

MAILBOX: Final = SETTINGS["support_mailbox"]
_keys = count(1)


def a_mail(
    text: str | None = "It broke.",
    *,
    sender: str = "Ann Lee <ann@example.com>",
    subject: str = "Broken",
    message_id: str | None = "<1@mail.example.com>",
    html: str | None = None,
    files: Mapping[str, tuple[str, bytes]] | None = None,
    **headers: str,
) -> bytes:
    """A mail to the support mailbox. `files` are type and content by name; in names of `headers`
    `_` stands for `-`."""
    mail = EmailMessage()
    given = {"From": sender, "To": MAILBOX, "Subject": subject, "Message-ID": message_id}
    for name, value in {**given, **headers}.items():
        if value is not None:
            mail[name.replace("_", "-")] = value
    if text is not None:
        mail.set_content(text)
    if html is not None:
        mail.add_alternative(html, subtype="html")
    for name, (media_type, content) in (files or {}).items():
        main, _, sub = media_type.partition("/")
        mail.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return mail.as_bytes()


def stored(raw: bytes, *, size: int | None = None) -> dict[str, Any]:
    """What the bus tells of a mail that SES just stored."""
    key = f"mail/{next(_keys):06d}"
    made = client("s3").put_object(Bucket=SETTINGS["files_bucket"], Key=key, Body=raw)
    event = arrival(key)
    event["detail"]["object"]["etag"] = made["ETag"].strip('"')
    event["detail"]["object"]["size"] = len(raw) if size is None else size
    return {**event, "time": iso(clock.now())}


def arrives(raw: bytes, times: int = 1) -> None:
    """A mail arrives, and is told of that often."""
    event = stored(raw)
    answer = invoke("ticket_intake", queue_event([event] * times))
    assert answer["batchItemFailures"] == []


def tickets() -> list[Ticket]:
    """All tickets, the oldest first."""
    found = [from_item(one) for one in everything() if one["sk"] == "TICKET"]
    return sorted(found, key=lambda one: one.created_at)


def messages(ticket_id: str | None = None) -> list[Message]:
    """All messages, or those of a ticket, in order."""
    found = [message_of(one) for one in everything() if one["sk"].startswith("MESSAGE#")]
    mine = [one for one in found if ticket_id in (None, one.ticket_id)]
    return sorted(mine, key=lambda one: (one.ticket_id, one.sequence))


def raw_mails() -> list[str]:
    """The keys of mails in the bucket."""
    listed = client("s3").list_objects_v2(Bucket=SETTINGS["files_bucket"], Prefix="mail/")
    return [one["Key"] for one in listed.get("Contents", ())]
