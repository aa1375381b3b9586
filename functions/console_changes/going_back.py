"""What can be rolled back: how to find both versions, who may, and whose use case does it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from pydantic import BaseModel

from shared.customers.access import repository as access
from shared.customers.channels.repository import NAME as ALL_CHANNELS
from shared.customers.channels.repository import configuration as channels
from shared.customers.channels.repository import roll_back_channels
from shared.customers.custom_fields.changes import noun_of, roll_back_fields
from shared.customers.custom_fields.repository import stored_fields
from shared.customers.retention import repository as retention
from shared.customers.write_keys.changes import roll_back_keys
from shared.customers.write_keys.repository import NAME as ALL_KEYS
from shared.customers.write_keys.repository import configuration as write_keys
from shared.directory.audit import STAFF, TEAM, directory
from shared.directory.model import Team, TeamInput
from shared.directory.repository import staff_member, team
from shared.directory.rollback import BROUGHT_BACK, roll_back_staff, roll_back_team
from shared.kernel.errors import NotFound
from shared.marketing.segments.changes import roll_back_segment
from shared.marketing.segments.repository import stored_segments
from shared.marketing.sending.stored_rules import NAME as SENDING
from shared.marketing.sending.stored_rules import bring_back as roll_back_rules_of_sending
from shared.marketing.sending.stored_rules import stored_rules as stored_sending_rules
from shared.marketing.templates.changes import roll_back_template
from shared.marketing.templates.repository import stored_templates
from shared.platform.auth import ADMIN, Staff
from shared.platform.configuration import Configuration
from shared.platform.versions import content
from shared.sales.assignment.changes import roll_back_rules
from shared.sales.assignment.rules import NAME as ASSIGNMENT
from shared.sales.assignment.store import stored_rules
from shared.sales.forms.repository import forms, roll_back_form
from shared.sales.scoring.rule_sets import NAME as SCORING
from shared.sales.scoring.rule_sets import RULE_SETS, roll_back_rule_set
from shared.support.canned.model import NAME as CANNED
from shared.support.canned.stored import (
    roll_back_macros,
    roll_back_replies,
    stored_macros,
    stored_replies,
)
from shared.support.queues.changes import roll_back as roll_back_queues
from shared.support.queues.model import NAME as QUEUES
from shared.support.queues.stored import stored_queues
from shared.support.sla.changes import roll_back as roll_back_policies
from shared.support.sla.policy import NAME as POLICIES
from shared.support.sla.stored import stored_policies


@dataclass(frozen=True, slots=True)
class Beside:
    """What holds now and what an older version said, and the newest version's number."""

    now: Mapping[str, Any]
    then: Mapping[str, Any]
    newest: int


@dataclass(frozen=True, slots=True)
class Thing:
    """A kind of configuration: what people call it, where its pages are (if it has any), who may
    change it."""

    title: str
    page: str
    roles: tuple[str, ...]
    beside: Callable[[str, int], Beside]
    roll_back: Callable[[str, int, int, Staff, datetime], object]

    def address(self, id: str) -> str:
        """The page of the thing of that id."""
        return self.page.format(id=id)


def _stored(configuration: Configuration[Any], name: str | None = None) -> Callable[..., Beside]:
    def beside(id: str, to: int) -> Beside:
        version, state = configuration.beside(name or id, to)
        active: BaseModel | None = state.active.value if state.active else None
        return Beside(
            now=active.model_dump(mode="json") if active else {},
            then=version.value.model_dump(mode="json"),
            newest=state.newest,
        )

    return beside


def _person(staff_id: str, to: int) -> Beside:
    person, old = staff_member(staff_id), content(directory, STAFF, staff_id, to)
    if person is None or old is None:
        raise NotFound("staff_not_found", "There is no such version of this person")
    then = {name: old[name] for name in BROUGHT_BACK if name in old}
    return Beside(person.model_dump(mode="json", include=set(then)), then, person.version)


def _team(team_id: str, to: int) -> Beside:
    found, old = team(team_id), content(directory, TEAM, team_id, to)
    if found is None or old is None:
        raise NotFound("team_not_found", "There is no such version of this team")
    given = set(TeamInput.model_fields) - {"version"}
    then = Team.model_validate(old).model_dump(mode="json", include=given)
    return Beside(found.model_dump(mode="json", include=given), then, found.version)


_MANAGERS: Final = ("sales_manager",)
_CAPTURE: Final = ("sales_manager", "marketer")
_SUPPORT: Final = ("supervisor",)

