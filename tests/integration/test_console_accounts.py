"""The pages of accounts: list, one, new, edit, put away, and who belongs to one (row S1)."""

from typing import Any

import pytest

from shared.console import names
from shared.customers.accounts.changes import create_account
from shared.customers.accounts.model import Account, NewAccount
from shared.customers.accounts.repository import need
from shared.customers.contacts.creation import create_contact
from shared.customers.contacts.memberships import leave_account
from shared.customers.contacts.model import NewContact
from tests.conftest import FakeClock
from tests.pages import ASHA, HOSTILE, OLGA, Page, Who, browse
from tests.staffing import employed

LIST = "/console/accounts"


@pytest.fixture(autouse=True)
def _company(tables: None) -> None:
    names.forget()


def visit(path: str = "", who: Who = ASHA, **how: Any) -> Page:
    return browse("console_accounts", "GET", f"{LIST}{path}", who=who, **how)


def send(path: str, who: Who = ASHA, **form: Any) -> Page:
    return browse("console_accounts", "POST", f"{LIST}{path}", who=who, form=form)


def account(clock: FakeClock, name: str = "Acme", **more: Any) -> Account:
    return create_account(NewAccount.model_validate({"name": name, **more}), "asha", None, clock())


def test_accounts_are_listed_by_name_and_narrowed(clock: FakeClock) -> None:
    account(clock, "Zeta")
    account(clock, "Acme", domains=["acme.example"])

    page = visit()

    assert [row.one("th").text for row in page.one("tbody").all("tr")] == ["Acme", "Zeta"]
    assert "acme.example" in page.text
    assert "Zeta" not in visit(query={"name": "ac"}).one("main").text


def test_an_account_is_typed_in_once_shown_and_changed() -> None:
    form = {"name": "Acme", "account_kind": "company", "domains": "acme.example", "key": "k1"}

    first, second = send("/new", **form), send("/new", **form)
    path = first.location.removeprefix(LIST)

    assert first.location == second.location
    assert visit(path).one("h1").text == "Acme"
    send(f"{path}/edit", version="1", **{**form, "name": "Acme Nepal"})
    assert need(path.removeprefix("/")).name == "Acme Nepal"
    stale = send(f"{path}/edit", version="1", **{**form, "name": "Acme India"})
    assert stale.status == 412 and "Acme Nepal" in stale.one("section", class_="both-versions").text


def test_whoever_looks_after_companies_has_a_list_of_them_and_what_is_given_up_is_free() -> None:
    employed(*ASHA)
    form = {"account_kind": "company", "owner_id": "asha", "key": "k1"}
    mine = send("/new", **form, name="Acme", domains="acme.example").location
    send("/new", account_kind="company", name="Zeta", key="k2")

    listed = visit(query={"owner": "me"}).one("tbody").all("a")
    send(f"{mine.removeprefix(LIST)}/edit", version="1", **form, name="Acme", domains="")
    free = send("/new", account_kind="company", name="Acme India", domains="acme.example", key="k3")

    assert [one["href"] for one in listed if one["href"].startswith(f"{LIST}/")] == [mine]
    assert free.status == 303


def test_a_domain_that_is_taken_leads_to_its_account(clock: FakeClock) -> None:
    known = account(clock, domains=["acme.example"])

    page = send("/new", name="Other", account_kind="company", domains="ACME.example")

    assert page.status == 409
    assert page.one("a", href=f"{LIST}/{known.account_id}")


def test_a_contact_is_added_by_an_address_and_shown_among_those_who_belong(
    clock: FakeClock,
) -> None:
    known = account(clock)
    parent = f"/{known.account_id}"
    account(clock, "Acme India", parent_id=known.account_id)
    emails = [{"address": "ann@example.com"}]
    ann = NewContact.model_validate({"first_name": "Ann", "emails": emails})
    create_contact(ann, "asha", None, clock())

    refused = send(f"{parent}/contacts", address="nobody@example.com")
    assert refused.status == 422 and "No contact has this address" in refused.text
    assert send(f"{parent}/contacts", address="nonsense").status == 422
    send(f"{parent}/contacts", address="ANN@example.com", role="buyer")

    part = visit(f"{parent}/contacts", htmx=True)
    assert "Ann buyer" in part.text and not part.all("nav")
    assert "Acme India" in visit(f"{parent}/below", htmx=True).text


def test_put_away_it_is_in_no_list_and_comes_back(clock: FakeClock) -> None:
    known = account(clock)

    send(f"/{known.account_id}/delete", version="1")
    assert "Acme" not in visit().one("main").text
    assert "Acme" in visit(query={"deleted": "yes"}).text
    send(f"/{known.account_id}/restore", version="2")

    assert "Acme" in visit().text


def test_an_analyst_looks_but_changes_nothing_and_hostile_text_is_text(clock: FakeClock) -> None:
    known = account(clock, HOSTILE, industry=HOSTILE)

    page = visit(f"/{known.account_id}", who=OLGA)

    assert "<script>alert" not in page.html
    assert not page.all("form", action=f"{LIST}/{known.account_id}/delete")
    assert send("/new", who=OLGA, name="X", account_kind="company").status == 403


def test_a_page_asks_dynamodb_three_times_at_most(clock: FakeClock) -> None:
    known = account(clock)
    child = account(clock, "Acme India", parent_id=known.account_id)
    visit(f"/{child.account_id}")

    home = f"/{child.account_id}"
    for path in ("", home, f"{home}/contacts", f"/{known.account_id}/below"):
        assert len(visit(path).dynamodb_calls) <= 3, path


def test_whom_an_account_is_reached_through_is_named_on_its_page(clock: FakeClock) -> None:
    one = account(clock)

    def contact(name: str, of: Account) -> str:
        given = {"first_name": name, "emails": [{"address": f"{name}@example.com"}]}
        new = NewContact.model_validate({**given, "accounts": [{"account_id": of.account_id}]})
        return create_contact(new, "asha", None, clock()).contact.contact_id

    ann, ben = contact("ann", one), contact("ben", one)
    stranger = contact("zoe", account(clock, "Other"))
    path = f"/{one.account_id}"

    def main() -> list[str]:
        part = visit(f"{path}/contacts", htmx=True)
        assert len(part.dynamodb_calls) <= 3
        return [row.one("a").text for row in part.all("li") if "No longer" in row.text]

    named = send(f"{path}/main-contact", version="1", contact_id=ben)
    refused = send(f"{path}/main-contact", version="2", contact_id=stranger)
    stale = send(f"{path}/main-contact", version="1", contact_id=ann)

    assert (named.status, refused.status, stale.status) == (303, 422, 412)
    assert main() == ["ben"]
    leave_account(ben, one.account_id, "asha", clock())
    assert main() == []
    assert "not listed here" in visit(f"{path}/contacts").text
    send(f"{path}/main-contact", version="2", contact_id="")
    assert need(one.account_id).main_contact_id is None
