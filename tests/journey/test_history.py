"""Rows H1 to H4 and C2 on the deployed stack: one history whatever the channel, what a system
reports twice, channels nobody knows, a visitor who says who they are, and what the next one sees."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from .browser import USER_AGENT
from .company import address, visits
from .stack import Reply, Stack

pytestmark = pytest.mark.journey


def person(stack: Stack, email: str, **facts: Any) -> str:
    body = {"last_name": "Lee", "emails": [{"address": email}], **facts}
    answer = stack.call("POST", "/v1/contacts", body, who="sales_manager")
    assert answer.status == 201, answer.text
    return str(answer.json["contact_id"])


def known(stack: Stack, contact_id: str, what: str, who: str = "agent") -> Any:
    answer = stack.get(f"/v1/contacts/{contact_id}/{what}", who=who)
    assert answer.status == 200, answer.text
    return answer.json


def ago(**how: float) -> str:
    return (datetime.now(UTC) - timedelta(**how)).isoformat()


def report(stack: Stack, *interactions: dict[str, Any]) -> Reply:
    headers = {"x-write-key": stack.write_key()}
    body = {"interactions": [*interactions]}
    return stack.call("POST", "/v1/partner/interactions", body, headers=headers)


def fill_in(stack: Stack, email: str, **more: str) -> None:
    """Send the contact form as a browser does."""
    form = {"email": email, "message": "Hello", **more}
    headers = {"user-agent": USER_AGENT}
    answer = stack.call("POST", "/v1/forms/contact/submissions", form=form, headers=headers)
    assert answer.status == 303, answer.text


def happened(email: str, channel: str, kind: str, hours: float, **more: Any) -> dict[str, Any]:
    at = ago(hours=hours)
    return {"id": uuid4().hex, "email": email, "channel": channel, "kind": kind,
            "occurred_at": at, **more}  # fmt: skip


def test_five_channels_are_one_history_a_receipt_counts_once_and_a_late_event_finds_its_place(
    stack: Stack,
) -> None:
    email = address()
    contact_id = person(stack, email)
    lines = [{"sku": "kettle", "name": "Kettle", "amount": 2_499}]
    receipt = happened(
        email, "point_of_sale", "purchase", 3, purchase={"currency": "EUR", "lines": lines}
    )

    report(stack, happened(email, "call_centre", "call", 5), receipt)
    report(stack, receipt, happened(email, "blog", "message", 1))
    late = report(stack, happened(email, "aggregator", "offer", 4))
    fill_in(stack, email)
    stack.rest()

    assert late.status < 300, late.text
    entries = known(stack, contact_id, "history")["entries"]
    channels = [one["channel"] for one in entries if one["channel"] and one["visible"]]
    assert channels == ["web_form", "blog", "point_of_sale", "aggregator", "call_centre"]
    products = known(stack, contact_id, "products")["items"]
    assert [(one["sku"], one["quantity"]) for one in products] == [("kettle", 1)]


def test_a_channel_nobody_registered_is_refused_with_words_how_to(stack: Stack) -> None:
    answer = report(stack, happened(address(), "carrier_pigeon", "message", 1))

    assert answer.status == 422
    assert "/v1/channels" in answer.text


def test_four_anonymous_views_then_a_form_are_a_history_of_five(stack: Stack) -> None:
    email, visitor = address(), f"visitor-{uuid4().hex}"
    visits(stack, visitor, 4)
    stack.rest()

    fill_in(stack, email, _visitor=visitor)
    contact_id = person(stack, email)
    stack.rest()

    kinds = [one["kind"] for one in known(stack, contact_id, "history?limit=50")["entries"]]
    assert (kinds.count("page_viewed"), kinds.count("form_submitted")) == (4, 1)


def test_the_next_one_sees_all_of_the_first_and_of_a_card_its_end_which_is_written_down(
    stack: Stack,
) -> None:
    email = address()
    contact_id = person(stack, email, custom={"loyalty_card": "4711 0815 1234"})
    replies = [
        happened(email, channel, "message", 24 * day, occurred_at=at)
        for channel, hour, days in (("email", 10, 5), ("telephone", 15, 2))
        for day in range(1, days + 1)
        for at in [(datetime.now(UTC) - timedelta(days=day)).replace(hour=hour).isoformat()]
    ]
    report(stack, *replies)
    promise = {"text": "Send the prices", "due_at": ago(hours=-24)}
    told = {"id": uuid4().hex, "contact_id": contact_id, "channel": "telephone", "kind": "call",
            "direction": "outbound", "outcome": "not_reached", "promises": [promise]}  # fmt: skip
    assert stack.call("POST", "/v1/interactions", told, who="rep").status < 300
    stack.rest()

    summary = known(stack, contact_id, "summary")
    seen = stack.get(f"/v1/contacts/{contact_id}", who="agent").json
    looks = known(stack, contact_id, "accesses", who="admin")["items"]

    assert (summary["best_time"]["channel"], summary["best_time"]["between"]) == (
        "email",
        "10:00-11:00",
    )
    assert [one["text"] for one in summary["promised"]] == ["Send the prices"]
    assert len(summary["last_contacts"]) == len(replies) + 1
    assert seen["custom"]["loyalty_card"] == "****1234"
    assert looks and all(one["contact_id"] == contact_id for one in looks)
