"""What a report makes of a campaign's figures."""

from typing import Any

from shared.kernel.ids import derived_id
from shared.marketing.campaigns.model import Campaign
from shared.marketing.reports.reading import COLUMNS, as_csv
from shared.marketing.reports.report import Report, report_of


def campaign(**more: Any) -> Campaign:
    known = {
        "campaign_id": derived_id("campaign", b"c" * 16),
        "name": "Spring",
        "audience": {"list_id": "list_" + "0" * 26},
        "created_at": "",
        "created_by": "",
        "audience_size": 12,
        **more,
    }
    return Campaign.model_validate(known)


SUMS = [
    {"pk": "x", "sk": "PROGRESS#00", "sent": 6, "sent__email__a": 5, "cost__email__a": 1_400_000},
    {"pk": "x", "sk": "PROGRESS#07", "sent": 4, "sent__email__b": 4, "cost__email__b": 1_100_000},
    {"pk": "x", "sk": "PROGRESS#09", "sent__sms__": 2, "delivered__email__a": 4, "delivered": 4},
]
FIGURES = [
    {"sk": "FIGURES#email#a#0", "opens": 9, "openers": 4, "human_openers": 2, "revision": 3},
    {"sk": "FIGURES#email#a#1", "human_openers": 1, "revenue__last__EUR": 500},
    {"sk": "FIGURES#email#b#1", "revenue__last__EUR": -800, "revenue__last__USD": 70},
    {"sk": "FIGURES#email#b#f", "revenue__first__EUR": 999},
    {"sk": "FIGURES_OF_LINK#001#a#0", "clicks": 5, "human_clicks": 2, "human_clickers": 1},
    {"sk": "FIGURES_OF_LINK#001#b#3", "clicks": 1},
    {"sk": "FIGURES_OF_LINK#000#-#3", "clicks": 8},
]


def report(**more: Any) -> Report:
    return report_of(campaign(**more), SUMS, FIGURES, ["https://x.example"], "last")


def test_a_person_counts_once_in_the_whole_and_messages_by_channel_and_variant() -> None:
    found = report()

    assert found.total.sent == 10
    assert [(one.name, one.sent) for one in found.channels] == [("email", 9), ("sms", 2)]
    assert [(one.name, one.sent, one.opened) for one in found.variants] == [
        ("a", 5, 3),
        ("b", 4, 0),
    ]


def test_rates_are_of_what_arrived_and_of_what_left_where_nothing_is_heard_of_that() -> None:
    found = report()

    assert found.total.rates.opened == 75.0
    assert found.variants[1].rates.opened == 0.0
    assert found.channels[1].rates.clicked_of_opened is None


def test_what_was_brought_back_is_below_zero_and_other_money_stands_aside() -> None:
    money = report(cost=100).money

    assert (money.message_cost, money.cost, money.revenue) == (3, 103, -300)
    assert money.roi == -391.26
    assert money.other_revenue == {"USD": 70}
    assert report(currency="USD").money.other_revenue == {"EUR": -300}


def test_links_are_those_of_people_and_the_hidden_one_is_told_of_apart() -> None:
    (link,) = report().links

    assert (link.clicks, link.human_clicks, link.human_clickers) == (6, 2, 1)
    assert report().hidden_clicks == 8


def test_the_table_is_as_wide_as_its_head_in_every_line() -> None:
    lines = as_csv(report()).splitlines()

    assert {line.count(",") for line in lines} == {len(COLUMNS) - 1}
    assert len(lines) == 1 + 1 + 2 + 2 + 1
