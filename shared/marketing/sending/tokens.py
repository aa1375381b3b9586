"""The signed links of messages: who got which campaign, by ids only. They do not end: a mail may
be opened years later, and whoever wants to hear no more must be able to say so."""

from dataclasses import dataclass
from typing import Final

from shared.kernel.errors import NotFound, Rejected
from shared.kernel.ids import is_id
from shared.kernel.paging import seal, unseal
from shared.platform.keys import key

_PURPOSE: Final = "message_link"
_LONGEST: Final = 400


@dataclass(frozen=True, slots=True)
class Link:
    """Whom a message went to, for what purpose and by which channel, and in which campaign."""

    campaign_id: str
    contact_id: str
    purpose: str
    channel: str


def sealed(link: Link) -> str:
    """The token of a link."""
    position = {"c": link.campaign_id, "p": link.contact_id, "f": link.purpose, "b": link.channel}
    return seal(position, key(_PURPOSE), _PURPOSE)


def unsealed(token: str) -> Link:
    """The link of a token of ours. Raises `NotFound` for any other."""
    try:
        found = unseal(token, key(_PURPOSE), _PURPOSE, _LONGEST)
        link = Link(found["c"], found["p"], found["f"], found["b"])
    except (Rejected, KeyError) as error:
        raise NotFound("link_unknown", "This link is not one of ours") from error
    if not is_id("contact", link.contact_id):
        raise NotFound("link_unknown", "This link is not one of ours")
    return link
