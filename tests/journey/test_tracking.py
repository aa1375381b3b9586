"""A tracked campaign on the deployed stack: a person opens the mail in a real browser, follows a
link and buys; a robot follows it too. The report knows them apart."""

from typing import Any

import pytest

from .browser import USER_AGENT
from .campaigning import (
    at_any_hour,
    buy,
    done,
    listed,
    moved,
    planned,
    put_rules,
    report,
    rules_of,
    somebody,
    template,
)
from .stack import Stack

pytestmark = pytest.mark.journey


def test_a_person_counts_as_a_person_and_a_robot_does_not(stack: Stack, browser: Any) -> None:
    ann, ann_mail = somebody(stack, "read", 1)
    bob, bob_mail = somebody(stack, "read", 2)
    put_rules(stack, at_any_hour(rules_of(stack)))
    shop = f"{stack.url}/assets/demo/index.html"
    html = (
        f'<p>Hi {{{{ first_name }}}}</p><a href="{shop}?from=spring">To the shop</a> '
        f'<a href="{stack.url}/assets/demo/pricing.html">Prices</a>'
    )
    words = template(stack, "Spring, {{ first_name }}", html)
    path = planned(stack, listed(stack, ann, bob), words, tracking=True, cost=500)
    moved(stack, path, "start")
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
    buy(stack, ann, 2_000)

    found = report(stack, path)
    total, money = found["total"], found["money"]
    assert [total[one] for one in ("sent", "opened", "clicked", "converted")] == [2, 1, 1, 1]
    assert (total["raw"]["opens"], total["raw"]["clicks"]) == (1, 2)
    assert (total["raw"]["human_opens"], total["raw"]["human_clicks"]) == (1, 1)
    assert (money["revenue"], money["cost"], money["roi"]) == (2_000, 500, 300.0)
    first = found["links"][0]
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
