"""What must hold whatever broke on the way, checked over everything stored."""

from collections import Counter, defaultdict
from decimal import Decimal
from typing import Any

from shared.customers.history.hearing import HEARD
from shared.customers.history.moving import MOVED
from shared.customers.history.repository import HISTORY
from shared.customers.identity import symbols_of
from shared.customers.search.entries import contact_entries
from shared.customers.search.repository import entry_key
from shared.customers.visitors.ids import is_lead
from shared.sales.hand_offs.model import HandOffState
from shared.sales.leads.states import OPEN, LeadState
from shared.sales.scoring.ledger import from_item
from tests.cloud import everything
from tests.faults import customers, marketing, support
from tests.pump import Fact, Pump, carried

Item = dict[str, Any]
_COUNTED = ("created", "existing", "failed", "skipped", "removed", "left")


def check(pump: Pump) -> None:
    """Check all of them. `pump` delivered everything there was to deliver."""
    found = list(everything())
    every_event_was_published(pump)
    nothing_was_given_up(pump)
    one_lead_per_person(found)
    no_submission_without_its_lead(found)
    ledgers_sum_to_scores(found)
    one_hand_off_per_cycle(found)
    one_owner_and_exact_loads(found)
    every_version_was_recorded(found)
    consents_follow_from_their_log(found)
    every_address_is_one_contact_s(found)
    imports_count_each_row_once(found)
    lists_count_exactly(found)
    whoever_is_there_is_found(found)
    spellings_are_of_words_somebody_has(found)
    pairs_are_whole(found)
    every_event_about_a_person_is_on_one_timeline_once(found)
    every_interaction_has_its_receipt_and_its_place(found)
    no_privacy_request_is_stuck(found)
    customers.check(found)
    marketing.check(found)
    support.check(found)


def every_event_was_published(pump: Pump) -> None:
    """An event an item carried reached the bus, at least once."""
    published = {fact.detail["event_id"] for fact in pump.published}
    missing = [fact for fact in carried() if fact.detail["event_id"] not in published]
    assert missing == []


def nothing_was_given_up(pump: Pump) -> None:
    """No message lies in a dead-letter queue."""
    assert pump.dead == []


def one_lead_per_person(found: list[Item]) -> None:
    """No two leads have the same address."""
    addresses = Counter(
        item.get("form_email") or item.get("form_phone") for item in _leads(found).values()
    )
    assert [address for address, times in addresses.items() if address and times > 1] == []


def no_submission_without_its_lead(found: list[Item]) -> None:
    """What was accepted is a lead's or in quarantine."""
    leads = _leads(found)
    submissions = [item for item in found if item["sk"].startswith("SUBMISSION#")]
    assert [item["pk"] for item in submissions if item["pk"] not in leads] == []


def ledgers_sum_to_scores(found: list[Item]) -> None:
    """The points of a ledger, folded here in another way, are those of the score and the lead."""
    leads = _leads(found)
    entries = defaultdict(list)
    for item in found:
        if item["sk"].startswith("LEDGER#"):
            entries[item["pk"]].append(from_item(item))
    for score in (item for item in found if item["sk"] == "SCORE"):
        ledger = entries.pop(score["pk"], [])
        cycle = 1 + sum(entry.kind == "reset" for entry in ledger)
        engagement = sum(
            (award.points for one in ledger if one.cycle == cycle for award in one.awards),
            Decimal(0),
        )
        fit = sum((sum(one.profile.values(), Decimal(0)) for one in ledger), Decimal(0))
        assert len({entry.event_id for entry in ledger if entry.awards}) == sum(
            bool(entry.awards) for entry in ledger
        )
        assert score["cycle"] == cycle
        if "score" in score:
            shown = [Decimal(score[part]) for part in ("engagement", "fit", "score")]
            assert shown == [engagement, fit, engagement + fit]
            assert Decimal(leads[score["pk"]]["score"]) == engagement + fit
    assert not entries, "points without a score"


