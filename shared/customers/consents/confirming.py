"""Double opt-in: what was agreed to in a form counts once it was confirmed by a link that was mailed
to the address in it. Nobody signs up others, and nobody is asked more than once a day.

| entity (table `customers`) | pk | sk |
|---|---|---|
| claim of one mail (see platform.mail) | `CONTACT#<contact_id>` | `MAIL#<purpose>.<channel>.<day it is over>` |
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Self

from shared.customers.suppression.repository import customers, suppressed
from shared.kernel.clock import iso, parse_instant
from shared.kernel.errors import NotFound, Rejected
from shared.kernel.ids import is_id
from shared.kernel.paging import seal, unseal
from shared.platform.keys import key, keyed_hash
from shared.platform.letters import written
from shared.platform.mail import Mail, send_once
from shared.platform.observability import logger
from shared.platform.settings import settings

from .changes import decide
from .model import Consent, ConsentState, Decision, Evidence
from .reading import consents_of

VALID: Final = timedelta(days=7)

_PURPOSE: Final = "consent_confirmation"
_LONGEST: Final = 500
_UNKNOWN: Final = "This link is not one of ours"
_OVER: Final = "This link is too old. Send the form again"


@dataclass(frozen=True, slots=True)
class Asked:
    """A decision that is to be confirmed, until an instant (ISO text): of whom, and which."""

    contact_id: str
    entry_id: str
    purpose: str
    channel: str
    until: str

    @classmethod
    def of(cls, contact_id: str, decision: Decision) -> Self:
        """What is asked about a decision."""
        until = iso(parse_instant(decision.at) + VALID)
        return cls(contact_id, decision.entry_id, decision.purpose, decision.channel, until)

    @property
    def token(self) -> str:
        """Its signed token: ids only."""
        known = {"p": self.contact_id, "e": self.entry_id, "f": self.purpose, "b": self.channel}
        return seal({**known, "u": self.until}, key(_PURPOSE), _PURPOSE)


def asked_by(token: str, now: datetime) -> Asked:
    """What a link asks. Raises `NotFound` for one that is not ours, and for one that is over."""
    try:
        known = unseal(token, key(_PURPOSE), _PURPOSE, _LONGEST)
        asked = Asked(known["p"], known["e"], known["f"], known["b"], known["u"])
    except (Rejected, KeyError) as error:
        raise NotFound("link_unknown", _UNKNOWN) from error
    if not is_id("contact", asked.contact_id):
        raise NotFound("link_unknown", _UNKNOWN)
    if asked.until <= iso(now):
        raise NotFound("link_over", _OVER)
    return asked


def ask(asked: Asked, address: str, templates: Path, now: datetime) -> None:
    """Mail the link, at most once a day for a purpose and channel, and not to an address that is
    written to no more at all. Raises `Busy` when the provider takes no mail for now."""
    if asked.until <= iso(now) or suppressed("email", address, _PURPOSE):
        logger().info("confirmation not mailed", extra={"contact_id": asked.contact_id})
        return
    # The day it is over stands for the day it was decided: heard of again, it was mailed then.
    mark = f"{asked.purpose}.{asked.channel}.{asked.until.partition('T')[0]}"
    company = settings().need("company_name")
    about = {
        "company": company,
        "purpose": asked.purpose.replace("-", " "),
        "link": f"{settings().need('public_base_url')}/u/confirm/{asked.token}",
        "days": VALID.days,
    }
    text, html = written(templates, "confirm", about)
    mail = Mail(address, f"Please confirm what you asked {company} for", text, html)
    send_once(customers, {"pk": f"CONTACT#{asked.contact_id}", "sk": f"MAIL#{mark}"}, mail, now)


def confirm(asked: Asked, network: str, now: datetime) -> Decision:
    """Let a decision count, now that the person who reads the mailbox confirmed it from a network
    address; once. Raises `NotFound` where there is no such decision any more."""
    known = consents_of(asked.contact_id)
    waiting = next((one for one in known.log if one.entry_id == asked.entry_id), None)
    if waiting is None:
        raise NotFound("link_unknown", _UNKNOWN)
    evidence = Evidence(
        source="confirmation",
        text_version=waiting.evidence.text_version,
        form_id=waiting.evidence.form_id,
        submission_id=waiting.evidence.submission_id,
        address_hash=keyed_hash("ip", network),
    )
    consent = Consent(
        purpose=waiting.purpose,
        channel=waiting.channel,
        state=ConsentState.GRANTED,
        at=iso(now),
        evidence=evidence,
    )
    return decide(known.contact_id, consent, f"{waiting.entry_id}.confirmed", now)
