"""What people do is credited to the campaigns that led to it: exactly, once, under every model."""

from typing import Any

import pytest

from shared.customers.events import InteractionRecorded, ProductPurchased
from shared.customers.identity import symbols_of
from shared.customers.products.model import Bought
from shared.customers.products.repository import bought_ops, customers
from shared.kernel.clock import iso
from shared.marketing.attribution.models import MODELS
from shared.marketing.attribution.rules import AttributionRules
from shared.marketing.events import ResponseCodeUsed
from shared.platform import clock as platform_clock
from shared.sales.events import LeadCaptured
from tests.calls import bus_event, http, invoke, queue_event
from tests.cloud import everything
from tests.conftest import FakeClock
from tests.privacy import erased
from tests.pump import Pump, carried, overlook
from tests.sending import ALWAYS, a_campaign, agree, campaigns, move, people, rules
from tests.tracking import address, heard, later, tracked, visit

MAYA = ("maya", ["sales_manager"])

pytestmark = pytest.mark.usefixtures("tables")


def bought(contact: str, amount: int = 10_000, number: int = 1, **more: Any) -> ProductPurchased:
    given = {"product_ids": ["kettle"], "currency": "EUR", "channel": "shop", **more}
    return ProductPurchased(
        event_id=f"interaction_{number}.purchase",
        occurred_at=platform_clock.now(),
        contact_id=contact,
        purchase_id=f"interaction_{number}",
        amount_minor=amount,
        **given,
    )


def hear(*facts: Any) -> None:
    answer = invoke("conversion_record", queue_event([bus_event(one) for one in facts]))
    assert answer == {"batchItemFailures": []}


def report(campaign: str, model: str = "last") -> Any:
    route = "/v1/campaigns/{campaign_id}/report"
    return campaigns("GET", f"/{campaign}/report", query={"model": model}, route=route).json


def revenue(campaign: str, model: str = "last") -> int:
    return int(report(campaign, model)["money"]["revenue"])


def clicked(contacts: list[str], who: str, **more: Any) -> str:
    """A campaign to some, one of whom follows a link."""
    one = tracked(contacts, **more)
    visit(address(one, who, 1))
    heard()
    return one


def test_a_purchase_is_shared_among_four_campaigns_by_each_model(clock: FakeClock) -> None:
    (ann,) = people(1)
    rules(ALWAYS.model_copy(update={"caps": ()}))
    four = []
    for _ in range(4):
        four.append(clicked([ann], ann))
        later(days=1)

    hear(bought(ann))

    assert [revenue(one, "position") for one in four] == [4_000, 1_000, 1_000, 4_000]
    assert [revenue(one, "first") for one in four] == [10_000, 0, 0, 0]
    assert [revenue(one) for one in four] == [0, 0, 0, 10_000]
    assert [revenue(one, "linear") for one in four] == [2_500] * 4
    for model in MODELS:
        assert sum(revenue(one, model) for one in four) == 10_000
    assert [report(one)["total"]["converted"] for one in four] == [1, 1, 1, 1]


def test_cost_and_revenue_make_the_return(clock: FakeClock) -> None:
    (ann,) = people(1)
    one = clicked([ann], ann, cost=500)

    hear(bought(ann, 2_000))

    assert report(one)["money"] == {
        "currency": "EUR",
        "message_cost": 0,
        "other_cost": 500,
        "cost": 500,
        "revenue": 2_000,
        "roi": 300.0,
        "other_revenue": {},
    }


def test_heard_of_again_in_any_number_it_counts_once(clock: FakeClock) -> None:
    (ann,) = people(1)
    one = clicked([ann], ann)
    fact = bought(ann)

    overlook()
    for _ in range(3):
        hear(fact, fact)

    assert revenue(one) == 10_000
    assert [done.type for done in carried()] == ["Converted"]


def test_a_touch_that_is_heard_of_late_is_credited_when_the_deed_is_heard_of_again(
    clock: FakeClock,
) -> None:
    ann, bob = people(2)
    first = clicked([ann, bob], ann)
    later(days=1)
    second = tracked([ann, bob])
    visit(address(second, ann, 1))
    later(minutes=1)
    fact = bought(ann)
    hear(fact)
    assert (revenue(first), revenue(second)) == (10_000, 0)

    heard()
    hear(fact)

    assert (revenue(first), revenue(second)) == (0, 10_000)
    assert (revenue(first, "linear"), revenue(second, "linear")) == (5_000, 5_000)


