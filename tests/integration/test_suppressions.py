"""Addresses that must not be written to: by keyed hash, per purpose or for everything."""

from typing import Any

import pytest

from shared.customers.suppression.changes import suppress
from shared.customers.suppression.model import Reason
from shared.customers.suppression.repository import erased_among, suppressed, suppressed_among
from tests.calls import Answer, http
from tests.cloud import everything
from tests.conftest import NOW, Logs

pytestmark = pytest.mark.usefixtures("tables")

NABIN = ("nabin", ["marketer"])
ADA = ("ada", ["admin"])
ANN = "ann@example.com"


def call(path: str, staff: tuple[str, list[str]] = NABIN, **body: Any) -> Answer:
    return http("consent_admin", "POST", f"/v1/suppressions{path}", body=body, staff=staff)


def test_a_purpose_is_suppressed_and_others_are_not() -> None:
    assert call("", email="Ann@Example.com", purpose="marketing").status == 204

    assert call("/check", email=ANN, purpose="marketing").json["suppressed"] is True
    assert call("/check", email=ANN, purpose="service").json["suppressed"] is False
    assert call("/check", email="bob@example.com", purpose="marketing").json["suppressed"] is False


def test_without_a_purpose_it_holds_for_everything_and_that_is_what_is_told() -> None:
    call("", email=ANN, purpose="marketing")
    call("", email=ANN, reason="complaint")

    answer = call("/check", email=ANN, purpose="marketing").json

    assert (answer["purpose"], answer["reasons"]) == (None, ["complaint"])
    assert call("/check", email=ANN, purpose="anything").json["suppressed"] is True


def test_nothing_that_was_said_before_is_lost() -> None:
    suppress([("email", ANN)], None, Reason.HARD_BOUNCE, NOW)
    suppress([("email", ANN)], None, Reason.ERASED, NOW)
    suppress([("email", ANN)], None, Reason.ERASED, NOW)

    found = suppressed("email", ANN, "marketing")
    assert found is not None
    assert found.reasons == {Reason.HARD_BOUNCE, Reason.ERASED}


def test_many_addresses_are_looked_up_together() -> None:
    phone = ("phone", "+9779841234567")
    suppress([phone], "marketing", Reason.UNSUBSCRIBED, NOW)  # type: ignore[list-item]
    suppress([("email", ANN)], None, Reason.ERASED, NOW)
    asked: Any = [phone, ("email", ANN), ("email", "bob@example.com")]

    assert set(suppressed_among(asked, "marketing")) == {phone, ("email", ANN)}
    assert erased_among(asked) == {("email", ANN)}


def test_a_lifted_entry_is_gone_and_the_others_stay() -> None:
    call("", email=ANN, purpose="marketing")
    call("", email=ANN, purpose="service")

    assert call("/lift", ADA, email=ANN, purpose="marketing").status == 204

    assert suppressed("email", ANN, "marketing") is None
    assert suppressed("email", ANN, "service") is not None


def test_only_administrators_lift() -> None:
    assert call("/lift", NABIN, email=ANN).status == 403


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"email": "address_not_single"}),
        ({"email": ANN, "phone": "+9779841234567"}, {"email": "address_not_single"}),
        ({"email": "nobody"}, {"email": "email_invalid"}),
        ({"phone": "12"}, {"phone": "phone_invalid"}),
        ({"email": ANN, "purpose": "ALL"}, {"purpose": "string_pattern_mismatch"}),
        ({"email": ANN, "reason": "boredom"}, {"reason": "enum"}),
    ],
)
def test_what_is_no_suppression_is_refused_by_field(
    body: dict[str, str], fields: dict[str, str]
) -> None:
    answer = call("", **body)

    assert (answer.status, answer.fields) == (422, fields)


def test_nobody_learns_an_address_from_what_is_kept_or_logged(logs: Logs) -> None:
    call("", email=ANN)
    call("/check", email=ANN, purpose="marketing")
    call("/lift", ADA, email=ANN)
    call("", email=ANN)

    stored = [item for item in everything() if item["pk"].startswith("SUPPRESSED#")]
    assert len(stored) == 1
    assert ANN not in str(stored) + logs.text
    assert "suppression lifted" in logs.text
