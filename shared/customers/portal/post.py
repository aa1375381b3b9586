"""Handing a code to whoever mails it.

The message holds no address and no digits, only which code it is: whoever mails it finds out the
rest. It is queued for codes of nobody too, so that asking takes as long.
"""

from shared.platform.queues import send_all
from shared.platform.settings import settings

from .codes import Code, Purpose


def mail_later(code: Code, purpose: Purpose) -> None:
    """Have a code mailed. Raises `NotTaken`."""
    message = {"purpose": purpose, "partition": code.partition, "code_id": code.code_id}
    send_all(settings().need("portal_mail_queue_url"), [message])
