"""Fetching a file of a message."""

from typing import Final

from shared.kernel.errors import NotFound
from shared.kernel.ids import is_id
from shared.platform import files
from shared.support.tickets.repository import MESSAGE, message_of, support

DOWNLOAD_SECONDS: Final = files.DOWNLOAD_SECONDS


def file_url(ticket_id: str, file_id: str, *, public_only: bool) -> str:
    """An address that downloads a file of a ticket's messages (of the public ones alone) for some
    minutes, as a file to keep, never to be shown. Raises `NotFound`. One strong query per
    megabyte of conversation."""
    if is_id("ticket", ticket_id):
        items = support.query_all(f"TICKET#{ticket_id}", begins=MESSAGE, consistent=True)
        for message in map(message_of, items):
            for one in message.attachments:
                if one.file_id == file_id and (message.public or not public_only):
                    return files.download_address(one.key, one.name)
    raise NotFound("attachment_not_found", "There is no such file")
