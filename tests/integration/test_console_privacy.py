"""The pages of privacy: requests, certificates, holds, who saw what, retention, sensitive fields
(rows D2, X8, H4)."""

import json
from typing import Any

import pytest

from shared.console import names
from shared.customers.access import repository as access
from shared.customers.retention import repository as retention
from tests.builders import a_contact
from tests.conftest import FakeClock
from tests.pages import HOSTILE, MAYA, SAGAR, Page, Who, browse
from tests.privacy import look_again
from tests.pump import Pump

HOME = "/console/privacy"


@pytest.fixture(autouse=True)
def _company(tables: None) -> None:
    names.forget()


def visit(path: str = "", who: Who = SAGAR, **how: Any) -> Page:
    at = path if path.startswith(HOME) else f"{HOME}{path}"
    return browse("console_privacy", "GET", at, who=who, **how)


def send(path: str, **form: Any) -> Page:
    return browse("console_privacy", "POST", f"{HOME}{path}", who=SAGAR, form=form)


def asked(kind: str = "erasure", **form: str) -> str:
    """The address of a request asked for by the page."""
    done = send("/new", kind=kind, sure="yes", **form)
    assert done.status == 303, done.text
    return done.location


def erased(**form: str) -> str:
    """The same of an erasure that is done."""
    at = asked(**form)
    Pump().run()
    look_again()
    return at


HOLD = {
    "name": "Accounting",
    "reason": "Income Tax Act, section 81",
    "keeps": ["contacts.product"],
    "until": "2030-12-31",
    "key": "k",
}


def test_an_erasure_is_asked_for_followed_and_certified() -> None:
    ann = a_contact(last_name="Shresthacharya")

    at = asked(contact_id=ann)
    waiting = visit(f"{at}/progress", htmx=True)
    assert waiting.one("div", id="request").get("hx-get") == f"{at}/progress"
    Pump().run()
    assert "looked for once more" in visit(at).text
    assert visit(f"{at}/certificate").status == 404
    look_again()

    page = visit(at)
    assert "Nothing is held about them any more" in page.text
    assert page.one("div", id="request").get("hx-get") is None
    certificate = visit(page.one("a", href=f"{at}/certificate")["href"])
    rows = {row.one("th").text: row.text for row in certificate.one("tbody").all("tr")}
    assert "1 contact" in rows["Contacts"] and "1 suppression" in rows["Suppressions"]
    assert "keyed hashes" in certificate.text
    assert [row.one("th").text for row in visit().one("tbody").all("tr")] == ["Erasure"]
    person = visit(f"/contacts/{ann}")
    assert "Somebody erased" in person.one("h1").text and person.one("a", href=at)


def test_a_certificate_is_handed_out_and_checked_and_a_changed_one_is_refused() -> None:
    at = erased(contact_id=a_contact())

    file = visit(f"{at}/certificate/file")
    assert file.headers["content-type"] == "application/json"
    assert "attachment" in file.headers["content-disposition"]
    beside = visit(f"{at}/certificate").one("textarea", name="text").text

    assert "It is ours, unchanged" in send("/check", text=file.html).text
    assert "It is ours, unchanged" in send("/check", text=beside).text
    signed = json.loads(file.html)
    signed["certificate"]["completed_at"] = "2020-01-01T00:00:00.000Z"
    for text in (json.dumps(signed), "{}", "[]", "no JSON", "{" * 500, HOSTILE):
        page = send("/check", text=text)
        assert page.status == 422 and "It is ours" not in page.text
        assert "<script>alert" not in page.html


def test_an_export_is_fetched_as_long_as_it_is_there(clock: FakeClock) -> None:
    at = asked("export", contact_id=a_contact())
    assert visit(f"{at}/file").status == 404
    Pump().run()

    assert visit(at).one("a", download="")["href"] == f"{at}/file"
    file = visit(f"{at}/file")
    assert file.status == 303 and "export.zip" in file.location
    clock.tick(days=8)
    assert not visit(at).all("a", download="") and visit(f"{at}/file").status == 404


def test_anybody_may_ask_by_an_address_and_a_second_request_leads_to_the_first() -> None:
    first = asked(address="ann@example.com", key="k")
    assert asked(address="ann@example.com", key="k") == first

    again = send("/new", kind="erasure", sure="yes", address="ANN@example.com", key="other")
    assert again.status == 409 and again.one("a", href=first)
    wrong = send("/new", kind="export", address="nonsense", reason="Her letter")
    assert wrong.status == 422 and wrong.one(id="e-address")
    assert wrong.one("input", name="reason")["value"] == "Her letter"
    assert send("/new", kind="export", address="+977 9841234567").status == 303


def test_an_erasure_is_begun_by_who_is_sure_only() -> None:
    ann = a_contact()
    form = visit("/new", query={"contact_id": ann, "kind": "erasure"})
    assert "Ann" in form.one("form", action=f"{HOME}/new").text
    assert form.one("input", value="erasure").attributes.keys() >= {"checked"}

    page = send("/new", kind="erasure", contact_id=ann)

    assert page.status == 422 and page.one(id="e-sure")
    assert "None yet" in visit(f"/contacts/{ann}").text


