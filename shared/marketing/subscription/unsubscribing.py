"""A person wants no more messages of a kind. It holds at once."""

from datetime import datetime
from typing import Final, get_args

from shared.customers.consents.changes import decide
from shared.customers.consents.model import ANY, Channel, Consent, ConsentState, Evidence, Source
from shared.customers.consents.reading import consents_of
from shared.customers.consents.standing import by_key
from shared.kernel.clock import iso
from shared.kernel.errors import AlreadyHandled, NotFound
from shared.kernel.ids import new_id
from shared.marketing.sending.tokens import Link

_CHANNELS: Final[dict[str, Channel]] = {one: one for one in get_args(Channel)}


def unsubscribe(link: Link, now: datetime) -> None:
    """Withdraw the consent that a message relied on, for its channel. Again, it changes nothing;
    nor where there is nobody any more."""
    entry_id = new_id("unsubscribe", now)
    withdraw(link.contact_id, link.purpose, link.channel, "unsubscribe", entry_id, iso(now), now)


def withdraw(
    contact_id: str,
    purpose: str,
    channel: str,
    source: Source,
    entry_id: str,
    at: str,
    now: datetime,
) -> None:
    """Withdraw a person's consent, as they said at an instant (ISO text), unless it is withdrawn
    or there is nobody any more."""
    by_way_of = _CHANNELS.get(channel, ANY)
    try:
        known = consents_of(contact_id)
    except NotFound:
        return
    stands = by_key(known.standing).get((purpose, by_way_of))
    if stands is not None and stands.state is ConsentState.WITHDRAWN:
        return
    consent = Consent(
        purpose=purpose,
        channel=by_way_of,
        state=ConsentState.WITHDRAWN,
        at=at,
        evidence=Evidence(source=source),
    )
    try:
        decide(known.contact_id, consent, entry_id, now)
    except AlreadyHandled:
        return
