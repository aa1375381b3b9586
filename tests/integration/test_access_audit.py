"""Sensitive fields are masked for those who need not know, wherever a contact is shown, and every
look at them is written down."""

import json
from datetime import datetime
from typing import Any

import pytest

from shared.customers.contacts.repository import load
from shared.customers.contacts.view import ContactView
from tests.builders import a_contact
from tests.calls import Answer, http
from tests.cloud import everything
from tests.conftest import FakeClock
from tests.imports import MARKETER
from tests.pages import Page, browse
from tests.privacy import ADA, stored_file
from tests.pump import Pump

pytestmark = pytest.mark.usefixtures("tables")

NIMA = ("nima", ["agent"])
ASHA = ("asha", ["rep"])
CARD = "4929123412341234"
FIELDS = [
    {"name": "card", "label": "Card", "type": "text", "sensitive": True, "visible_to": ["rep"]},
    {"name": "shoe_size", "label": "Shoe size", "type": "number"},
]
ROUTE = "/v1/contacts/{contact_id}"


def call(function: str, method: str, path: str, route: str = "", **how: Any) -> Answer:
    return http(function, method, path, route=route or path, **how)


@pytest.fixture
def ann(clock: FakeClock) -> str:
    """A contact with a card."""
    body = {"version": 0, "fields": FIELDS}
    path, route = "/v1/custom-fields/contact", "/v1/custom-fields/{noun}"
    assert call("custom_field_admin", "PUT", path, route, body=body, staff=ADA).status == 200
    return a_contact(custom={"card": CARD, "shoe_size": 38}, phones=[{"number": "+9779841234567"}])


def rules(version: int = 0, **fields: list[str]) -> Answer:
    body = {"version": version, "fields": fields}
    return call("privacy_rules", "PUT", "/v1/access-rules", body=body, staff=ADA)


def shown(contact_id: str, staff: Any) -> Any:
    answer = call("contact_admin", "GET", f"/v1/contacts/{contact_id}", ROUTE, staff=staff)
    assert answer.status == 200, answer.text
    return answer.json


def looks(contact_id: str, **query: str) -> Any:
    path, route = f"/v1/contacts/{contact_id}/accesses", f"{ROUTE}/accesses"
    answer = call("privacy_rules", "GET", path, route, query=query, staff=ADA)
    assert answer.status == 200, answer.text
    return answer.json


def test_an_agent_sees_the_end_of_a_card_and_the_access_is_audited(ann: str, now: datetime) -> None:
    seen = shown(ann, NIMA)

    assert seen["custom"] == {"card": "****1234", "shoe_size": 38}
    assert seen["masked"] == ["custom.card"]
    (look,) = looks(ann)["items"]
    assert (look["by"], look["contact_id"], look["via"]) == ("nima", ann, "api")
    assert (look["shown"], look["masked"]) == ([], ["custom.card"])
    assert look["at"].startswith(f"{now:%Y-%m-%dT%H:%M}")
    assert CARD not in json.dumps([i for i in everything() if i["pk"].startswith("ACCESS#")])


def test_a_history_shows_the_contact_with_masks_and_that_is_audited(ann: str) -> None:
    for part in ("history", "summary"):
        path, route = f"/v1/contacts/{ann}/{part}", f"{ROUTE}/{part}"
        seen = call("contact_history", "GET", path, route, staff=NIMA)
        assert seen.json["contact"]["custom"]["card"] == "****1234", part

    assert [look["by"] for look in looks(ann)["items"]] == ["nima", "nima"]


def test_who_may_sees_it_in_full_and_that_is_audited_too(ann: str, clock: FakeClock) -> None:
    shown(ann, NIMA)
    clock.tick(minutes=1)

    assert shown(ann, ASHA)["custom"]["card"] == CARD

    latest, before = looks(ann)["items"]
    assert (latest["by"], latest["shown"], latest["masked"]) == ("asha", ["custom.card"], [])
    assert before["by"] == "nima"
    first = looks(ann, limit="1")
    assert [one["by"] for one in first["items"]] == ["asha"]
    assert [one["by"] for one in looks(ann, limit="1", cursor=first["next"])["items"]] == ["nima"]


def test_a_contact_without_anything_sensitive_leaves_no_trace(ann: str) -> None:
    bob = a_contact(first_name="Bob", emails=[{"address": "bob@example.com"}])

    shown(bob, NIMA)

    assert looks(bob)["items"] == []


def test_a_standard_field_is_masked_as_the_rules_say(ann: str, clock: FakeClock) -> None:
    assert rules(phones=["rep"], emails=[], external_ids=[]).status == 200
    clock.tick(seconds=31)

    agent, rep, admin = shown(ann, NIMA), shown(ann, ASHA), shown(ann, ADA)

    assert [one["number"] for one in agent["phones"]] == ["****4567"]
    assert [one["address"] for one in agent["emails"]] == ["****@example.com"]
    assert agent["masked"] == ["phones", "emails", "custom.card"]
    assert [one["number"] for one in rep["phones"]] == ["+9779841234567"]
    assert rep["masked"] == ["emails"]
    assert admin["masked"] == []
    latest = {one["by"]: one for one in looks(ann)["items"]}
    assert latest["asha"]["shown"] == ["phones", "custom.card"]
    assert latest["ada"]["shown"] == ["phones", "emails", "custom.card"]