THINGS: Final[Mapping[str, Thing]] = {
    STAFF: Thing(
        "Person",
        "/console/people/{id}",
        _MANAGERS,
        _person,
        lambda id, to, after, by, now: roll_back_staff(
            id, to, after=after, by=by.staff_id, now=now
        ),
    ),
    TEAM: Thing(
        "Team",
        "/console/people/teams/{id}",
        _MANAGERS,
        _team,
        lambda id, to, after, by, now: roll_back_team(id, to, after=after, by=by.staff_id, now=now),
    ),
    "assignment_rules": Thing(
        "Assignment rules",
        "/console/assignment",
        _MANAGERS,
        _stored(stored_rules, ASSIGNMENT),
        lambda id, to, after, by, now: roll_back_rules(to, after=after, by=by.staff_id, now=now),
    ),
    "scoring_rules": Thing(
        "Scoring rules",
        "/console/scoring",
        _CAPTURE,
        _stored(RULE_SETS, SCORING),
        lambda id, to, after, by, now: roll_back_rule_set(to, after=after, by=by.staff_id, at=now),
    ),
    "form": Thing(
        "Form",
        "/console/forms/{id}",
        _CAPTURE,
        _stored(forms),
        lambda id, to, after, by, now: roll_back_form(id, to, after=after, by=by, at=now),
    ),
    "custom_fields": Thing(
        "Custom fields",
        "/console/fields/{id}",
        _MANAGERS,
        _stored(stored_fields),
        lambda id, to, after, by, now: roll_back_fields(
            noun_of(id), to, after=after, by=by.staff_id, now=now
        ),
    ),
    "channels": Thing(
        "Channels",
        "/console/channels",
        (ADMIN,),
        _stored(channels, ALL_CHANNELS),
        lambda id, to, after, by, now: roll_back_channels(to, after=after, by=by.staff_id, now=now),
    ),
    "access": Thing(
        "Sensitive fields",
        "/console/privacy/fields",
        (ADMIN,),
        _stored(access.stored_rules, access.NAME),
        lambda id, to, after, by, now: access.bring_back(to, after=after, by=by.staff_id, now=now),
    ),
    "retention": Thing(
        "Retention",
        "/console/privacy/retention",
        (ADMIN,),
        _stored(retention.stored_rules, retention.NAME),
        lambda id, to, after, by, now: retention.bring_back(
            to, after=after, by=by.staff_id, now=now
        ),
    ),
    "segment": Thing(
        "Segment",
        "/console/segments/{id}",
        ("marketer",),
        _stored(stored_segments),
        lambda id, to, after, by, now: roll_back_segment(id, to, after, by, now),
    ),
    "sending_rules": Thing(
        "Rules of sending",
        "/console/campaigns/rules",
        ("marketer",),
        _stored(stored_sending_rules, SENDING),
        lambda id, to, after, by, now: roll_back_rules_of_sending(
            to, after=after, by=by.staff_id, now=now
        ),
    ),
    "template": Thing(
        "Template",
        "/console/templates/{id}",
        ("marketer",),
        _stored(stored_templates),
        lambda id, to, after, by, now: roll_back_template(id, to, after, by, now),
    ),
    "sla_policies": Thing(
        "Deadlines of tickets",
        "",
        _SUPPORT,
        _stored(stored_policies, POLICIES),
        lambda id, to, after, by, now: roll_back_policies(to, after=after, by=by.staff_id, now=now),
    ),
    "ticket_queues": Thing(
        "Queues of tickets",
        "",
        _SUPPORT,
        _stored(stored_queues, QUEUES),
        lambda id, to, after, by, now: roll_back_queues(to, after=after, by=by.staff_id, now=now),
    ),
    "canned_replies": Thing(
        "Canned replies",
        "",
        _SUPPORT,
        _stored(stored_replies, CANNED),
        lambda id, to, after, by, now: roll_back_replies(to, after=after, by=by.staff_id, now=now),
    ),
    "ticket_macros": Thing(
        "Macros of tickets",
        "",
        _SUPPORT,
        _stored(stored_macros, CANNED),
        lambda id, to, after, by, now: roll_back_macros(to, after=after, by=by.staff_id, now=now),
    ),
    "write_key": Thing(
        "Write key",
        "/console/keys",
        (ADMIN,),
        _stored(write_keys, ALL_KEYS),
        lambda id, to, after, by, now: roll_back_keys(to, after=after, by=by.staff_id, now=now),
    ),
}
"""By the noun under which changes are recorded. A form's versions bear its id."""


def thing(noun: str) -> Thing:
    """The kind of that noun. Raises `NotFound`."""
    if noun not in THINGS:
        raise NotFound("nothing_to_restore", "There is nothing of that kind")
    return THINGS[noun]
