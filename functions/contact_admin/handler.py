"""`GET|POST /v1/contacts`, `GET|PATCH|DELETE /v1/contacts/{contact_id}` and a `/restore`: staff.

All staff read; those who deal with people write.
"""

from typing import Any, Final

from aws_lambda_powertools.event_handler import Response

from shared.customers.access.showing import listed as listed_as
from shared.customers.access.showing import may_change, show
from shared.customers.contacts.changes import change_contact, delete_contact, restore_contact
from shared.customers.contacts.creation import create_contact
from shared.customers.contacts.listing import list_contacts
from shared.customers.contacts.model import ContactChange, NewContact
from shared.customers.contacts.repository import need
from shared.customers.custom_fields.repository import fields_of
from shared.customers.custom_fields.visibility import may_set
from shared.directory.access import signed_in
from shared.kernel.paging import page_size
from shared.platform.auth import ROLES
from shared.platform.entry.http import Http, Request, reply

from .schemas import ContactPage, ListQuery, Version

http = Http()

WRITERS: Final = ("rep", "sales_manager", "marketer", "agent", "supervisor")


@http.get("/v1/contacts")
def listed(request: Request) -> Response[Any]:
    """`?owner=&tag=&account=&name_begins=&deleted=&limit=&cursor=`, by name."""
    by = signed_in(request, *ROLES)
    asked = request.parameters(ListQuery)
    limit = page_size(request.query.get("limit"))
    items, rest = list_contacts(asked.of(by.staff_id), limit=limit, cursor=asked.cursor)
    return reply(200, ContactPage(items=listed_as(items, request.now), next=rest))


@http.post("/v1/contacts")
def created(request: Request) -> Response[Any]:
    """201; 409 with the id of the contact that has an address already."""
    by = signed_in(request, *WRITERS)
    new = request.json(NewContact)
    may_set(new.custom, fields_of("contact", request.now, new.custom), by)
    key = request.headers.get("idempotency-key")
    saved = create_contact(new, by.staff_id, key, request.now)
    view = show(saved.contact, by, request.now, via="api", warnings=saved.warnings)
    return reply(201, view, headers={"location": f"/v1/contacts/{view.contact_id}"})


@http.get("/v1/contacts/{contact_id}")
def shown(request: Request, contact_id: str) -> Response[Any]:
    """The contact, also by the id of one that was merged into it, and one that was put away."""
    by = signed_in(request, *ROLES)
    return reply(200, show(need(contact_id), by, request.now, via="api"))


@http.patch("/v1/contacts/{contact_id}")
def changed(request: Request, contact_id: str) -> Response[Any]:
    """The fields to change and the `version` they were read at."""
    by = signed_in(request, *WRITERS)
    change = request.json(ContactChange)
    may_set(change.custom, fields_of("contact", request.now, change.custom), by)
    may_change(change.given(), by, request.now)
    saved = change_contact(contact_id, change, by.staff_id, request.now)
    view = show(saved.contact, by, request.now, via="api", warnings=saved.warnings)
    return reply(200, view)


@http.delete("/v1/contacts/{contact_id}")
def deleted(request: Request, contact_id: str) -> Response[Any]:
    """`?version=`: the contact as it was put away."""
    by = signed_in(request, *WRITERS)
    version = request.parameters(Version).version
    contact = delete_contact(contact_id, version, by.staff_id, request.now)
    return reply(200, show(contact, by, request.now, via="api"))


@http.post("/v1/contacts/{contact_id}/restore")
def restored(request: Request, contact_id: str) -> Response[Any]:
    """`{"version": 3}`: the contact as it is back."""
    by = signed_in(request, *WRITERS)
    version = request.json(Version).version
    contact = restore_contact(contact_id, version, by.staff_id, request.now)
    return reply(200, show(contact, by, request.now, via="api"))


handle = http