def test_lists_search_and_members_show_masks_to_everybody_and_need_no_audit(
    ann: str, clock: FakeClock
) -> None:
    rules(phones=["rep"])
    clock.tick(seconds=31)
    Pump().run()

    answers = [
        call("contact_admin", "GET", "/v1/contacts", staff=ASHA),
        call("contact_search", "GET", "/v1/search", query={"q": "ann@example.com"}, staff=ASHA),
    ]

    for answer in answers:
        assert answer.status == 200, answer.text
        assert "****4567" in answer.text
        assert "9841234567" not in answer.text
    assert looks(ann)["items"] == []


def test_who_does_not_see_a_field_cannot_set_it(ann: str, clock: FakeClock) -> None:
    rules(phones=["rep"])
    clock.tick(seconds=31)
    body = {"version": 1, "phones": [{"number": "+4930901820"}]}

    answer = call("contact_admin", "PATCH", f"/v1/contacts/{ann}", ROUTE, body=body, staff=NIMA)

    assert (answer.status, answer.fields) == (403, {"phones": "not_visible"})
    contact = load(ann)
    assert contact is not None
    assert contact.phone == "+9779841234567"
    renamed = {"version": 1, "last_name": "Rai"}
    assert (
        call(
            "contact_admin", "PATCH", f"/v1/contacts/{ann}", ROUTE, body=renamed, staff=NIMA
        ).status
        == 200
    )


def test_the_pages_mask_and_audit_as_the_api_does(ann: str, clock: FakeClock) -> None:
    rules(phones=["rep"])
    clock.tick(seconds=31)

    page = browsed(f"/console/contacts/{ann}")
    assert "****4567" in page.text and "****1234" in page.text
    assert "9841234567" not in page.text and CARD not in page.text
    edit = browsed(f"/console/contacts/{ann}/edit")
    assert 'name="emails"' in edit.html
    assert 'name="phones"' not in edit.html
    assert [one["via"] for one in looks(ann)["items"]] == ["page", "page"]


def browsed(path: str) -> Page:
    page = browse("console_contacts", "GET", path, who=NIMA)
    assert page.status == 200, page.text
    return page


def test_an_export_is_masked_by_whoever_asked_and_each_contact_audited(
    ann: str, clock: FakeClock
) -> None:
    a_contact(first_name="Bob", emails=[{"address": "bob@example.com"}])
    rules(phones=["rep"])
    clock.tick(seconds=31)
    body = {"format": "csv"}
    asked = call("export_admin", "POST", "/v1/exports", body=body, staff=MARKETER)
    assert asked.status == 202, asked.text
    Pump().run()

    text = stored_file(f"exports/{asked.json['export_id']}.csv").decode()
    assert "****4567" in text and "****1234" in text
    assert "9841234567" not in text and CARD not in text
    (look,) = looks(ann)["items"]
    assert (look["by"], look["via"], look["shown"]) == (MARKETER[0], "export", [])


def test_what_cannot_be_written_down_is_not_shown(
    ann: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_: Any) -> None:
        raise TimeoutError

    monkeypatch.setattr("shared.customers.access.showing.note", fails)

    answer = call("contact_admin", "GET", f"/v1/contacts/{ann}", ROUTE, staff=ASHA)

    assert answer.status == 500
    assert CARD not in answer.text


@pytest.mark.parametrize(
    "fields", [{"phones": ["boss"]}, {"last_name": ["rep"]}, {"phones": "rep"}]
)
def test_rules_that_cannot_be_are_refused(tables: None, fields: Any) -> None:
    assert rules(**fields).status == 422


def test_rules_are_versioned_and_can_be_brought_back(tables: None) -> None:
    assert rules(phones=["rep"]).json["version"] == 1
    assert rules(phones=[]).code == "version_stale"
    assert rules(1, emails=[]).json["fields"] == {"emails": []}

    path = "/v1/access-rules/rollback"
    body = {"to_version": 1, "version": 2}
    back = call("privacy_rules", "POST", path, body=body, staff=ADA).json

    assert (back["version"], back["fields"]) == (3, {"phones": ["rep"]})


def test_only_administrators_see_who_looked(ann: str) -> None:
    path, route = f"/v1/contacts/{ann}/accesses", f"{ROUTE}/accesses"

    assert call("privacy_rules", "GET", path, route, staff=ASHA).status == 403
    assert call("privacy_rules", "GET", "/v1/contacts/x/accesses", route, staff=ADA).status == 404


def test_a_view_shows_nothing_that_a_contact_does_not_have(ann: str) -> None:
    assert set(ContactView.model_fields) >= set(shown(ann, ASHA))
