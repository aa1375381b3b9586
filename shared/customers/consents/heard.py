"""A form's consent becomes the person's: at once, or once they confirmed it."""

from datetime import datetime
from typing import get_args

from shared.customers.contacts.persons import contacts_of
from shared.kernel.clock import iso
from shared.sales.events import LeadCaptured

from .changes import decide
from .confirming import Asked
from .model import ANY, Channel, Consent, ConsentState, Evidence, purpose_of
from .repository import of_contact
from .standing import allows, by_key


def record_consent(captured: LeadCaptured, now: datetime) -> Asked | None:
    """Keep what was agreed to in a form at the person who sent it; nothing when nothing was. What
    is still to be confirmed, if anything is: not what they allow already.

    One read and one write, one read more for what is to be confirmed. Raises `AlreadyHandled` for a
    person erased since, and `Busy`.
    """
    purpose = purpose_of(captured.consent_purpose or "")
    if purpose is None:
        return None
    known: dict[str, Channel] = {one: one for one in get_args(Channel)}
    evidence = Evidence(
        source="form",
        text_version=captured.consent_version,
        form_id=captured.form_id,
        submission_id=captured.submission_id,
    )
    channel = known.get(captured.consent_channel or ANY, ANY)
    contact_id = contacts_of([captured.lead_id])[captured.lead_id]
    unconfirmed = captured.consent_unconfirmed and not allows(
        by_key(of_contact(contact_id)), purpose, channel
    )
    consent = Consent(
        purpose=purpose,
        channel=channel,
        state=ConsentState.PENDING if unconfirmed else ConsentState.GRANTED,
        at=iso(captured.occurred_at),
        evidence=evidence,
    )
    # Decided before, it is as it was decided then, whatever holds by now.
    decision = decide(contact_id, consent, captured.submission_id, now)
    if decision.state is not ConsentState.PENDING:
        return None
    return Asked.of(contact_id, decision)
