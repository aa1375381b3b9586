"""What the product does to find people and to tell who is who (see `tests.operations`)."""

import json
from collections.abc import Callable
from typing import Final

from shared.customers.consents.changes import decide
from shared.customers.consents.model import Consent, Evidence
from shared.customers.contacts.model import Contact
from shared.customers.contacts.repository import customers
from shared.customers.events import (
    AccountChanged,
    ContactChanged,
    ContactCreated,
    ContactsMerged,
    MergeUndone,
)
from shared.customers.history.model import Entry
from shared.customers.history.repository import record
from shared.customers.lists.changes import create_list
from shared.customers.lists.members import add_members
from shared.customers.lists.model import ListInput
from shared.kernel.clock import iso
from tests.builders import CREATED
from tests.calls import bus_event, invoke, queue_event, request
from tests.cloud import everything
from tests.customers import ASHA, MAYA
from tests.operations.operation import Operation, Payload
from tests.people import a_person, an_account, changed, renamed
from tests.pump import carried
from tests.staffing import employed


def indexed_people() -> tuple[str, str]:
    """Ann and Anne, hardly two people, of one company; Ann is indexed, Anne is not yet."""
    for one in (ASHA, MAYA):
        employed(*one)
    company = an_account("Northern Trading Ltd")
    ann = a_person("Ann Shrestha", email="ann@example.com", account=company)
    invoke("search_index", queue_event([bus_event(contact_created(ann.contact_id))]))
    anne = a_person("Anne Shresta", email="anne@example.org", account=company)
    return ann.contact_id, anne.contact_id


def contact_created(contact_id: str) -> ContactCreated:
    """The event that says there is a contact."""
    return ContactCreated(
        event_id=f"created-{contact_id}",
        occurred_at=CREATED,
        contact_id=contact_id,
        version=1,
        origin="staff",
        by="asha",
    )


def _index_contact() -> Payload:
    _, anne = indexed_people()
    return queue_event([bus_event(contact_created(anne))])


def _index_change() -> Payload:
    ann, _ = indexed_people()
    changed(ann, last_name="Gurung")
    told = ContactChanged(
        event_id="changed-1",
        occurred_at=CREATED,
        contact_id=ann,
        version=2,
        fields=["last_name"],
        by="asha",
    )
    return queue_event([bus_event(told)])


def _index_members() -> Payload:
    indexed_people()
    (company,) = [item for item in everything() if item["sk"] == "ACCOUNT"]
    renamed(company["account_id"], "Pacific Ventures")
    told = AccountChanged(
        event_id="renamed-1",
        occurred_at=CREATED,
        account_id=company["account_id"],
        version=2,
        fields=["name"],
        by="asha",
    )
    return queue_event([bus_event(told)])


def _find(q: str) -> Callable[[], Payload]:
    """Asha looks for somebody."""

    def arrange() -> Payload:
        invoke("search_index", _index_contact())
        return request("GET", "/v1/search", query={"q": q}, staff=ASHA)

    return arrange


def _list_duplicates() -> Payload:
    invoke("search_index", _index_contact())
    return request("GET", "/v1/duplicates", staff=MAYA)


def _dismiss() -> Payload:
    pair = json.loads(invoke("duplicate_review", _list_duplicates())["body"])["items"][0]
    path = f"/v1/duplicates/{pair['duplicate_id']}/dismissal"
    route = "/v1/duplicates/{duplicate_id}/dismissal"
    return request("POST", path, staff=MAYA, route=route)


def _dismissed() -> None:
    """What somebody said of two contacts stands."""
    (pair,) = [item for item in everything() if "dismissed_by" in item]
    assert pair["state"] == "dismissed"


def _two_of_one() -> tuple[Contact, Contact]:
    """Ann, and a second record of her with a history, a consent and a place on a list."""
    for one in (ASHA, MAYA):
        employed(*one)
    ann = a_person("Ann Shrestha", email="ann@example.com", tags=["vip"])
    bea = a_person("Anne Shresta", email="anne@example.org", phone="+9779841234567")
    record(
        [
            Entry(
                contact_id=bea.contact_id,
                entry_id=f"call-{number}",
                occurred_at=iso(CREATED),
                recorded_at=iso(CREATED),
                kind="call",
                source="staff",
            )
            for number in range(3)
        ]
    )
    given = {"purpose": "marketing", "channel": "email", "state": "withdrawn"}
    no = Consent(**given, at=iso(CREATED), evidence=Evidence(source="staff"))
    decide(bea.contact_id, no, "no-1", CREATED)
    fair = create_list(ListInput(name="Fair"), "maya", None, CREATED)
    add_members(fair.list_id, [bea.contact_id], by="maya", now=CREATED, source="staff")
    return ann, bea


