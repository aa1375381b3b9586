"""Assignment rules over HTTP."""

import pytest

from tests.calls import http
from tests.staffing import MANAGER, a_team

pytestmark = pytest.mark.usefixtures("tables")

PATH = "/v1/assignment-rules"
RULES = {"rules": [{"id": "everyone", "team": "sales"}], "accept_within": 120}


def put(rules, version, by=MANAGER):
    return http(
        "assignment_rules", "PUT", PATH, body={"version": version, "rules": rules}, staff=by
    )


def get(by=("asha", ["rep"])):
    return http("assignment_rules", "GET", PATH, staff=by)


def test_without_any_there_is_an_empty_version_0():
    answer = get()

    assert (answer.status, answer.json["version"]) == (200, 0)
    assert answer.json["rules"]["rules"] == []


def test_rules_are_put_in_force_and_shown(now):
    a_team()

    answer = put(RULES, 0)

    assert (answer.status, answer.json["version"], answer.json["saved_by"]) == (200, 1, "maya")
    assert answer.json["active_since"] == "2025-06-02T04:15:00.000Z"
    assert get().json == answer.json
    assert answer.json["rules"]["rules"][0]["strategy"] == "weighted"
    assert answer.json["rules"]["accept_within"] == 120


def test_of_two_changes_to_the_same_version_one_wins():
    a_team()
    put(RULES, 0)

    assert put(RULES | {"accept_within": 60}, 1).status == 200
    lost = put(RULES | {"accept_within": 30}, 1)

    assert (lost.status, lost.json["version"]) == (412, 2)
    assert get().json["rules"]["accept_within"] == 60


@pytest.mark.parametrize(
    ("rules", "place"),
    [
        ({"rules": [{"id": "a", "team": "nowhere"}]}, "rules.rules.0.team"),
        ({"rules": [{"id": "a", "team": "sales", "strategy": "dice"}]}, "rules.rules.0.strategy"),
        (
            {"rules": [{"id": "a", "team": "sales", "when": [{"field": "x", "op": "in"}]}]},
            "rules.rules.0.when.0",
        ),
        ({"rules": [{"id": "a", "team": "sales"}] * 2}, "rules"),
        ({"rules": [], "accept_within": 0}, "rules.accept_within"),
    ],
)
def test_rules_that_make_no_sense_are_refused_with_a_pointer_to_the_place(rules, place):
    a_team()

    answer = put(rules, 0)

    assert answer.status == 422
    assert place in answer.fields
    assert get().json["version"] == 0


def test_reps_do_not_change_the_rules():
    assert put(RULES, 0, by=("asha", ["rep"])).code == "role_missing"


def test_nobody_signed_in_sees_nothing():
    assert get(by=None).status == 401
