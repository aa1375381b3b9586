"""Two records of one person become one, and two again: nothing is lost and nothing is twice."""

from datetime import datetime
from typing import Any

import pytest

from shared.customers.consents.changes import decide
from shared.customers.consents.model import Consent, ConsentState, Evidence
from shared.customers.consents.repository import of_contact
from shared.customers.contacts.find import find_by_address, find_by_external
from shared.customers.contacts.model import Contact
from shared.customers.contacts.persons import contact_of
from shared.customers.contacts.repository import customers, load, need
from shared.customers.history.model import Entry
from shared.customers.history.repository import page, record
from shared.customers.lists.changes import create_list
from shared.customers.lists.members import add_members
from shared.customers.lists.model import ListInput
from shared.kernel.clock import iso
from tests.builders import CREATED
from tests.calls import Answer, http, invoke
from tests.conftest import FakeClock
from tests.people import a_person, an_account, changed
from tests.pump import Pump

pytestmark = pytest.mark.usefixtures("tables")

MAYA = ("maya", ["sales_manager"])
ASHA = ("asha", ["rep"])
WORK = ["merge_work", "search_index"]


@pytest.fixture
def ann() -> Contact:
    return a_person(
        "Ann Shrestha",
        email="ann@example.com",
        job_title="Manager",
        tags=["vip"],
        external_ids={"erp": "1"},
    )


@pytest.fixture
def bea() -> Contact:
    company = an_account("Northern Trading")
    return a_person(
        "Anna Shresta",
        email="bea@example.com",
        phone="+9779841234567",
        account=company,
        job_title="Head of sales",
        language="ne",
        tags=["VIP", "fair"],
        external_ids={"erp": "2", "shop": "b"},
    )


def delivered() -> Pump:
    pump = Pump(only=WORK).run()
    assert pump.dead == []
    return pump


def merge(
    winner: Contact, loser: Contact, *, staff: Any = MAYA, versions: Any = None, **choices: str
) -> Answer:
    given = {
        "loser": loser.contact_id,
        "versions": versions or {"winner": winner.version, "loser": loser.version},
        "choices": {field.replace("__", "."): side for field, side in choices.items()},
    }
    path = f"/v1/contacts/{winner.contact_id}/merge"
    route = "/v1/contacts/{contact_id}/merge"
    return http("contact_merge", "POST", path, body=given, staff=staff, route=route)


def merged(winner: Contact, loser: Contact, **how: Any) -> str:
    """Merge two and let the work be done; the merge's id."""
    answer = merge(winner, loser, **how)
    assert answer.status == 200, answer.json
    delivered()
    return str(answer.json["merge"]["merge_id"])


def undo(merge_id: str) -> Answer:
    path, route = f"/v1/merges/{merge_id}/undo", "/v1/merges/{merge_id}/undo"
    answer = http("contact_merge", "POST", path, staff=MAYA, route=route)
    delivered()
    return answer


def told(contact: Contact, *names: str) -> None:
    """Something happened with a person, once for each name."""
    record(
        [
            Entry(
                contact_id=contact.contact_id,
                entry_id=name,
                occurred_at=iso(CREATED),
                recorded_at=iso(CREATED),
                kind="call",
                source="staff",
            )
            for name in names
        ]
    )


def history(contact: Contact) -> set[str]:
    return {one.entry_id for one in page(contact.contact_id, limit=100).entries}


def says(contact: Contact, state: ConsentState, at: datetime = CREATED, **more: str) -> None:
    given = {"purpose": "marketing", "channel": "email", **more}
    consent = Consent(state=state, at=iso(at), evidence=Evidence(source="staff"), **given)
    decide(contact.contact_id, consent, f"{state}-{consent.channel}-{iso(at)}", at)


def allows(contact: Contact) -> dict[str, str]:
    return {f"{one.purpose}/{one.channel}": one.state for one in of_contact(contact.contact_id)}


def facts(contact: Contact) -> dict[str, Any]:
    """What is known of a contact, whatever its version."""
    known = need(contact.contact_id).model_dump(exclude={"version", "updated_at"})
    return {**known, "found": load(contact.contact_id) is not None}


