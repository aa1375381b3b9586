"""Operations of consents, suppressions and privacy requests."""

import json
from collections.abc import Callable
from typing import Any, Final

from shared.customers import personal_data as customers_data
from shared.customers.events import (
    PrivacyRequested,
)
from shared.customers.privacy.repository import held_key, request_key
from shared.marketing import personal_data as marketing_data
from shared.platform import clock
from shared.sales import personal_data as sales_data
from shared.support import personal_data as support_data
from tests import dealings
from tests.builders import CREATED, a_contact
from tests.calls import bus_event, invoke, queue_event, request
from tests.cloud import everything
from tests.forms import ANN
from tests.operations.operation import Operation, Payload
from tests.pump import Pump
from tests.support_operations import a_ticket_of, no_ticket_is_left

from .setting import ADMIN, ASHA, MAYA, VISITOR, behaviours, form_post, seeded


def _decide(state: str) -> Callable[[], Payload]:
    """Asha writes down what a contact decided."""

    def arrange() -> Payload:
        seeded()
        contact_id = a_contact()
        return request(
            "POST",
            f"/v1/contacts/{contact_id}/consents",
            body={"purpose": "marketing", "channel": "email", "state": state},
            headers={"idempotency-key": "key-1"},
            staff=ASHA,
            route="/v1/contacts/{contact_id}/consents",
        )

    return arrange


def _suppress() -> Payload:
    seeded()
    body = {"email": ANN["email"], "reason": "complaint"}
    return request("POST", "/v1/suppressions", body=body, staff=MAYA)


def _ask(kind: str) -> Callable[[], Payload]:
    """An administrator asks for what is kept of Ann, or for nothing to be."""

    def arrange() -> Payload:
        seeded()
        a_contact(tags=["Friends"])
        body = {"kind": kind, "email": ANN["email"]}
        key = {"idempotency-key": "key-1"}
        return request("POST", "/v1/privacy/requests", body=body, headers=key, staff=ADMIN)

    return arrange


def _asked(payload: Payload, *deliver_to: str) -> str:
    """A request that got so far; its id."""
    answer = invoke("privacy_admin", payload)
    Pump(only=deliver_to).run()
    return str(json.loads(answer["body"])["request_id"])


def _plan() -> Payload:
    asked = _asked(_ask("erasure")())
    fact = PrivacyRequested(event_id="e", occurred_at=CREATED, request_id=asked, kind="erasure")
    return queue_event([bus_event(fact)])


def _do_last(store: str, arrange: Callable[[], Payload]) -> Callable[[], Payload]:
    """The message for one store of a request, of which all others are done."""

    def arranged() -> Payload:
        asked = _asked(arrange(), "privacy_plan")
        for one in (
            *customers_data.STORES,
            *sales_data.STORES,
            *marketing_data.STORES,
            *support_data.STORES,
        ):
            message = queue_event([{"request_id": asked, "store": one.name, "round": 1}])
            if one.name == store:
                payload = message
            else:
                invoke("privacy_work", message)
        return payload

    return arranged


def _ask_of_requester() -> Payload:
    """Ann has a ticket, and is to be forgotten."""
    seeded()
    a_ticket_of(ANN["email"])
    body = {"kind": "erasure", "email": ANN["email"]}
    return request("POST", "/v1/privacy/requests", body=body, staff=ADMIN)


def _ask_of_lead() -> Payload:
    """Ann filled in a form, has an owner, and is to be forgotten."""
    seeded()
    invoke("lead_capture", form_post("demo-request", last_name="Lee", consent="yes"))
    Pump(only=("scoring_update", "lead_assign")).run()
    body = {"kind": "erasure", "email": ANN["email"]}
    return request("POST", "/v1/privacy/requests", body=body, staff=ADMIN)


def _ask_of_visitor() -> Payload:
    """Ann looked at pages, filled in a form, and is to be forgotten."""
    invoke("behaviour_capture", behaviours())
    invoke("lead_capture", form_post(_visitor=VISITOR))
    Pump(only=("visitor_link",)).run()
    body = {"kind": "erasure", "email": ANN["email"]}
    return request("POST", "/v1/privacy/requests", body=body, staff=ADMIN)


