"""Who signed in, as the gateway tells it, and what roles permit."""

from datetime import UTC, datetime
from typing import Any

import pytest

from shared.kernel.errors import Forbidden, Unauthorised
from shared.kernel.ids import StaffId
from shared.platform.auth import Staff, token_of
from tests.calls import request


def with_claims(claims: Any) -> dict[str, Any]:
    event = request("GET", "/v1/leads")
    event["requestContext"]["authorizer"] = {"jwt": {"claims": claims}}
    return event


def test_a_refreshed_token_is_as_old_as_the_sign_in() -> None:
    claims = {"username": "ann", "auth_time": "1748837600", "iat": "1748841200"}

    token = token_of(with_claims(claims))

    assert token.username == "ann"
    assert token.signed_in_at == datetime(2025, 6, 2, 4, 13, 20, tzinfo=UTC)


def test_a_token_that_tells_no_time_is_as_old_as_can_be() -> None:
    assert token_of(with_claims({"username": "ann"})).signed_in_at.year == 1970


@pytest.mark.parametrize("authorizer", [None, {}, {"jwt": None}, {"jwt": {"claims": {}}}])
def test_without_a_verified_token_nobody_is_asking(authorizer: Any) -> None:
    event = request("GET", "/v1/leads", headers={"authorization": "Bearer forged"})
    event["requestContext"]["authorizer"] = authorizer

    with pytest.raises(Unauthorised):
        token_of(event)


def test_names_in_headers_body_or_query_mean_nothing() -> None:
    event = request(
        "POST",
        "/v1/leads",
        body={"username": "ann"},
        headers={"username": "ann"},
        query={"username": "ann"},
    )

    with pytest.raises(Unauthorised):
        token_of(event)


def test_an_administrator_may_do_what_any_role_may_and_nobody_else_may() -> None:
    Staff(StaffId("root"), frozenset({"admin"})).need("rep")

    with pytest.raises(Forbidden):
        Staff(StaffId("mia"), frozenset({"marketer"})).need("rep", "sales_manager")
    with pytest.raises(Forbidden):
        Staff(StaffId("mia"), frozenset()).need("rep")
