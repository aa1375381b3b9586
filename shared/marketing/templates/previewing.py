"""A template as one contact would get it, before anything is sent."""

from typing import Final

from shared.customers.contacts.repository import need
from shared.kernel.errors import NotFound, Rejected
from shared.platform.settings import settings

from .model import Rendered, Template
from .rendering import NotRendered, problem, render

NOWHERE: Final = "preview"
"""What the links of a preview end in: nobody can unsubscribe anybody by one."""


def preview(template: Template, contact_id: str) -> Rendered:
    """The message. One read. Raises `NotFound`, and `Rejected` (`not_rendered`) where the contact
    lacks something, with what."""
    contact = need(contact_id)
    if contact.deleted_at:
        raise NotFound("contact_not_found", "There is no such contact")
    base = settings().need("public_base_url")
    ours = {
        "company_name": settings().need("company_name"),
        "unsubscribe_url": f"{base}/u/{NOWHERE}",
        "preferences_url": f"{base}/p/{NOWHERE}",
    }
    try:
        return render(template, contact, ours)
    except NotRendered as refused:
        raise Rejected("not_rendered", fields=[problem(refused)]) from None
