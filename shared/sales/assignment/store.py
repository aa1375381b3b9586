"""The assignment rules as stored, and the desk they are applied at."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from shared.directory.audit import recorded
from shared.directory.model import StaffMember
from shared.directory.repository import people_of
from shared.kernel.errors import NotFound
from shared.platform.configuration import Configuration
from shared.platform.requests import Item, Key, Op
from shared.platform.tables import Table
from shared.sales.tables import SALES

from .choice import Desk
from .repository import load_key, load_of, load_op, rotation_key, turn_op
from .rules import NAME, AssignmentRules

sales = Table(SALES)
stored_rules = Configuration(sales, "assignment_rules", AssignmentRules, audit=recorded)


def active_rules(now: datetime) -> AssignmentRules:
    """The rules in force; none where nobody has set any: then every lead waits unassigned."""
    try:
        return stored_rules.active(NAME, now).value
    except NotFound:
        return AssignmentRules(rules=[])


@dataclass(slots=True)
class Reading:
    """The desk as read, with what is needed to store what choosing changes of it.

    `items` are the further items asked for, by (pk, sk).
    """

    desk: Desk
    items: Mapping[tuple[str, str], Item]
    people: Mapping[str, StaffMember]
    loads: Mapping[str, int]
    turns: Mapping[str, int] = field(default_factory=dict)

    def changes(self) -> list[Op]:
        """The operations that store the turns taken and the leads given since it was read."""
        ops: list[Op] = [
            turn_op(rule, self.desk.credits[rule], self.turns.get(rule, 0))
            for rule in sorted(self.desk.moved)
        ]
        for staff_id, load in sorted(self.desk.loads.items()):
            if change := load - self.loads.get(staff_id, 0):
                ops.append(load_op(staff_id, change, self.people[staff_id].capacity))
        return ops


def read_desk(rules: AssignmentRules, keys: Iterable[Key] = ()) -> Reading:
    """Read people, loads and turns of all rules, and the items at `keys` with them.

    One query per team the rules name and one strong read per hundred keys.
    """
    teams = {team: people_of(team) for team in sorted({rule.team for rule in rules.rules})}
    people = {person.staff_id: person for members in teams.values() for person in members}
    wanted = [
        *keys,
        *(rotation_key(rule.id) for rule in rules.rules),
        *(load_key(staff_id) for staff_id in people),
    ]
    items = {(item["pk"], item["sk"]): item for item in sales.get_many(wanted)}
    loads = {one: load_of(_at(items, load_key(one))) for one in people}
    rotations = {rule.id: _at(items, rotation_key(rule.id)) for rule in rules.rules}
    credits = {rule: dict(item.get("credits", {})) for rule, item in rotations.items()}
    return Reading(
        desk=Desk(people=teams, loads=dict(loads), credits=credits),
        items=items,
        people=people,
        loads=loads,
        turns={rule: int(item.get("version", 0)) for rule, item in rotations.items()},
    )


def _at(items: Mapping[tuple[str, str], Item], key: Key) -> Item:
    return items.get((key["pk"], key["sk"]), {})
