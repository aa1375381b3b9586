"""What people have to do with the company, for tests: told by staff, reported by systems."""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from shared.customers.contacts.creation import create_contact
from shared.customers.contacts.model import Contact, NewContact
from shared.customers.history.model import Entry
from shared.customers.history.repository import page
from shared.customers.write_keys.model import WriteKey, WriteKeys
from shared.customers.write_keys.repository import NAME, configuration
from shared.customers.write_keys.texts import hash_of
from shared.kernel.ids import derived_id
from tests.calls import Answer, http
from tests.cloud import SECRET
from tests.fake_clock import NOW

PARTNER: Final = "crm_sec_" + "partner" * 6
PAGE: Final = "crm_pub_page_of_ours"
AGENT: Final = ("nima", ["agent"])
ANN: Final = "ann@example.com"


def contact_id(address: str, kind: str = "email") -> str:
    """The id of the contact that first comes with an address, in the account of a test."""
    intake = hmac.digest(SECRET.encode(), b"intake", hashlib.sha256)
    return derived_id("contact", hmac.digest(intake, f"{kind}:{address}".encode(), hashlib.sha256))


ANN_ID: Final = contact_id(ANN)
_ROUTE: Final = "/v1/contacts/{contact_id}/"


def keys() -> None:
    """A secret key for a partner and a public one, beside those there are."""
    stored = configuration.in_force(NAME)
    known = stored.value.keys if stored else ()
    partner = WriteKey(key_id="till", kind="partner", key_hash=hash_of(PARTNER))
    public = WriteKey(key_id="our-page", kind="public", key=PAGE)
    listed = WriteKeys(keys=(*known, partner, public))
    after = stored.number if stored else 0
    configuration.save(NAME, listed, by="seed", at=NOW, after=after, activate=True)


def a_contact(now: datetime = NOW, **facts: Any) -> Contact:
    """Ann Lee, unless told otherwise."""
    given = {"first_name": "Ann", "last_name": "Lee", "emails": [{"address": ANN}], **facts}
    return create_contact(NewContact.model_validate(given), "asha", None, now).contact


def a_call(**more: Any) -> dict[str, Any]:
    """Ann calls the call centre."""
    return {"id": "call-1", "email": ANN, "channel": "call_centre", "kind": "call", **more}


def a_receipt(**more: Any) -> dict[str, Any]:
    """Ann buys a kettle and two cups in the shop."""
    lines = [
        {"sku": "kettle", "name": "Kettle", "amount": 2_499},
        {"sku": "cup", "name": "Cup", "quantity": 2, "amount": 1_000},
    ]
    return {
        "id": "till-7/000123",
        "email": ANN,
        "channel": "point_of_sale",
        "kind": "purchase",
        "place": "Shop, New Road",
        "purchase": {"currency": "EUR", "lines": lines},
        **more,
    }


def tell(*interactions: dict[str, Any], by: tuple[str, Sequence[str]] = AGENT) -> Answer:
    """Staff tell of one, or of several at once."""
    body = interactions[0] if len(interactions) == 1 else {"interactions": [*interactions]}
    return http("interaction_capture", "POST", "/v1/interactions", body=body, staff=by)


def report(*interactions: dict[str, Any], key: str = PARTNER) -> Answer:
    """A system reports some."""
    return http(
        "interaction_capture",
        "POST",
        "/v1/partner/interactions",
        body={"interactions": [*interactions]},
        headers={"x-write-key": key},
    )


def look(contact_id: str, what: str = "history", **query: str) -> Answer:
    """Staff look at what is known of a person."""
    path = f"/v1/contacts/{contact_id}/{what}"
    return http("contact_history", "GET", path, query=query, staff=AGENT, route=_ROUTE + what)


def entries(contact_id: str) -> list[Entry]:
    """Everything in a person's history, newest first."""
    return page(contact_id, limit=1_000).entries


def kinds(contact_id: str) -> list[str]:
    """The kinds of everything in a person's history, oldest first."""
    return [one.kind for one in reversed(entries(contact_id))]
