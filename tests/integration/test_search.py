"""Anybody is found by a name or a company or part of them, in any script, misspelt or not."""

from datetime import datetime
from typing import Any

import pytest

from shared.customers.contacts.changes import delete_contact, restore_contact
from shared.customers.contacts.repository import need
from shared.customers.search.indexing import index_contact, take_out
from shared.customers.search.lookup import PER_WORD
from shared.customers.search.repository import indexed
from shared.customers.search.vocabulary import MOST, join
from shared.platform.requests import Update
from tests.aws_calls import Make, asked
from tests.calls import Answer, http, invoke, queue_event
from tests.cloud import everything
from tests.operations import OPERATIONS
from tests.people import a_person, an_account, changed, renamed
from tests.pump import Pump

pytestmark = pytest.mark.usefixtures("tables")

ASHA = ("asha", ["rep"])


def search(q: str, **query: str) -> Answer:
    return http("contact_search", "GET", "/v1/search", query={"q": q, **query}, staff=ASHA)


def found(q: str, **query: str) -> list[str]:
    """The names found, best first."""
    answer = search(q, **query)
    assert answer.status == 200, answer.json
    return [
        one["account"]["name"]
        if one["account"]
        else f"{one['contact']['first_name'] or ''} {one['contact']['last_name']}".strip()
        for one in answer.json["items"]
    ]


def delivered() -> None:
    pump = Pump(only=["search_index", "search_members"]).run()
    assert pump.dead == []


def kept() -> list[dict[str, Any]]:
    """Everything in the index."""
    beginnings = ("WORD#", "PAIR#", "SPELL#")
    return [
        item for item in everything() if item["pk"].startswith(beginnings) or item["sk"] == "SEARCH"
    ]


@pytest.fixture
def people() -> None:
    """A dozen people of three companies."""
    northern, himal = an_account("Northern Trading Ltd"), an_account("Himal Foods")
    for number, (name, account) in enumerate(
        [
            ("Ann Lee", northern),
            ("Annika Leeman", None),
            ("John Smith", northern),
            ("Johan Smit", None),
            ("Maria Smith", himal),
            ("Philip Schmidt", None),
            ("Siobhan O'Brien", None),
            ("Łukasz Müller-Lüdenscheidt", None),
            ("Мария Петрова", None),
            ("सीता श्रेष्ठ", himal),
            ("王小明", None),
            ("Kathryn Shrestha", himal),
        ]
    ):
        a_person(name, email=f"person{number}@example.com", account=account)
    delivered()


BEST = {
    "ann lee": "Ann Lee",
    "LEE ANN": "Ann Lee",
    "joh": "Johan Smit",
    "smith mar": "Maria Smith",
    "jonh smiht": "John Smith",
    "obrien": "Siobhan O'Brien",
    "o'brien siobhan": "Siobhan O'Brien",
    "filip schmidt": "Philip Schmidt",
    "lukasz muller": "Łukasz Müller-Lüdenscheidt",
    "ludenschiedt": "Łukasz Müller-Lüdenscheidt",
    "петрова мария": "Мария Петрова",
    "maria petrova": "Мария Петрова",
    "सीता": "सीता श्रेष्ठ",
    "小明": "王小明",
    "katrin shresta": "Kathryn Shrestha",
    "smith northern": "John Smith",
    "northern trading": "Northern Trading Ltd",
    "nothern tradng": "Northern Trading Ltd",
    "shrestha himal": "Kathryn Shrestha",
    "ann lee nowhere": "Ann Lee",
}


def test_the_best_match_comes_first_in_any_order_script_and_spelling(people: None) -> None:
    assert {q: (found(q) or [None])[0] for q in BEST} == BEST


def test_everybody_of_a_company_is_found_by_its_name_the_company_first(people: None) -> None:
    company, *members = found("himal foods")

    assert company == "Himal Foods"
    assert set(members) == {"Kathryn Shrestha", "Maria Smith", "सीता श्रेष्ठ"}


def test_a_hit_says_how_well_it_fits_and_the_company(people: None) -> None:
    exact, *others = search("john smith").json["items"]

    assert (exact["by"], exact["score"], exact["company"]) == ("name", 0.96, "Northern Trading Ltd")
    assert all(0.4 <= other["score"] < exact["score"] for other in others)


@pytest.mark.parametrize(
    ("q", "by"),
    [
        ("Ann@EXAMPLE.com", "email"),
        ("+977 984-1234567", "phone"),
        ("erp:4711", "external_id"),
    ],
)
def test_an_address_number_or_id_finds_its_contact_alone(q: str, by: str) -> None:
    ann = a_person(
        "Ann Lee", email="ann@example.com", phone="+9779841234567", external_ids={"erp": "4711"}
    )
    a_person("Ann Leeds", email="other@example.com")
    delivered()

    (hit,) = search(q).json["items"]
    assert (hit["by"], hit["contact"]["contact_id"]) == (by, ann.contact_id)


def test_a_number_without_its_country_is_one_of_the_country_given() -> None:
    a_person("Ann Lee", phone="+9779841234567")

    assert found("984-1234567", country="np") == ["Ann Lee"]
    assert found("984-1234567") == []


def test_an_id_finds_its_contact_also_by_that_of_its_lead() -> None:
    ann = a_person("Ann Lee", email="ann@example.com")

    assert found(ann.contact_id) == ["Ann Lee"]
    assert found(f"lead_{ann.contact_id[8:]}") == ["Ann Lee"]


def test_an_address_nobody_has_finds_who_is_called_so(people: None) -> None:
    assert found("ann.lee@elsewhere.example") == ["Ann Lee"]


