"""What nobody needs any more goes by itself, as the company decides."""

from datetime import timedelta
from typing import Any

import pytest

from shared.customers.contacts.changes import delete_contact, restore_contact
from shared.customers.contacts.repository import load
from shared.customers.suppression.repository import suppressed
from shared.platform import clock as platform_clock
from tests.builders import a_contact
from tests.calls import Answer, http, invoke
from tests.cloud import everything
from tests.conftest import NOW, FakeClock
from tests.forms import ANN, quarantined
from tests.operations.setting import behaviours, form_post, seeded
from tests.privacy import ADA, look_again
from tests.pump import Pump

pytestmark = pytest.mark.usefixtures("tables")


def keep(version: int = 0, **rules: Any) -> Answer:
    given = {"deleted_contacts_days": 30, "behaviour_days": 60, "quarantine_days": 10} | rules
    body = {"version": version, **given}
    return http("privacy_rules", "PUT", "/v1/retention", body=body, staff=ADA)


def days_go_by(days: int) -> None:
    fake: Any = platform_clock.now
    fake.tick(days=days)
    invoke("timer_dispatch", {"id": "tick", "detail-type": "Scheduled Event", "detail": {}})
    Pump().run()


def waiting_for_purge() -> list[dict[str, Any]]:
    """The contacts that wait for their end; they may wait for other things too."""
    return [item for item in everything() if item.get("timer_kind") == "privacy_plan"]


def put_away() -> str:
    contact_id = a_contact(last_name="Shresthacharya", tags=["Friends"])
    delete_contact(contact_id, 1, "asha", platform_clock.now())
    Pump().run()
    return contact_id


def test_a_contact_that_was_put_away_is_purged_when_its_time_has_come(clock: FakeClock) -> None:
    keep()
    contact_id = put_away()

    days_go_by(29)
    assert load(contact_id) is not None

    days_go_by(1)
    look_again()
    assert "Shresthacharya" not in str([*everything()])
    assert [item for item in everything() if item["pk"] == f"CONTACT#{contact_id}"] == []
    assert suppressed("email", ANN["email"], "marketing") is None, "nobody asked for that"
    (request,) = [item for item in everything() if item["sk"] == "REQUEST"]
    assert (request["cause"], request["state"]) == ("retention", "done")


def test_a_lead_of_the_same_person_goes_on(clock: FakeClock) -> None:
    seeded()
    keep()
    invoke("lead_capture", form_post())
    Pump().run()
    put_away()

    days_go_by(30)
    look_again()

    assert [item["form_email"] for item in everything() if item.get("kind") == "lead"] == [
        ANN["email"]
    ]
    assert [item for item in everything() if item.get("kind") == "contact"] == []


def test_who_is_brought_back_stays(clock: FakeClock) -> None:
    keep()
    contact_id = put_away()
    restore_contact(contact_id, 2, "asha", platform_clock.now())

    days_go_by(60)

    assert load(contact_id) is not None
    assert waiting_for_purge() == []


def test_a_longer_rule_holds_for_those_put_away_before(clock: FakeClock) -> None:
    keep()
    contact_id = put_away()
    keep(1, deleted_contacts_days=90)

    days_go_by(31)
    assert load(contact_id) is not None

    days_go_by(59)
    look_again()
    assert load(contact_id) is None


def test_without_a_rule_nobody_is_purged(clock: FakeClock) -> None:
    keep()
    contact_id = put_away()
    keep(1, deleted_contacts_days=None)

    days_go_by(400)

    assert load(contact_id) is not None
    assert waiting_for_purge() == []


def test_behaviour_and_quarantine_go_after_the_days_the_rules_say() -> None:
    looked = behaviours()
    keep()
    invoke("behaviour_capture", looked)
    invoke("lead_capture", form_post(website="https://spam.example"))

    seen = [item for item in everything() if item["sk"].startswith("EVENT#")]
    assert {item["expires_at"] for item in seen} == {epoch(60)}
    assert [item["expires_at"] for item in quarantined()] == [epoch(10)]


def test_by_default_things_are_kept_as_long_as_is_usual() -> None:
    invoke("behaviour_capture", behaviours())
    invoke("lead_capture", form_post(website="https://spam.example"))

    seen = [item for item in everything() if item["sk"].startswith("EVENT#")]
    assert {item["expires_at"] for item in seen} == {epoch(400)}
    assert [item["expires_at"] for item in quarantined()] == [epoch(90)]
    found = http("privacy_rules", "GET", "/v1/retention", staff=ADA).json
    assert (found["version"], found["deleted_contacts_days"]) == (0, 90)


def test_behaviour_may_be_kept_for_ever() -> None:
    looked = behaviours()
    keep(behaviour_days=None)
    invoke("behaviour_capture", looked)

    assert [i for i in everything() if i["sk"].startswith("EVENT#") and "expires_at" in i] == []


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"deleted_contacts_days": 0}, "deleted_contacts_days"),
        ({"behaviour_days": 30}, "behaviour_days"),
        ({"quarantine_days": 91}, "quarantine_days"),
        ({"quarantine_days": None}, "quarantine_days"),
        ({"hold_music": 1}, "hold_music"),
    ],
)
def test_rules_that_cannot_be_are_refused_by_field(wrong: dict[str, Any], field: str) -> None:
    answer = keep(**wrong)

    assert (answer.status, [*answer.fields]) == (422, [field])


def test_rules_are_versioned_and_can_be_brought_back() -> None:
    keep()
    keep(1, quarantine_days=20)
    body = {"to_version": 1, "version": 2}

    back = http("privacy_rules", "POST", "/v1/retention/rollback", body=body, staff=ADA).json

    assert (back["version"], back["quarantine_days"]) == (3, 10)


def epoch(days: int) -> int:
    return int((NOW + timedelta(days=days)).timestamp())
