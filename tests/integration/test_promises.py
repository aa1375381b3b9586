"""What a person was promised, until it is kept (row C2)."""

from datetime import timedelta
from typing import Any

import pytest

from shared.kernel.clock import iso
from tests.calls import Answer, http
from tests.conftest import FakeClock
from tests.dealings import AGENT, ANN_ID, a_call, kinds, look, tell
from tests.pump import Pump

pytestmark = pytest.mark.usefixtures("tables")


def promised(now: Any, *texts: str) -> list[str]:
    promises = [
        {"text": text, "due_at": iso(now + timedelta(days=3 - number))}
        for number, text in enumerate(texts)
    ]
    return [
        f"{tell(a_call(promises=promises)).json['interaction_id']}.{n + 1}"
        for n in range(len(texts))
    ]


def settle(promise_id: str, state: str = "kept", version: int = 1) -> Answer:
    path = f"/v1/contacts/{ANN_ID}/promises/{promise_id}"
    route = "/v1/contacts/{contact_id}/promises/{promise_id}"
    body = {"state": state, "version": version}
    return http("interaction_capture", "PATCH", path, body=body, staff=AGENT, route=route)


def listed() -> list[tuple[str, str, bool]]:
    items = look(ANN_ID, "promises").json["items"]
    return [(one["text"], one["state"], one["is_overdue"]) for one in items]


def test_promises_are_open_soonest_due_first_and_overdue_from_their_instant_on(
    clock: FakeClock,
) -> None:
    promised(clock(), "Send the offer", "Call back")

    assert listed() == [("Call back", "open", False), ("Send the offer", "open", False)]
    clock.tick(days=2)
    assert listed() == [("Call back", "open", True), ("Send the offer", "open", False)]


def test_a_kept_promise_is_on_the_timeline_once(clock: FakeClock) -> None:
    offer, call = promised(clock(), "Send the offer", "Call back")
    clock.tick(hours=1)

    kept, again = settle(offer), settle(offer, version=2)
    settle(call, "withdrawn")
    Pump(copies=2).run()

    assert (kept.status, kept.json["state"], kept.json["settled_by"]) == (200, "kept", "nima")
    assert again.json == kept.json
    assert [one[1] for one in listed()] == ["withdrawn", "kept"]
    assert kinds(ANN_ID) == ["call", "promise_kept", "promise_withdrawn"]


def test_a_promise_can_be_opened_again(clock: FakeClock) -> None:
    (offer,) = promised(clock(), "Send the offer")
    settle(offer)

    answer = settle(offer, "open", version=2)

    assert (answer.json["state"], answer.json["settled_at"]) == ("open", None)


def test_a_stale_version_an_unknown_promise_and_a_foreign_person_are_refused(
    clock: FakeClock,
) -> None:
    (offer,) = promised(clock(), "Send the offer")
    settle(offer)

    assert (settle(offer, version=1).status, settle(offer, version=1).code) == (
        412,
        "version_stale",
    )
    assert settle("interaction_1.1").status == 404
    assert settle(offer, "forgotten").status == 422
