"""What a person wants to hear of, decided by a link in a mail: without signing in, for each purpose
and channel."""

from datetime import datetime

from shared.customers.consents.model import Channel
from shared.customers.consents.reading import consents_of
from shared.customers.portal.choices import Choice, choices, choose
from shared.kernel.errors import FieldError, NotFound, Rejected
from shared.marketing.sending.tokens import Link


def preferences(link: Link) -> list[Choice]:
    """What holds for each purpose; nothing but what is offered where there is nobody any more."""
    try:
        return choices(consents_of(link.contact_id).standing)
    except NotFound:
        return choices([])


def prefer(
    link: Link,
    purpose: str,
    channel: Channel,
    *,
    granted: bool,
    network: str,
    key: str,
    now: datetime,
) -> None:
    """Write down what the person decided; it holds at once, and once for a `key`. Nothing happens
    where there is nobody any more. Raises `Rejected` for a purpose they were not asked about."""
    try:
        known = consents_of(link.contact_id)
    except NotFound:
        return
    if purpose not in {one.purpose for one in choices(known.standing)}:
        wrong = FieldError("purpose", "purpose_unknown", "You were not asked about this")
        raise Rejected("validation_failed", fields=[wrong])
    choose(
        known.contact_id,
        purpose,
        channel,
        granted=granted,
        network=network,
        key=key,
        now=now,
        source="preferences",
    )