def _ann_is_gone() -> None:
    """Nothing is left of Ann, and what there was is counted, once."""
    found = [item for item in everything() if item["sk"] != "PERSON"]
    assert [item for item in found if ANN["email"] in json.dumps(item, default=str)] == []
    counts = {item["store"]: item["found"] for item in found if item["sk"].startswith("STORE#")}
    if counts["behaviour"]:
        assert counts["behaviour"] == {"behaviour": 3, "browser": 1}
    else:
        assert counts["leads"]["submission"] + counts["leads"]["hand_off"] == 2
        assert [item["open"] for item in found if item["sk"] == "LOAD"] == [0]


def _look_through_again() -> Payload:
    asked = _asked(_ask("erasure")(), "privacy_plan", "privacy_work")
    fake: Any = clock.now
    fake.tick(minutes=25)
    return queue_event([{**request_key(asked), "due": "…"}])


def _one_certificate() -> None:
    """It tells what there was when the erasure began."""
    (certificate,) = [item for item in everything() if item["sk"] == "CERTIFICATE"]
    stores = {one["store"]: one for one in json.loads(certificate["document"])["stores"]}
    assert stores["contacts"]["erased"] == {"address_claim": 1, "contact": 1}


def _place_hold() -> Payload:
    seeded()
    contact_id = a_contact()
    dealings.tell(dealings.a_receipt())
    body = {
        "name": "Accounting",
        "reason": "Ten years",
        "keeps": ["contacts.product"],
        "until": "2035-12-31T00:00:00Z",
    }
    path, route = f"/v1/contacts/{contact_id}/holds", "/v1/contacts/{contact_id}/holds"
    key = {"idempotency-key": "key-1"}
    return request("POST", path, body=body, headers=key, staff=ADMIN, route=route)


def _end_hold() -> Payload:
    hold = json.loads(invoke("privacy_admin", _place_hold())["body"])
    body = {"kind": "erasure", "email": ANN["email"]}
    asked = _asked(
        request("POST", "/v1/privacy/requests", body=body, staff=ADMIN),
        "privacy_plan",
        "privacy_work",
    )
    fake: Any = clock.now
    fake.tick(days=11 * 366)
    return queue_event([{**held_key(asked, hold["hold_id"]), "due": "…"}])


def _nothing_held() -> None:
    assert [item for item in everything() if item["pk"].startswith("HELD#")] == []


PRIVACY: Final = (
    Operation("give a consent", "consent_admin", _decide("granted")),
    Operation("withdraw a consent", "consent_admin", _decide("withdrawn")),
    Operation("suppress an address", "consent_admin", _suppress),
    Operation("ask for an erasure", "privacy_admin", _ask("erasure")),
    Operation("plan an erasure", "privacy_plan", _plan),
    Operation(
        "erase a person's leads",
        "privacy_work",
        _do_last("leads", _ask_of_lead),
        afterwards=_ann_is_gone,
    ),
    Operation(
        "erase what a browser did",
        "privacy_work",
        _do_last("behaviour", _ask_of_visitor),
        afterwards=_ann_is_gone,
    ),
    Operation(
        "erase a person's tickets",
        "privacy_work",
        _do_last("tickets", _ask_of_requester),
        afterwards=no_ticket_is_left,
    ),
    Operation("erase a person's contacts", "privacy_work", _do_last("contacts", _ask("erasure"))),
    Operation(
        "look through an erasure again",
        "privacy_plan",
        _look_through_again,
        afterwards=_one_certificate,
    ),
    Operation(
        "write the last part of an export", "privacy_work", _do_last("contacts", _ask("export"))
    ),
    Operation("place a legal hold", "privacy_admin", _place_hold),
    Operation("end a legal hold", "privacy_plan", _end_hold, afterwards=_nothing_held),
)
