"""The local stack itself: one origin, signed-in people, data that outlives a restart."""

import pytest

from tests.journey.stack import Stack

pytestmark = pytest.mark.journey


def test_a_seeded_person_reads_and_a_visitor_does_not(stack: Stack) -> None:
    assert stack.get("/v1/staff").status == 401
    assert stack.call("GET", "/v1/staff", headers={"authorization": "Bearer x.y.z"}).status == 401

    people = stack.get("/v1/staff?limit=100", who="rep").json["items"]

    assert {person["staff_id"] for person in people} >= {"asha", "bikash", "maya", "sagar"}


def test_a_role_that_may_not_write_is_refused(stack: Stack) -> None:
    answer = stack.call("PUT", "/v1/teams/nobody", {"name": "x"}, who="analyst")

    assert (answer.status, answer.json["code"]) == (403, "role_missing")


def test_data_and_the_sign_in_outlive_a_restart(stack: Stack) -> None:
    before = stack.get("/v1/teams/inside-sales", who="rep").json

    stack.restart()

    assert stack.get("/v1/teams/inside-sales", who="rep").json == before


@pytest.mark.parametrize("moment", ["before", "during", "after"])
def test_a_change_is_announced_though_the_relay_dies_once(stack: Stack, moment: str) -> None:
    person = stack.get("/v1/staff/esha", who="admin").json
    announced = _announced(stack)
    stack.crash("event_relay", moment)

    change = {"version": person["version"], "weight": person["weight"]}
    assert stack.call("PATCH", "/v1/staff/esha", change, who="admin").status == 200

    stack.rest()
    assert _announced(stack) > announced


def _announced(stack: Stack) -> int:
    return stack.logs("event_relay").count('"message":"handled"')
