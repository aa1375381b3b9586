"""Keys that open the report of behaviour: made, rotated without a gap, ended for good."""

import itertools
import re
from datetime import timedelta

import pytest

from shared.customers.write_keys.seed import plant
from shared.kernel.clock import iso
from tests.calls import http
from tests.cloud import everything
from tests.conftest import NOW
from tests.forms import store_form

pytestmark = pytest.mark.usefixtures("tables")

ADMIN = ("root", ["admin"])
SHOP = "https://shop.example.com"
OLD = "crm_pub_old_page"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0"
CACHED = 31
NUMBERS = itertools.count(1)


def call(method, path="", by=ADMIN, **body):
    route = f"/v1/write-keys{re.sub(r'^/page|^/shop', '/{key_id}', path)}"
    return http(
        "write_key_admin",
        method,
        f"/v1/write-keys{path}",
        body=body or None,
        staff=by,
        route=route,
    )


def create(key_id="shop", kind="partner", version=0, **more):
    return call("POST", key_id=key_id, kind=kind, version=version, **more)


def page_key():
    plant([{"key_id": "page", "kind": "public", "key": OLD, "allowed_origins": [SHOP]}], NOW)


def opens(key, origin=None):
    event = {"id": f"e{next(NUMBERS)}", "name": "page_viewed", "visitor_id": "visitor-0000-0001"}
    headers = {"x-write-key": key, "user-agent": BROWSER} | ({"origin": origin} if origin else {})
    answer = http(
        "behaviour_capture", "POST", "/v1/events", body={"events": [event]}, headers=headers
    )
    assert answer.status in (202, 401, 403), answer.text
    return answer.status == 202


def test_a_secret_is_told_once_and_kept_nowhere(logs):
    made = create()
    text = made.json["text"]

    assert made.status == 201
    assert made.headers["cache-control"] == "no-store"
    assert opens(text)
    assert text not in str(list(everything()))
    assert text not in logs.text
    listed = call("GET")
    assert text not in listed.text
    assert (listed.json["version"], listed.json["items"][0]["key"]) == (1, None)
    assert "key_hash" not in listed.text


def test_a_public_key_is_always_shown_and_opens_to_its_pages_only():
    text = create("page", "public", allowed_origins=[SHOP]).json["text"]

    assert text.startswith("crm_pub_")
    assert call("GET").json["items"][0]["key"] == text
    assert opens(text, SHOP)
    assert not opens(text, "https://other.example.com")


def test_a_rotated_secret_opens_beside_the_former_one_until_the_instant_chosen(clock):
    old = create().json["text"]
    until = clock() + timedelta(hours=3)

    new = call("POST", "/shop/rotate", version=1, former_until=iso(until)).json["text"]

    assert new != old
    assert opens(new)
    assert opens(old)
    clock.at(until - timedelta(seconds=1))
    assert opens(old)
    clock.at(until)
    assert not opens(old)
    assert opens(new)


def test_without_an_instant_the_former_one_has_a_week(clock):
    old = create().json["text"]

    made = call("POST", "/shop/rotate", version=1).json

    assert made["key"]["former"] == [
        {"key": None, "valid_until": "2025-06-09T04:15:00Z", "ended": False}
    ]
    clock.tick(days=6, hours=23)
    assert opens(old)
    clock.tick(hours=2)
    assert not opens(old)


def test_pages_that_carry_a_former_public_key_go_on_reporting(clock):
    page_key()
    store_form("contact", page_key=OLD)

    new = call("POST", "/page/rotate", version=1, former_until=iso(NOW + timedelta(days=90)))
    text = new.json["text"]
    clock.tick(seconds=CACHED)

    assert opens(OLD, SHOP), "a page with the snippet of yesterday"
    assert opens(text, SHOP)
    preflight = http("behaviour_capture", "OPTIONS", "/v1/events", headers={"origin": SHOP})
    assert preflight.status == 204
    # Whoever copies the snippet from now on gets the new key, though the form names the old one.
    path, route = "/v1/forms/contact/definition", "/v1/forms/{form_id}/definition"
    snippet = http("form_query", "GET", path, route=route).json["snippet"]
    assert f'data-key="{text}"' in snippet
    assert OLD not in snippet
    clock.tick(days=91)
    assert f'data-key="{text}"' in http("form_query", "GET", path, route=route).json["snippet"]


