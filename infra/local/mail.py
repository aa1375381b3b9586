"""What the local stack sent by e-mail. Nothing leaves the machine."""

import json
import urllib.request
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from .home import ACCOUNT, Home


@dataclass(frozen=True, slots=True)
class Mail:
    """One message as handed to SES, oldest first in `sent`."""

    at: str
    sender: str
    to: tuple[str, ...]
    subject: str
    text: str
    html: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def sent(home: Home) -> list[Mail]:
    """All messages since the last `crm reset`."""
    with urllib.request.urlopen(f"{home.gateway}/_ministack/ses/messages", timeout=10) as answer:
        found = json.load(answer)["messages"].get(ACCOUNT, [])
    return [
        Mail(
            datetime.fromtimestamp(message["Timestamp"], UTC).isoformat(timespec="seconds"),
            message["Source"],
            (*message["To"], *message["CC"], *message["BCC"]),
            message["Subject"],
            message["BodyText"] or "",
            message["BodyHtml"] or "",
        )
        for message in found
    ]