def one_hand_off_per_cycle(found: list[Item]) -> None:
    """A cycle of a lead became ready for sales once, and at most one offer of it is open."""
    ready = Counter(
        (fact.detail["lead_id"], fact.detail["cycle"])
        for fact in carried()
        if fact.type == "LeadBecameSalesReady"
    )
    assert [one for one, times in ready.items() if times > 1] == []
    waiting = Counter(
        item["pk"]
        for item in found
        if item["sk"].startswith("HAND_OFF#")
        and item["state"] in (HandOffState.OPEN, HandOffState.UNASSIGNED)
    )
    assert [pk for pk, times in waiting.items() if times > 1] == []


def one_owner_and_exact_loads(found: list[Item]) -> None:
    """A lead in work has one owner, its open offer is theirs, and loads count exactly that."""
    leads = _leads(found)
    loads = {
        item["pk"].removeprefix("STAFF#"): item["open"] for item in found if item["sk"] == "LOAD"
    }
    worked = Counter(item["owner_id"] for item in leads.values() if item["state"] in OPEN)
    assert {who: number for who, number in loads.items() if number} == dict(worked)
    for item in found:
        if item["sk"].startswith("HAND_OFF#") and item["state"] == HandOffState.OPEN:
            lead = leads[item["pk"]]
            assert (lead["state"], lead["owner_id"]) == (LeadState.ASSIGNED, item["owner_id"])


def every_version_was_recorded(found: list[Item]) -> None:
    """No version of a configuration without the audit's entry, and none recorded twice."""
    versions = Counter(
        (item["pk"].removeprefix("CONFIG#"), item["number"])
        for item in found
        if item["pk"].startswith("CONFIG#") and item["sk"].startswith("V#")
    )
    entries = Counter(
        (f"{item['noun']}#{item['name']}", item["after"])
        for item in found
        if item["pk"] == "AUDIT" and item["action"] != "activated"
    )
    assert entries == versions


def consents_follow_from_their_log(found: list[Item]) -> None:
    """What stands is the latest decision of the log, of one instant the withdrawal; of contacts
    that were merged it may be the stricter one instead."""
    merged = {
        f"CONTACT#{item[side]}"
        for item in found
        if item.get("kind") == "merge"
        for side in ("winner_id", "loser_id")
    }
    found = [item for item in found if item["pk"] not in merged]
    latest: dict[tuple[str, str], tuple[str, bool]] = {}
    for item in found:
        if item["sk"].startswith("CONSENT_LOG#"):
            key = (item["pk"], f"CONSENT#{item['purpose']}#{item['channel']}")
            decided = (item["at"], item["state"] == "withdrawn")
            latest[key] = max(decided, latest.get(key, ("", False)))
    standing = {
        (item["pk"], item["sk"]): (item["at"], item["state"] == "withdrawn")
        for item in found
        if item["sk"].startswith("CONSENT#")
    }
    assert standing == latest


def every_address_is_one_contact_s(found: list[Item]) -> None:
    """What a contact has is claimed by it, and what is claimed is had: never half written."""
    contacts = {
        item["pk"].removeprefix("CONTACT#"): item
        for item in found
        if item["sk"] == "CONTACT" and "version" in item
    }
    claims = Counter(
        item["contact_id"]
        for item in found
        if item["pk"].startswith("IDENTITY#") and "released" not in item
    )
    had = {
        contact_id: len(item.get("emails", ())) + len(item.get("phones", ()))
        for contact_id, item in contacts.items()
    }
    assert {one: times for one, times in had.items() if times} == dict(claims)


