"""A test of several mails: a sample gets them by lot, the better one goes to the rest, once."""

from datetime import timedelta
from typing import Any

import pytest

from shared.kernel.clock import iso
from shared.kernel.ids import derived_id
from shared.marketing.ab_tests.splitting import arm_of, sample_left
from shared.marketing.campaigns.repository import need
from shared.marketing.sending.rules import SendingRules
from shared.marketing.templates.repository import stored_templates
from shared.platform import clock as platform_clock
from tests.cloud import everything, forget
from tests.conftest import FakeClock
from tests.faults.marketing import campaigns_add_up, channels_add_up
from tests.pump import Pump, carried, overlook
from tests.sending import (
    ALWAYS,
    a_campaign,
    campaigns,
    mailed,
    minute,
    move,
    people,
    rows,
    rules,
    sums,
)
from tests.tracking import MAIL, address, heard, later, visit

pytestmark = pytest.mark.usefixtures("tables")

OTHER = derived_id("template", b"other".rjust(16, b"\0"))
ONE = "/v1/campaigns/{campaign_id}"


def tried(contacts: list[str], by_rules: SendingRules = ALWAYS, **more: Any) -> str:
    """A campaign that tries two subjects on about half of its audience; the sample is sent."""
    rules(by_rules)
    template = MAIL.model_copy(update={"name": "Other", "subject": "For you, {{ first_name }}"})
    stored_templates.save(
        OTHER,
        template,
        by="nabin",
        at=platform_clock.now(),
        after=stored_templates.newest(OTHER),
        activate=True,
    )
    forget()
    test = {"templates": [OTHER], "sample_percent": 50, "confidence_percent": 90, **more}
    key = f"{contacts[0]}.{len(contacts)}"
    one = a_campaign(contacts, MAIL, key=key, tracking=True, ab_test=test).campaign_id
    overlook()
    move(one, "start")
    Pump().run()
    return one


def arms(campaign: str, contacts: list[str]) -> dict[str | None, list[str]]:
    one = need(campaign)
    found: dict[str | None, list[str]] = {"a": [], "b": [], None: []}
    for contact in contacts:
        found[arm_of(one, contact)].append(contact)
    return found


def variants(campaign: str) -> dict[str, str]:
    return {contact: row["variant"] for contact, row in rows(campaign).items()}


def report(campaign: str) -> Any:
    return campaigns("GET", f"/{campaign}/report", route=f"{ONE}/report").json


def choose(campaign: str, variant: str, version: int | None = None) -> Any:
    body = {"variant": variant, "version": version or need(campaign).version}
    return campaigns("POST", f"/{campaign}/winner", body=body, route=f"{ONE}/winner")


def test_the_better_mail_goes_to_the_rest_once(clock: FakeClock) -> None:
    everybody = people(40)
    one = tried(everybody, wait_hours=2)
    split = arms(one, everybody)
    assert variants(one) == {who: name for name in "ab" for who in split[name]}
    assert sums(one)["open"] == len(split[None])
    later(minutes=5)
    for contact in split["b"]:
        visit(address(one, contact, 1))
    for contact in split["a"]:
        visit(address(one, contact, 1), agent="curl/8.5")
    heard()
    minute(2)
    assert sums(one)["open"] == len(split[None])

    later(hours=2)
    overlook()
    minute(2)

    test = report(one)["test"]
    assert (test["winner"], test["decided_by"], test["significant"]) == ("b", "test", True)
    # As it was when it was decided: the rest has followed nothing yet.
    assert test["best"] == "b"
    assert [(arm["sent"], arm["reached"]) for arm in test["arms"]] == [
        (len(split["a"]), 0),
        (len(split["b"]), len(split["b"])),
    ]
    expected = {who: name for name in "ab" for who in split[name]}
    assert variants(one) == expected | dict.fromkeys(split[None], "b")
    assert (sums(one), need(one).state) == ({"sent": 40}, "done")
    assert set(mailed().values()) == {1}
    parts = {part["name"]: part["sent"] for part in report(one)["variants"]}
    assert parts == {"a": len(split["a"]), "b": 40 - len(split["a"])}
    campaigns_add_up(list(everything()))
    channels_add_up(list(everything()))


