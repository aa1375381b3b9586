"""Buttons that allow a way to reach somebody, or take it back: on a customer's own pages and on
those that a link in a mail leads to."""

from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, StringConstraints

from shared.customers.consents.model import ANY, Channel, Purpose
from shared.pages.rendering import words

CHANNELS: Final = (
    ("email", "E-mail"),
    ("phone", "Phone"),
    ("sms", "Text message"),
    ("whatsapp", "WhatsApp"),
    ("chat", "Chat"),
    ("post", "Letter"),
    ("portal", "These pages"),
)

CHANNEL_NAMES: Final = {**dict(CHANNELS), ANY: "Every way"}


class Pressed(BaseModel):
    """A button of the preferences; `rendered` tells on which page it was pressed."""

    model_config = ConfigDict(extra="ignore")

    purpose: Purpose
    channel: Channel
    granted: bool
    rendered: Annotated[str, StringConstraints(max_length=40)]

    @property
    def once(self) -> str:
        """What pressing the same button of the same page again has in common."""
        return f"{self.rendered} {self.purpose} {self.channel} {self.granted}"

    @property
    def said(self) -> str:
        """What happened, in words."""
        name = CHANNEL_NAMES[self.channel].lower()
        if self.channel == ANY:
            name = "every way of reaching you"
        return f"{words(self.purpose)}: {name} is {'on' if self.granted else 'off'}"