def imports_count_each_row_once(found: list[Item]) -> None:
    """The sum of a run is that of its chunks' receipts; a run that ended has every row's result;
    a row made one record at most."""
    receipts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for item in found:
        if item["pk"].startswith("IMPORT#") and item["sk"].startswith("CHUNK#"):
            _, run, _ = item["sk"].split("#")
            receipts[item["pk"], f"RUN#{run}"].update(
                {name: item[name] for name in _COUNTED if name in item}, done=1
            )
    for item in found:
        if not (item["pk"].startswith("IMPORT#") and item["sk"].startswith("RUN#")):
            continue
        summed = receipts.pop((item["pk"], item["sk"]), Counter[str]())
        assert {name: item.get(name, 0) for name in (*_COUNTED, "done")} == {
            name: summed[name] for name in (*_COUNTED, "done")
        }
        if item.get("finished_at"):
            assert item["done"] == item["chunks"]
            assert sum(item.get(name, 0) for name in _COUNTED) == item["rows"]
    assert not receipts, "a chunk without its run"
    made = Counter(
        (item["import_id"], item["import_row"]) for item in found if "import_row" in item
    )
    assert [row for row, times in made.items() if times > 1] == []


def lists_count_exactly(found: list[Item]) -> None:
    """A list counts who is on it, and each is found from both sides."""
    members = {
        (item["pk"].removeprefix("LIST#"), item["sk"].removeprefix("MEMBER#"))
        for item in found
        if item["sk"].startswith("MEMBER#")
    }
    of_contacts = {
        (item["sk"].removeprefix("LIST#"), item["pk"].removeprefix("CONTACT#"))
        for item in found
        if item["pk"].startswith("CONTACT#") and item["sk"].startswith("LIST#")
    }
    counted = {
        item["pk"].removeprefix("LIST#"): item["members"] for item in found if item["sk"] == "LIST"
    }
    assert members == of_contacts
    assert {one: number for one, number in counted.items() if number} == dict(
        Counter(list_id for list_id, _ in members)
    )


def every_event_about_a_person_is_on_one_timeline_once(found: list[Item]) -> None:
    """What events say of people is in the history of exactly one of them, exactly once, where it
    happened; what a visitor did, once they are known."""
    entries = Counter(
        tuple(item["sk"].removeprefix(HISTORY).split("#", 1))
        for item in found
        if item["sk"].startswith(HISTORY)
    )
    linked = {item["visitor_id"] for item in found if item["sk"] == "LINK"}
    heard = {one.__name__ for one in HEARD} | {"InteractionRecorded"}
    erased = {item["pk"] for item in found if item["sk"] == "ERASED"}
    told = Counter(
        (fact.detail["occurred_at"], fact.detail["event_id"])
        for fact in carried()
        if fact.type in heard
        and _known(fact.detail.get("subject_id"), linked)
        and not _of_erased(fact, erased)
    )
    assert told <= entries, told - entries
    assert [one for one, times in entries.items() if times > 1] == []


def _of_erased(fact: Fact, erased: set[str]) -> bool:
    """Whether an event is about somebody of whom nothing is kept any more."""
    named = [fact.detail.get(name) for name in ("contact_id", "lead_id", "subject_id")]
    return any(one and f"ERASED#contact_{symbols_of(one)}" in erased for one in named)


def _known(subject: str | None, linked: set[str]) -> bool:
    return subject is None or is_lead(subject) or subject in linked


def every_interaction_has_its_receipt_and_its_place(found: list[Item]) -> None:
    """An interaction's receipt and its entry are there together, and what is beside them, answers,
    places, products, promises, is in the history of the same person."""
    entries = {
        item["refs"]["interaction_id"]: item["pk"]
        for item in found
        if item["sk"].startswith(HISTORY) and "interaction_id" in item.get("refs", {})
    }
    receipts = {item["pk"] for item in found if item["sk"] == "INTERACTION"}
    told = {f"INTERACTION#{one}" for one in entries}
    # A receipt names nobody and outlives whoever it was about.
    erased = any(item["sk"] == "ERASED" for item in found)
    assert told <= receipts if erased else told == receipts
    for item in found:
        if item["sk"].startswith(MOVED) and not item["sk"].startswith(HISTORY):
            own = item["sk"].rsplit("#", 1)[1].split(".")[0]
            assert item["pk"] == entries[own]


