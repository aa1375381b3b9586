"""Mails to customers about their own account: codes, and what was changed of how they sign in.

| entity (table `customers`) | pk | sk |
|---|---|---|
| claim of one mail (see platform.mail) | `SIGN_IN#<keyed hash of whom the code is for>` | `MAIL#<code id>` |
| the same of a mail about a change | `CONTACT#<contact_id>` | `MAIL#<change id>` |
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from shared.customers.contacts.model import Contact
from shared.customers.contacts.repository import contact_key, customers, load
from shared.customers.events import EmailReplaced
from shared.customers.suppression.repository import bounces
from shared.kernel.clock import iso
from shared.platform.letters import written
from shared.platform.mail import Mail, send_once
from shared.platform.observability import logger
from shared.platform.requests import Key
from shared.platform.settings import settings

from .codes import LIFETIME, Code, Purpose, digits_of, partition_of
from .email import objection
from .email_changes import OBJECTED_WITHIN, load_change

SUBJECTS: Final[Mapping[Purpose, str]] = {
    "sign_in": "{digits} is your code for {company}",
    "email": "{digits} is the code for your new address at {company}",
    "erasure": "{digits} is the code to delete your data at {company}",
}


def mail_code(code: Code, purpose: Purpose, templates: Path, now: datetime) -> None:
    """Mail a code, unless it is over, or nobody's."""
    item = customers.get(code.key) or {}
    if "contact_id" not in item or "used_at" in item or item["until"] <= iso(now):
        return
    contact = load(item["contact_id"])
    to = _mailbox(code, purpose, contact) if contact and not contact.deleted_at else None
    if to is None:
        return
    about = {"digits": digits_of(code), "minutes": int(LIFETIME.total_seconds() // 60)}
    subject = SUBJECTS[purpose].format(digits=about["digits"], company=_company())
    claim = {"pk": code.partition, "sk": f"MAIL#{code.code_id}"}
    _send(claim, to, subject, purpose, about, templates, now)


def tell_former_address(fact: EmailReplaced, templates: Path, now: datetime) -> None:
    """Tell whoever reads mail at the former address that it was replaced, and how to object."""
    change = load_change(fact.contact_id, fact.change_id)
    if change is None or change.old is None or change.done_at is None:
        return
    claim = {**contact_key(fact.contact_id), "sk": f"MAIL#{fact.change_id}"}
    base = settings().need("public_base_url").rstrip("/")
    about = {
        "link": f"{base}/portal/objection?token={objection(change)}",
        "days": OBJECTED_WITHIN.days,
    }
    subject = f"Your address at {_company()} was changed"
    _send(claim, change.old, subject, "email_replaced", about, templates, now)


def _mailbox(code: Code, purpose: Purpose, contact: Contact) -> str | None:
    """Where a code goes: the address it was asked for, the new one, or the customer's own."""
    if purpose == "sign_in":
        known = {partition_of("sign_in", one.address): one.address for one in contact.emails}
        return known.get(code.partition)
    if purpose == "email":
        change = load_change(contact.contact_id, code.code_id)
        return change.new if change else None
    return contact.email


def _send(
    claim: Key,
    to: str,
    subject: str,
    template: str,
    about: Mapping[str, Any],
    templates: Path,
    now: datetime,
) -> None:
    if bounces(("email", to)):
        # Mail to an address that there is not costs the sender's name with all providers.
        logger().info("mail to customer not sent", extra={"why": "hard_bounce"})
        return
    text, html = written(templates, template, {**about, "company": _company()})
    tags = {"notice": claim["sk"].removeprefix("MAIL#")}
    send_once(customers, claim, Mail(to, subject, text, html, tags), now)


def _company() -> str:
    return settings().need("company_name")
