"""Who may get a lead, and in which order of rules."""

from collections import Counter
from datetime import UTC, datetime

import pytest

from shared.sales.assignment.choice import Choice, Desk
from shared.sales.leads.repository import from_item
from tests.builders import lead_item
from tests.staffing import person, rules

MONDAY = datetime(2025, 6, 2, 4, 15, tzinfo=UTC)
SATURDAY = datetime(2025, 6, 7, 6, 0, tzinfo=UTC)


def lead(**facts):
    return from_item(lead_item(1, **{f"form_{name}": value for name, value in facts.items()}))


def choose(people, *listed, now=MONDAY, tried=(), loads=None, **facts):
    desk = Desk(people={"sales": list(people)}, loads=dict(loads or {}))
    choice = desk.choose(lead(**facts), rules(*listed), now, tried)
    return choice.person.staff_id if isinstance(choice, Choice) else choice


NOBODY = "nobody to take it under rule everyone"


@pytest.mark.parametrize(
    "about",
    [
        {"disabled": True},
        {"accepts_leads": False},
        {"leave": ({"from": "2025-06-02", "to": "2025-06-02"},)},
        {"weight": 0},
        {"capacity": 0},
    ],
)
def test_somebody_who_cannot_take_leads_gets_none(about):
    assert choose([person("asha", **about)]) == NOBODY


def test_leave_is_by_the_date_where_the_person_is():
    away = {"leave": ({"from": "2025-06-03", "to": "2025-06-03"},)}
    # 3 June has begun in Kathmandu at 18:15 UTC of the 2nd, and lasts until 18:15 of the 3rd.
    at = [datetime(2025, 6, day, 18, minute, tzinfo=UTC) for day in (2, 3) for minute in (14, 15)]

    found = [choose([person("asha", **away)], now=instant) for instant in at]

    assert found == ["asha", NOBODY, NOBODY, "asha"]


def test_leave_taken_in_another_zone_is_by_the_date_there():
    away = person(
        "asha", leave=({"from": "2025-06-03", "to": "2025-06-03", "zone": "America/New_York"},)
    )

    assert choose([away], now=datetime(2025, 6, 3, 3, 59, tzinfo=UTC)) == "asha"
    assert choose([away], now=datetime(2025, 6, 3, 4, 0, tzinfo=UTC)) == NOBODY


def test_working_hours_count_where_the_rule_asks_for_them():
    only_then = {"only_in_working_hours": True}

    assert choose([person("asha")], only_then) == "asha"
    assert choose([person("asha")], only_then, now=SATURDAY) == NOBODY
    assert choose([person("asha")], now=SATURDAY) == "asha"


def test_a_territory_is_matched_where_the_rule_asks_for_it():
    people = [person("asha", territories=("NP",)), person("bikash", territories=("de", "at"))]
    rule = {"territory": "country"}

    assert choose(people, rule, country="DE") == "bikash"
    assert choose(people, rule, country="FR") == NOBODY
    assert choose(people, rule) == NOBODY


def test_skills_are_all_needed():
    people = [person("asha", skills=("german",)), person("bikash", skills=("German", "loans"))]

    assert choose(people, {"skills": ["german", "Loans"]}) == "bikash"


def test_somebody_tried_before_is_not_asked_again():
    people = [person("asha"), person("bikash")]

    assert choose(people, tried=("asha",)) == "bikash"
    assert choose(people, tried=("asha", "bikash")) == NOBODY


def test_the_first_rule_that_applies_and_has_somebody_decides():
    de = {"field": "country", "op": "is", "value": "DE"}
    listed = (
        {"id": "german", "when": [de], "skills": ["german"]},
        {"id": "everyone"},
    )

    people = [person("asha")]
    assert choose(people, *listed, country="DE") == "asha"
    assert choose([], *listed, country="DE") == (
        "nobody to take it under rule german, rule everyone"
    )
    assert choose([], listed[0], country="NP") == "no assignment rule applies"


def test_the_least_busy_gets_the_next_and_equals_take_turns():
    desk = Desk(
        people={"sales": [person(name) for name in ("asha", "bikash", "chandra")]},
        loads={"asha": 2},
    )
    given = rules({"strategy": "least_busy"})

    taken = [desk.choose(lead(), given, MONDAY).person.staff_id for _ in range(7)]

    assert taken[:4].count("asha") == 0
    assert Counter(taken) == {"asha": 1, "bikash": 3, "chandra": 3}
    assert desk.loads == {"asha": 3, "bikash": 3, "chandra": 3}


def test_round_robin_does_not_look_at_weights():
    desk = Desk(people={"sales": [person("asha", weight=9), person("bikash", weight=0)]})
    given = rules({"strategy": "round_robin"})

    taken = [desk.choose(lead(), given, MONDAY) for _ in range(4)]

    assert Counter(one.person.staff_id for one in taken) == {"asha": 2, "bikash": 2}
    assert taken[0].reason == "rule everyone, round robin of 2"


def test_the_reason_names_rule_strategy_and_weights():
    desk = Desk(people={"sales": [person("bikash"), person("asha", weight=2), person("chandra")]})

    choice = desk.choose(lead(), rules({"id": "eu-leads"}), MONDAY)

    assert (choice.person.staff_id, choice.reason) == ("asha", "rule eu-leads, weighted 2:1:1")
