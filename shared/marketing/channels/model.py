"""What every way to reach people has in common."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from shared.customers.contacts.model import Contact
from shared.customers.identity import AddressKind

ChannelName = Literal["email", "sms", "webhook", "post", "phone", "web"]

TemplateKind = Literal["email", "sms", "text"]


@dataclass(frozen=True, slots=True)
class Channel:
    """A way to reach people. `consent` is the channel that they must have agreed to, `kind` the
    sort of address it needs (`None`: none that is suppressed), `template` the kind of template it
    takes. `placed`: nothing leaves by it, at whatever hour: people are put on a list for others to
    write to or call, or find the message on their own pages."""

    name: ChannelName
    consent: str
    kind: AddressKind | None
    template: TemplateKind | None
    placed: bool = False

    @property
    def coded(self) -> bool:
        """Whether people are put on a list, each with a response code."""
        return self.placed and self.template is None

    def address(self, contact: Contact) -> str | None:
        """Where a contact is reached by it; `None`: nowhere."""
        if self.kind == "email":
            return contact.email
        if self.kind == "phone":
            return contact.phone
        if self.name == "post":
            return contact.postal_address
        return contact.contact_id


CHANNELS: Final[Mapping[str, Channel]] = {
    one.name: one
    for one in (
        Channel("email", "email", "email", "email"),
        Channel("sms", "sms", "phone", "sms"),
        Channel("webhook", "chat", None, "text"),
        Channel("post", "post", None, None, placed=True),
        Channel("phone", "phone", "phone", None, placed=True),
        # Nobody decides about it alone: it takes the decision about every channel.
        Channel("web", "web", None, "text", placed=True),
    )
}

PREFERRED: Final[Mapping[str, ChannelName]] = {
    "email": "email",
    "sms": "sms",
    "chat": "webhook",
    "post": "post",
    "phone": "phone",
    "portal": "web",
}
"""Which of them somebody means who likes to be reached by something."""
