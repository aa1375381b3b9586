"""Records that may be of one person are suggested, best first, until somebody says otherwise."""

from datetime import datetime
from typing import Any

import pytest

from shared.customers.contacts.changes import delete_contact, restore_contact
from shared.customers.contacts.repository import need
from shared.customers.duplicates.suggestion import suggest
from shared.customers.search.indexing import index_contact
from tests.calls import Answer, http, invoke, queue_event
from tests.cloud import everything
from tests.people import a_person, an_account, changed
from tests.pump import Pump

pytestmark = pytest.mark.usefixtures("tables")

MAYA = ("maya", ["sales_manager"])
ANALYST = ("anil", ["analyst"])


def delivered() -> Pump:
    pump = Pump(only=["search_index"]).run()
    assert pump.dead == []
    return pump


def review(**query: str) -> Any:
    answer = http("duplicate_review", "GET", "/v1/duplicates", query=query, staff=MAYA)
    assert answer.status == 200, answer.json
    return answer.json


def suggested(**query: str) -> list[set[str]]:
    """The names in each pair."""
    return [
        {f"{one['first_name']} {one['last_name']}" for one in pair["contacts"]}
        for pair in review(**query)["items"]
    ]


def dismiss(duplicate_id: str, staff: tuple[str, list[str]] = MAYA) -> Answer:
    path = f"/v1/duplicates/{duplicate_id}/dismissal"
    route = "/v1/duplicates/{duplicate_id}/dismissal"
    return http("duplicate_review", "POST", path, staff=staff, route=route)


@pytest.fixture
def pair() -> str:
    """Ann, twice; the pair's id."""
    company = an_account("Northern Trading")
    a_person("Ann Shrestha", email="ann@example.com", account=company)
    a_person("Anne Shresta", email="anne@example.org", account=company)
    delivered()
    (found,) = review()["items"]
    return str(found["duplicate_id"])


def test_a_pair_says_how_likely_it_is_and_why(pair: str) -> None:
    (found,) = review()["items"]

    assert found["reasons"] == ["last_name_close", "company_same", "first_name_close"]
    assert (found["state"], len(found["contacts"])) == ("open", 2)
    assert 0.5 <= found["score"] <= 1


def test_pairs_are_listed_the_likeliest_first_page_by_page() -> None:
    company = an_account("Northern Trading")
    for first, second in (("Ann Shrestha", "Ann Shrestha"), ("Bob Petrov", "Bob Petrow")):
        a_person(first, email=f"one.{first[:3]}@example.com", account=company)
        a_person(second, email=f"quite.other.{first[:3]}@example.org", account=company)
    delivered()

    first_page = review(limit="1")
    second_page = review(limit="1", cursor=first_page["next"])

    scores = [page["items"][0]["score"] for page in (first_page, second_page)]
    assert scores[0] > scores[1]
    assert suggested() == [{"Ann Shrestha"}, {"Bob Petrov", "Bob Petrow"}]


def test_a_contact_s_own_pairs_are_listed(pair: str) -> None:
    stranger = a_person("Zoe Unlike", email="zoe@example.com")
    delivered()

    assert suggested(contact_id=pair.partition(".")[0]) == [{"Ann Shrestha", "Anne Shresta"}]
    assert suggested(contact_id=stranger.contact_id) == []


def test_a_dismissed_pair_stays_so_until_what_is_compared_changes(pair: str) -> None:
    one = pair.partition(".")[0]
    assert dismiss(pair).json["state"] == "dismissed"
    assert dismiss(pair).json["dismissed_by"] == "maya"
    assert suggested() == []

    changed(one, tags=["vip"])
    changed(one, job_title="Manager")
    delivered()
    suggest(one, datetime.fromisoformat("2025-06-02T00:00:00Z"))
    assert suggested() == []

    changed(one, phones=[{"number": "+9779841234567"}])
    delivered()
    assert suggested() == [{"Ann Shrestha", "Anne Shresta"}]


def test_a_pair_that_is_no_longer_alike_is_forgotten(pair: str) -> None:
    changed(pair.partition(".")[0], first_name="Zacharias", last_name="Unlike")
    delivered()

    assert suggested() == []
    assert not [item for item in everything() if item["sk"].startswith("DUPLICATE#")]


def test_who_is_put_away_is_not_suggested_and_a_dismissal_outlasts_it(
    pair: str, now: datetime
) -> None:
    one = pair.partition(".")[0]
    delete_contact(one, need(one).version, "asha", now)
    delivered()
    assert suggested() == []

    restore_contact(one, need(one).version, "asha", now)
    delivered()
    assert suggested() == [{"Ann Shrestha", "Anne Shresta"}]

    dismiss(pair)
    delete_contact(one, need(one).version, "asha", now)
    delivered()
    restore_contact(one, need(one).version, "asha", now)
    delivered()
    assert suggested() == []


def test_events_three_times_over_make_one_pair(pair: str) -> None:
    before = [item for item in everything() if item["sk"].startswith("DUPLICATE#")]
    events = [one.raw for one in Pump(only=[]).run().published if "Contact" in one.type]

    invoke("search_index", queue_event([*events, *reversed(events)]))

    assert [item for item in everything() if item["sk"].startswith("DUPLICATE#")] == before


def test_of_two_made_at_once_whoever_is_looked_at_last_finds_the_other(now: datetime) -> None:
    one = a_person("Ann Shrestha", email="ann@example.com")
    other = a_person("Ann Shrestha", email="anne@example.org")
    index_contact(one.contact_id)
    index_contact(other.contact_id)

    suggest(one.contact_id, now)

    assert suggested() == [{"Ann Shrestha"}]


def test_an_unknown_pair_and_one_who_may_not_are_refused(pair: str) -> None:
    assert (dismiss("contact_x.contact_y").status, dismiss(f"{pair[:-1]}0").code) == (
        404,
        "duplicate_not_found",
    )
    assert dismiss(pair, ANALYST).code == "role_missing"
    listed = http("duplicate_review", "GET", "/v1/duplicates", staff=ANALYST)
    assert listed.code == "role_missing"
    refused = http("duplicate_review", "GET", "/v1/duplicates", query={"cursor": "x"}, staff=MAYA)
    assert (refused.status, refused.code) == (422, "cursor_invalid")
