"""Reading privacy requests: lists, one in full, its certificate."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from shared.customers.contacts.model import ContactSummary
from shared.customers.contacts.repository import contact_key, summary
from shared.kernel.clock import iso
from shared.kernel.errors import NotFound
from shared.kernel.ids import is_id
from shared.kernel.paging import seal, unseal
from shared.platform.files import download_address
from shared.platform.keys import key

from .documents import archive_key
from .model import EXPORT, PrivacyRequest, RequestState, StoreProgress
from .repository import page_of_requests, requests_beside, requests_of, with_stores

_SCOPE: Final = "privacy-requests"


@dataclass(frozen=True, slots=True)
class PersonInShort:
    """A person's contact, if there is one that is not put away, and their requests, newest first.
    `contact_id` is another one than was asked for where theirs was merged."""

    contact_id: str
    contact: ContactSummary | None
    requests: list[PrivacyRequest]


@dataclass(frozen=True, slots=True)
class RequestInFull:
    """A request with its stores. `download_url` opens its file for some minutes."""

    request: PrivacyRequest
    stores: list[StoreProgress]
    download_url: str | None
    certified: bool


def list_requests(
    contact_id: str | None, *, limit: int, cursor: str | None
) -> tuple[list[PrivacyRequest], str | None]:
    """Requests, newest first, of one person or of all, and the cursor of the next page. Two
    reads. Raises `Rejected` for a foreign cursor."""
    if contact_id:
        return requests_of(contact_id, most=limit), None
    after: Mapping[str, Any] | None = unseal(cursor, key("cursor"), _SCOPE) if cursor else None
    found, rest = page_of_requests(limit=limit, after=after)
    position = {name: str(value) for name, value in rest.items()} if rest else None
    return found, seal(position, key("cursor"), _SCOPE) if position else None


def person_in_short(contact_id: str) -> PersonInShort:
    """A person and what was asked for them; also of one who is erased. Two reads. Raises
    `NotFound` for what is no id of a contact."""
    if not is_id("contact", contact_id):
        raise NotFound("contact_not_found", "There is no such contact")
    requests, item = requests_beside(contact_id, contact_key(contact_id))
    if item and "merged_into" in item:
        return PersonInShort(str(item["merged_into"]), None, requests)
    known = item is not None and "version" in item and "deleted_at" not in item
    return PersonInShort(contact_id, summary(item) if known and item else None, requests)


def request_in_full(request_id: str, now: datetime) -> RequestInFull:
    """A request, and where to fetch what it asked for, as long as that is there. One read. Raises
    `NotFound`."""
    request, stores, certificate = with_stores(request_id)
    return RequestInFull(
        request, stores, download_url(request, now), certified=certificate is not None
    )


def download_url(request: PrivacyRequest, now: datetime) -> str | None:
    """An address that opens the export of a request for some minutes; `None` when there is none,
    or none any more."""
    fetchable = (
        request.kind == EXPORT
        and request.state is RequestState.DONE
        and iso(now) < (request.expires_at or "")
    )
    if not fetchable:
        return None
    return download_address(archive_key(request.request_id), f"{request.request_id}.zip")


def certificate_of(request_id: str) -> dict[str, Any]:
    """The certificate of an erasure with its signature. One read. Raises `NotFound`, also for an
    erasure that is not done."""
    _, _, item = with_stores(request_id)
    if item is None:
        raise NotFound("certificate_not_found", "There is no certificate, or none yet")
    return {"certificate": json.loads(item["document"]), "signature": item["signature"]}
