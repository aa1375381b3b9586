"""What came of messages: opened, followed, credited."""

from typing import Final

from shared.customers.events import ProductPurchased
from shared.marketing.address_lists.codes import need_code
from shared.marketing.events import MessageHit, ResponseCodeUsed
from shared.platform import clock
from tests import sending, tracking
from tests.calls import bus_event, invoke, queue_event, request
from tests.cloud import everything
from tests.operations.operation import Operation, Payload
from tests.pump import Pump, carried, overlook
from tests.unit.sales.scoring.cases import activate

from .lists import on_a_list


def _tracked() -> tuple[str, str]:
    """A campaign with links and whom it went to."""
    activate()
    (ann,) = sending.people(1)
    Pump().run()
    return tracking.tracked([ann]), ann


def _follow() -> Payload:
    path = tracking.address(*_tracked())
    return request("GET", path, headers={"user-agent": tracking.CHROME}, route="/c/{token}")


def _hear_of_hits() -> Payload:
    """Ann opens a mail and follows a link; so does a robot, in the same mail."""
    one, ann = _tracked()
    overlook()
    for link, agent in ((None, tracking.CHROME), (1, tracking.CHROME), (1, "curl/8.5")):
        tracking.visit(tracking.address(one, ann, link), agent=agent)
    facts = [MessageHit.model_validate(fact.detail) for fact in carried()]
    return queue_event([bus_event(fact) for fact in facts])


def _buy() -> Payload:
    """Ann followed a link and buys something."""
    one, ann = _tracked()
    tracking.visit(tracking.address(one, ann, 1))
    Pump().run()
    overlook()
    fact = ProductPurchased(
        event_id="p1",
        occurred_at=clock.now(),
        contact_id=ann,
        purchase_id="p1",
        product_ids=["kettle"],
        amount_minor=1_999,
        currency="EUR",
        channel="shop",
    )
    return queue_event([bus_event(fact)])


def _order_by_code() -> Payload:
    """Somebody on a list names its code for an order."""
    invoke("campaign_send", on_a_list())
    code = need_code("SPR-0002")
    fact = ResponseCodeUsed(
        event_id="u1",
        occurred_at=clock.now(),
        campaign_id=code.campaign_id,
        contact_id=code.contact_id,
        code=code.code,
        kind="order",
        reference="order-1",
        amount_minor=1_999,
        currency="EUR",
    )
    return queue_event([bus_event(fact)])


def _credited_once() -> None:
    figures = [one for one in everything() if one["sk"].startswith("FIGURES#")]
    assert [one["revenue__last__EUR"] for one in figures] == [1_999]


def _one_reader() -> None:
    (item,) = [one for one in everything() if one["sk"].startswith("ENGAGEMENT#")]
    assert (item["opens"], item["human_opens"]) == (1, 1)
    assert (item["clicks"], item["human_clicks"]) == (2, 1)


RESULTS: Final[tuple[Operation, ...]] = (
    Operation("follow a link of a message", "message_track", _follow),
    Operation(
        "hear who opened a message", "engagement_record", _hear_of_hits, afterwards=_one_reader
    ),
    Operation("credit what somebody bought", "conversion_record", _buy, afterwards=_credited_once),
    Operation(
        "credit an order by its code",
        "conversion_record",
        _order_by_code,
        afterwards=_credited_once,
    ),
)
