"""A form's consent becomes the person's."""

from datetime import datetime
from typing import get_args

from shared.customers.contacts.persons import contacts_of
from shared.kernel.clock import iso
from shared.sales.events import LeadCaptured

from .changes import decide
from .model import ANY, Channel, Consent, ConsentState, Evidence, purpose_of


def record_consent(captured: LeadCaptured, now: datetime) -> None:
    """Keep what was agreed to in a form at the person who sent it; nothing when nothing was.

    One read and one write. Raises `AlreadyHandled` for a person erased since, and `Busy`.
    """
    purpose = purpose_of(captured.consent_purpose or "")
    if purpose is None:
        return
    known: dict[str, Channel] = {one: one for one in get_args(Channel)}
    evidence = Evidence(
        source="form",
        text_version=captured.consent_version,
        form_id=captured.form_id,
        submission_id=captured.submission_id,
    )
    consent = Consent(
        purpose=purpose,
        channel=known.get(captured.consent_channel or ANY, ANY),
        state=ConsentState.GRANTED,
        at=iso(captured.occurred_at),
        evidence=evidence,
    )
    contact_id = contacts_of([captured.lead_id])[captured.lead_id]
    decide(contact_id, consent, captured.submission_id, now)
