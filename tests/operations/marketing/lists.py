"""Lists of letters and calls, their files and their codes."""

import json
from typing import Final

from shared.marketing.campaigns.planning import parts_of
from shared.marketing.events import AddressFileRequested, CampaignStarted
from shared.platform import clock
from tests import sending
from tests.calls import bus_event, invoke, queue_event, request
from tests.cloud import everything
from tests.marketing import NABIN
from tests.operations.operation import Operation, Payload
from tests.pump import Pump, drained, overlook
from tests.staffing import employed

from .campaigns import KEY, SEND_QUEUE, the_campaign


def on_a_list() -> Payload:
    """Four people of whom two live together are put on a list for the post."""
    employed(*NABIN)
    sending.rules()
    people = []
    for number, address in enumerate(("1 A Street", "1 a street", "2 B Street", "3 C Street")):
        people += sending.people(1, f"h{number}", postal_address=address)
        sending.agree(people[-1], channel="post")
    post = {"channel": "post", "template_id": None, "code_prefix": "SPR", "one_per": "household"}
    one = sending.a_campaign(people, **post).campaign_id
    Pump().run()
    overlook()
    sending.move(one, "start")
    fact = CampaignStarted(event_id="s", occurred_at=clock.now(), campaign_id=one, by="nabin")
    invoke("campaign_plan", queue_event([bus_event(fact)]))
    drained(SEND_QUEUE)
    return queue_event([next(iter(parts_of(people, 1, one)))])


def _listed() -> None:
    """Three rows, whose codes follow each other."""
    found = {item["pk"] for item in everything() if item["sk"] == "CODE"}
    assert found == {f"CODE#SPR-000{number}" for number in (1, 2, 3)}
    sent = sending.sums(the_campaign()["pk"].removeprefix("CAMPAIGN#"))
    assert sent == {"sent": 3, "skipped": 1}


def _want_list() -> Payload:
    invoke("campaign_send", on_a_list())
    one = the_campaign()["pk"].removeprefix("CAMPAIGN#")
    path, route = f"/v1/campaigns/{one}/files", "/v1/campaigns/{campaign_id}/files"
    return request("POST", path, body={}, headers=KEY, staff=NABIN, route=route)


def _write_list() -> Payload:
    made = json.loads(invoke("campaign_admin", _want_list())["body"])
    fact = AddressFileRequested(
        event_id="f",
        occurred_at=clock.now(),
        campaign_id=made["campaign_id"],
        file_id=made["file_id"],
    )
    return queue_event([bus_event(fact)])


def _written() -> None:
    (one,) = [item for item in everything() if item["sk"].startswith("FILE#")]
    assert (one["parts"], one["rows"], "finished_at" in one) == (1, 3, True)


def _use_code() -> Payload:
    invoke("campaign_send", on_a_list())
    body = {"kind": "order", "reference": "order-1"}
    path, route = "/v1/response-codes/SPR-0002/uses", "/v1/response-codes/{code}/uses"
    return request("POST", path, body=body, staff=NABIN, route=route)


LISTS: Final[tuple[Operation, ...]] = (
    Operation("send people as a list", "campaign_send", on_a_list, afterwards=_listed),
    Operation("want a list as a file", "campaign_admin", _want_list),
    Operation("write a list to a file", "address_export", _write_list, afterwards=_written),
    Operation("name a response code", "campaign_admin", _use_code),
)
