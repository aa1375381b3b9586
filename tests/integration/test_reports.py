"""What came of a campaign: people first, robots beside, each message and hit counted once."""

from typing import Any

import pytest

from tests.calls import invoke, queue_event
from tests.conftest import FakeClock
from tests.mail_provider import Provider
from tests.sending import ALWAYS, a_campaign, campaigns, move, people, rules, said
from tests.tracking import CHROME, PLACES, address, heard, tracked, visit

pytestmark = pytest.mark.usefixtures("tables")

ONE = "/v1/campaigns/{campaign_id}"


def report(campaign: str, **query: str) -> Any:
    answer = campaigns("GET", f"/{campaign}/report", query=query, route=f"{ONE}/report")
    assert answer.status == 200, answer.text
    return answer.json


def test_the_funnel_is_of_people_and_the_raw_numbers_stand_beside(clock: FakeClock) -> None:
    provider, readers = Provider(), people(4)
    ann, bob, cyd, _ = readers
    one = tracked(readers)
    invoke("mail_events", queue_event([said(mail) for mail in provider.requests[:3]]))
    visit(address(one, ann, None))
    visit(address(one, ann, 1))
    visit(address(one, bob, None))
    visit(address(one, cyd, 1), agent="Barracuda Sentinel (EE)")
    visit(address(one, cyd, 0), agent="Barracuda Sentinel (EE)")
    visit(address(one, cyd, None), agent="Mozilla/5.0")
    heard()

    found = report(one)

    total = found["total"]
    funnel = ("sent", "delivered", "opened", "clicked", "converted")
    assert [total[name] for name in funnel] == [4, 3, 2, 1, 0]
    assert total["raw"] == {
        "opens": 3,
        "openers": 3,
        "clicks": 3,
        "clickers": 2,
        "human_opens": 2,
        "human_clicks": 1,
    }
    assert total["rates"] == {
        "delivered": 75.0,
        "bounced": 0.0,
        "opened": 66.67,
        "clicked": 33.33,
        "clicked_of_opened": 50.0,
        "converted": 0.0,
    }
    (mail,) = found["channels"]
    assert (mail["name"], mail["sent"], mail["opened"]) == ("email", 4, 2)
    assert found["variants"] == []
    first, second = found["links"]
    assert first == {
        "number": 1,
        "address": PLACES[0],
        "clicks": 2,
        "clickers": 2,
        "human_clicks": 1,
        "human_clickers": 1,
    }
    assert second["clicks"] == 0
    assert found["hidden_clicks"] == 1


def test_messages_cost_what_their_provider_asks_when_they_leave(clock: FakeClock) -> None:
    readers = people(3)
    rules(ALWAYS.model_copy(update={"price_of_a_thousand": 50_000}))
    one = a_campaign(readers, cost=350).campaign_id
    move(one, "start")
    heard()
    rules(ALWAYS.model_copy(update={"price_of_a_thousand": 90_000}))

    money = report(one)["money"]

    assert (money["message_cost"], money["other_cost"], money["cost"]) == (150, 350, 500)
    assert (money["currency"], money["revenue"], money["roi"]) == ("EUR", 0, -100.0)


def test_the_file_has_a_line_for_the_whole_each_channel_and_each_link(clock: FakeClock) -> None:
    (ann,) = people(1)
    one = tracked([ann])
    visit(address(one, ann, 2), agent=CHROME)
    heard()

    answer = campaigns("GET", f"/{one}/report.csv", route=f"{ONE}/report.csv")

    assert (answer.status, answer.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    lines = answer.text.lstrip("\ufeff").splitlines()
    assert [line.split(",")[:3] for line in lines] == [
        ["part", "name", "sent"],
        ["total", "total", "1"],
        ["channel", "email", "1"],
        ["link", PLACES[0], ""],
        ["link", PLACES[1], ""],
    ]
    clicked, human_clicks = (
        lines[0].split(",").index("clicked"),
        lines[0].split(",").index("human_clicks"),
    )
    assert (lines[-1].split(",")[clicked], lines[-1].split(",")[human_clicks]) == ("1", "1")


def test_a_model_there_is_not_is_refused_and_everybody_may_read(clock: FakeClock) -> None:
    (ann,) = people(1)
    one = tracked([ann])

    refused = campaigns("GET", f"/{one}/report", query={"model": "best"}, route=f"{ONE}/report")
    read = campaigns("GET", f"/{one}/report", by=("nima", ["agent"]), route=f"{ONE}/report")

    assert (refused.status, list(refused.fields)) == (422, ["model"])
    assert read.status == 200
