"""What people decide by the links in their mails."""

from typing import Any, Final

from shared.customers.consents.changes import decide
from shared.customers.consents.confirming import Asked
from shared.customers.consents.model import Consent, ConsentState, Evidence
from shared.kernel.clock import iso
from shared.marketing.sending.tokens import Link, sealed
from shared.platform import clock
from tests import dealings, sending
from tests.calls import request
from tests.cloud import everything
from tests.operations.operation import Operation, Payload


def _unsubscribe() -> Payload:
    (ann,) = sending.people(1)
    fake: Any = clock.now
    fake.tick(minutes=1)
    token = sealed(Link("campaign_x", ann, "marketing", "email"))
    form = {"List-Unsubscribe": "One-Click"}
    return request("POST", f"/u/{token}", form=form, route="/u/{proxy+}")


def _withdrawn() -> None:
    stands = [item["state"] for item in everything() if item["sk"].startswith("CONSENT#")]
    assert stands == ["withdrawn"]


_FORM_OF_OURS: Final = {"origin": "https://crm.example.com"}


def _prefer() -> Payload:
    (ann,) = sending.people(1)
    fake: Any = clock.now
    fake.tick(minutes=1)
    token = sealed(Link("campaign_x", ann, "marketing", "email"))
    form = {"purpose": "marketing", "channel": "email", "granted": "no", "rendered": "t"}
    path = f"/u/{token}/preferences"
    return request("POST", path, form=form, headers=_FORM_OF_OURS, route="/u/{proxy+}")


def _withdrawn_once() -> None:
    _withdrawn()
    log = [item for item in everything() if item["sk"].startswith("CONSENT_LOG#")]
    assert len(log) == 2


def _confirm() -> Payload:
    """Somebody is asked by mail whether it was them who agreed in a form."""
    ann = dealings.a_contact().contact_id
    waiting = Consent(
        purpose="marketing",
        channel="email",
        state=ConsentState.PENDING,
        at=iso(clock.now()),
        evidence=Evidence(source="form", form_id="contact"),
    )
    asked = Asked.of(ann, decide(ann, waiting, "entry-1", clock.now()))
    fake: Any = clock.now
    fake.tick(minutes=1)
    path = f"/u/confirm/{asked.token}"
    return request("POST", path, form={}, headers=_FORM_OF_OURS, route="/u/{proxy+}")


def _granted_once() -> None:
    log = [item["state"] for item in everything() if item["sk"].startswith("CONSENT_LOG#")]
    assert sorted(log) == ["granted", "pending"]


SUBSCRIPTION: Final[tuple[Operation, ...]] = (
    Operation("unsubscribe", "unsubscribe", _unsubscribe, afterwards=_withdrawn),
    Operation("choose what to hear of", "unsubscribe", _prefer, afterwards=_withdrawn_once),
    Operation("confirm what a form was told", "unsubscribe", _confirm, afterwards=_granted_once),
)
