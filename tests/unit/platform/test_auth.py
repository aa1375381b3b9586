"""Who is asking, as the gateway tells it."""

from typing import Any

import pytest

from shared.kernel.errors import Forbidden, Unauthorised
from shared.platform.auth import staff_of
from tests.calls import request


def with_claims(claims: Any) -> dict[str, Any]:
    event = request("GET", "/v1/leads")
    event["requestContext"]["authorizer"] = {"jwt": {"claims": claims}}
    return event


@pytest.mark.parametrize(
    ("groups", "roles"),
    [
        ("[rep sales_manager]", {"rep", "sales_manager"}),
        ("[rep, sales_manager]", {"rep", "sales_manager"}),
        ("rep", {"rep"}),
        (["rep", "analyst"], {"rep", "analyst"}),
        ("[]", set()),
        ("[superuser]", set()),
    ],
)
def test_groups_come_in_several_shapes_and_only_known_ones_count(
    groups: Any, roles: set[str]
) -> None:
    who = staff_of(with_claims({"username": "ann", "cognito:groups": groups}))

    assert (who.staff_id, who.roles) == ("ann", roles)


def test_a_person_without_groups_has_no_role() -> None:
    who = staff_of(with_claims({"username": "ann"}))

    with pytest.raises(Forbidden):
        who.need("rep")


@pytest.mark.parametrize("authorizer", [None, {}, {"jwt": None}, {"jwt": {"claims": {}}}])
def test_without_a_verified_token_nobody_is_asking(authorizer: Any) -> None:
    event = request("GET", "/v1/leads", headers={"authorization": "Bearer forged"})
    event["requestContext"]["authorizer"] = authorizer

    with pytest.raises(Unauthorised):
        staff_of(event)


def test_roles_in_headers_body_or_query_mean_nothing() -> None:
    event = request(
        "POST",
        "/v1/leads",
        body={"cognito:groups": "[admin]", "username": "ann"},
        headers={"cognito:groups": "[admin]", "username": "ann"},
        query={"username": "ann"},
    )

    with pytest.raises(Unauthorised):
        staff_of(event)
