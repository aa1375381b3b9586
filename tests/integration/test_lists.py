"""Row S4, static lists: who is on them, since when, who put them there."""

from datetime import datetime
from typing import Any

import pytest

from shared.customers.contacts.changes import delete_contact
from shared.customers.contacts.creation import create_contact
from shared.customers.contacts.model import NewContact
from shared.customers.contacts.repository import contact_key, customers
from shared.customers.lists.repository import lists_of
from shared.platform.requests import Put
from tests.calls import Answer, http

MINA = ("mina", ["marketer"])


@pytest.fixture(autouse=True)
def _tables(tables: None) -> None: ...


def people(count: int, now: datetime) -> list[str]:
    """The ids of so many new contacts."""
    made = [NewContact(last_name=f"Person {number}") for number in range(count)]
    return [create_contact(one, "asha", None, now).contact.contact_id for one in made]


def call(method: str, path: str = "", route: str | None = None, **how: Any) -> Answer:
    return http("list_admin", method, f"/v1/lists{path}", **{"staff": MINA, **how},
                route=f"/v1/lists{path if route is None else route}")  # fmt: skip


def made(name: str = "Fair") -> str:
    return str(call("POST", body={"name": name}).json["list_id"])


def change(list_id: str, what: str, contact_ids: list[str]) -> Answer:
    body = {"contact_ids": contact_ids}
    return call("POST", f"/{list_id}/{what}", f"/{{list_id}}/{what}", body=body)


def outcomes(answer: Answer) -> list[str]:
    return sorted(one["outcome"] for one in answer.json["items"])


def count(list_id: str) -> int:
    return int(call("GET", f"/{list_id}", "/{list_id}").json["members"])


def test_a_hundred_join_at_once_and_each_is_counted_once(now: datetime) -> None:
    list_id, ids = made(), people(100, now)

    first, again = change(list_id, "members", ids), change(list_id, "members", ids[50:])

    assert (first.json["changed"], again.json["changed"]) == (100, 0)
    assert count(list_id) == 100
    page = call("GET", f"/{list_id}/members", "/{list_id}/members", query={"limit": "60"}).json
    rest = call("GET", f"/{list_id}/members", "/{list_id}/members",
                query={"limit": "60", "cursor": page["next"]}).json  # fmt: skip
    found = page["items"] + rest["items"]
    assert sorted(one["contact_id"] for one in found) == sorted(ids)
    assert {(one["added_by"], one["source"]) for one in found} == {("mina", "staff")}
    assert lists_of(ids[0]) == [list_id]


def test_who_leaves_is_counted_off_once(now: datetime) -> None:
    list_id, ids = made(), people(40, now)
    change(list_id, "members", ids)

    first, again = change(list_id, "removals", ids[:35]), change(list_id, "removals", ids[:36])

    assert (first.json["changed"], again.json["changed"]) == (35, 1)
    assert count(list_id) == 4
    assert lists_of(ids[0]) == []


def test_only_people_there_are_join_and_who_was_merged_joins_as_who_they_are(
    now: datetime,
) -> None:
    list_id, (ann, away, merged) = made(), people(3, now)
    delete_contact(away, 1, "maya", now)
    customers.write(Put({**contact_key(merged), "merged_into": ann, "merge_id": "m1"}))

    both = change(list_id, "members", [ann, away, merged, "contact_01JWQ6Y3M8Z4T0V5B7C9D1E2F3"])
    alone = made("Alone")
    change(alone, "members", [merged])

    assert outcomes(both) == ["added", "not_found", "not_found", "unchanged"]
    assert count(list_id) == 1
    assert set(lists_of(ann)) == {list_id, alone}


def test_lists_are_found_by_name_renamed_and_put_away() -> None:
    second, first = made("Zürich"), made("apple")
    assert [one["name"] for one in call("GET").json["items"]] == ["apple", "Zürich"]

    body = {"version": 1, "name": "Zoo", "description": "animals"}
    renamed = call("PUT", f"/{first}", "/{list_id}", body=body)
    stale = call("PUT", f"/{first}", "/{list_id}", body=body)
    gone = call("DELETE", f"/{second}", "/{list_id}", query={"version": "1"})

    assert (renamed.json["version"], stale.status, gone.status) == (2, 412, 204)
    assert [one["name"] for one in call("GET").json["items"]] == ["Zoo"]
    assert change(second, "members", ["contact_01JWQ6Y3M8Z4T0V5B7C9D1E2F3"]).status == 404
    assert call("GET", f"/{second}", "/{list_id}").code == "list_not_found"


def test_the_same_request_with_its_key_makes_one_list() -> None:
    key = {"idempotency-key": "k1"}

    first = call("POST", body={"name": "Fair"}, headers=key)
    again = call("POST", body={"name": "Fair"}, headers=key)

    assert first.json == again.json
    assert len(call("GET").json["items"]) == 1


def test_bad_requests_name_the_field() -> None:
    list_id = made()
    too_many = [f"contact_01JWQ6Y3M8Z4T0V5B7C9D1{n:04d}" for n in range(101)]

    assert change(list_id, "members", ["x"]).fields == {"contact_ids.0": "string_pattern_mismatch"}
    assert change(list_id, "members", too_many).fields == {"contact_ids": "too_long"}
    assert call("POST", body={"name": " "}).fields == {"name": "string_too_short"}
    assert call("POST", body={"name": "x"}, staff=("ana", ["analyst"])).status == 403