def test_robots_strangers_and_what_came_too_late_lead_to_nothing(clock: FakeClock) -> None:
    ann, bob = people(2)
    one = tracked([ann, bob])
    visit(address(one, ann, 1), agent="curl/8.5")
    visit(address(one, bob, 1))
    heard()
    later(days=31)

    hear(bought(ann), bought(bob, number=2))

    assert (revenue(one), report(one)["total"]["converted"]) == (0, 0)
    assert not [item for item in everything() if item["sk"].startswith("CONVERSION#")]


def test_a_campaign_counts_what_it_is_meant_for(clock: FakeClock) -> None:
    (ann,) = people(1)
    rules(ALWAYS.model_copy(update={"caps": ()}))
    form = clicked([ann], ann, goal={"event": "form", "what": "demo"})
    visits = clicked([ann], ann, goal={"event": "interaction", "what": "visit"})
    tea = clicked([ann], ann, goal={"event": "purchase", "what": "tea"})
    later(hours=1)
    now = platform_clock.now()
    captured = {"event_id": "s1", "occurred_at": now, "lead_id": f"lead_{symbols_of(ann)}"}
    sent = LeadCaptured(**captured, submission_id="s1", form_id="demo", channel="form")
    around = {"channel": "shop", "touch_point": "point_of_sale", "contact_id": ann}
    came = InteractionRecorded(
        event_id="i1", occurred_at=now, interaction_id="i1", direction="inbound", kind="visit", **around
    )  # fmt: skip
    went = came.model_copy(update={"event_id": "i2", "direction": "outbound"})

    hear(
        sent,
        came,
        went,
        bought(ann, 100, product_ids=["kettle"]),
        bought(ann, 200, 2, product_ids=["tea"]),
    )

    assert [report(one)["total"]["converted"] for one in (form, visits, tea)] == [1, 1, 1]
    assert [revenue(one) for one in (form, visits, tea)] == [0, 0, 200]


def test_what_is_brought_back_is_taken_from_those_who_got_it(clock: FakeClock) -> None:
    (ann,) = people(1)
    rules(ALWAYS.model_copy(update={"caps": ()}))
    first, second = (clicked([ann], ann) for _ in range(2))
    hear(bought(ann))
    later(days=2)
    clicked([ann], ann)

    hear(bought(ann, 4_000, 2, returned=True))
    hear(bought(ann, 4_000, 2, returned=True))
    hear(bought(ann, 1, 3, returned=True, product_ids=["something else"]))

    for model in MODELS:
        assert revenue(first, model) + revenue(second, model) == 6_000
    assert revenue(second) == 6_000


def test_what_a_person_clicked_under_another_record_counts_after_the_records_are_one(
    clock: FakeClock,
) -> None:
    ann, bob = people(2)
    one = clicked([bob], bob)
    later(minutes=5)
    path, route = f"/v1/contacts/{ann}/merge", "/v1/contacts/{contact_id}/merge"
    body = {"loser": bob, "versions": {"winner": 1, "loser": 1}}
    merged = http("contact_merge", "POST", path, body=body, staff=MAYA, route=route)
    assert merged.status < 300, merged.text
    heard()

    hear(bought(bob, 300), bought(ann, 700, 2))

    assert revenue(one) == 1_000
    assert report(one)["total"]["converted"] == 1


def a_letter(street: str, prefix: str = "SPR", **more: Any) -> tuple[str, str]:
    """A campaign by letter to somebody, which is on its way: it, and who got it."""
    (ann,) = people(1, prefix.lower(), postal_address=street, country="NP")
    agree(ann, channel="post")
    given = {"channel": "post", "template_id": None, "code_prefix": prefix, **more}
    one = a_campaign([ann], **given).campaign_id
    overlook()
    move(one, "start")
    Pump().run()
    later(days=3)
    return one, ann


def name(code: str, reference: str = "order-1", status: int = 200, **more: Any) -> Any:
    """Somebody names a code; all that follows is heard."""
    body = {"kind": "order", "reference": reference, **more}
    path, route = f"/v1/response-codes/{code}/uses", "/v1/response-codes/{code}/uses"
    answer = http("campaign_admin", "POST", path, body=body, staff=("asha", ["rep"]), route=route)
    assert answer.status == status, answer.text
    Pump(copies=2).run()
    return answer


def test_a_response_code_attributes_an_order_to_its_letter_once(clock: FakeClock) -> None:
    rules()
    one, _ = a_letter("1 Jyatha Marg", cost=400, goal={"what": "kettle", "within_days": 1})
    worth = {"amount_minor": 2_000, "currency": "EUR"}

    name("SPR-0001", **worth)
    name("spr-0001", **worth)
    name("SPR-0001", **{**worth, "amount_minor": 9_000})

    for model in MODELS:
        assert revenue(one, model) == 2_000
    found = report(one)
    assert (found["total"]["converted"], found["money"]["roi"]) == (1, 300.0)
    assert [part["name"] for part in found["channels"] if part["revenue"]] == ["post"]
    name("SPR-0001", "order-2", amount_minor=50, currency="EUR")
    name("SPR-0001", "order-3")
    assert (revenue(one), report(one)["total"]["converted"]) == (2_050, 1)


