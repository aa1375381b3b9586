"""Web-to-lead (row S3): what a form sends becomes one submission of one lead."""

from typing import Any

import pytest

from shared.sales.leads.repository import sales
from tests.conftest import FakeClock
from tests.forms import ANN, post, store_form
from tests.pump import carried

SCRIPT = {"accept": "application/json"}


@pytest.fixture(autouse=True)
def _forms(tables: None) -> None:
    store_form("contact")
    store_form("demo-request")


def items(kind: str) -> list[dict[str, Any]]:
    """Everything of one kind in the table."""
    from shared.platform.aws import client
    from shared.platform.codec import decode

    stored = [decode(one) for one in client("dynamodb").scan(TableName=sales.name)["Items"]]
    return [one for one in stored if one.get("kind") == kind]


def test_a_double_click_is_one_lead_and_one_submission_and_both_are_answered_303(
    clock: FakeClock,
) -> None:
    sent = {**ANN, "utm_source": "fb"}

    first = post(form=sent)
    clock.tick(seconds=1)
    second = post(form=sent)

    assert (first.status, second.status) == (303, 303)
    assert first.headers["location"] == "https://crm.example.com/forms/contact?sent=1"
    (lead,) = items("lead")
    (submission,) = items("submission")
    assert lead["first_touch"]["utm_source"] == lead["source"] == "fb"
    assert submission["answers"] == ANN
    (event,) = carried()
    assert event.type == "LeadCaptured"
    assert event.detail["lead_id"] == lead["lead_id"]
    assert event.detail["submission_id"] == submission["submission_id"]
