"""Messages that customers find on their own pages: there once, text only, counted when shown."""

from typing import Any

import pytest

from shared.customers.consents.model import ConsentState
from shared.customers.contacts.repository import load
from shared.marketing.sending.rules import Cap
from shared.marketing.templates.model import Template
from tests.cloud import everything
from tests.conftest import FakeClock
from tests.faults.marketing import campaigns_add_up
from tests.portal import visit
from tests.privacy import erased, exported
from tests.pump import Pump, carried, overlook
from tests.sending import (
    ALWAYS,
    TEMPLATE,
    a_campaign,
    a_template,
    agree,
    campaigns,
    mailed,
    minute,
    move,
    people,
    rows,
    rules,
    sums,
)

ONE = "/v1/campaigns/{campaign_id}"
WORDS = Template(
    name="x",
    kind="text",
    subject="<b>Kettles</b> for {{ first_name }}",
    text="Half price.\n\n<script>alert(1)</script> {{ first_name }}",
    defaults={},
)


@pytest.fixture(autouse=True)
def _company(tables: None, clock: FakeClock) -> None:
    rules(ALWAYS.model_copy(update={"caps": (Cap(times=2, days=7),)}))


def customers(count: int, prefix: str = "p", **facts: Any) -> list[str]:
    found = people(count, prefix, **facts)
    for one in found:
        agree(one, channel="any")
    return found


def placed(contact_ids: list[str], template: Template = WORDS, **more: Any) -> str:
    a_template(template)
    way = {"channel": "web", "template_id": TEMPLATE}
    one = a_campaign(contact_ids, template, **{**way, **more}).campaign_id
    overlook()
    move(one, "start")
    Pump(copies=2).run()
    minute()
    return one


def page(contact_id: str, path: str = "/portal/message", method: str = "GET", **how: Any) -> Any:
    contact = load(contact_id)
    assert contact
    return visit(method, path, contact, **how)


def test_a_message_is_on_the_page_as_text_and_counts_once_as_delivered() -> None:
    ann, bob = customers(2)
    (silent,) = people(1, "silent")
    one = placed([ann, bob, silent])
    assert sums(one) == {"sent": 2, "skipped": 1}

    home = page(ann, "/portal")
    first, again = page(ann), page(ann, htmx=True)
    page(bob)
    page(silent)

    assert home.one(id="message").get("hx-get") == "/portal/message"
    assert "&lt;script&gt;alert(1)&lt;/script&gt; P0" in first.html
    assert "&lt;b&gt;Kettles&lt;/b&gt; for P0" in first.html
    assert not again.all("nav") and "Half price" in again.text
    shown = campaigns("GET", f"/{one}", route=ONE).json
    assert (shown["state"], shown["progress"]["delivered"]) == ("done", 2)
    Pump().run()
    told = [fact.detail["contact_id"] for fact in carried() if fact.type == "MessageDelivered"]
    assert sorted(told) == sorted([ann, bob])
    assert "Half price" not in page(silent).text
    assert mailed() == {}
    campaigns_add_up(list(everything()))


def test_a_page_with_a_message_takes_few_calls() -> None:
    (ann,) = customers(1)
    placed([ann])
    first, later = page(ann), page(ann)

    assert len(later.dynamodb_calls) <= 2, later.dynamodb_calls
    assert len(first.dynamodb_calls) <= 4, first.dynamodb_calls


def test_a_message_is_put_away_by_whom_it_is_for_and_the_one_before_comes_back(
    clock: FakeClock,
) -> None:
    ann, bob = customers(2)
    placed([ann, bob], WORDS.model_copy(update={"subject": "Older"}))
    clock.tick(minutes=5)
    placed([ann, bob], WORDS.model_copy(update={"subject": "Newer"}))
    seen = page(ann)
    place = seen.one("input", name="place")["value"]

    away = page(ann, method="POST", form={"place": place})
    page(ann, method="POST", form={"place": place})

    assert (away.status, away.location) == (303, "/portal")
    assert "Newer" in seen.text and "Older" in page(ann).text
    assert "Newer" in page(bob).text
    assert page(ann, method="POST", form={}).status == 422


def test_messages_are_forgotten_after_a_month(clock: FakeClock) -> None:
    (ann,) = customers(1)
    placed([ann])
    clock.tick(days=30)

    assert "Half price" not in page(ann).text


def test_the_cap_and_what_a_person_lacks_hold_here_too() -> None:
    ann, bob = customers(2)
    (nameless,) = customers(1, "n", first_name=None, last_name="Rai")
    placed([ann])
    placed([ann])

    third = placed([ann, bob, nameless])

    assert sums(third) == {"deferred": 1, "sent": 1, "failed": 1}
    assert rows(third)[nameless]["reason"] == "value_missing:first_name"


def test_somebody_who_may_not_be_mailed_finds_it_on_their_page(clock: FakeClock) -> None:
    (ann,) = customers(1)
    text = Template(name="y", kind="text", text="Half price")
    web = {"channel": "web", "template_id": a_template(text, TEMPLATE[:-1] + "9")}
    clock.tick(minutes=1)
    agree(ann, ConsentState.WITHDRAWN)

    one = a_campaign([ann], fallbacks=[web]).campaign_id
    move(one, "start")
    Pump().run()

    assert rows(one)[ann]["channel"] == "web"
    assert "Half price" in page(ann).text


def test_messages_are_exported_and_go_with_the_person() -> None:
    ann, bob = customers(2)
    placed([ann, bob])

    _, archive = exported(contact_id=ann)
    erased(contact_id=ann)

    assert len(archive) > 0
    left = [item["pk"] for item in everything() if item["pk"].startswith("WEB#")]
    assert left == [f"WEB#{bob}"]