def test_who_was_merged_is_answered_with_who_counts(ann: Contact, bea: Contact) -> None:
    merged(ann, bea)

    answer = need(bea.contact_id)
    assert answer.contact_id == ann.contact_id
    assert {one.address for one in answer.emails} == {"ann@example.com", "bea@example.com"}
    assert answer.email == "ann@example.com"
    assert answer.phone == "+9779841234567"
    assert (answer.job_title, answer.language) == ("Manager", "ne")
    assert answer.tags == ["vip", "fair"]
    assert answer.external_ids == {"erp": "1", "shop": "b"}
    assert [one.account_id for one in answer.accounts] == [one.account_id for one in bea.accounts]


def test_each_field_may_be_chosen(ann: Contact, bea: Contact) -> None:
    merged(
        ann,
        bea,
        job_title="loser",
        first_name="loser",
        primary__emails="loser",
        external_ids__erp="loser",
    )

    now = need(ann.contact_id)
    assert (now.first_name, now.job_title, now.email) == (
        "Anna",
        "Head of sales",
        "bea@example.com",
    )
    assert now.external_ids["erp"] == "2"


def test_whatever_led_to_the_loser_leads_to_the_winner(ann: Contact, bea: Contact) -> None:
    changed(bea.contact_id, emails=[{"address": "later@example.com"}])
    merged(ann, need(bea.contact_id))

    for found in (
        find_by_address("email", "later@example.com"),
        find_by_address("phone", "+9779841234567"),
        find_by_external("erp", "2"),
        find_by_external("shop", "b"),
    ):
        assert found and found.contact_id == ann.contact_id
    lead = f"lead_{bea.contact_id.removeprefix('contact_')}"
    assert contact_of(lead) == ann.contact_id
    assert lead in need(ann.contact_id).lead_ids


def test_what_belonged_to_the_loser_is_the_winner_s(ann: Contact, bea: Contact) -> None:
    told(bea, "ticket-1", "ticket-2", "ticket-3")
    told(ann, "ticket-4")
    listed = create_list(ListInput(name="Fair"), "maya", None, CREATED)
    add_members(listed.list_id, [bea.contact_id], by="maya", now=CREATED, source="staff")

    merged(ann, bea)

    assert history(ann) == {"ticket-1", "ticket-2", "ticket-3", "ticket-4"}
    assert history(bea) == set()
    members = customers.query_all(f"LIST#{listed.list_id}", begins="MEMBER#")
    assert [one["sk"] for one in members] == [f"MEMBER#{ann.contact_id}"]


@pytest.mark.parametrize("refuses", ["winner", "loser"])
def test_a_no_on_either_side_survives(ann: Contact, bea: Contact, refuses: str) -> None:
    no, yes = (ann, bea) if refuses == "winner" else (bea, ann)
    says(no, ConsentState.WITHDRAWN)
    says(yes, ConsentState.GRANTED)
    says(yes, ConsentState.GRANTED, channel="sms")

    merged(ann, bea)

    assert allows(ann) == {"marketing/email": "withdrawn", "marketing/sms": "granted"}


def test_undone_both_are_what_they_were(ann: Contact, bea: Contact) -> None:
    says(bea, ConsentState.WITHDRAWN)
    says(ann, ConsentState.GRANTED)
    told(bea, "ticket-1", "ticket-2", "ticket-3")
    told(ann, "ticket-4")
    before = facts(ann), facts(bea)
    merge_id = merged(ann, bea)

    answer = undo(merge_id)

    assert (answer.status, answer.json["withheld"]) == (200, 0)
    assert (facts(ann), facts(bea)) == before
    assert history(bea) == {"ticket-1", "ticket-2", "ticket-3"}
    assert history(ann) == {"ticket-4"}
    assert allows(ann) == {"marketing/email": "granted"}
    assert allows(bea) == {"marketing/email": "withdrawn"}
    for kind, address, whose in (
        ("email", "ann@example.com", ann),
        ("email", "bea@example.com", bea),
        ("phone", "+9779841234567", bea),
    ):
        found = find_by_address(kind, address)  # type: ignore[arg-type]
        assert found and found.contact_id == whose.contact_id
    merges = http(
        "contact_merge",
        "GET",
        f"/v1/contacts/{bea.contact_id}/merges",
        staff=MAYA,
        route="/v1/contacts/{contact_id}/merges",
    )
    assert [one["state"] for one in merges.json["items"]] == ["undone"]


