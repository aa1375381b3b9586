"""The form of a campaign, and that of the rules of sending (rows M1, M11 and M16)."""

from collections.abc import Mapping
from typing import Any

import pytest

from shared.console import names
from shared.kernel.ids import derived_id
from shared.marketing.campaigns.repository import need
from shared.marketing.sending.rules import SendingRules
from shared.marketing.sending.stored_rules import NAME, stored_rules
from shared.marketing.templates.model import Template
from tests.conftest import FakeClock
from tests.pages import ASHA, HOSTILE, NABIN, Page, Who, browse, typed
from tests.sending import (
    MAIL,
    a_list,
    a_template,
    people,
)

HOME, NEW, RULES = "/console/campaigns", "/console/campaigns/new", "/console/campaigns/rules"


@pytest.fixture(autouse=True)
def _company(tables: None) -> None:
    names.forget()


def visit(path: str, who: Who = NABIN, **how: Any) -> Page:
    return browse("console_campaigns", "GET", path, who=who, **how)


def send(path: str, form: Mapping[str, str], who: Who = NABIN, **how: Any) -> Page:
    return browse("console_campaigns", "POST", path, who=who, form=form, **how)


def test_a_campaign_is_planned_once_and_changed(clock: FakeClock) -> None:
    audience = a_list(people(1))
    template = a_template()
    form = typed(visit(NEW, query={"list_id": audience, "template_id": template}))
    assert (form["audience"], form["way.0.template"]) == (f"list:{audience}", template)
    form |= {"name": "Spring", "budget": "1,500.5", "currency": "EUR"}
    form |= {"start_at": "2025-07-01T09:30", "objective": "Sell"}

    done = send(NEW, form)

    assert done.status == 303, done.text
    assert send(NEW, form).location == done.location
    one = need(done.location.removeprefix(f"{HOME}/"))
    assert (one.budget, one.channel, one.audience.list_id) == (150050, "email", audience)
    assert one.start_at == "2025-07-01T03:45:00.000Z"  # nine thirty in Kathmandu
    again = typed(visit(f"{done.location}/edit"))
    assert (again["budget"], again["start_at"]) == ("1500.50", "2025-07-01T09:30")
    changed = {**again, "name": "Summer", "start_at": ""}
    assert send(f"{done.location}/edit", changed).location == done.location
    stale = send(f"{done.location}/edit", {**changed, "name": "Autumn"})
    assert stale.status == 412 and "Summer" in stale.text
    assert typed(stale)["name"] == "Autumn" and typed(stale)["version"] == "2"
    assert need(one.campaign_id).start_at is None
    own = {**typed(stale), "start_at": "2025-07-01T09:30", "own_clock": "on"}
    assert send(f"{done.location}/edit", own).location == done.location
    assert (need(one.campaign_id).start_at, need(one.campaign_id).local_at) == (
        None,
        "2025-07-01T09:30",
    )
    again = typed(visit(f"{done.location}/edit"))
    assert (again["start_at"], again["own_clock"]) == ("2025-07-01T09:30", "yes")


def test_further_ways_follow_their_templates_kinds(clock: FakeClock) -> None:
    from shared.marketing.templates.repository import stored_templates

    audience, mail = a_list(people(1)), a_template()
    text = mail[:-1] + ("0" if mail[-1] != "0" else "1")
    sms = Template(name="Text", kind="sms", text="Hi {{ first_name }}")
    stored_templates.save(text, sms, by="nabin", at=clock(), after=0, activate=True)
    form = {"name": "Both", "audience": f"list:{audience}", "way.0.template": mail}
    form |= {"purpose": "marketing", "currency": "EUR", "preferred_first": "yes"}

    calls = {**form, "way.2.template": text, "way.3.template": "phone"}
    assert send(NEW, calls).one(id="e-code_prefix")
    done = send(NEW, {**calls, "code_prefix": "SPRING"})
    one = need(done.location.removeprefix(f"{HOME}/"))
    ways = [("email", mail), ("sms", text), ("phone", None)]
    assert [(way.channel, way.template_id) for way in one.ways] == ways
    assert "by text message" in visit(done.location).text
    again = typed(visit(f"{done.location}/edit"))
    assert (again["way.1.template"], again["way.2.template"]) == (text, "phone")
    twice = send(NEW, {**form, "way.1.template": mail})
    assert twice.status == 422 and twice.one(id="e-way.1.template").text == "Each channel once"


