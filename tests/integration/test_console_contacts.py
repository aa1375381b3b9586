"""The pages of contacts: list, one, new, edit, put away, accounts and consents (rows S1, D2)."""

from typing import Any

import pytest

from shared.console import names
from shared.customers.accounts.changes import create_account
from shared.customers.accounts.model import NewAccount
from shared.customers.consents.repository import of_contact
from shared.customers.contacts.creation import create_contact
from shared.customers.contacts.model import Contact, NewContact
from shared.customers.contacts.repository import need
from shared.customers.custom_fields.changes import put_fields
from shared.customers.custom_fields.model import CustomFields
from tests.conftest import FakeClock
from tests.pages import ASHA, HOSTILE, MAYA, OLGA, Page, Who, browse
from tests.staffing import employed

LIST = "/console/contacts"


@pytest.fixture(autouse=True)
def _company(tables: None) -> None:
    names.forget()


def visit(path: str = "", who: Who = ASHA, **how: Any) -> Page:
    return browse("console_contacts", "GET", f"{LIST}{path}", who=who, **how)


def send(path: str, who: Who = ASHA, **form: Any) -> Page:
    return browse("console_contacts", "POST", f"{LIST}{path}", who=who, form=form)


def contact(clock: FakeClock, **facts: Any) -> Contact:
    given = {"first_name": "Ann", "last_name": "Lee", "emails": [{"address": "ann@example.com"}]}
    new = NewContact.model_validate({**given, **facts})
    return create_contact(new, "asha", None, clock()).contact


def filled_in(**more: Any) -> dict[str, Any]:
    return {"first_name": "Ann", "last_name": "Lee", "emails": "ann@example.com", **more}


def test_the_list_shows_contacts_by_name_and_who_they_are(clock: FakeClock) -> None:
    contact(clock, last_name="Zimmer", emails=[{"address": "z@example.com"}])
    contact(clock, job_title="Buyer", tags=["vip"])

    page = visit()

    assert [row.one("th").text for row in page.one("tbody").all("tr")] == [
        "Ann Lee Buyer",
        "Ann Zimmer",
    ]
    assert page.one("a", href="/console/contacts?tag=vip")


def test_the_list_narrows_by_the_beginning_of_a_name_and_says_when_nobody_fits(
    clock: FakeClock,
) -> None:
    contact(clock)

    assert "Ann Lee" in visit(query={"name": "lee"}).text
    assert "No contact fits" in visit(query={"name": "x"}).text


def test_a_contact_is_typed_in_and_shown_with_everything_known(clock: FakeClock) -> None:
    done = send("/new", **filled_in(emails="ann@example.com\nwork@example.com", tags="vip, early"))

    assert done.status == 303 and done.toast == "Contact saved"
    page = visit(done.location.removeprefix(LIST))
    assert page.one("h1").text == "Ann Lee"
    assert "work@example.com" in page.text and "vip" in page.text


def test_agents_open_a_ticket_from_whom_it_is_for() -> None:
    at = send("/new", **filled_in()).location
    new = f"/console/tickets/new?who={at.rpartition('/')[2]}"

    offered = visit(at.removeprefix(LIST), who=("aina", ["agent"])).all("a", href=new)

    assert len(offered) == 1
    assert not visit(at.removeprefix(LIST)).all("a", href=new)


def test_whoever_looks_after_people_has_a_list_of_them() -> None:
    employed(*ASHA)
    mine = send("/new", **filled_in(owner_id="asha")).location
    send("/new", **filled_in(emails="bo@example.com", first_name="Bo"))

    listed = visit(query={"owner": "me"}).one("tbody").all("a")

    assert [one["href"] for one in listed if one["href"].startswith(f"{LIST}/")] == [mine]


def test_an_address_that_is_taken_away_is_free_for_somebody_else(clock: FakeClock) -> None:
    known = contact(clock, emails=[{"address": "ann@example.com"}, {"address": "b@example.com"}])

    send(f"/{known.contact_id}/edit", version="1", **filled_in(emails="ann@example.com"))

    assert send("/new", **filled_in(emails="b@example.com")).status == 303


def test_typed_in_twice_from_one_form_it_is_one_contact() -> None:
    first, second = (send("/new", **filled_in(key="form-1")) for _ in range(2))

    assert first.location == second.location


def test_an_address_that_is_taken_leads_to_the_contact_that_has_it(clock: FakeClock) -> None:
    known = contact(clock)

    page = send("/new", **filled_in(emails="ANN@example.com"))

    assert page.status == 409
    assert page.one("a", href=f"{LIST}/{known.contact_id}")
    assert page.one("textarea", name="emails").text == "ANN@example.com"


def test_what_does_not_fit_is_said_at_its_field_and_nothing_typed_is_lost() -> None:
    page = send("/new", **filled_in(emails="ann@example.com\nnonsense", job_title="Buyer"))

    assert page.status == 422
    assert page.one(id="e-emails")
    assert page.one("input", name="job_title")["value"] == "Buyer"