def test_what_was_changed_or_came_since_stays_with_the_winner(ann: Contact, bea: Contact) -> None:
    says(ann, ConsentState.GRANTED)
    told(bea, "ticket-1")
    merge_id = merged(ann, bea)
    phones = [{"number": "+9779841234567"}, {"number": "+9779851111111"}]
    changed(ann.contact_id, language="de", tags=["vip", "fair", "new"], phones=phones)
    told(ann, "ticket-2")
    says(ann, ConsentState.WITHDRAWN, at=CREATED.replace(year=2026))

    undo(merge_id)

    now, back = need(ann.contact_id), need(bea.contact_id)
    assert (now.language, now.tags) == ("de", ["vip", "new"])
    assert [one.number for one in now.phones] == ["+9779851111111"]
    assert (back.language, back.phone) == ("ne", "+9779841234567")
    assert (history(ann), history(bea)) == ({"ticket-2"}, {"ticket-1"})
    assert allows(ann) == allows(bea) == {"marketing/email": "withdrawn"}


def test_an_address_somebody_else_took_since_does_not_come_back(ann: Contact, bea: Contact) -> None:
    merge_id = merged(ann, bea)
    changed(ann.contact_id, emails=[{"address": "ann@example.com"}])
    a_person("Carl Rai", email="bea@example.com")

    assert undo(merge_id).json["withheld"] == 1

    back = need(bea.contact_id)
    assert back.emails == []
    assert back.phone == "+9779841234567"


def test_who_was_merged_further_is_given_back_in_turn(ann: Contact, bea: Contact) -> None:
    carl = a_person("Carl Rai", email="carl@example.com")
    first = merged(ann, bea)
    second = merged(carl, need(ann.contact_id))
    assert need(bea.contact_id).contact_id == carl.contact_id

    refused = undo(first)
    assert (refused.status, refused.code) == (409, "merged_further")
    assert (refused.json["contact_id"], refused.json["merge_id"]) == (carl.contact_id, second)

    assert (undo(second).status, undo(first).status) == (200, 200)
    assert need(bea.contact_id).contact_id == bea.contact_id


def test_asked_for_again_merging_and_undoing_change_nothing(ann: Contact, bea: Contact) -> None:
    first = merge(ann, bea).json["merge"]
    assert merge(ann, bea).json["merge"]["merge_id"] == first["merge_id"]
    delivered()
    undo(first["merge_id"])
    version = need(ann.contact_id).version

    assert undo(first["merge_id"]).json["state"] == "undone"
    assert need(ann.contact_id).version == version


def test_a_merge_is_undone_while_things_are_still_on_their_way(ann: Contact, bea: Contact) -> None:
    told(bea, *(f"ticket-{number:02d}" for number in range(60)))
    merge_id = merge(ann, bea).json["merge"]["merge_id"]

    assert undo(merge_id).status == 200

    assert len(history(bea)) == 60
    assert history(ann) == set()


def test_a_history_of_a_thousand_moves_page_by_page_also_after_a_crash(
    ann: Contact, bea: Contact, monkeypatch: pytest.MonkeyPatch
) -> None:
    from shared.customers.merging import moving

    for start in range(0, 1_000, 100):
        told(bea, *(f"ticket-{number:04d}" for number in range(start, start + 100)))
    carry, pages = moving._carry, [0]

    def failing(*args: Any) -> None:
        pages[0] += 1
        if pages[0] == 20:
            raise RuntimeError("the process ends here")
        carry(*args)

    monkeypatch.setattr(moving, "_carry", failing)
    merge_id = merged(ann, bea)
    entries = customers.query_all(f"CONTACT#{ann.contact_id}", begins="HISTORY#")
    assert len(entries) == 1_000 and history(bea) == set()

    undo(merge_id)
    assert len(customers.query_all(f"CONTACT#{bea.contact_id}", begins="HISTORY#")) == 1_000
    assert history(ann) == set()


