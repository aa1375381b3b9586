"""Who may be here twice, two records side by side, merging them and taking it back (S2, X10)."""

from datetime import datetime
from typing import Any

import pytest

from shared.console import names
from shared.customers.consents.changes import decide
from shared.customers.consents.model import Consent, ConsentState, Evidence
from shared.customers.consents.repository import of_contact
from shared.customers.contacts.model import Contact
from shared.customers.contacts.repository import load, need
from shared.customers.history.model import Entry
from shared.customers.history.repository import page, record
from shared.kernel.clock import iso
from tests.builders import CREATED
from tests.customers import custom_fields
from tests.pages import ASHA, HOSTILE, MAYA, OLGA, Page, Who, browse
from tests.people import a_person, an_account, changed
from tests.pump import Pump
from tests.staffing import employed

AT = "/console/duplicates"


@pytest.fixture(autouse=True)
def _company(tables: None) -> None:
    names.forget()


@pytest.fixture
def ann() -> Contact:
    company = an_account("Northern Trading")
    return a_person(
        "Ann Shrestha", email="ann@example.com", account=company, job_title="Manager", tags=["vip"]
    )


@pytest.fixture
def anne(ann: Contact) -> Contact:
    facts: dict[str, Any] = {
        "phone": "+9779841234567",
        "job_title": "Head of sales",
        "tags": ["fair"],
    }
    facts["accounts"] = [{"account_id": one.account_id} for one in ann.accounts]
    other = a_person("Anne Shresta", email="anne@example.org", language="ne", **facts)
    index()
    return other


def index() -> None:
    assert Pump(only=["search_index"]).run().dead == []


def moved() -> None:
    assert Pump(only=["merge_work", "search_index"]).run().dead == []


def visit(path: str = "", who: Who = MAYA, **how: Any) -> Page:
    return browse("console_duplicates", "GET", f"{AT}{path}", who=who, **how)


def send(path: str, who: Who = MAYA, **form: Any) -> Page:
    return browse("console_duplicates", "POST", f"{AT}{path}", who=who, form=form)


def compared(winner: Contact, loser: Contact, **how: Any) -> Page:
    query = {"winner": winner.contact_id, "loser": loser.contact_id}
    return visit("/compare", query=query, **how)


def merged(shown: Page, **choices: str) -> Page:
    """Send the form of a comparison, with other choices than those proposed."""
    form = {
        one["name"]: one["value"]
        for one in shown.one("main").all("input")
        if one.get("name") and (one.get("type") != "radio" or one.get("checked") is not None)
    }
    return send(
        "/compare", **{**form, **{f"choice.{name}": side for name, side in choices.items()}}
    )


def called(contact: Contact, entry_id: str) -> None:
    record(
        [
            Entry(
                contact_id=contact.contact_id,
                entry_id=entry_id,
                occurred_at=iso(CREATED),
                recorded_at=iso(CREATED),
                kind="call",
                source="staff",
            )
        ]
    )


def says(contact: Contact, state: ConsentState) -> None:
    consent = Consent(
        purpose="marketing",
        channel="email",
        state=state,
        at=iso(CREATED),
        evidence=Evidence(source="staff"),
    )
    decide(contact.contact_id, consent, f"d-{contact.contact_id}", CREATED)


def calls_of(contact_id: str) -> list[str]:
    return sorted(one.entry_id for one in page(contact_id, limit=50).entries if one.kind == "call")


def stands(contact_id: str) -> list[str]:
    return [str(one.state) for one in of_contact(contact_id)]


def test_who_may_be_here_twice_is_shown_side_by_side_with_the_reasons(
    ann: Contact, anne: Contact
) -> None:
    visit()
    shown = visit()

    pair = shown.one("article")
    assert {one.text for one in pair.one("thead").all("a")} == {"Ann Shrestha", "Anne Shresta"}
    assert "almost the same last name" in pair.text
    assert "anne@example.org" in pair.text and "+9779841234567" in pair.text
    assert len(shown.dynamodb_calls) == 2


def test_two_who_are_not_the_same_are_not_suggested_again(ann: Contact, anne: Contact) -> None:
    action = visit(who=ASHA).one("article").one("form")["action"].removeprefix(AT)

    done = send(action, who=ASHA)

    assert (done.status, done.location) == (303, AT)
    assert "Nobody seems to be here twice" in visit().text
    assert send("/nonsense/dismissal").status == 404


