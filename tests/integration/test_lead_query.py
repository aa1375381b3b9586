"""Reading leads: lists, one lead, its submissions."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.platform.requests import Put
from shared.sales.leads.identity import lead_id_for
from shared.sales.leads.repository import lead_key, sales
from shared.sales.leads.states import LeadState
from tests.builders import a_lead, lead_id
from tests.calls import Answer, http
from tests.conftest import FakeClock
from tests.forms import ANN, post, store_form

REP = ("staff_1", ["rep"])


@pytest.fixture(autouse=True)
def _tables(tables: None) -> None: ...


def get(path: str, *, staff: Any = REP, **query: str) -> Answer:
    """Ask as a salesperson."""
    return http("lead_query", "GET", path, staff=staff, query=query)


def walked(**query: str) -> tuple[list[str], int]:
    """The ids on all pages in order, and how many pages there were."""
    ids: list[str] = []
    for pages in range(1, 50):
        page = get("/v1/leads", **query).json
        ids += [one["lead_id"] for one in page["items"]]
        if page["next"] is None:
            return ids, pages
        query["cursor"] = page["next"]
    raise AssertionError("the list has no end")


def test_leads_in_a_state_come_newest_first_over_months_and_pages() -> None:
    times = [datetime(2025, 6, 2, 4, tzinfo=UTC) - timedelta(days=9 * n) for n in range(15)]
    newest_first = [a_lead(n, created=at) for n, at in enumerate(times, 1)]
    a_lead(99, state=LeadState.WORKING, owner="staff_1")

    for limit in (1, 4, 5, 15, 100):
        ids, _ = walked(limit=str(limit))
        assert ids == newest_first
    assert walked(state="working")[0] == [lead_id(99)]
    assert walked(state="converted")[0] == []


def test_a_list_of_nothing_is_one_page() -> None:
    assert walked() == ([], 1)


def test_leads_of_an_owner_are_theirs_alone() -> None:
    mine = [a_lead(n, state=LeadState.ASSIGNED, owner="staff_1") for n in range(1, 4)]
    working = a_lead(4, state=LeadState.WORKING, owner="staff_1")
    a_lead(5, state=LeadState.ASSIGNED, owner="staff_2")

    ids, pages = walked(owner="me", limit="3")
    assert (sorted(ids), pages) == (sorted([*mine, working]), 2)
    assert walked(owner="staff_1", state="working")[0] == [working]


def test_a_cursor_of_another_list_or_an_altered_one_is_refused() -> None:
    for number in range(1, 4):
        a_lead(number)
    cursor = get("/v1/leads", limit="1").json["next"]

    for query in (
        {"cursor": cursor, "state": "working"},
        {"cursor": cursor, "owner": "me"},
        {"cursor": cursor[:-1] + ("A" if cursor[-1] != "A" else "B")},
        {"cursor": "x.y"},
    ):
        answer = get("/v1/leads", **query)
        assert (answer.status, answer.code) == (422, "cursor_invalid")


def test_parameters_that_make_no_sense_are_named() -> None:
    assert get("/v1/leads", state="hot").fields == {"state": "enum"}
    assert get("/v1/leads", limit="0").code == "limit_invalid"


def test_a_lead_is_shown_with_its_version_and_staffs_word_before_a_forms() -> None:
    one = a_lead(1, staff_last_name="Rai", form_message="x", version=7)

    lead = get(f"/v1/leads/{one}").json

    assert lead["version"] == 7
    assert lead["facts"]["last_name"] == "Rai"
    assert lead["facts"]["email"] == "person1@example.com"


def test_an_unknown_lead_is_404() -> None:
    for unknown in (lead_id(77), "lead_x", "staff_1", "x" * 2000):
        for path in (f"/v1/leads/{unknown}", f"/v1/leads/{unknown}/submissions"):
            answer = get(path)
            assert (answer.status, answer.code) == (404, "lead_not_found")


def test_an_address_that_joined_a_lead_answers_that_lead() -> None:
    one = a_lead(1)
    phone_id = lead_id_for(None, "+9779812345678")
    sales.write(Put({**lead_key(phone_id), "redirect_to": one}))

    assert get(f"/v1/leads/{phone_id}").json["lead_id"] == one


def test_submissions_are_listed_newest_first(clock: FakeClock) -> None:
    store_form("contact")
    for number in range(5):
        lead = post(body={**ANN, "message": str(number), "consent": "yes"}).json["lead_id"]
        clock.tick(minutes=2)

    first = get(f"/v1/leads/{lead}/submissions", limit="3").json
    second = get(f"/v1/leads/{lead}/submissions", limit="3", cursor=first["next"]).json

    messages = [one["answers"]["message"] for one in first["items"] + second["items"]]
    assert messages == ["4", "3", "2", "1", "0"]
    assert second["next"] is None
    assert first["items"][0]["consent"]["version"] == "2025-01"
    assert first["items"][0]["touch"] == {"utm_campaign": "website"}


def test_only_staff_read_leads() -> None:
    one = a_lead(1)

    for path in ("/v1/leads", f"/v1/leads/{one}", f"/v1/leads/{one}/submissions"):
        assert get(path, staff=None).status == 401
        assert get(path, staff=("someone", [])).status == 403
        assert get(path, staff=("staff_9", ["analyst"])).status == 200