def test_a_form_without_a_known_key_keeps_what_it_says():
    store_form("contact", page_key="crm_pub_elsewhere")
    path, route = "/v1/forms/contact/definition", "/v1/forms/{form_id}/definition"

    snippet = http("form_query", "GET", path, route=route).json["snippet"]

    assert 'data-key="crm_pub_elsewhere"' in snippet


def test_a_revoked_key_and_its_former_texts_open_nothing(clock):
    old = create().json["text"]
    new = call("POST", "/shop/rotate", version=1).json["text"]

    revoked = call("POST", "/shop/revoke", version=2)
    clock.tick(seconds=CACHED)

    assert revoked.json["key"]["ended"] is True
    assert revoked.json["key"]["former"][0]["ended"] is True
    assert not opens(old)
    assert not opens(new)
    assert call("POST", "/shop/rotate", version=3).code == "write_key_ended"


def test_origins_of_a_public_key_change_and_a_secret_has_none(clock):
    page_key()
    other = "https://other.example.com"

    assert call("PATCH", "/page", version=1, allowed_origins=[other]).status == 200
    create(version=2)
    clock.tick(seconds=CACHED)

    assert opens(OLD, other)
    assert not opens(OLD, SHOP)
    refused = call("PATCH", "/shop", version=3, allowed_origins=[other])
    assert refused.fields == {"allowed_origins": "key_is_secret"}


def test_many_rotations_remember_the_last_ten():
    create()
    for version in range(1, 13):
        assert call("POST", "/shop/rotate", version=version).status == 200

    assert len(call("GET").json["items"][0]["former"]) == 10


def test_a_roll_back_brings_public_keys_back_but_never_a_secret(clock):
    page_key()
    secret = create(version=1).json["text"]
    call("POST", "/page/revoke", version=2)
    call("POST", "/shop/revoke", version=3)

    answer = call("POST", "/rollback", to_version=2, version=4)
    clock.tick(seconds=CACHED)

    assert (answer.status, answer.json["version"]) == (200, 5)
    assert opens(OLD, SHOP)
    assert not opens(secret)


def test_a_secret_unknown_by_now_comes_back_ended():
    create()
    plant([{"key_id": "page", "kind": "public", "key": OLD}], NOW)
    assert call("POST", "/rollback", to_version=1, version=2).json["version"] == 3

    back = call("POST", "/rollback", to_version=2, version=3).json

    assert [(one["key_id"], one["ended"]) for one in back["items"]] == [
        ("shop", False),
        ("page", False),
    ]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "", {"key_id": "other", "kind": "partner"}),
        ("PATCH", "/shop", {"allowed_origins": []}),
        ("POST", "/shop/rotate", {}),
        ("POST", "/shop/revoke", {}),
        ("POST", "/rollback", {"to_version": 1}),
    ],
)
def test_every_change_names_the_version_it_was_made_from(method, path, body):
    create()
    call("POST", "/shop/rotate", version=1)

    stale = call(
        method, path, **{"version": 1, **body, **({"version": 3} if "to_version" in body else {})}
    )

    assert (stale.status, stale.json["version"]) == (412, 2)
    assert call("GET").json["version"] == 2


def test_what_cannot_be_is_refused():
    create()

    assert create(version=1).code == "write_key_exists"
    assert create("Big Letters", version=1).status == 422
    assert create("x", "partner", 1, allowed_origins=[SHOP]).status == 422
    assert create("x", "public", 1, allowed_origins=["shop.example.com"]).status == 422
    assert call("POST", "/page/revoke", version=1).code == "write_key_not_found"
    late = iso(NOW + timedelta(days=400))
    assert call("POST", "/shop/rotate", version=1, former_until=late).fields == {
        "former_until": "too_late"
    }


@pytest.mark.parametrize("by", [("maya", ["sales_manager"]), ("nabin", ["marketer"])])
def test_only_administrators_see_and_change_keys(by):
    assert call("GET", by=by).code == "role_missing"
    assert call("POST", by=by, key_id="x", kind="partner", version=0).code == "role_missing"
    assert call("GET", by=None).status == 401


def test_each_change_is_in_the_audit_by_its_key(clock):
    create()
    clock.tick(seconds=1)
    call("POST", "/shop/rotate", version=1)
    clock.tick(seconds=1)
    call("POST", "/shop/revoke", version=2)

    page = http("audit_query", "GET", "/v1/audit", staff=ADMIN, query={"noun": "write_key"}).json

    assert [(one["id"], one["action"], one["by"]) for one in page["items"]] == [
        ("shop", "revoked", "root"),
        ("shop", "rotated", "root"),
        ("shop", "created", "root"),
    ]
