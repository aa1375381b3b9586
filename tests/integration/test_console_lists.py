"""The pages of lists and of exports (row S4)."""

from typing import Any

import pytest

from shared.console import names
from shared.customers.contacts.changes import delete_contact
from shared.customers.contacts.model import Contact
from shared.customers.lists.repository import need
from tests.conftest import FakeClock
from tests.customers import a_contact
from tests.pages import ASHA, HOSTILE, MAYA, NABIN, OLGA, Page, Who, browse
from tests.pump import Pump

LISTS, EXPORTS = "/console/lists", "/console/exports"


@pytest.fixture(autouse=True)
def _company(tables: None) -> None:
    names.forget()


def visit(path: str, who: Who | None = ASHA, **how: Any) -> Page:
    return browse("console_lists", "GET", path, who=who, **how)


def send(path: str, who: Who = ASHA, **form: Any) -> Page:
    return browse("console_lists", "POST", path, who=who, form=form)


def person(clock: FakeClock, name: str = "Ann") -> Contact:
    return a_contact(clock(), f"{name} Lee", emails=[{"address": f"{name.lower()}@example.com"}])


def a_list(name: str = "Fair") -> str:
    """The address of a list made by the page."""
    done = send(f"{LISTS}/new", name=name, description="Who came to the stand", key=f"form-{name}")
    assert done.status == 303, done.text
    return done.location


def test_a_list_is_made_once_from_one_form_and_called_otherwise_later() -> None:
    assert a_list() == a_list()
    at = a_list()

    done = send(f"{at}/name", name="Fair in June", description="", version="1")
    stale = send(f"{at}/name", name="Fair in May", description="", version="1")

    assert (done.status, stale.status) == (303, 412)
    assert "Fair in June" in visit(LISTS).text
    assert send(f"{LISTS}/new", name=" ").one(id="e-name")


def test_a_cursor_of_something_else_is_refused_within_the_frame_and_only_to_who_may_see_it() -> (
    None
):
    refused = visit(LISTS, query={"cursor": "other"})

    assert refused.status == 422 and "does not belong to this list" in refused.text
    assert "Asha" in refused.text
    assert visit(LISTS, query={"cursor": "other"}, who=None).status == 303


def test_people_join_a_list_by_their_addresses_once_and_leave_it(clock: FakeClock) -> None:
    ann, bob = person(clock), person(clock, "Bob")
    at = a_list()

    both = "ANN@example.com\nbob@example.com"
    assert send(f"{at}/members", addresses=both).toast == "2 put on it"
    assert send(f"{at}/members", addresses=both).toast == "0 put on it, 2 were on it"
    page = visit(at)
    assert [row.one("th").text for row in page.one("tbody").all("tr")] == ["Ann Lee", "Bob Lee"]
    assert "2 people" in page.text

    gone = send(f"{at}/removals", contact=[ann.contact_id, "nonsense"])
    assert gone.toast == "1 taken off"
    assert [one["value"] for one in visit(at).all("input", name="contact")] == [bob.contact_id]
    assert need(at.removeprefix(f"{LISTS}/")).members == 1


def test_an_address_that_nobody_has_stops_all_of_it_and_nothing_typed_is_lost(
    clock: FakeClock,
) -> None:
    person(clock)
    at = a_list()

    for wrong, said in (("eve@example.com", "no contact has this"), ("what", "what:")):
        page = send(f"{at}/members", addresses=f"ann@example.com\n{wrong}")
        assert page.status == 422 and said in page.one(id="e-addresses").text
        assert page.one("textarea", name="addresses").text.startswith("ann@example.com")
    assert send(f"{at}/members", addresses="a@example.com\n" * 21).status == 422
    assert need(at.removeprefix(f"{LISTS}/")).members == 0


def test_whoever_is_put_away_is_said_so_and_a_list_that_is_put_away_is_gone(
    clock: FakeClock,
) -> None:
    ann = person(clock)
    at = a_list()
    send(f"{at}/members", addresses="ann@example.com")
    delete_contact(ann.contact_id, ann.version, "asha", clock())

    page = visit(at)
    assert "Somebody who is put away" in page.text and "ann@example.com" not in page.html

    assert send(f"{at}/delete", version="9").status == 412
    assert send(f"{at}/delete", version="1").status == 303
    assert visit(at).status == 404
    assert "No lists yet" in visit(LISTS).text


def test_all_staff_look_at_lists_and_analysts_change_none(clock: FakeClock) -> None:
    at = a_list()

    assert not visit(at, who=OLGA).all("textarea")
    assert visit(LISTS, who=OLGA).status == 200
    assert send(f"{at}/members", who=OLGA, addresses="ann@example.com").status == 403


def test_contacts_are_written_to_a_file_that_only_who_asked_may_fetch(clock: FakeClock) -> None:
    person(clock)
    at = a_list()
    send(f"{at}/members", addresses="ann@example.com")
    list_id = at.removeprefix(f"{LISTS}/")
    form = visit(f"{EXPORTS}/new", who=NABIN, query={"list_id": list_id})
    assert form.one("option", value=list_id).attributes.keys() >= {"selected"}

    first, second = (
        send(f"{EXPORTS}/new", who=NABIN, format="csv", list_id=list_id, key="k") for _ in range(2)
    )
    assert first.status == 303 and first.location == second.location
    part = visit(f"{first.location}/progress", who=NABIN, htmx=True)
    assert part.one("section", id="export").get("hx-get")
    assert visit(f"{first.location}/file", who=NABIN).status == 409
    Pump().run()

    page = visit(first.location, who=NABIN)
    assert "1 contact in the file" in page.text
    assert page.one("section", id="export").get("hx-get") is None
    file = visit(f"{first.location}/file", who=NABIN)
    assert file.status == 303 and "exports/export_" in file.location
    assert visit(f"{first.location}/file", who=MAYA).status == 403
    assert "Ask for your own" in visit(first.location, who=MAYA).text
    assert visit(EXPORTS, who=NABIN).one("a", download="")["href"] == f"{first.location}/file"
    assert not visit(EXPORTS, who=MAYA).all("a", download="")


def test_an_export_of_a_list_there_is_not_says_so() -> None:
    page = send(f"{EXPORTS}/new", who=NABIN, list_id="list_01JWQ6Y3M8Z4T0V5B7C9D1E2F3", tag="vip")

    assert page.status == 404
    assert page.one("input", name="tag")["value"] == "vip"


def test_hostile_names_are_text(clock: FakeClock) -> None:
    at = a_list(HOSTILE[:90])
    a_contact(clock(), HOSTILE, emails=[{"address": "ann@example.com"}])
    send(f"{at}/members", addresses="ann@example.com")
    send(f"{EXPORTS}/new", who=NABIN, tag="<b>x</b>")

    for path, who in ((LISTS, ASHA), (at, ASHA), (EXPORTS, NABIN), (f"{EXPORTS}/new", NABIN)):
        page = visit(path, who=who)
        assert "<script>alert" not in page.html and "<b>x</b>" not in page.html


def test_pages_ask_little_and_exports_are_not_for_reps(clock: FakeClock) -> None:
    person(clock)
    at = a_list()
    send(f"{at}/members", addresses="ann@example.com")
    export = send(f"{EXPORTS}/new", who=NABIN).location
    visit(at)

    for path in (LISTS, f"{LISTS}/new", at, EXPORTS, f"{EXPORTS}/new", export):
        assert len(visit(path, who=NABIN).dynamodb_calls) <= 3, path
    assert visit(EXPORTS).status == 403
    assert send(f"{EXPORTS}/new").status == 403
