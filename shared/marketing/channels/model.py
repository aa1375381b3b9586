"""What every way to reach people has in common."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, Protocol

from shared.customers.contacts.model import Contact
from shared.customers.identity import AddressKind
from shared.platform.mail import Handed

from .prices import Prices

ChannelName = Literal["email", "sms", "webhook", "post", "phone"]

TemplateKind = Literal["email", "sms", "text"]


class Outgoing(Protocol):
    """A message that is ready to leave."""

    def hand_over(self) -> Handed:
        """Give it to the provider, once, and say what is known of it. The claim is the caller's,
        and comes before."""

    def cents(self, prices: Prices) -> float:
        """What it costs."""


@dataclass(frozen=True, slots=True)
class Channel:
    """A way to reach people. `consent` is the channel that they must have agreed to, `kind` the
    sort of address it needs (`None`: none that is suppressed), `template` the kind of template it
    takes. `listed`: nothing leaves by it, but people are put on a list for others to write to or
    call, which is done at any hour."""

    name: ChannelName
    consent: str
    kind: AddressKind | None
    template: TemplateKind | None
    listed: bool = False

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
        Channel("post", "post", None, None, listed=True),
        Channel("phone", "phone", "phone", None, listed=True),
    )
}

PREFERRED: Final[Mapping[str, ChannelName]] = {
    "email": "email",
    "sms": "sms",
    "chat": "webhook",
    "post": "post",
    "phone": "phone",
}
"""Which of them somebody means who likes to be reached by something."""
