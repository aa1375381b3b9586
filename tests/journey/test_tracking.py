"""A tracked campaign on the deployed stack: a person opens the mail in a real browser, follows a
link and buys; a robot follows it too. The report knows them apart."""

from typing import Any
from uuid import uuid4

import pytest

from .browser import USER_AGENT
from .stack import Stack

pytestmark = pytest.mark.journey


def done(answer: Any, status: int = 200) -> Any:
    assert answer.status == status, answer.text
    return answer.json


def post(stack: Stack, path: str, body: Any, who: str = "marketer", status: int = 201) -> Any:
    return done(stack.call("POST", path, body, who=who), status)


def somebody(stack: Stack, name: str) -> tuple[str, str]:
    """A contact who allows mails: id and address."""
    email = f"{name.lower()}.{uuid4().hex[:10]}@example.com"
    body = {"first_name": name, "emails": [{"address": email}]}
    contact = post(stack, "/v1/contacts", body)["contact_id"]
    yes = {"purpose": "marketing", "channel": "email", "state": "granted"}
    post(stack, f"/v1/contacts/{contact}/consents", yes, who="rep")
    return contact, email


def test_a_person_counts_as_a_person_and_a_robot_does_not(stack: Stack, browser: Any) -> None:
    ann, ann_mail = somebody(stack, "Ann")
    bob, bob_mail = somebody(stack, "Bob")
    known = done(stack.get("/v1/sending-rules", "marketer"))
    always = {**known["rules"], "quiet_from": "00:00", "quiet_to": "00:00"}
    rules = {"version": known["version"], "rules": always}
    done(stack.call("PUT", "/v1/sending-rules", rules, who="marketer"))
    shop = f"{stack.url}/assets/demo/index.html"
    html = (
        f'<html><body><p>Hi {{{{ first_name }}}}</p><a href="{shop}?from=spring">To the shop</a> '
        f'<a href="{stack.url}/assets/demo/pricing.html">Prices</a> '
        '<a href="{{ unsubscribe_url }}">No more mails</a></body></html>'
    )
    words = {"name": uuid4().hex, "subject": "Spring, {{ first_name }}", "html": html}
    template = post(stack, "/v1/templates", words)["template_id"]
    listed = post(stack, "/v1/lists", {"name": uuid4().hex})["list_id"]
    members = {"contact_ids": [ann, bob]}
    assert stack.call("POST", f"/v1/lists/{listed}/members", members, who="marketer").status < 300
    plan = {
        "name": "Spring",
        "audience": {"list_id": listed},
        "template_id": template,
        "tracking": True,
        "cost": 500,
    }
    campaign = post(stack, "/v1/campaigns", plan)["campaign_id"]
    path = f"/v1/campaigns/{campaign}"
    post(stack, f"{path}/moves", {"move": "start", "version": 1}, status=200)
    stack.rest()
    stack.tick("2m")
    (to_ann,), (to_bob,) = stack.mail(ann_mail), stack.mail(bob_mail)
    assert f"{shop}?from=spring" in to_ann.text
    assert "?from=spring" not in to_ann.html

    with browser.new_context(user_agent=USER_AGENT) as profile:
        page = profile.new_page()
        with page.expect_response("**/o/*.gif") as pixel:
            page.set_content(to_ann.html)
        assert pixel.value.status == 200
        page.click("text=To the shop")
        page.wait_for_url(f"{shop}?from=spring")
    followed = to_bob.html.split(f'href="{stack.url}')[1].partition('"')[0]
    assert followed.startswith("/c/")
    scanner = {"user-agent": "Barracuda Sentinel (EE)"}
    led = stack.call("GET", followed, headers=scanner)
    assert (led.status, led.headers["location"]) == (302, f"{shop}?from=spring")
    assert stack.get(f"{followed[:-1]}{'A' if followed[-1] != 'A' else 'B'}").status == 404
    stack.rest()
    bought = {
        "id": uuid4().hex,
        "contact_id": ann,
        "channel": "point_of_sale",
        "kind": "purchase",
        "direction": "inbound",
        "purchase": {"currency": "EUR", "lines": [{"sku": "kettle", "amount": 2_000}]},
    }
    assert stack.call("POST", "/v1/interactions", bought, who="agent").status < 300
    stack.rest()

    report = done(stack.get(f"{path}/report", "marketer"))
    total, money = report["total"], report["money"]
    assert [total[one] for one in ("sent", "opened", "clicked", "converted")] == [2, 1, 1, 1]
    assert (total["raw"]["opens"], total["raw"]["clicks"]) == (1, 2)
    assert (total["raw"]["human_opens"], total["raw"]["human_clicks"]) == (1, 1)
    assert (money["revenue"], money["cost"], money["roi"]) == (2_000, 500, 300.0)
    first = report["links"][0]
    assert (first["address"], first["clicks"], first["human_clicks"]) == (
        f"{shop}?from=spring",
        2,
        1,
    )
    file = stack.get(f"{path}/report.csv", "marketer")
    assert (file.status, file.text.count("\n")) == (200, 5)
    history = done(stack.get(f"/v1/contacts/{ann}/history", "rep"))
    kinds = {one["kind"] for one in history["entries"]}
    assert {"email_opened", "email_clicked"} <= kinds
