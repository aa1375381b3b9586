"""Forms of the customers' pages, as use cases take them."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, StringConstraints

from shared.customers.consents.model import ANY, Channel, Purpose
from shared.customers.contacts.model import Contact
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

_TEXTS: Final = ("first_name", "last_name", "country", "language", "zone", "preferred_channel")


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


def profile_values(form: Mapping[str, str], me: Contact) -> dict[str, Any]:
    """A change of the profile from its form, which shows the primary phone number only: others
    stay as they are."""
    values: dict[str, Any] = {"version": form.get("version", "")}
    values |= {name: form[name].strip() or None for name in _TEXTS if name in form}
    if "phone" in form and form["phone"].strip() != (me.phone or ""):
        typed = form["phone"].strip()
        others = [{"number": one.number} for one in me.phones if not one.primary]
        values["phones"] = [*([{"number": typed, "primary": True}] if typed else []), *others]
    return values