def test_an_order_for_which_two_codes_are_named_is_shared_by_them(clock: FakeClock) -> None:
    rules()
    first, ann = a_letter("1 Jyatha Marg")
    second = a_campaign([ann], channel="post", template_id=None, code_prefix="SUM").campaign_id
    move(second, "start")
    Pump().run()
    worth = {"amount_minor": 2_001, "currency": "EUR"}

    name("SPR-0001", **worth)
    later(minutes=1)
    name("SUM-0001", **worth)

    assert sorted(revenue(one, "linear") for one in (first, second)) == [1_000, 1_001]
    assert (revenue(first), revenue(second)) == (0, 2_001)


@pytest.mark.parametrize("heard_first", ["purchase", "code"])
def test_a_purchase_for_which_a_code_is_named_counts_what_it_says_itself(
    clock: FakeClock, heard_first: str
) -> None:
    rules()
    one, ann = a_letter("1 Jyatha Marg", goal={"event": "form"})
    fact = bought(ann, 700)
    line = Bought(sku="kettle", purchase_id="interaction_1", quantity=1, amount=700, currency="EUR", channel="shop", at=iso(clock()))  # fmt: skip
    later(hours=1)

    if heard_first == "purchase":
        customers.write(*bought_ops(ann, [line]))
        hear(fact)
        name("SPR-0001", "interaction_1", kind="purchase")
    else:
        name("SPR-0001", "interaction_1", kind="purchase")
        hear(fact)
    hear(fact)

    assert (revenue(one), report(one)["total"]["converted"]) == (700, 1)


def test_a_visit_for_which_a_code_is_named_is_a_conversion_without_money(clock: FakeClock) -> None:
    rules()
    one, _ = a_letter("1 Jyatha Marg")

    name("SPR-0001", "visit-1", kind="interaction")

    assert (revenue(one), report(one)["total"]["converted"]) == (0, 1)


@pytest.mark.parametrize(
    ("worth", "fields"),
    [
        ({"amount_minor": 5}, {"currency": "money_incomplete"}),
        ({"currency": "EUR"}, {"amount_minor": "money_incomplete"}),
        ({"amount_minor": -1, "currency": "EUR"}, {"amount_minor": "greater_than_equal"}),
        ({"amount_minor": 1, "currency": "euro"}, {"currency": "string_pattern_mismatch"}),
        ({"amount_minor": 1, "currency": "EUR", "kind": "purchase"}, {"amount_minor": "amount_not_expected"}),
    ],
)  # fmt: skip
def test_an_order_s_worth_is_money(clock: FakeClock, worth: Any, fields: Any) -> None:
    rules()
    one, _ = a_letter("1 Jyatha Marg")

    assert name("SPR-0001", status=422, **worth).fields == fields
    assert report(one)["total"]["converted"] == 0


def test_what_an_erased_person_named_a_code_for_is_credited_to_nothing(clock: FakeClock) -> None:
    rules()
    one, ann = a_letter("1 Jyatha Marg")
    fact = ResponseCodeUsed(event_id="u1", occurred_at=clock(), campaign_id=one, contact_id=ann, code="SPR-0001", kind="order", reference="1", amount_minor=5, currency="EUR")  # fmt: skip
    later(minutes=1)

    erased(contact_id=ann)
    hear(fact)

    assert not [item for item in everything() if item["sk"].startswith(("CONVERSION#", "TOUCH#"))]
    assert revenue(one) == 0


def test_sends_count_as_touches_where_the_company_says_so(clock: FakeClock) -> None:
    (ann,) = people(1)
    one = tracked([ann])
    hear(bought(ann))
    assert revenue(one) == 0

    rules(ALWAYS.model_copy(update={"attribution": AttributionRules(touches=("clicked", "sent"))}))
    hear(bought(ann, 500, 2))

    assert revenue(one) == 500


def test_an_erased_person_s_deeds_go_and_the_figures_stay(clock: FakeClock) -> None:
    (ann,) = people(1)
    one = clicked([ann], ann)
    fact = bought(ann)
    hear(fact)
    later(minutes=1)

    erased(contact_id=ann)
    hear(fact, bought(ann, 77, 2))

    assert not [item for item in everything() if item["sk"].startswith(("CONVERSION#", "TOUCH#"))]
    assert revenue(one) == 10_000
