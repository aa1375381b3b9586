"""Mail that comes in, as SES takes it: what is sent by SMTP to the support mailbox is put into the
bucket for files. Listens on 127.0.0.1 only, takes no password and hands nothing on.
"""

import asyncio
import tomllib
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from infra.stages import STAGES_FILE
from shared.support.intake.references import ARRIVING

from .clients import client
from .home import Home

if TYPE_CHECKING:
    from aiosmtpd.smtp import SMTP, Envelope, Session

MAX_BYTES: Final = 40 * 1024 * 1024
"""The largest mail SES takes in ("Service quotas in Amazon SES")."""


async def listen(home: Home, bucket: Callable[[], str]) -> asyncio.Server:
    """Take mails from now on; `bucket` tells where they are put."""
    from aiosmtpd.smtp import SMTP

    mailbox = str(tomllib.loads(STAGES_FILE.read_text())["local"]["support_mailbox"])
    taking = _Taking(home, bucket, mailbox)

    def made() -> SMTP:
        return SMTP(taking, data_size_limit=MAX_BYTES, enable_SMTPUTF8=True, hostname="localhost")

    return await asyncio.get_running_loop().create_server(made, "127.0.0.1", home.mail_port)


class _Taking:
    """What is done at each step of a conversation (the hooks of aiosmtpd)."""

    def __init__(self, home: Home, bucket: Callable[[], str], mailbox: str) -> None:
        self._home = home
        self._bucket = bucket
        self._mailbox = mailbox

    async def handle_RCPT(
        self, server: "SMTP", session: "Session", envelope: "Envelope", address: str, options: Any
    ) -> str:
        if address.lower() != self._mailbox:
            return f"550 There is no such mailbox; customers write to {self._mailbox}"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: "SMTP", session: "Session", envelope: "Envelope") -> str:
        content = envelope.content
        raw = content if isinstance(content, bytes) else (content or "").encode()
        head = f"Return-Path: <{envelope.mail_from or ''}>\r\n".encode()
        name = uuid.uuid4().hex
        await asyncio.to_thread(self._store, f"{ARRIVING}/{name}", head + raw)
        return f"250 OK {name}"

    def _store(self, key: str, body: bytes) -> None:
        client(self._home, "s3").put_object(Bucket=self._bucket(), Key=key, Body=body)
