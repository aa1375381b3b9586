"""Who may ask is the directory's to say, at each request, whatever a token says."""

from datetime import timedelta
from typing import Any

import pytest

from shared.directory.access import person_signed_in
from shared.directory.repository import directory, staff_attributes
from shared.kernel.errors import Unauthorised
from shared.platform.requests import Put
from tests.calls import Answer, http, invoke, request
from tests.conftest import NOW
from tests.staffing import hire, person

pytestmark = pytest.mark.usefixtures("tables")


def ask(*groups: str, function: str = "form_admin", path: str = "/v1/forms") -> Answer:
    """Asha asks with a token that names these groups."""
    raw = invoke(function, request("GET", path, staff=("asha", groups)))
    return Answer(raw["statusCode"], text=raw["body"])


def asha(**now: Any) -> None:
    """What the directory knows of asha."""
    directory.write(Put(staff_attributes(person("asha", **now))))


def test_a_token_of_somebody_unknown_is_refused() -> None:
    answer = ask("admin")

    assert (answer.status, answer.code) == (401, "account_disabled")


def test_a_disabled_person_is_refused_at_once_whatever_their_token() -> None:
    asha(roles=("marketer",))
    assert ask("marketer").status == 200

    asha(roles=("marketer",), disabled=True)

    answer = ask("marketer")
    assert (answer.status, answer.code) == (401, "account_disabled")


def test_a_role_taken_away_is_gone_at_once_and_one_given_is_there() -> None:
    asha(roles=("rep",))
    answer = ask("marketer", "admin")
    assert (answer.status, answer.code) == (403, "role_missing")

    asha(roles=("marketer",))
    assert ask("rep").status == 200


def test_sessions_begun_before_everybody_was_signed_out_are_over_and_later_ones_hold() -> None:
    signed_in = NOW - timedelta(seconds=100)
    for ended, status in (
        (signed_in - timedelta(seconds=1), 200),
        (signed_in, 401),
        (signed_in + timedelta(milliseconds=900), 401),
    ):
        asha(roles=("marketer",), signed_out_at=ended)
        answer = ask("marketer")
        assert answer.status == status
        assert status == 200 or answer.code == "signed_out"


def test_a_cookie_is_good_for_as_long_as_the_person_is() -> None:
    hire(person("asha", signed_out_at=NOW))

    assert person_signed_in("asha", NOW + timedelta(seconds=1)).staff_id == "asha"
    with pytest.raises(Unauthorised) as refused:
        person_signed_in("asha", NOW)
    assert refused.value.code == "signed_out"


FUNCTIONS = {
    "assignment_rules": "/v1/assignment-rules",
    "form_admin": "/v1/forms",
    "hand_off_query": "/v1/hand-offs",
    "lead_query": "/v1/leads",
    "quarantine_review": "/v1/quarantine",
    "scoring_rules": "/v1/scoring/rule-sets",
    "staff_directory": "/v1/staff",
}


@pytest.mark.parametrize(("function", "path"), FUNCTIONS.items())
def test_every_list_of_staff_is_closed_to_the_disabled(function: str, path: str) -> None:
    asha(roles=("admin",), disabled=True)

    answer = ask("admin", function=function, path=path)

    assert (answer.status, answer.code) == (401, "account_disabled")
    assert http(function, "GET", path, staff=("boss", ["admin"])).status == 200