def test_the_wait_begins_when_the_sample_has_its_mails(clock: FakeClock) -> None:
    everybody = people(8)
    night = ALWAYS.model_copy(update={"quiet_from": "00:00", "quiet_to": "23:59"})
    one = tried(everybody, night, wait_hours=1)
    later(hours=3)
    overlook()
    minute(2)
    assert sums(one)["deferred"] == need(one).sample_size > 0
    assert (report(one)["test"]["ends_at"], report(one)["test"]["winner"]) == (None, None)

    rules()
    later(days=1)
    minute(2)

    assert sums(one)["sent"] == need(one).sample_size
    ends = report(one)["test"]["ends_at"]
    assert ends > iso(platform_clock.now() + timedelta(minutes=57))
    assert report(one)["test"]["winner"] is None


def test_who_is_put_off_for_long_holds_no_test_up_unless_they_are_many() -> None:
    assert sample_left(40, settled=39, deferred=1)
    assert sample_left(0, settled=0, deferred=0)
    assert not sample_left(40, settled=37, deferred=3)
    assert not sample_left(40, settled=39, deferred=0)


def test_without_a_winner_the_rest_gets_the_first_or_waits_for_a_person(clock: FakeClock) -> None:
    everybody = people(8)
    first = tried(everybody, wait_hours=1)
    asked = tried(people(8, "q"), wait_hours=1, without_winner="person")
    overlook()
    minute(1)

    later(hours=1)
    minute(3)

    assert (report(first)["test"]["winner"], report(first)["test"]["decided_by"]) == ("a", "policy")
    assert need(first).state == "done"
    assert (report(asked)["test"]["winner"], need(asked).state) == (None, "active")
    assert choose(asked, "b").status == 200
    Pump().run()
    minute(1)
    assert need(asked).state == "done"
    assert set(mailed().values()) == {1}


def test_a_person_may_choose_before_the_time_and_nobody_after(clock: FakeClock) -> None:
    everybody = people(8)
    one = tried(everybody)
    version = need(one).version
    overlook()

    assert choose(one, "c").code == "variant_unknown"
    assert choose(one, "b", version + 7).status == 412
    assert choose(one, "b").status == 200
    assert choose(one, "b").status == 200
    assert choose(one, "a").code == "winner_chosen"
    told = [fact for fact in carried() if fact.type == "WinnerChosen"]
    assert [(fact.detail["variant"], fact.detail["by"]) for fact in told] == [("b", "nabin")]
    Pump().run()
    minute(1)

    split = arms(one, everybody)
    expected = {who: name for name in "ab" for who in split[name]}
    assert variants(one) == expected | dict.fromkeys(split[None], "b")
    assert choose(one, "a").code == "no_test_running"


def test_a_paused_test_goes_on_where_it_was_and_a_cancelled_one_leaves_the_rest(
    clock: FakeClock,
) -> None:
    everybody = people(8)
    one = tried(everybody, wait_hours=1)
    move(one, "pause")
    assert choose(one, "b").status == 200
    Pump().run()
    assert sums(one)["open"] > 0
    move(one, "resume")
    Pump().run()
    minute(1)
    assert sums(one) == {"sent": 8}

    two = tried(people(8, "q"), wait_hours=1)
    sent = sums(two)["sent"]
    move(two, "cancel")
    later(hours=2)
    minute(1)
    assert sums(two)["sent"] == sent


def test_a_test_that_cannot_tell_is_refused(clock: FakeClock) -> None:
    rules()
    (ann,) = people(1)
    known = a_campaign([ann]).campaign_id
    plan = {
        "name": "Spring",
        "audience": need(known).audience.model_dump(exclude_none=True),
        "template_id": need(known).template_id,
        "ab_test": {"templates": [OTHER], "sample_percent": 50},
    }

    refused = campaigns("POST", body=plan)

    assert refused.status == 422
    assert refused.fields == {
        "tracking": "tracking_needed",
        "ab_test.templates.0": "template_not_found",
    }
    too_many = {**plan, "ab_test": {"templates": [OTHER] * 5, "sample_percent": 0}}
    assert campaigns("POST", body=too_many).status == 422
