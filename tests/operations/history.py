"""What the product does with interactions, channels and histories (see `tests.operations`)."""

import json
from collections.abc import Callable
from typing import Any, Final

from shared.customers.channels.delivered import delivered
from shared.customers.events import (
    ContactCreated,
    InteractionRecorded,
    ProductPurchased,
    VisitorIdentified,
)
from shared.customers.history.moving import MOVED
from shared.sales.events import LeadAssigned
from tests import dealings
from tests.builders import CREATED, a_lead, captured, lead_id
from tests.calls import bus_event, invoke, queue_event, request
from tests.cloud import everything
from tests.customers import ASHA
from tests.operations.operation import Operation, Payload
from tests.pump import carried
from tests.staffing import employed
from tests.unit.sales.scoring.cases import activate, page_view, store

ADMIN: Final = ("ada", ["admin"])
VISITOR: Final = "visitor-0001"


def _company() -> None:
    """Asha and an administrator, a partner's key, rules of scores."""
    employed(*ASHA)
    employed(*ADMIN)
    dealings.keys()
    activate()


def _report_receipt() -> Payload:
    _company()
    _contact_known_by_card()
    return request(
        "POST",
        "/v1/partner/interactions",
        body={"interactions": [dealings.a_receipt(), _by_card()]},
        headers={"x-write-key": dealings.PARTNER},
    )


def _contact_known_by_card() -> None:
    """Ann is a contact whom the shop knows by her card."""
    dealings.a_contact(external_ids={"loyalty": "card-9"})


def _by_card(**more: Any) -> dict[str, Any]:
    """What the shop reports of whoever showed the card."""
    return dealings.a_call(
        id="card",
        email=None,
        external={"system": "loyalty", "id": "card-9"},
        channel="loyalty_programme",
        kind="visit",
        **more,
    )


def _bought_once() -> None:
    """A receipt sent again and again is one purchase of one person, counted once."""
    stored = [item for item in everything() if item["sk"].startswith(("HISTORY#", "PRODUCT#"))]
    bought = [item for item in stored if item.get("kind") == "purchase"]
    assert [one["pk"] for one in bought] == [f"CONTACT#{dealings.ANN_ID}"]
    assert sorted(item["quantity"] for item in stored if "sku" in item) == [1, 2]
    counted = [item for item in everything() if item["pk"] == "REPORT#CHANNELS"]
    shop = next(item for item in counted if item["sk"].endswith("#point_of_sale"))
    assert (shop["interactions"], shop["purchases"], shop["revenue_EUR"]) == (1, 1, 3_499)


def _tell_call() -> Payload:
    _company()
    promises = [{"text": "Send the offer", "due_at": "2025-06-06T09:15:00Z"}]
    body = dealings.a_call(promises=promises, text="Asks for an offer", place="Pokhara")
    return request("POST", "/v1/interactions", body=body, staff=ASHA)


def _keep_promise() -> Payload:
    told = json.loads(invoke("interaction_capture", _tell_call())["body"])
    path = f"/v1/contacts/{told['contact_id']}/promises/{told['interaction_id']}.1"
    route = "/v1/contacts/{contact_id}/promises/{promise_id}"
    return request("PATCH", path, body={"state": "kept", "version": 1}, staff=ASHA, route=route)


def _save_channels() -> Payload:
    _company()
    kiosk = {"channel_id": "kiosk", "title": "Kiosk", "touch_point": "store"}
    kept = [one.model_dump(mode="json") for one in delivered().channels]
    body = {"version": 0, "channels": [*kept, kiosk]}
    return request("PUT", "/v1/channels", body=body, staff=ADMIN)


def _count_channels() -> Payload:
    invoke("interaction_capture", _report_receipt())
    a_lead(1)
    known = {one.__name__: one for one in (InteractionRecorded, ProductPurchased)}
    facts = [known[one.type].model_validate(one.detail) for one in carried() if one.type in known]
    return queue_event([bus_event(fact) for fact in [*facts, captured(1)]])


def _record() -> Payload:
    """A batch of everything: a form, an assignment, a new contact, page views of a visitor who is
    known by now."""
    _company()
    a_lead(1)
    _contact_known_by_card()
    invoke("visitor_link", queue_event([bus_event(captured(1, visitor_id=VISITOR))]))
    views = store(*(page_view(number) for number in range(3)))
    made = [one.detail for one in carried() if one.type == "ContactCreated"]
    assigned = LeadAssigned(
        event_id="evt_assigned_1",
        occurred_at=CREATED,
        lead_id=lead_id(1),
        owner_id="asha",
        cycle=1,
        attempt=1,
        reason="weighted",
    )
    facts = [captured(1), assigned, *map(ContactCreated.model_validate, made), *views]
    return queue_event([bus_event(fact) for fact in facts])


def _recorded() -> None:
    """Each of the batch is an entry."""
    kinds = sorted(item["kind"] for item in everything() if item["sk"].startswith("HISTORY#"))
    views = ["page_viewed"] * 3
    assert kinds == sorted(["contact_created", "form_submitted", "lead_assigned", *views])


def _adopt_visitor() -> Payload:
    _company()
    store(*(page_view(number) for number in range(4)))
    invoke("visitor_link", queue_event([bus_event(captured(1, visitor_id=VISITOR))]))
    fact = [one.detail for one in carried() if one.type == "VisitorIdentified"][-1]
    return queue_event([bus_event(VisitorIdentified.model_validate(fact))])


def _adopt_address() -> Payload:
    """What was known of a card alone, once a contact has it."""
    _company()
    dealings.report(_by_card(place="Shop", promises=[{"text": "Call back"}]))
    _contact_known_by_card()
    fact = [one.detail for one in carried() if one.type == "ContactCreated"][-1]
    return queue_event([bus_event(ContactCreated.model_validate(fact))])


def _adopted() -> None:
    """Nothing is left where it was known before."""
    left = [item["pk"] for item in everything() if item["sk"].startswith(MOVED)]
    assert set(left) == {f"CONTACT#{dealings.ANN_ID}"}


def _look_at(what: str, **query: str) -> Callable[[], Payload]:
    """Asha looks at Ann, a contact with thirty entries."""

    def arrange() -> Payload:
        _company()
        dealings.a_contact()
        calls = (dealings.a_call(id=f"call-{number}") for number in range(30))
        answer = dealings.tell(*calls, dealings.a_receipt())
        assert answer.status == 200
        path = f"/v1/contacts/{dealings.ANN_ID}/{what}"
        route = f"/v1/contacts/{{contact_id}}/{what}"
        return request("GET", path, staff=ASHA, query=query, route=route)

    return arrange


HISTORY_OPERATIONS: Final = (
    Operation("report a receipt", "interaction_capture", _report_receipt, afterwards=_bought_once),
    Operation("tell of a call", "interaction_capture", _tell_call, (200,)),
    Operation("keep a promise", "interaction_capture", _keep_promise, (412,)),
    Operation("save the channels", "channel_admin", _save_channels, (412,)),
    Operation("count what came of channels", "channel_count", _count_channels),
    Operation("record what happened", "history_record", _record, afterwards=_recorded),
    Operation("bring in a visitor's past", "history_adopt", _adopt_visitor),
    Operation(
        "bring in what a card was known for", "history_adopt", _adopt_address, afterwards=_adopted
    ),
    Operation(
        "show a contact with what happened last",
        "contact_history",
        _look_at("history", limit="20"),
    ),
    Operation("sum a contact up", "contact_history", _look_at("summary")),
    Operation("list what a contact owns", "contact_history", _look_at("products")),
)
