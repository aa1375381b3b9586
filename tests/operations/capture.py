"""Operations of web forms and of what visitors do."""

import json
from typing import Final

from shared.platform.requests import Put
from shared.sales.leads.repository import sales
from tests.builders import a_lead, captured, lead_item
from tests.calls import bus_event, invoke, queue_event, request
from tests.cloud import everything
from tests.forms import quarantined
from tests.operations.operation import Operation, Payload
from tests.staffing import ready

from .setting import MAYA, VISITOR, behaviours, form_post, seeded


def _capture() -> Payload:
    seeded()
    return form_post()


def _capture_again() -> Payload:
    seeded()
    invoke("lead_capture", form_post(message="The first time"))
    return form_post(message="Another question", company="Other Ltd")


IN_FULL: Final = {
    "last_name": "Shrestha",
    "phone": "+977 984-1234567",
    "country": "NP",
    "message": "We are forty salespeople and would like to see how a lead comes to them.",
    "consent": "yes",
    "_visitor": "5f0c1f9e-2a4b-4c1d-9f60-0d1b7f3c2a11",
    "utm_medium": "paid_social",
    "utm_campaign": "spring-offer",
    "_referrer": "https://www.facebook.com/",
    "_landing_page": "https://www.example.com/products",
}
"""Everything the contact form asks for, as the page script sends it."""


def _capture_in_full() -> Payload:
    seeded()
    return form_post(**IN_FULL)


def _capture_of_owned() -> Payload:
    seeded()
    captured = invoke("lead_capture", form_post(message="The first time"))
    lead = json.loads(captured["body"])["lead_id"]
    event = ready(1).model_copy(update={"lead_id": lead})
    invoke("lead_assign", queue_event([bus_event(event)], group="leads"))
    # Until its next change a lead carries the events of the last one, and costs a kilobyte more.
    invoke("lead_capture", form_post(message="The second time"))
    return form_post(**IN_FULL)


def _capture_for_now() -> Payload:
    seeded()
    return form_post("demo-request", last_name="Rai", consent="yes")


def _capture_robot() -> Payload:
    seeded()
    return form_post(website="https://spam.example")


def _link() -> Payload:
    seeded()
    a_lead(1)
    return queue_event([bus_event(captured(1, visitor_id=VISITOR))])


def _count_leads() -> Payload:
    seeded()
    a_lead(1)
    a_lead(2)
    return queue_event([bus_event(captured(number)) for number in (1, 2, 1)])


def _record_consent() -> Payload:
    seeded()
    agreed = {"consent_purpose": "marketing", "consent_channel": "email", "consent_version": "1"}
    return queue_event([bus_event(captured(1, **agreed))])


def _record_unconfirmed() -> Payload:
    seeded()
    sales.write(Put(lead_item(1)))
    agreed = {"consent_purpose": "marketing", "consent_channel": "email", "consent_version": "1"}
    return queue_event([bus_event(captured(1, **agreed, consent_unconfirmed=True))])


def _asked_once() -> None:
    """The consent waits to be confirmed, and at most one mail asks for it."""
    (stands,) = [item for item in everything() if item["sk"].startswith("CONSENT#")]
    assert stands["state"] == "pending"
    (claim,) = [item for item in everything() if item["sk"].startswith("MAIL#marketing")]
    assert claim["state"] in ("sent", "unknown")


def _release() -> Payload:
    seeded()
    invoke("lead_capture", form_post(website="https://spam.example"))
    kept = quarantined()[-1]
    path = f"/v1/quarantine/{kept['submission_id']}/release"
    return request("POST", path, staff=MAYA, route="/v1/quarantine/{submission_id}/release")


CAPTURE: Final = (
    Operation("capture a lead", "lead_capture", _capture),
    Operation("capture a lead that is known", "lead_capture", _capture_again),
    Operation("capture a lead that does not wait", "lead_capture", _capture_for_now),
    Operation("capture a lead in full", "lead_capture", _capture_in_full),
    Operation("capture a lead in full that has an owner", "lead_capture", _capture_of_owned),
    Operation("quarantine a robot's post", "lead_capture", _capture_robot),
    Operation("take in behaviour", "behaviour_capture", behaviours),
    Operation("link a visitor", "visitor_link", _link),
    Operation("keep the consent of a form", "consent_record", _record_consent),
    Operation(
        "have the consent of a form confirmed",
        "consent_record",
        _record_unconfirmed,
        afterwards=_asked_once,
    ),
    Operation("count leads by day and source", "lead_count", _count_leads),
    Operation("release from quarantine", "quarantine_review", _release),
)