def test_a_goal_a_test_of_mails_and_what_goes_first_are_said_in_the_form() -> None:
    audience, mail = a_list(people(1)), a_template()
    other = a_template(MAIL, derived_id("template", b"other".rjust(16, b"\0")))
    form = typed(visit(NEW, query={"list_id": audience, "template_id": mail}))
    form |= {"name": "Best", "tracking": "yes", "priority": "8", "one_per": "account"}
    form |= {"goal.event": "interaction", "goal.what": "call", "goal.within_days": "7"}
    form |= {"ab_test.templates.1": other, "ab_test.sample_percent": "40"}

    wrong = send(NEW, {**form, "goal.within_days": "soon", "ab_test.wait_hours": "0"})
    untracked = send(NEW, {name: text for name, text in form.items() if name != "tracking"})
    done = send(NEW, form)

    assert wrong.one(id="e-goal.within_days") and wrong.one(id="e-ab_test.wait_hours")
    assert typed(wrong)["ab_test.templates.0"] == other
    assert typed(wrong)["goal.within_days"] == "soon"
    assert untracked.status == 422 and "Without tracking nobody knows" in untracked.text
    one = need(done.location.removeprefix(f"{HOME}/"))
    assert (one.priority, one.one_per, one.goal.what) == (8, "account", "call")
    assert one.ab_test and one.ab_test.templates == (other,)
    assert (one.ab_test.sample_percent, one.ab_test.wait_hours) == (40, 24)
    shown = visit(done.location).text
    assert "2 mails on 40 % first" in shown and "Turns to us: call" in shown
    again = typed(visit(f"{done.location}/edit"))
    assert {name: again[name] for name in form if name.startswith("goal")} == {
        name: form[name] for name in form if name.startswith("goal")
    }
    without = {**again, "tracking": "yes", "ab_test.templates.0": ""}
    assert send(f"{done.location}/edit", without).status == 303
    assert need(one.campaign_id).ab_test is None


def test_what_does_not_fit_is_said_at_its_field() -> None:
    form = {"name": HOSTILE[:90], "budget": "much", "start_at": "soon", "currency": "EUR"}

    page = send(NEW, form)

    assert page.status == 422 and "<script>alert" not in page.html
    for name in ("audience", "way.0.template", "budget", "start_at"):
        assert page.one(id=f"f-{name}")["aria-invalid"] == "true", name
    gone = {"name": "x", "audience": "list:list_01JWQ6Y3M8Z4T0V5B7C9D1E2F3", "purpose": "marketing"}
    page = send(NEW, {**gone, "currency": "EUR", "way.0.template": a_template()})
    assert page.one(id="e-audience")


def test_rules_of_sending_are_changed_as_a_whole(clock: FakeClock) -> None:
    form = typed(visit(RULES))
    assert form["caps.0.times"] == "4" and form["version"] == "0"

    done = send(RULES, {**form, "caps.0.times": "2", "caps.1.times": "1", "caps.1.days": "1"})
    assert done.status == 303, done.text
    found = stored_rules.in_force(NAME)
    assert found and [(one.times, one.days) for one in found.value.caps] == [(2, 7), (1, 1)]
    expected = SendingRules().model_dump() | {"caps": found.value.model_dump()["caps"]}
    assert found.value.model_dump() == expected
    stale = send(RULES, form)
    assert stale.status == 412 and typed(stale)["version"] == "1"
    wrong = send(RULES, {**typed(visit(RULES)), "quiet_from": "late", "caps.0.days": "99"})
    assert wrong.status == 422
    assert wrong.one(id="e-quiet_from") and wrong.one(id="e-caps.0.days")
    assert visit(RULES, who=ASHA).one("fieldset", class_="bare").attributes.keys() >= {"disabled"}
    assert send(RULES, form, who=ASHA).status == 403