def test_what_was_stored_for_the_loser_at_the_last_moment_follows_an_hour_later(
    ann: Contact, bea: Contact, clock: FakeClock
) -> None:
    merged(ann, bea)
    told(bea, "late")

    clock.tick(hours=1, minutes=1)
    invoke("timer_dispatch", {"id": "tick", "detail-type": "Scheduled Event", "detail": {}})
    Pump(only=["timer_deliver", "merge_work"]).run()

    assert (history(ann), history(bea)) == ({"late"}, set())
    (alias,) = customers.query_all(f"CONTACT#{bea.contact_id}", begins="CONTACT")
    assert "timer_due" not in alias


def test_only_the_winner_is_found_and_suggested_to_nobody(ann: Contact, bea: Contact) -> None:
    delivered()
    merge_id = merged(ann, bea)
    pairs = http("duplicate_review", "GET", "/v1/duplicates", staff=MAYA)
    assert pairs.json["items"] == []
    found = http("contact_search", "GET", "/v1/search", query={"q": "shrestha"}, staff=ASHA)
    assert [one["contact"]["contact_id"] for one in found.json["items"]] == [ann.contact_id]

    undo(merge_id)
    found = http("contact_search", "GET", "/v1/search", query={"q": "anna shresta"}, staff=ASHA)
    assert found.json["items"][0]["contact"]["contact_id"] == bea.contact_id


def test_a_preview_shows_both_sides_and_what_would_become_of_them(
    ann: Contact, bea: Contact
) -> None:
    told(bea, "ticket-1", "ticket-2")
    says(bea, ConsentState.WITHDRAWN)
    says(ann, ConsentState.GRANTED)
    path = f"/v1/contacts/{ann.contact_id}/merge-preview"

    shown = http(
        "contact_merge",
        "GET",
        path,
        query={"with": bea.contact_id},
        staff=MAYA,
        route="/v1/contacts/{contact_id}/merge-preview",
    ).json

    fields = {one["field"]: one for one in shown["fields"]}
    title = {"field": "job_title", "winner": "Manager", "loser": "Head of sales"}
    assert fields["job_title"] == title | {"keeps": "winner", "conflict": True}
    assert (fields["language"]["keeps"], fields["language"]["conflict"]) == ("loser", False)
    assert shown["moves"]["history"] == 2 and not shown["more"]
    assert [one["state"] for one in shown["consents"]] == ["withdrawn"]
    assert (shown["proposed_winner"], shown["versions"]) == (
        bea.contact_id,
        {"winner": 1, "loser": 1},
    )


def test_what_cannot_be_merged_is_refused_with_nothing_changed(ann: Contact, bea: Contact) -> None:
    before = facts(ann), facts(bea)
    stranger = ann.model_copy(update={"contact_id": f"{ann.contact_id[:-1]}0"})

    assert merge(ann, bea, staff=ASHA).code == "role_missing"
    assert (merge(ann, ann).status, merge(ann, ann).code) == (422, "same_contact")
    assert (merge(ann, stranger).status, merge(ann, stranger).code) == (404, "contact_not_found")
    stale = merge(ann, bea, versions={"winner": 1, "loser": 7})
    assert (stale.status, stale.json["version"]) == (412, 1)
    assert merge(ann, bea, nonsense="loser").fields == {"choices.nonsense": "field_unknown"}
    assert set(merge(ann, bea, versions={"winner": 0}).fields) == {
        "versions.winner",
        "versions.loser",
    }
    assert (undo("nonsense").status, undo(f"{ann.contact_id}.merge_0").code) == (
        404,
        "merge_not_found",
    )

    assert (facts(ann), facts(bea)) == before