def test_a_contact_s_page_asks_who_else_they_may_be_and_what_was_merged(
    ann: Contact, anne: Contact
) -> None:
    at = f"/console/contacts/{ann.contact_id}"
    shown = browse("console_contacts", "GET", at, who=MAYA)
    assert shown.one("a", href=f"{AT}/of/{ann.contact_id}")
    assert shown.one("div", hx_get=f"{AT}/merges/of/{ann.contact_id}")

    part = visit(f"/of/{ann.contact_id}", htmx=True)
    assert "Anne Shresta" in part.text and not part.all("nav")
    assert part.one("input", name="next")["value"] == at
    assert not visit(f"/of/{ann.contact_id}", who=ASHA).all("input", name="winner")
    assert visit(f"/merges/of/{ann.contact_id}", htmx=True).html.strip() == ""


def test_the_one_that_is_known_better_is_proposed_to_stay(ann: Contact, anne: Contact) -> None:
    pair = visit().one("article").one("a", role="button")["href"]
    query = dict(one.split("=") for one in pair.partition("?")[2].split("&"))

    proposed = visit("/compare", query=query)

    assert proposed.status == 303
    assert f"winner={anne.contact_id}" in proposed.location
    assert "More is known of" in compared(ann, anne).text
    assert "More is known of" not in compared(anne, ann).text


def test_field_by_field_it_is_chosen_what_survives(ann: Contact, anne: Contact) -> None:
    shown = compared(ann, anne)
    titles = shown.all("input", name="choice.job_title")
    assert [(one["value"], one.get("checked") is not None) for one in titles] == [
        ("winner", True),
        ("loser", False),
    ]

    done = merged(shown, job_title="loser", first_name="loser")

    assert (done.status, done.toast) == (303, "Merged")
    after = need(ann.contact_id)
    assert (after.first_name, after.last_name) == ("Anne", "Shrestha")
    assert (after.job_title, after.language, after.tags) == ("Head of sales", "ne", ["vip", "fair"])
    assert {one.address for one in after.emails} == {"ann@example.com", "anne@example.org"}


def test_before_it_is_done_it_says_what_moves_and_what_they_would_allow(
    ann: Contact, anne: Contact
) -> None:
    called(anne, "call-1")
    called(anne, "call-2")
    says(anne, ConsentState.WITHDRAWN)
    says(ann, ConsentState.GRANTED)
    query = {"winner": ann.contact_id, "loser": anne.contact_id}

    part = visit("/effects", htmx=True, query=query)

    assert "entries of the history 2" in part.text
    assert "Withdrawn" in part.text and "Allowed" not in part.text
    assert len(part.dynamodb_calls) <= 3 and not part.all("nav")


def test_merged_it_is_one_and_undone_both_are_there_again(ann: Contact, anne: Contact) -> None:
    """Row S2's example and X10's."""
    for number in range(3):
        called(anne, f"call-{number}")
    says(anne, ConsentState.WITHDRAWN)
    says(ann, ConsentState.GRANTED)
    before = need(ann.contact_id), need(anne.contact_id)

    at = merged(compared(ann, anne)).location.removeprefix(AT)
    on_its_way = visit(at)
    assert on_its_way.one(id="merge")["hx-trigger"] == "every 2s"
    moved()

    assert load(anne.contact_id) == need(ann.contact_id)
    assert calls_of(ann.contact_id) == ["call-0", "call-1", "call-2"]
    assert stands(ann.contact_id) == ["withdrawn"]
    part = visit(at, htmx=True)
    assert "Everything is in one place" in part.text
    assert part.one(id="merge").get("hx-trigger") is None
    to_them = f"/console/contacts/{anne.contact_id}"
    assert browse("console_contacts", "GET", to_them, who=MAYA).location.endswith(ann.contact_id)

    done = send(f"{at}/undo")
    moved()

    assert done.toast == "Undone: both records are there again"
    facts = {"updated_at", "version"}
    for one in before:
        again = need(one.contact_id)
        assert again.model_dump(exclude=facts) == one.model_dump(exclude=facts)
    assert calls_of(anne.contact_id) == ["call-0", "call-1", "call-2"]
    assert (stands(ann.contact_id), stands(anne.contact_id)) == (["granted"], ["withdrawn"])
    assert "Both are as they were" in visit(at).text


