"""Configuration is versioned data: nothing is overwritten, one version is in force."""

from datetime import timedelta

import pytest
from pydantic import BaseModel

from shared.directory.audit import recorded
from shared.kernel.errors import NotFound, Stale
from shared.platform.configuration import CACHE_SECONDS, Configuration
from shared.platform.tables import Table
from shared.sales.events import ScoringRulesActivated
from shared.sales.tables import SALES
from tests.conftest import NOW
from tests.pump import carried

pytestmark = [pytest.mark.conformance, pytest.mark.usefixtures("tables")]


class Rules(BaseModel):
    points: int


@pytest.fixture
def rules() -> Configuration[Rules]:
    return Configuration(Table(SALES), "test_rules", Rules, audit=recorded)


def save(rules: Configuration[Rules], points: int, after: int, **how: object) -> int:
    given = {"by": "ann", "at": NOW, "after": after, **how}
    return rules.save("default", Rules(points=points), **given)  # type: ignore[arg-type]


def test_a_saved_version_is_a_draft_until_it_is_activated(rules: Configuration[Rules]) -> None:
    assert save(rules, 1, 0) == 1
    with pytest.raises(NotFound) as missing:
        rules.active("default", NOW)

    rules.activate("default", 1, by="bob", at=NOW)

    assert missing.value.code == "test_rules_not_found"
    version = rules.active("default", NOW)
    assert (version.number, version.value, version.saved_by) == (1, Rules(points=1), "ann")
    assert version.active_since == "2025-06-02T04:15:00.000Z"


def test_history_keeps_every_version_newest_first_and_marks_the_active_one(
    rules: Configuration[Rules],
) -> None:
    for number in range(3):
        save(rules, number, number)
    rules.activate("default", 2, by="ann", at=NOW)

    history = rules.history("default")

    assert [(v.number, v.value.points, bool(v.active_since)) for v in history] == [
        (3, 2, False),
        (2, 1, True),
        (1, 0, False),
    ]
    assert rules.version("default", 3).value == Rules(points=2)


def test_activating_an_older_version_is_the_roll_back(rules: Configuration[Rules]) -> None:
    save(rules, 1, 0, activate=True)
    save(rules, 2, 1, activate=True)

    rules.activate("default", 1, by="ann", at=NOW)

    assert rules.active("default", NOW).value == Rules(points=1)
    assert save(rules, 3, 2) == 3


def test_of_two_people_saving_at_once_the_second_is_told_the_newest(
    rules: Configuration[Rules],
) -> None:
    save(rules, 1, 0)
    save(rules, 2, 1)

    with pytest.raises(Stale) as stale:
        save(rules, 9, 1)
    with pytest.raises(Stale):
        save(rules, 9, 0)

    assert stale.value.extra == {"version": 2}
    assert [v.value.points for v in rules.history("default")] == [2, 1]


def test_a_version_of_nothing_cannot_be_saved_or_activated(rules: Configuration[Rules]) -> None:
    with pytest.raises(Stale):
        save(rules, 1, 5)
    for missing in (
        lambda: rules.activate("default", 1, by="ann", at=NOW),
        lambda: rules.version("default", 1),
        lambda: rules.history("default"),
        lambda: rules.active("default", NOW),
    ):
        with pytest.raises(NotFound):
            missing()


def test_another_process_sees_a_new_version_within_the_cache_time(
    rules: Configuration[Rules],
) -> None:
    save(rules, 1, 0, activate=True)
    other: Configuration[Rules] = Configuration(Table(SALES), "test_rules", Rules, audit=recorded)
    assert other.active("default", NOW).number == 1

    save(rules, 2, 1, activate=True)

    assert rules.active("default", NOW).number == 2
    assert other.active("default", NOW).number == 1
    assert other.active("default", NOW + timedelta(seconds=CACHE_SECONDS)).number == 2


def test_names_of_one_kind_are_listed_with_their_active_version(
    rules: Configuration[Rules],
) -> None:
    save(rules, 1, 0, activate=True)
    rules.save("draft", Rules(points=5), by="ann", at=NOW, after=0)
    rules.save("other", Rules(points=7), by="ann", at=NOW, after=0, activate=True)

    assert [(v.name, v.value.points) for v in rules.all_active()] == [("default", 1), ("other", 7)]


def test_activation_carries_its_event(rules: Configuration[Rules]) -> None:
    event = ScoringRulesActivated(event_id="evt_1", occurred_at=NOW, version=1)
    save(rules, 1, 0)

    rules.activate("default", 1, by="ann", at=NOW, events=[event])

    assert [(fact.type, fact.detail["version"]) for fact in carried()] == [
        ("ScoringRulesActivated", 1)
    ]