def test_a_hold_is_placed_once_kept_by_an_erasure_and_lifted() -> None:
    ann = a_contact()
    at = f"/contacts/{ann}/holds"

    for _ in range(2):
        assert send(at, **HOLD).status == 303
    part = visit(at, htmx=True)
    assert "Accounting" in part.text and len(part.all("li")) == 1 and not part.all("nav")
    request = erased(contact_id=ann)
    assert "Income Tax Act" in visit(f"{request}/certificate").text

    bob = a_contact(first_name="Bob", emails=[{"address": "bob@example.com"}])
    send(f"/contacts/{bob}/holds", **HOLD)
    (held,) = visit(f"/contacts/{bob}/holds").one("section", id="holds").all("li")
    lift = held.one("form")["action"].removeprefix(HOME)
    assert send(lift).status == 303
    assert "an erasure keeps nothing" in visit(f"/contacts/{bob}/holds").text
    assert send(lift).status == 404


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("until", {"until": ""}),
        ("until", {"until": "2020-01-01"}),
        ("until", {"until": "soon"}),
        ("keeps", {"keeps": []}),
        ("keeps", {"keeps": ["contacts.name"]}),
        ("name", {"name": " "}),
    ],
)
def test_a_hold_that_does_not_fit_says_so_at_its_field(field: str, change: dict[str, Any]) -> None:
    ann = a_contact()

    page = send(f"/contacts/{ann}/holds", **{**HOLD, **change})

    assert page.status == 422
    assert page.one("a", href=f"#f-{field}")
    assert page.one("input", name="reason")["value"] == HOLD["reason"]
    assert "an erasure keeps nothing" in page.text


def test_sensitive_fields_are_chosen_and_who_saw_them_is_shown(clock: FakeClock) -> None:
    ann = a_contact(phones=[{"number": "+9779841234567"}])
    saved = send(
        "/fields",
        version="0",
        sensitive=["phones"],
        **{"roles.phones": ["rep"], "roles.emails": ["rep"]},
    )
    assert saved.status == 303
    clock.tick(seconds=31)
    for who in (MAYA, ("asha", ["rep"])):
        browse("console_contacts", "GET", f"/console/contacts/{ann}", who=who)

    part = visit(f"/contacts/{ann}/looks", htmx=True)

    rows = [row.text for row in part.one("tbody").all("tr")]
    assert len(rows) == 2 and all("On a page" in row and "Phones" in row for row in rows)
    form = visit("/fields")
    ticked = [
        one["value"] for one in form.all("input", type="checkbox") if "checked" in one.attributes
    ]
    assert ticked == ["phones", "rep"]
    send("/fields", version="1")
    assert access.stored_rules.in_force(access.NAME).value.fields == {}  # type: ignore[union-attr]


def test_how_long_things_are_kept_is_set_and_what_does_not_fit_is_said() -> None:
    form = visit("/retention")
    assert form.one("input", name="deleted_contacts_days")["value"] == "90"

    days = {"deleted_contacts_days": "30", "behaviour_days": "", "quarantine_days": "7"}
    assert send("/retention", version="0", **days).status == 303
    rules = retention.stored_rules.in_force(retention.NAME).value  # type: ignore[union-attr]
    assert (rules.deleted_contacts_days, rules.behaviour_days, rules.quarantine_days) == (
        30,
        None,
        7,
    )

    for field, value in (
        ("behaviour_days", "3"),
        ("quarantine_days", "91"),
        ("quarantine_days", ""),
    ):
        page = send("/retention", version="1", **{**days, field: value})
        assert page.status == 422 and page.one(id=f"e-{field}").text, field
        assert page.one("input", name="deleted_contacts_days")["value"] == "30"


def test_who_saves_rules_second_sees_both_versions() -> None:
    days = {"deleted_contacts_days": "30", "behaviour_days": "60", "quarantine_days": "7"}
    send("/retention", version="0", **days)
    send("/fields", version="0", sensitive=["phones"], **{"roles.phones": ["rep"]})

    stale = send("/retention", version="0", **{**days, "quarantine_days": "9"})
    fields = send("/fields", version="0", sensitive=["emails"])

    assert stale.status == fields.status == 412
    assert "Quarantine days" in stale.one("section", class_="both-versions").text
    assert "Phones" in fields.one("section", class_="both-versions").text
    assert fields.one("input", value="emails").attributes.keys() >= {"checked"}
    again = stale.one("input", name="version")["value"]
    assert send("/retention", version=again, **days).status == 303


def test_hostile_reasons_are_text() -> None:
    ann = a_contact(first_name=HOSTILE)
    at = asked("export", contact_id=ann, reason=HOSTILE)
    send(f"/contacts/{ann}/holds", **{**HOLD, "name": HOSTILE[:90]})

    for path in (at, f"/contacts/{ann}", f"/contacts/{ann}/holds", f"/new?contact_id={ann}"):
        assert "<script>alert" not in visit(path).html


def test_pages_ask_little_and_only_administrators_come_here() -> None:
    assert "Nobody asked for anything yet" in visit().text
    ann = a_contact()
    at = erased(contact_id=ann)
    bob = a_contact(first_name="Bob", emails=[{"address": "bob@example.com"}])

    visit(at)  # by which names are known for a minute
    person = [f"/contacts/{one}{part}" for one in (ann, bob) for part in ("", "/holds", "/looks")]
    for path in ("", "/new", at, f"{at}/certificate", "/check", "/retention", "/fields", *person):
        page = visit(path)
        assert page.status == 200 and len(page.dynamodb_calls) <= 3, path
    for path in ("", "/new", at, f"/contacts/{ann}"):
        assert visit(path, who=MAYA).status == 403
    assert visit("/contacts/nonsense").status == 404
    assert visit("/requests/privacy_01JWQ6Y3M8Z4T0V5B7C9D1E2F3").status == 404