def test_a_change_is_saved_once_and_a_stale_one_shows_both_versions(clock: FakeClock) -> None:
    known = contact(clock)
    path = f"/{known.contact_id}/edit"
    assert visit(path).one("input", name="last_name")["value"] == "Lee"

    done = send(path, version="1", **filled_in(last_name="Rai"))
    assert done.status == 303 and need(known.contact_id).last_name == "Rai"

    stale = send(path, version="1", **filled_in(last_name="Shrestha"))
    assert stale.status == 412
    both = stale.one("section", class_="both-versions")
    assert "Rai" in both.text and "Shrestha" in both.text
    assert stale.one("input", name="version")["value"] == "2"


def test_put_away_nobody_finds_them_and_they_come_back(clock: FakeClock) -> None:
    known = contact(clock)

    send(f"/{known.contact_id}/delete", version="1")
    assert "Ann Lee" not in visit().one("main").text
    assert "Ann Lee" in visit(query={"deleted": "yes"}).text
    send(f"/{known.contact_id}/restore", version="2")

    assert "Ann Lee" in visit().text


def test_a_contact_joins_the_account_whose_name_begins_so_and_leaves_it(clock: FakeClock) -> None:
    known = contact(clock)
    acme = create_account(NewAccount(name="Acme Nepal"), "asha", None, clock())
    create_account(NewAccount(name="Acme India"), "asha", None, clock())
    path = f"/{known.contact_id}"

    several = send(f"{path}/accounts", account="acme")
    assert several.status == 422 and len(several.all("input", type="radio")) == 2
    send(f"{path}/accounts", account=acme.account_id, role="buyer")

    assert "Acme Nepal buyer" in visit(path).one("section", id="accounts").text
    send(f"{path}/accounts/{acme.account_id}/leave")
    assert need(known.contact_id).accounts == []


def test_what_they_allow_is_a_part_of_the_page_and_is_written_down_once(clock: FakeClock) -> None:
    known = contact(clock)
    path = f"/{known.contact_id}/consents"
    decision = {"purpose": "marketing", "channel": "email", "state": "granted", "key": "k1"}

    send(path, **decision)
    send(path, **decision)

    (stands,) = of_contact(known.contact_id)
    assert stands.state == "granted" and stands.evidence.by == "asha"
    part = visit(path, htmx=True)
    assert "Allowed" in part.text and not part.all("nav")
    assert "Allowed" in visit(path).text
    send(path, **decision | {"state": "withdrawn", "key": "k2"})
    assert of_contact(known.contact_id)[0].state == "withdrawn"


def test_custom_fields_are_filled_in_as_what_they_are_and_sensitive_ones_are_masked(
    clock: FakeClock,
) -> None:
    fields = CustomFields.model_validate(
        {
            "fields": [
                {"name": "card", "label": "Card", "type": "text", "sensitive": True,
                 "visible_to": ["sales_manager"]},
                {"name": "tier", "label": "Tier", "type": "choice", "options": ["gold", "basic"]},
                {"name": "fair", "label": "Met at the fair", "type": "boolean"},
            ]
        }
    )  # fmt: skip
    put_fields("contact", fields, after=0, by="maya", now=clock())
    custom = {"custom.card": "4111111111111234", "custom.tier": "gold", "custom.fair": "yes"}
    shown = ["card", "tier", "fair"]

    done = send("/new", who=MAYA, **filled_in(custom_shown=shown, **custom))
    path = done.location.removeprefix(LIST)

    assert "4111111111111234" in visit(path, who=MAYA).text
    seen = visit(path, who=OLGA)
    assert "****1234" in seen.text and "4111111111111234" not in seen.html
    # Who does not see the card has no field for it, and saving leaves it as it is.
    form = visit(f"{path}/edit")
    assert not form.all("input", name="custom.card")
    send(f"{path}/edit", version="1", **filled_in(custom_shown=["tier", "fair"]))
    saved = need(path.removeprefix("/")).custom
    assert saved == {"card": "4111111111111234", "fair": False}


def test_an_analyst_looks_but_changes_nothing(clock: FakeClock) -> None:
    known = contact(clock)

    assert not visit(f"/{known.contact_id}", who=OLGA).all(
        "a", href=f"{LIST}/{known.contact_id}/edit"
    )
    assert send("/new", who=OLGA, **filled_in()).status == 403


def test_hostile_names_are_text_everywhere(clock: FakeClock) -> None:
    known = contact(clock, first_name=HOSTILE, job_title=HOSTILE, tags=["<b>x</b>"])

    for path in ("", f"/{known.contact_id}", f"/{known.contact_id}/edit"):
        page = visit(path)
        assert "<script>alert" not in page.html and "<b>x</b>" not in page.html


def test_a_page_asks_dynamodb_three_times_at_most(clock: FakeClock) -> None:
    known = contact(clock)
    acme = create_account(NewAccount(name="Acme"), "asha", None, clock())
    send(f"/{known.contact_id}/accounts", account=acme.account_id)
    visit(f"/{known.contact_id}")

    for path in ("", f"/{known.contact_id}", f"/{known.contact_id}/consents"):
        assert len(visit(path).dynamodb_calls) <= 3, path


def test_somebody_unknown_is_404() -> None:
    assert visit("/contact_00000000000000000000000001").status == 404
