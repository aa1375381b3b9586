"""A template as one contact would get it, before anything is sent."""

from collections.abc import Mapping
from typing import Any, Final

from shared.customers.contacts.model import Contact, Email, Phone
from shared.customers.contacts.repository import need
from shared.customers.custom_fields.model import CustomField, CustomFields, FieldType
from shared.kernel.errors import NotFound, Rejected
from shared.platform.settings import settings

from .model import Rendered, Template
from .rendering import NotRendered, problem, render

_BEGINNING: Final = "2025-06-02T00:00:00.000Z"
_OF_TYPE: Final[Mapping[FieldType, Any]] = {
    "number": 1,
    "date": "2025-06-02",
    "boolean": True,
    "url": "https://example.com",
    "email": "ann@example.com",
    "phone": "+9779841000000",
}

NOWHERE: Final = "preview"
"""What the links of a preview end in: nobody can unsubscribe anybody by one."""


def example(custom: CustomFields) -> Contact:
    """Somebody made up, of whom everything is known: to look at a template before one has chosen
    a person."""
    return Contact(
        contact_id="contact_example",
        first_name="Ann",
        last_name="Example",
        emails=[Email(address="ann@example.com", primary=True)],
        phones=[Phone(number="+9779841000000", primary=True)],
        job_title="Head of Purchasing",
        country="NP",
        language="en",
        source="example",
        custom={one.name: _value(one) for one in custom.fields},
        created_at=_BEGINNING,
        created_by="example",
        updated_at=_BEGINNING,
        version=1,
    )


def _value(one: CustomField) -> Any:
    if one.type == "multi_choice":
        return list(one.options[:2])
    if one.type == "choice":
        return one.options[0] if one.options else one.label
    return _OF_TYPE.get(one.type, one.label)


def preview(template: Template, contact_id: str) -> Rendered:
    """The message. One read. Raises `NotFound`, and `Rejected` (`not_rendered`) where the contact
    lacks something, with what."""
    return preview_of(template, need(contact_id))


def preview_of(template: Template, contact: Contact) -> Rendered:
    """The message for a contact that was just read. Raises as `preview`."""
    if contact.deleted_at:
        raise NotFound("contact_not_found", "There is no such contact")
    base = settings().need("public_base_url")
    ours = {
        "company_name": settings().need("company_name"),
        "unsubscribe_url": f"{base}/u/{NOWHERE}",
        "preferences_url": f"{base}/u/{NOWHERE}/preferences",
    }
    try:
        return render(template, contact, ours)
    except NotRendered as refused:
        raise Rejected("not_rendered", fields=[problem(refused)]) from None
