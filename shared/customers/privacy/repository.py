"""Where privacy requests are kept (table `customers`).

| entity | pk | sk |
|---|---|---|
| request, carrying `PrivacyRequested`, in the end what became of it | `PRIVACY#<request_id>` | `REQUEST` |
| whom it is about; gone when it is done | `PRIVACY#<request_id>` | `PERSON` |
| how far one store is | `PRIVACY#<request_id>` | `STORE#<store>` |
| certificate of an erasure | `PRIVACY#<request_id>` | `CERTIFICATE` |
| a person's request, ids only | `PRIVACY_OF#<contact_id>` | `REQUEST#<requested_at>#<request_id>` |
| the request of a kind that is under way | `PRIVACY_OF#<contact_id>` | `OPEN#<kind>` |
| what a legal hold keeps of an erased person | `HELD#<request_id>` | `<store>.<entity>#<its sort key>` |
| a legal hold of an erased person | `HELD#<request_id>` | `HOLD#<hold_id>` |

| question | key | asked by |
|---|---|---|
| a request with its stores | table | privacy_admin, privacy_plan, privacy_work |
| all requests, newest first | `by_list`: `PRIVACY`, `<requested_at>#<request_id>` | privacy_admin |
| a person's requests, newest first | table, `REQUEST#` | privacy_admin, portal_query, privacy_work |
| settling erasures whose time has come, holds that end | `by_timer` (platform.timers) | timer_deliver |
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from shared.customers.tables import CUSTOMERS
from shared.kernel.clock import iso
from shared.kernel.errors import NotFound
from shared.kernel.events import DomainEvent
from shared.kernel.ids import is_id
from shared.platform import timers
from shared.platform.requests import Condition, Delete, Item, Op, Put, Update
from shared.platform.tables import Table

from .model import Hold, PrivacyRequest, RequestState, StoreProgress
from .person import Person

PREFIX: Final = "privacy"
TIMER: Final = "privacy_plan"
"""The kind of the timers: their queue is that of the planning function."""

LIST: Final = "PRIVACY"
STORE: Final = "STORE#"
HOLD: Final = "HOLD#"
REQUESTS: Final = "REQUEST#"

customers: Final = Table(CUSTOMERS)

_NEW: Final = Condition(
    "request_new", "attribute_not_exists(#pk)", "a request sent again with its key is one request"
)
_NONE_OPEN: Final = Condition(
    "no_request_under_way",
    "attribute_not_exists(#pk)",
    "a second one at the same time would find nothing, or half of it",
)


@dataclass(frozen=True, slots=True)
class Work:
    """A request with what doing one of its stores takes."""

    request: PrivacyRequest
    person: Person
    progress: StoreProgress
    after: Mapping[str, Any] | None


def request_key(request_id: str, part: str = "REQUEST") -> dict[str, str]:
    """The key of a request, or of a part of it."""
    return {"pk": f"PRIVACY#{request_id}", "sk": part}


def held_key(request_id: str, hold_id: str) -> dict[str, str]:
    """The key of a legal hold of a person whom a request erased."""
    return {"pk": f"HELD#{request_id}", "sk": f"{HOLD}{hold_id}"}


def load(request_id: str) -> PrivacyRequest:
    """A request. One strong read. Raises `NotFound`."""
    item = customers.get(request_key(request_id)) if is_id(PREFIX, request_id) else None
    if item is None:
        raise _missing()
    return PrivacyRequest.model_validate(item)


def with_stores(request_id: str) -> tuple[PrivacyRequest, list[StoreProgress], Item | None]:
    """A request, how far its stores are, and its certificate as stored. One strong query. Raises
    `NotFound`."""
    pk = request_key(request_id)["pk"]
    items = customers.query_all(pk, consistent=True) if is_id(PREFIX, request_id) else []
    by_key = {str(item["sk"]): item for item in items}
    if "REQUEST" not in by_key:
        raise _missing()
    stores = [
        StoreProgress.model_validate(item) for sk, item in by_key.items() if sk.startswith(STORE)
    ]
    return PrivacyRequest.model_validate(by_key["REQUEST"]), stores, by_key.get("CERTIFICATE")


def load_work(request_id: str, store: str) -> Work | None:
    """What doing a store takes; `None` when there is nothing to do any more. One strong read."""
    parts = ("REQUEST", "PERSON", f"{STORE}{store}")
    items = customers.get_many(request_key(request_id, part) for part in parts)
    by_key = {str(item["sk"]): item for item in items}
    if by_key.keys() != set(parts):
        return None
    progress = by_key[f"{STORE}{store}"]
    return Work(
        PrivacyRequest.model_validate(by_key["REQUEST"]),
        Person.of(by_key["PERSON"]),
        StoreProgress.model_validate(progress),
        progress.get("after"),
    )


def person_of(request_id: str) -> Person | None:
    """Whom a request is about, as long as it is not done. One strong read."""
    item = customers.get(request_key(request_id, "PERSON"))
    return Person.of(item) if item else None


def begin_ops(
    request: PrivacyRequest, person: Person, request_hash: str | None, event: DomainEvent
) -> list[Op]:
    """Store a new request, unless one of its kind is under way for the person."""
    item = {
        **request_key(request.request_id),
        **request.model_dump(exclude_none=True),
        "list_pk": LIST,
        "list_sk": f"{request.requested_at}#{request.request_id}",
    }
    if request_hash:
        item["request_hash"] = request_hash
    ours = {"request_id": request.request_id, "kind": request.kind}
    of = f"PRIVACY_OF#{request.contact_id}"
    place = f"{REQUESTS}{request.requested_at}#{request.request_id}"
    return [
        Put(item, _NEW, (event,)),
        Put({"pk": of, "sk": f"OPEN#{request.kind}", **ours}, _NONE_OPEN),
        person_op(request.request_id, person),
        Put({"pk": of, "sk": place, **ours}),
    ]


def person_op(request_id: str, person: Person) -> Put:
    """Store whom a request is about. Beside a condition on the request itself."""
    return Put({**request_key(request_id, "PERSON"), **person.stored()})


def turn_op(request: PrivacyRequest, to: RequestState, **changes: Any) -> Update:
    """Move a request on from the state and round it was read in; with `look_again_at` it comes
    up then."""
    same = Condition(
        "request_as_read",
        "#state = :state AND #round = :round",
        "several workers finish at once: one of them goes on",
        {"state": request.state, "round": request.round},
    )
    events: Sequence[DomainEvent] = changes.pop("events", ())
    at: datetime | None = changes.pop("look_again_at", None)
    due = timers.attributes(TIMER, at, request.request_id) if at else {}
    return Update(
        request_key(request.request_id),
        set={
            "state": to,
            **changes,
            **({"look_again_at": iso(at)} if at else {}),
            **due,
        },
        remove=() if at else (*timers.ATTRIBUTES, "look_again_at"),
        condition=same,
        events=events,
    )


def waiting_op(request_id: str, progress: StoreProgress) -> Put:
    """Have a store wait for its turn in a round. Beside a condition on the request itself."""
    known = progress.model_dump(exclude_defaults=True)
    return Put({**request_key(request_id, f"{STORE}{progress.store}"), **known, "state": "waiting"})


def progress_op(request_id: str, progress: StoreProgress, after: Any, *, was: str) -> Update:
    """Note how far a store is, if nobody is further: `was` is the state it was read in."""
    same = Condition(
        "store_as_read",
        "#state = :was AND #round = :round",
        "a message that is delivered twice must not count twice",
        {"was": was, "round": progress.round},
    )
    changes: Item = {
        "state": progress.state,
        "found": progress.found,
        "kept": progress.kept,
        "stays": progress.stays,
    }
    if after is not None:
        changes["after"] = dict(after)
    return Update(
        request_key(request_id, f"{STORE}{progress.store}"),
        set=changes,
        remove=("after",) if after is None else (),
        condition=same,
    )


def done_ops(request: PrivacyRequest) -> list[Op]:
    """Forget whom a request was about, and let the person ask again."""
    ours = Condition(
        "request_is_the_one_under_way",
        "attribute_not_exists(#pk) OR #request_id = :request_id",
        "a later request must not be taken for done",
        {"request_id": request.request_id},
    )
    of = {"pk": f"PRIVACY_OF#{request.contact_id}", "sk": f"OPEN#{request.kind}"}
    return [Delete(request_key(request.request_id, "PERSON")), Delete(of, ours)]


def certificate_op(request_id: str, document: str, signature: str) -> Put:
    """Keep a certificate as it was signed. Beside a condition on the request itself."""
    key = request_key(request_id, "CERTIFICATE")
    return Put({**key, "document": document, "signature": signature})


def hold_op(request_id: str, hold: Hold, until: datetime) -> Put:
    """Keep a hold beside what it keeps; it comes up when it ends."""
    timer = timers.attributes(TIMER, until, hold.hold_id)
    return Put({**held_key(request_id, hold.hold_id), **hold.model_dump(), **timer})


def page_of_requests(
    *, limit: int, after: Mapping[str, Any] | None
) -> tuple[list[PrivacyRequest], Item | None]:
    """Requests, newest first, and where the list goes on. One query and one read."""
    page = customers.query(LIST, index="by_list", forward=False, limit=limit, after=after)
    ids = [str(item["pk"]).removeprefix("PRIVACY#") for item in page.items]
    return _in_order(ids, customers.get_many(map(request_key, ids)) if ids else []), page.after


def requests_of(contact_id: str, *, most: int = 50) -> list[PrivacyRequest]:
    """A person's latest requests, newest first. One query and one read."""
    ids = _ids_of(contact_id, most)
    return _in_order(ids, customers.get_many(map(request_key, ids)) if ids else [])


def requests_beside(
    contact_id: str, key: Mapping[str, str], *, most: int = 50
) -> tuple[list[PrivacyRequest], Item | None]:
    """A person's latest requests, newest first, and the item at `key`. One query and one read."""
    ids = _ids_of(contact_id, most)
    items = customers.get_many([dict(key), *map(request_key, ids)])
    beside = [item for item in items if item["pk"] == key["pk"]]
    requests = [item for item in items if item["pk"] != key["pk"]]
    return _in_order(ids, requests), beside[0] if beside else None


def _ids_of(contact_id: str, most: int) -> list[str]:
    page = customers.query(
        f"PRIVACY_OF#{contact_id}", begins=REQUESTS, forward=False, limit=most, consistent=True
    )
    return [str(item["request_id"]) for item in page.items]


def _in_order(ids: Sequence[str], items: Sequence[Item]) -> list[PrivacyRequest]:
    found = {item["request_id"]: PrivacyRequest.model_validate(item) for item in items}
    return [found[one] for one in ids if one in found]


def _missing() -> NotFound:
    return NotFound("privacy_request_not_found", "There is no such request")