@pytest.mark.parametrize("q", ["", "   ", "x" * 201])
def test_nothing_or_too_much_to_look_for_is_refused(q: str) -> None:
    answer = search(q)

    assert (answer.status, answer.code) == (422, "validation_failed")
    assert set(answer.fields) == {"q"}


def test_what_is_nobody_finds_nobody(people: None) -> None:
    nobody = ("!?", "qqqqqqq", "lead_0", "@", "contact_", "a b c d e f g h", "()", "\x00")

    assert {q: found(q) for q in nobody} == {q: [] for q in nobody}


def test_a_change_shows_under_the_new_name_and_no_longer_under_the_old(now: datetime) -> None:
    ann = a_person("Ann Lee", email="ann@example.com")
    delivered()

    changed(ann.contact_id, last_name="Bergström")
    delivered()

    assert found("ann bergstrom") == found("bergstorm") == ["Ann Bergström"]
    assert found("lee") == []


def test_a_change_of_something_else_leaves_the_index_alone() -> None:
    ann = a_person("Ann Lee", email="ann@example.com")
    delivered()
    before = indexed(ann.contact_id)

    changed(ann.contact_id, tags=["vip"], job_title="Manager")
    delivered()

    assert indexed(ann.contact_id) == before


def test_who_is_put_away_is_found_again_when_brought_back(now: datetime) -> None:
    ann = a_person("Ann Lee", email="ann@example.com")
    delivered()

    delete_contact(ann.contact_id, ann.version, "asha", now)
    assert found("ann lee") == []
    delivered()
    assert found("ann lee") == found("ann@example.com") == []
    assert kept() == []

    restore_contact(ann.contact_id, need(ann.contact_id).version, "asha", now)
    delivered()
    assert found("ann lee") == ["Ann Lee"]


def test_members_are_found_by_the_new_name_of_their_account(people: None) -> None:
    account = search("northern trading").json["items"][0]["account"]
    renamed(account["account_id"], "Pacific Ventures")
    delivered()

    assert set(found("pacific ventures")) == {"Pacific Ventures", "Ann Lee", "John Smith"}
    assert found("northern") == []


def test_events_in_any_order_and_number_end_in_the_same_index() -> None:
    ann = a_person("Ann Lee", email="ann@example.com")
    changed(ann.contact_id, first_name="Anna")
    changed(ann.contact_id, first_name="Annabel")
    once = Pump(only=["search_index"]).run()
    events = [one.raw for one in once.published if one.type.startswith("Contact")]
    after = kept()

    invoke("search_index", queue_event([*reversed(events), *events]))

    assert kept() == after
    assert found("annabel lee") == ["Annabel Lee"]
    assert found("anna") == ["Annabel Lee"]
    assert not [
        item for item in kept() if "anna" in (item["pk"].split("=")[-1], item["sk"].split("#")[0])
    ]


def test_nothing_of_a_name_stays_behind_when_its_last_bearer_goes() -> None:
    ann, anna = (
        a_person("Ann Lee", email="a@example.com"),
        a_person("Ann Leeds", email="b@example.com"),
    )
    delivered()

    take_out(anna.contact_id)
    assert not [item for item in kept() if "leed" in str(item)]
    assert found("ann leee") == ["Ann Lee"]

    take_out(ann.contact_id)
    assert kept() == []


def test_a_word_joins_only_while_somebody_has_it() -> None:
    ann = a_person("Ann Lee", email="ann@example.com")

    join(["lee"], ann.contact_id)

    assert kept() == []


def test_a_crowded_spelling_takes_no_more_words_and_the_word_is_found_by_its_others() -> None:
    from shared.customers.search.repository import customers, spelling_key

    crowd = {f"crowd{number}" for number in range(MOST)}
    for variant in ("smi", "smih", "~SM0"):
        customers.write(Update(spelling_key(variant), add={"words": crowd}))
    a_person("John Smith", email="john@example.com")
    delivered()

    assert found("john smiht") == ["John Smith"]
    (word,) = [item for item in kept() if item["pk"] == "SPELL#=smith"]
    assert "~SM0" not in word["variants"]


def test_two_who_index_one_contact_at_once_end_with_what_it_is_now(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from shared.customers.search import indexing

    ann = a_person("Ann Lee", email="ann@example.com")
    read, told = indexing.indexed, []

    def meanwhile(entity_id: str) -> Any:
        before = read(entity_id)
        if not told:
            told.append(True)
            changed(ann.contact_id, last_name="Berg")
            index_contact(ann.contact_id)
        return before

    monkeypatch.setattr(indexing, "indexed", meanwhile)
    index_contact(ann.contact_id)

    assert indexed(ann.contact_id).entries.text == "ann berg"
    assert found("lee") == []


@pytest.mark.parametrize(
    "q", ["joh", "anm leee", "smiht nothern", "katrin shresta himal", "a bb ccc dddd eeeee ffffff"]
)
def test_a_search_makes_a_bounded_number_of_calls(people: None, q: str) -> None:
    made: list[str] = []

    def note(_: str, operation: str, parameters: Any, make: Make) -> Any:
        made.append(operation)
        return make(operation, parameters)

    with asked(note):
        search(q)

    assert len([one for one in made if one == "Query"]) <= PER_WORD * len(q.split()) + 1
    assert len([one for one in made if one == "BatchGetItem"]) <= 3


def test_members_of_a_renamed_account_are_indexed_anew() -> None:
    (one,) = [it for it in OPERATIONS if it.name == "index the members of a renamed account"]
    assert invoke(one.function, one.arrange()) == {"batchItemFailures": []}
