"""What the product does to find people and to tell who is who (see `tests.operations`)."""

import json
from collections.abc import Callable
from typing import Final

from shared.customers.events import AccountChanged, ContactChanged, ContactCreated
from tests.builders import CREATED
from tests.calls import bus_event, invoke, queue_event, request
from tests.cloud import everything
from tests.customers import ASHA, MAYA
from tests.operation import Operation, Payload
from tests.people import a_person, an_account, changed, renamed
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


MATCHING_OPERATIONS: Final[tuple[Operation, ...]] = (
    Operation("index a contact and suggest its duplicate", "search_index", _index_contact),
    Operation("index a contact by another name", "search_index", _index_change),
    Operation("index the members of a renamed account", "search_members", _index_members),
    Operation("find a contact by name", "contact_search", _find("ann shrestha")),
    Operation("find a contact by a misspelt name", "contact_search", _find("anm shretsha")),
    Operation("find a contact by e-mail", "contact_search", _find("ann@example.com")),
    Operation("list duplicates", "duplicate_review", _list_duplicates),
    Operation("dismiss a duplicate", "duplicate_review", _dismiss, afterwards=_dismissed),
)
