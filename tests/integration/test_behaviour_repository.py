"""Behaviour, visitors and write keys on every DynamoDB."""

from datetime import timedelta

import pytest

from shared.customers.behaviour import repository as behaviours
from shared.customers.behaviour.model import Behaviour
from shared.customers.visitors import repository as visitors
from shared.customers.write_keys.repository import write_key_of
from shared.customers.write_keys.seed import plant
from shared.kernel.clock import iso
from shared.kernel.errors import Unauthorised
from shared.platform.writes import ConditionFailed
from tests.builders import lead_id
from tests.conftest import NOW

pytestmark = [pytest.mark.conformance, pytest.mark.usefixtures("tables")]

VISITOR = "visitor-0000-0001"
ANN, BOB = lead_id(1), lead_id(2)


def view(number: int, minutes: int = 0) -> Behaviour:
    at = iso(NOW + timedelta(minutes=minutes))
    return Behaviour(
        subject_id=VISITOR,
        behaviour_id=f"view-{number}",
        name="page_viewed",
        occurred_at=at,
        recorded_at=at,
        path="/pricing",
        properties={"host": "shop.example.com", "empty": ""},
    )


def test_what_is_new_is_stored_whole_and_what_is_known_is_left_alone() -> None:
    assert behaviours.save_new([view(number) for number in range(100)]) == 100

    changed = view(3).model_copy(update={"path": "/other"})
    assert behaviours.save_new([changed, view(200), view(4)]) == 1
    assert behaviours.save_new([changed]) == 0

    found = behaviours.load_many([(VISITOR, "view-3"), (VISITOR, "view-200"), (VISITOR, "none")])
    assert found == {(VISITOR, "view-3"): view(3), (VISITOR, "view-200"): view(200)}


def test_a_subjects_behaviour_is_read_whole_or_after_an_instant() -> None:
    behaviours.save_new([view(number, minutes=number) for number in range(5)])

    assert len(list(behaviours.of_subject(VISITOR))) == 5
    later = behaviours.of_subject(VISITOR, iso(NOW + timedelta(minutes=2)))
    assert sorted(one.behaviour_id for one in later) == ["view-3", "view-4"]


def test_a_link_is_made_once_and_changed_only_as_it_was_seen() -> None:
    visitors.link_first(VISITOR, ANN, iso(NOW), NOW)

    with pytest.raises(ConditionFailed) as taken:
        visitors.link_first(VISITOR, BOB, iso(NOW), NOW)
    present = taken.value.found(0)
    assert present is not None
    assert (present["visitor_id"], present["lead_id"]) == (VISITOR, ANN)

    visitors.confirm(present, iso(NOW + timedelta(minutes=1)))
    with pytest.raises(ConditionFailed):
        visitors.link_next(present, BOB, iso(NOW + timedelta(minutes=2)), NOW)
    assert visitors.lead_of([VISITOR]) == {VISITOR: ANN}


def test_write_keys_are_found_by_what_is_shown() -> None:
    made = plant([{"key_id": "partner", "kind": "partner"}], NOW)

    assert write_key_of(made["partner"], NOW).key_id == "partner"
    with pytest.raises(Unauthorised):
        write_key_of(made["partner"] + "x", NOW)
