"""A person wants no more messages of a kind. It holds at once."""

from datetime import datetime

from shared.customers.consents.changes import decide
from shared.customers.consents.model import ANY, Channel, Consent, ConsentState, Evidence
from shared.customers.consents.reading import consents_of
from shared.customers.consents.standing import by_key
from shared.kernel.clock import iso
from shared.kernel.errors import AlreadyHandled, NotFound
from shared.kernel.ids import new_id
from shared.marketing.sending.tokens import Link


def unsubscribe(link: Link, now: datetime) -> None:
    """Withdraw the consent that a message relied on, for its channel. Again, it changes nothing;
    nor where there is nobody any more."""
    channel = _channel(link.channel)
    try:
        known = consents_of(link.contact_id)
    except NotFound:
        return
    stands = by_key(known.standing).get((link.purpose, channel))
    if stands is not None and stands.state is ConsentState.WITHDRAWN:
        return
    consent = Consent(
        purpose=link.purpose,
        channel=channel,
        state=ConsentState.WITHDRAWN,
        at=iso(now),
        evidence=Evidence(source="unsubscribe"),
    )
    try:
        decide(known.contact_id, consent, new_id("unsubscribe", now), now)
    except AlreadyHandled:
        return


def _channel(text: str) -> Channel:
    return "email" if text == "email" else "sms" if text == "sms" else ANY
