"""Telling people by mail: the owner of a lead that waits for them, managers of one without owner.

A mail says that there is a lead and where, never who: what lies in somebody's mailbox cannot be
erased. Its link leads to a page that shows the person as long as we know them.

| entity | pk | sk |
|---|---|---|
| claim of one mail (see platform.mail) | `NOTICE#<event_id>` | `<staff_id>` |
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from shared.directory.model import StaffMember
from shared.directory.repository import staff_member, teams
from shared.kernel.calendars import zone_of
from shared.kernel.clock import parse_instant
from shared.platform.letters import written
from shared.platform.mail import Mail, one_line, send_once
from shared.platform.observability import count, logger
from shared.platform.settings import settings
from shared.platform.tables import Table
from shared.sales.events import LeadAssigned, LeadUnassigned
from shared.sales.leads.model import Lead
from shared.sales.leads.repository import load
from shared.sales.tables import SALES

from .model import TAKEN, HandOffState
from .repository import load_hand_off

sales = Table(SALES)


def tell_owner(fact: LeadAssigned, templates: Path, now: datetime) -> None:
    """Tell the owner that a lead waits for them and until when.

    Says nothing to somebody who took the lead themselves, left, or need not answer any more.
    """
    hand_off = load_hand_off(fact.lead_id, fact.cycle, fact.attempt)
    if fact.reason == TAKEN or hand_off is None or hand_off.state is not HandOffState.OPEN:
        return
    lead, owner = load(fact.lead_id), staff_member(fact.owner_id)
    if lead is None or owner is None or owner.disabled or hand_off.due_at is None:
        return
    about = {
        "deadline": _on_the_wall(hand_off.due_at, owner.working_hours.zone),
        "misses": hand_off.misses,
    }
    subject = f"A lead for you, to accept by {about['deadline']}"
    _send("assigned", fact.event_id, owner, subject, {**_about(lead), **about}, templates, now)


def tell_managers(fact: LeadUnassigned, templates: Path, now: datetime) -> None:
    """Tell the managers of all teams that nobody could take a lead."""
    lead = load(fact.lead_id)
    if lead is None:
        return
    ids = sorted({team.manager_id for team in teams() if team.manager_id})
    managers = [one for one in map(staff_member, ids) if one and not one.disabled]
    if not managers:
        count("NobodyToAlert")
        logger().error("no team has a manager to tell", extra={"lead_id": fact.lead_id})
    subject = "Nobody could take a lead"
    about = {**_about(lead), "reason": fact.reason}
    for manager in managers:
        _send("unassigned", fact.event_id, manager, subject, about, templates, now)


def _about(lead: Lead) -> dict[str, Any]:
    """What may be said of a lead outside of our pages: nothing that somebody typed."""
    base = settings().need("public_base_url").rstrip("/")
    return {
        "country": lead.facts.get("country", ""),
        "score": lead.score,
        "link": f"{base}/console/leads/{lead.lead_id}",
    }


def _on_the_wall(instant: str, zone: str) -> str:
    local = parse_instant(instant).astimezone(zone_of(zone))
    return f"{local:%A} {local.day} {local:%B %Y, %H:%M} ({zone})"


def _send(
    template: str,
    event_id: str,
    to: StaffMember,
    subject: str,
    about: Mapping[str, Any],
    templates: Path,
    now: datetime,
) -> None:
    told = {**about, "name": one_line(to.name)}
    text, html = written(templates, template, told)
    mail = Mail(
        to=to.email,
        subject=subject,
        text=text,
        html=html,
        tags={"notice": event_id},
    )
    send_once(sales, {"pk": f"NOTICE#{event_id}", "sk": to.staff_id}, mail, now)