def no_privacy_request_is_stuck(found: list[Item]) -> None:
    """A request goes on by itself until it is done, or waits to look again; one that is done
    remembers nobody, and an erasure has one certificate."""
    parts: dict[str, dict[str, Item]] = defaultdict(dict)
    for item in found:
        if item["pk"].startswith("PRIVACY#"):
            parts[item["pk"]][item["sk"]] = item
    for request in parts.values():
        state = request["REQUEST"]["state"]
        assert state in ("settling", "done")
        assert ("PERSON" in request) == (state == "settling")
        erased = state == "done" and request["REQUEST"]["kind"] == "erasure"
        assert ("CERTIFICATE" in request) == erased


def _leads(found: list[Item]) -> dict[str, Item]:
    return {item["pk"]: item for item in found if item["sk"] == "LEAD" and "state" in item}


def whoever_is_there_is_found(found: list[Item]) -> None:
    """The index has exactly the entries of the contacts that are in use, and of no others. What an
    event that came late put there of somebody being erased goes when it is looked again."""
    settling = {one for item in found if item["sk"] == "PERSON" for one in item["contact_ids"]}
    names = {item["pk"]: item["name"] for item in found if item.get("kind") == "account"}
    wanted: dict[tuple[str, str], str] = {}
    for item in found:
        if item["sk"] == "CONTACT" and not {"merged_into", "deleted_at"} & item.keys():
            companies = sorted(item.get("accounts", ()), key=lambda one: not one.get("primary"))
            entries = contact_entries(
                (item.get("first_name"), item.get("last_name")),
                [names[f"ACCOUNT#{one['account_id']}"] for one in companies[:3]],
            )
            for word in entries.words:
                key = entry_key(word, item["pk"].removeprefix("CONTACT#"))
                wanted[key["pk"], key["sk"]] = entries.text
    there = {
        (item["pk"], item["sk"]): item["text"]
        for item in found
        if item["pk"].startswith(("WORD#", "PAIR#")) and "#contact_" in item["sk"]
        if (item["pk"], item["sk"]) in wanted or item["sk"].rpartition("#")[2] not in settling
    }
    assert there == wanted


def spellings_are_of_words_somebody_has(found: list[Item]) -> None:
    """A word is known, with all its variants, as long as somebody has it, and no longer."""
    had = {item["sk"].partition("#")[0] for item in found if item["pk"].startswith("WORD#")}
    known = {item["word"]: item["variants"] for item in found if item["sk"] == "WORD"}
    kept = {
        (variant, word)
        for item in found
        if item["sk"] == "WORDS"
        for variant in [item["pk"].removeprefix("SPELL#")]
        for word in item["words"]
    }
    assert set(known) == had
    assert kept == {(variant, word) for word, under in known.items() for variant in under}


def pairs_are_whole(found: list[Item]) -> None:
    """Each suggestion is there for both of its contacts, which are in use."""
    sides = {(item["pk"], item["sk"]) for item in found if item["sk"].startswith("DUPLICATE#")}
    gone = {item["pk"] for item in found if item["sk"] == "CONTACT" and "merged_into" in item}
    for pk, sk in sides:
        other = (sk.replace("DUPLICATE", "CONTACT"), pk.replace("CONTACT", "DUPLICATE"))
        assert other in sides
        assert pk not in gone


def merges_came_to_rest(found: list[Item]) -> None:
    """Of a merge or its end everything was moved, and the loser is an alias or a contact."""
    records = {item["pk"]: item for item in found if item["sk"] == "CONTACT"}
    for merge in (item for item in found if item.get("kind") == "merge"):
        loser = records.get(f"CONTACT#{merge['loser_id']}", {})
        assert merge["state"] in ("done", "undone")
        if merge["state"] == "done":
            assert loser["merged_into"] == merge["winner_id"]
            left = [item for item in found if item["pk"] == loser["pk"] and "origins" in item]
            assert left == []
