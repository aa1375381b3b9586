"""What the product does with contacts, accounts and custom fields (see `tests.operations`)."""

from collections.abc import Callable
from typing import Any, Final

from shared.customers.accounts.model import Account
from shared.customers.contacts.model import Contact
from tests.builders import CREATED
from tests.calls import request
from tests.customers import ASHA, MAYA, a_contact, an_account, custom_fields
from tests.operations.operation import Operation, Payload
from tests.staffing import employed

_TIER: Final = {"name": "tier", "label": "Tier", "type": "choice", "options": ["gold", "iron"]}
_KEY: Final = {"idempotency-key": "key-1"}


def _company() -> tuple[Contact, Account]:
    """Ann of Himal Bank, whom asha and maya know."""
    employed(*ASHA)
    employed(*MAYA)
    custom_fields(CREATED, _TIER)
    bank = an_account(CREATED, domains=["himal.example"])
    ann = a_contact(
        CREATED,
        accounts=[{"account_id": bank.account_id}],
        phones=[{"number": "+9779841234567"}],
        tags=["vip"],
    )
    return ann, bank


def _contact(method: str, path: str = "", **how: Any) -> Callable[[], Payload]:
    """Asha asks for something about Ann, who is `{ann}` in the path."""

    def arrange() -> Payload:
        ann, _ = _company()
        below = path.replace("{ann}", ann.contact_id)
        route = f"/v1/contacts{path.replace('{ann}', '{contact_id}')}"
        return request(method, f"/v1/contacts{below}", staff=ASHA, route=route, **how)

    return arrange


def _in_full() -> Payload:
    _, bank = _company()
    body = {
        "first_name": "Bob",
        "last_name": "Rai",
        "emails": [{"address": "bob@example.com"}, {"address": "bob@work.example"}],
        "phones": [{"number": "9841111111"}],
        "external_ids": {"erp": "4711"},
        "accounts": [{"account_id": bank.account_id, "role": "Buyer"}],
        "job_title": "Head of purchasing",
        "country": "NP",
        "zone": "Asia/Kathmandu",
        "language": "ne",
        "owner_id": "asha",
        "tags": ["vip", "fair"],
        "custom": {"tier": "gold"},
    }
    return request("POST", "/v1/contacts", body=body, headers=_KEY, staff=ASHA)


def _account(method: str, path: str, body: Any = None) -> Callable[[], Payload]:
    """Asha asks for something about the bank (`{bank}`), to which Ann (`{ann}`) belongs."""

    def arrange() -> Payload:
        ann, bank = _company()
        below = path.replace("{bank}", bank.account_id).replace("{ann}", ann.contact_id)
        named = path.replace("{bank}", "{account_id}").replace("{ann}", "{contact_id}")
        how = {"body": body, "staff": ASHA, "route": f"/v1/accounts{named}"}
        return request(method, f"/v1/accounts{below}", **how)

    return arrange


def _move() -> Payload:
    """The bank becomes a part of a branch of a group."""
    _, bank = _company()
    group = an_account(CREATED, "Group")
    branch = an_account(CREATED, "Branch", parent_id=group.account_id)
    body = {"version": 1, "parent_id": branch.account_id}
    path, route = f"/v1/accounts/{bank.account_id}", "/v1/accounts/{account_id}"
    return request("PATCH", path, body=body, staff=ASHA, route=route)


def _join() -> Payload:
    ann, _ = _company()
    shop = an_account(CREATED, "Shop")
    path = f"/v1/accounts/{shop.account_id}/contacts/{ann.contact_id}"
    route = "/v1/accounts/{account_id}/contacts/{contact_id}"
    body = {"role": "Owner", "primary": True}
    return request("PUT", path, body=body, staff=ASHA, route=route)


def _create_account() -> Payload:
    _, bank = _company()
    body = {"name": "Shop", "domains": ["shop.example"], "parent_id": bank.account_id}
    return request("POST", "/v1/accounts", body=body, headers=_KEY, staff=ASHA)


def _save_fields() -> Payload:
    _company()
    body = {"version": 1, "fields": [_TIER, {"name": "note", "label": "Note", "type": "text"}]}
    path, route = "/v1/custom-fields/contact", "/v1/custom-fields/{noun}"
    return request("PUT", path, body=body, staff=MAYA, route=route)


_NEW: Final = {"first_name": "Bob", "last_name": "Rai", "emails": [{"address": "bob@example.com"}]}
_MOVED: Final = {"version": 1, "emails": [{"address": "ann@new.example"}], "phones": []}

CUSTOMER_OPERATIONS: Final[tuple[Operation, ...]] = (
    Operation("create a contact", "contact_admin", _contact("POST", body=_NEW, headers=_KEY)),
    Operation("create a contact in full", "contact_admin", _in_full),
    Operation(
        "change a contact's addresses",
        "contact_admin",
        _contact("PATCH", "/{ann}", body=_MOVED),
        (412,),
    ),
    Operation(
        "put a contact away",
        "contact_admin",
        _contact("DELETE", "/{ann}", query={"version": "1"}),
        (412,),
    ),
    Operation("show a contact", "contact_admin", _contact("GET", "/{ann}")),
    Operation(
        "list contacts by name", "contact_admin", _contact("GET", query={"name_begins": "l"})
    ),
    Operation("list contacts with a tag", "contact_admin", _contact("GET", query={"tag": "vip"})),
    Operation("create an account", "account_admin", _create_account),
    Operation("make an account a part of another", "account_admin", _move, (412,)),
    Operation("make a contact belong to an account", "account_admin", _join),
    Operation(
        "let a contact leave an account",
        "account_admin",
        _account("DELETE", "/{bank}/contacts/{ann}"),
        (404,),
    ),
    Operation(
        "list who belongs to an account", "account_admin", _account("GET", "/{bank}/contacts")
    ),
    Operation("save custom fields", "custom_field_admin", _save_fields, (412,)),
)
