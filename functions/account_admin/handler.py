"""`GET|POST /v1/accounts`, `GET|PATCH|DELETE /v1/accounts/{account_id}` and a `/restore`,
`GET /v1/accounts/{account_id}/contacts`, `PUT|DELETE` of one of them: staff.

All staff read; those who deal with people write.
"""

from typing import Any, Final

from aws_lambda_powertools.event_handler import Response

from shared.customers.access.showing import show
from shared.customers.accounts.changes import (
    change_account,
    create_account,
    delete_account,
    restore_account,
)
from shared.customers.accounts.listing import list_accounts, members_of, with_domain
from shared.customers.accounts.model import AccountChange, NewAccount
from shared.customers.accounts.repository import need
from shared.customers.accounts.view import AccountView
from shared.customers.contacts.memberships import join_account, leave_account
from shared.customers.custom_fields.repository import fields_of
from shared.customers.custom_fields.visibility import may_set
from shared.directory.access import signed_in
from shared.kernel.paging import page_size
from shared.platform.auth import ROLES
from shared.platform.entry.http import Http, Request, reply

from .schemas import AccountPage, ListQuery, MemberPage, Part, Version

http = Http()

WRITERS: Final = ("rep", "sales_manager", "marketer", "agent", "supervisor")


@http.get("/v1/accounts")
def listed(request: Request) -> Response[Any]:
    """`?owner=&tag=&parent=&name_begins=&deleted=&limit=&cursor=`, by name; or `?domain=`."""
    by = signed_in(request, *ROLES)
    asked = request.parameters(ListQuery)
    if asked.domain:
        return reply(200, AccountPage(items=with_domain(asked.domain), next=None))
    limit = page_size(request.query.get("limit"))
    items, rest = list_accounts(asked.of(by.staff_id), limit=limit, cursor=asked.cursor)
    return reply(200, AccountPage(items=items, next=rest))


@http.post("/v1/accounts")
def created(request: Request) -> Response[Any]:
    """201; 409 with the id of the account that has a domain or number already."""
    by = signed_in(request, *WRITERS)
    new = request.json(NewAccount)
    may_set(new.custom, fields_of("account", request.now, new.custom), by)
    key = request.headers.get("idempotency-key")
    account = create_account(new, by.staff_id, key, request.now)
    to = f"/v1/accounts/{account.account_id}"
    return reply(201, AccountView.of(account, by, request.now), headers={"location": to})


@http.get("/v1/accounts/{account_id}")
def shown(request: Request, account_id: str) -> Response[Any]:
    """The account, also one that was put away."""
    by = signed_in(request, *ROLES)
    return reply(200, AccountView.of(need(account_id), by, request.now))


@http.patch("/v1/accounts/{account_id}")
def changed(request: Request, account_id: str) -> Response[Any]:
    """The fields to change and the `version` they were read at."""
    by = signed_in(request, *WRITERS)
    change = request.json(AccountChange)
    may_set(change.custom, fields_of("account", request.now, change.custom), by)
    account = change_account(account_id, change, by.staff_id, request.now)
    return reply(200, AccountView.of(account, by, request.now))


@http.delete("/v1/accounts/{account_id}")
def deleted(request: Request, account_id: str) -> Response[Any]:
    """`?version=`: the account as it was put away."""
    by = signed_in(request, *WRITERS)
    version = request.parameters(Version).version
    account = delete_account(account_id, version, by.staff_id, request.now)
    return reply(200, AccountView.of(account, by, request.now))


@http.post("/v1/accounts/{account_id}/restore")
def restored(request: Request, account_id: str) -> Response[Any]:
    """`{"version": 3}`: the account as it is back."""
    by = signed_in(request, *WRITERS)
    version = request.json(Version).version
    account = restore_account(account_id, version, by.staff_id, request.now)
    return reply(200, AccountView.of(account, by, request.now))


@http.get("/v1/accounts/{account_id}/contacts")
def members(request: Request, account_id: str) -> Response[Any]:
    """Who belongs to the account, and as what."""
    signed_in(request, *ROLES)
    need(account_id)
    limit = page_size(request.query.get("limit"))
    items, rest = members_of(account_id, limit=limit, cursor=request.query.get("cursor"))
    return reply(200, MemberPage.of(items, rest, request.now))


@http.put("/v1/accounts/{account_id}/contacts/{contact_id}")
def joined(request: Request, account_id: str, contact_id: str) -> Response[Any]:
    """`{"role": "buyer", "primary": true}`: the contact, which belongs to the account now."""
    by = signed_in(request, *WRITERS)
    part = request.json(Part)
    need(account_id)
    contact = join_account(
        contact_id, account_id, part.role, part.primary, by.staff_id, request.now
    )
    return reply(200, show(contact, by, request.now, via="api"))


@http.delete("/v1/accounts/{account_id}/contacts/{contact_id}")
def left(request: Request, account_id: str, contact_id: str) -> Response[Any]:
    """The contact, which no longer belongs to the account."""
    by = signed_in(request, *WRITERS)
    contact = leave_account(contact_id, account_id, by.staff_id, request.now)
    return reply(200, show(contact, by, request.now, via="api"))


handle = http
