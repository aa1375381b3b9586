"""Lists that people keep under a name."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from shared.kernel.errors import CrmError
from shared.sales.views import views
from shared.sales.views.model import View, ViewInput
from tests.calls import Answer, http

ASHA = ("asha", ["rep"])
HOT = {"name": "Hot in Nepal", "query": {"country": "NP", "sort": "-score", "owner": "me"}}

pytestmark = pytest.mark.usefixtures("tables")


def call(method: str, view_id: str = "", *, by: Any = ASHA, **how: Any) -> Answer:
    """Ask for views as asha."""
    path = f"/v1/views/{view_id}".rstrip("/")
    return http("saved_views", method, path, staff=by, **how)


def add(*, by: Any = ASHA, **body: Any) -> Answer:
    """Save a view."""
    return call("POST", by=by, body=HOT | body)


def names(by: Any = ASHA) -> list[str]:
    """The names of somebody's views, in order."""
    return [one["name"] for one in call("GET", by=by).json["items"]]


def test_a_view_is_kept_as_it_was_given_and_is_its_owners_alone() -> None:
    answer = add()

    assert (answer.status, answer.json["version"]) == (201, 1)
    assert answer.headers["location"] == f"/v1/views/{answer.json['view_id']}"
    assert call("GET").json["items"] == [answer.json]
    assert answer.json["query"] == HOT["query"]
    assert names(by=("bikash", ["rep"])) == []
    assert http("lead_query", "GET", "/v1/leads", staff=ASHA, query=HOT["query"]).status == 200


def test_a_person_has_one_view_of_a_name_and_sending_it_again_is_no_error() -> None:
    first = add()

    assert add().json == first.json
    taken = add(name="  hot  in NEPAL ", query={})
    assert (taken.status, taken.code) == (409, "view_exists")
    assert taken.json["view_id"] == first.json["view_id"]
    assert add(by=("bikash", ["rep"])).status == 201
    assert names() == ["Hot in Nepal"]


def test_views_come_in_the_order_their_owner_gave_them() -> None:
    for name, order in (("b", 2), ("C", 1), ("a", 1), ("z", 0)):
        add(name=name, order=order)

    assert names() == ["z", "a", "C", "b"]


def test_a_view_is_replaced_renamed_and_removed_by_version() -> None:
    one = add().json
    other = add(name="Other").json

    changed = call("PUT", one["view_id"], body={"name": HOT["name"], "query": {}, "version": 1})
    assert (changed.json["query"], changed.json["version"]) == ({}, 2)
    stale = call("PUT", one["view_id"], body=HOT | {"version": 1})
    assert (stale.status, stale.json["version"]) == (412, 2)
    taken = call("PUT", one["view_id"], body=HOT | {"name": "OTHER", "version": 2})
    assert (taken.code, taken.json["view_id"]) == ("view_exists", other["view_id"])
    renamed = call("PUT", one["view_id"], body=HOT | {"name": "Neu 🙂", "version": 2}).json
    assert (renamed["name"], renamed["version"]) == ("Neu 🙂", 3)
    assert sorted(names()) == ["Neu 🙂", "Other"]
    assert call("PUT", one["view_id"], body=HOT | {"version": 2}).code == "view_not_found"

    assert call("DELETE", renamed["view_id"], query={"version": "1"}).code == "version_stale"
    assert call("DELETE", renamed["view_id"], query={"version": "3"}).status == 204
    assert call("DELETE", renamed["view_id"], query={"version": "3"}).status == 204
    assert names() == ["Other"]


def test_a_person_keeps_few_views_and_one_given_up_makes_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = [add(name=f"view {n}").json for n in range(views.MAX_VIEWS)]

    refused = add(name="one more")
    assert (refused.status, refused.code) == (409, "too_many_views")
    assert add(name="view 7").json == made[7]
    call("PUT", made[0]["view_id"], body=HOT | {"name": "renamed", "version": 1})
    assert add(name="one more").code == "too_many_views"
    call("DELETE", made[1]["view_id"], query={"version": "1"})
    assert add(name="one more").status == 201
    assert len(names()) == views.MAX_VIEWS


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"name": "  "}, {"name": "too_short"}),
        ({"name": "x" * 61}, {"name": "string_too_long"}),
        ({"query": {"colour": "red"}}, {"query.colour": "extra_forbidden"}),
        ({"query": {"state": "hot"}}, {"query.state": "enum"}),
        ({"query": {"created_from": "soon"}}, {"query.created_from": "instant_invalid"}),
        ({"order": -1}, {"order": "greater_than_equal"}),
        ({"owner": "bikash"}, {"owner": "extra_forbidden"}),
    ],
)
def test_a_view_that_no_list_can_be_is_refused(
    body: dict[str, Any], fields: dict[str, str]
) -> None:
    answer = add(**body)

    assert (answer.status, answer.fields) == (422, fields)


@pytest.mark.parametrize("backend", ["dynamodb_local"], indirect=True)
def test_views_saved_at_once_never_exceed_the_number_that_may_be() -> None:
    for number in range(views.MAX_VIEWS - 2):
        views.add_view("asha", ViewInput(name=f"view {number}", query={}))

    def save(number: int) -> View | CrmError:
        try:
            return views.add_view("asha", ViewInput(name=f"late {number}", query={}))
        except CrmError as refused:
            return refused

    with ThreadPoolExecutor(6) as pool:
        done = list(pool.map(save, range(6)))

    assert len(views.views_of("asha")) <= views.MAX_VIEWS
    assert sum(isinstance(one, View) for one in done) == len(views.views_of("asha")) - 48