def _merge() -> Payload:
    ann, bea = _two_of_one()
    body = {"loser": bea.contact_id, "versions": {"winner": 1, "loser": 1}}
    path, route = f"/v1/contacts/{ann.contact_id}/merge", "/v1/contacts/{contact_id}/merge"
    return request("POST", path, body=body, staff=MAYA, route=route)


def _merged() -> str:
    return str(json.loads(invoke("contact_merge", _merge())["body"])["merge"]["merge_id"])


def _move() -> Payload:
    merge_id = _merged()
    (told,) = [one.detail for one in carried() if one.detail.get("merge_id") == merge_id]
    return queue_event([bus_event(ContactsMerged.model_validate(told))])


def _undo() -> Payload:
    invoke("merge_work", _move())
    (merge,) = [item for item in everything() if item.get("kind") == "merge"]
    path, route = f"/v1/merges/{merge['merge_id']}/undo", "/v1/merges/{merge_id}/undo"
    return request("POST", path, staff=MAYA, route=route)


def _return() -> Payload:
    merge_id = json.loads(invoke("contact_merge", _undo())["body"])["merge_id"]
    known = [one for one in carried() if one.type == "MergeUndone"]
    (told,) = [one.detail for one in known if one.detail["merge_id"] == merge_id]
    return queue_event([bus_event(MergeUndone.model_validate(told))])


def _preview() -> Payload:
    ann, bea = _two_of_one()
    path = f"/v1/contacts/{ann.contact_id}/merge-preview"
    route = "/v1/contacts/{contact_id}/merge-preview"
    return request("GET", path, query={"with": bea.contact_id}, staff=MAYA, route=route)


def _all_with_one(whose: str) -> Callable[[], None]:
    """Three calls, one place on the list and one refusal, all with the same contact."""

    def check() -> None:
        found = list(everything())
        (merge,) = [item for item in found if item.get("kind") == "merge"]
        holder = merge[whose]
        calls = [
            item["pk"]
            for item in found
            if item["sk"].startswith("HISTORY#")
            and item["sk"].endswith(("call-0", "call-1", "call-2"))
        ]
        places = [item["sk"] for item in found if item["sk"].startswith("MEMBER#")]
        stands = customers.get({"pk": f"CONTACT#{holder}", "sk": "CONSENT#marketing#email"})
        assert calls == [f"CONTACT#{holder}"] * 3
        assert places == [f"MEMBER#{holder}"]
        assert stands and stands["state"] == "withdrawn"

    return check


MATCHING_OPERATIONS: Final[tuple[Operation, ...]] = (
    Operation("index a contact and suggest its duplicate", "search_index", _index_contact),
    Operation("index a contact by another name", "search_index", _index_change),
    Operation("index the members of a renamed account", "search_members", _index_members),
    Operation("find a contact by name", "contact_search", _find("ann shrestha")),
    Operation("find a contact by a misspelt name", "contact_search", _find("anm shretsha")),
    Operation("find a contact by e-mail", "contact_search", _find("ann@example.com")),
    Operation("list duplicates", "duplicate_review", _list_duplicates),
    Operation("dismiss a duplicate", "duplicate_review", _dismiss, afterwards=_dismissed),
    Operation("preview a merge", "contact_merge", _preview),
    Operation("merge two contacts", "contact_merge", _merge, afterwards=_all_with_one("winner_id")),
    Operation(
        "move what a merge moves", "merge_work", _move, afterwards=_all_with_one("winner_id")
    ),
    Operation("undo a merge", "contact_merge", _undo, afterwards=_all_with_one("loser_id")),
    Operation(
        "give back what a merge moved", "merge_work", _return, afterwards=_all_with_one("loser_id")
    ),
)