def test_merges_are_listed_and_undone_from_there_and_from_the_contact(
    ann: Contact, anne: Contact
) -> None:
    merged(compared(ann, anne))
    moved()

    visit("/merges")
    listed = visit("/merges")
    of_ann = visit(f"/merges/of/{ann.contact_id}", htmx=True)

    row = listed.one("tbody").one("tr")
    assert [row.one("th").text, row.all("td")[0].text] == ["Ann Shrestha", "Anne Shresta"]
    assert len(listed.dynamodb_calls) == 3
    undo = row.one("form")["action"]
    assert of_ann.one("form")["action"] == undo
    assert send(undo.removeprefix(AT)).status == 303
    moved()
    assert "Undone" in visit("/merges").one("tbody").text
    assert not visit("/merges").one("tbody").all("form")


def test_who_was_merged_further_is_to_be_undone_first(ann: Contact, anne: Contact) -> None:
    first = merged(compared(ann, anne)).location.removeprefix(AT)
    moved()
    third = a_person("Anja Shrestha", email="anja@example.com")
    later = merged(compared(third, need(ann.contact_id))).location
    moved()

    refused = send(f"{first}/undo")

    assert refused.status == 409
    assert refused.one("a", href=later)


def test_changed_meanwhile_both_are_shown_as_they_are_now(ann: Contact, anne: Contact) -> None:
    shown = compared(ann, anne)
    changed(anne.contact_id, job_title="Director")

    stale = merged(shown, job_title="loser")

    assert stale.status == 412
    assert "changed meanwhile" in stale.one(role="alert").text
    assert "Director" in stale.one("main").text
    chosen = stale.all("input", name="choice.job_title")[1]
    assert (chosen["value"], chosen.get("checked")) == ("loser", "")
    assert merged(stale).status == 303


def test_of_one_alone_it_is_asked_whom_to_compare_it_with(ann: Contact, anne: Contact) -> None:
    nobody = visit("/compare", query={"winner": ann.contact_id})
    found = visit("/compare", query={"winner": ann.contact_id, "q": "ann"})

    assert "Say who is the same person" in nobody.text
    (other,) = found.one("main").all("a", role="button")
    assert f"loser={anne.contact_id}" in other["href"]


def test_what_was_merged_already_leads_to_the_record_that_counts(
    ann: Contact, anne: Contact
) -> None:
    merged(compared(ann, anne))

    again = compared(ann, anne)

    assert (again.status, again.location) == (303, f"/console/contacts/{ann.contact_id}")
    assert compared(ann, ann).status == 422
    assert visit("/compare", query={"winner": "x", "loser": "y"}).status == 404


def test_only_who_may_sees_sensitive_values_and_merges(now: datetime) -> None:
    card = {"name": "card", "label": "Card", "type": "text", "sensitive": True, "visible_to": []}
    custom_fields(now, card)
    one = a_person("Ann Lee", email="a@example.com", custom={"card": "4111111111111234"})
    two = a_person("Anna Lee", email="b@example.com", custom={"card": "4111111111119999"})

    shown = compared(one, two)

    assert "****1234" in shown.text and "****9999" in shown.text
    assert "411111111111" not in shown.html
    assert [one.text for one in shown.one("tbody").all("th")][:3] == [
        "First name",
        "Primary e-mail address",
        "Card",
    ]
    for who in (ASHA, OLGA):
        assert compared(one, two, who=who).status == 403
        assert send("/compare", who=who).status == 403
        assert visit("/merges", who=who).status == 403
    assert visit(who=OLGA).status == 403


def test_owners_and_accounts_are_called_by_name(ann: Contact) -> None:
    employed(*ASHA)
    owned = a_person("Bo Lee", email="bo@example.com", owner_id="asha", account=an_account("Himal"))

    text = compared(ann, owned).one("main").text

    assert "Northern Trading" in text and "Himal" in text and "account_" not in text


def test_hostile_names_are_text() -> None:
    one = a_person(f"{HOSTILE[:60]} Lee", email="a@example.com", job_title=HOSTILE)
    two = a_person("Ann Lee", email="b@example.com")

    for shown in (compared(one, two), visit("/compare", query={"winner": "x", "q": HOSTILE})):
        assert "<script>alert" not in shown.html
    at = merged(compared(one, two)).location.removeprefix(AT)
    for path in (at, "/merges"):
        assert "<script>alert" not in visit(path).html
