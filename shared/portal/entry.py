"""Handlers of the customers' pages.

portal = Portal(Path(__file__).parent / "templates", "/portal")

@portal.get("/portal/profile")
def profile(request: PageRequest) -> Response:
    return request.page("profile.html")

handle = portal
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from shared.customers.contacts.model import Contact
from shared.customers.portal.access import address_mark, customer
from shared.pages import request as pages
from shared.pages.entry import Operation, Pages
from shared.pages.request import Answer
from shared.pages.session import Session, Sessions
from shared.platform.settings import settings

from .navigation import HOME, MENU, section_of

__all__ = ["Answer", "PageRequest", "Portal"]

CUSTOMERS: Final = Sessions("crm-customer", idle=timedelta(hours=1), longest=timedelta(hours=12))


class PageRequest(pages.PageRequest):
    """A request for a page of a customer."""

    sessions = CUSTOMERS
    home = HOME
    sign_in_at = f"{HOME}/sign-in"
    frame = Path(__file__).parent / "templates"

    def __init__(self, event: Mapping[str, Any], templates: Path) -> None:
        super().__init__(event, templates)
        self.contact: Contact | None = None

    @property
    def me(self) -> Contact:
        """Who asks."""
        assert self.contact is not None, "this page is for everybody"
        return self.contact

    @property
    def who(self) -> str:
        """The contact id of whoever is signed in."""
        return self.contact.contact_id if self.contact else ""

    @property
    def zone(self) -> str:
        """In which zone the customer lives, as far as known."""
        return self.contact.zone if self.contact else "UTC"

    def begin_session(self, contact: Contact) -> None:
        """Keep this browser signed in, by the address that the customer has from now on."""
        assert contact.email
        mark = address_mark(contact.email)
        self.set_cookies.append(CUSTOMERS.begin(contact.contact_id, self.now, mark))

    def admit(self, session: Session) -> Session:
        """Let in whoever still has the address they signed in by, as the contact they are now."""
        self.contact = customer(session.who, session.proof)
        return replace(session, who=self.contact.contact_id)

    def around(self) -> dict[str, Any]:
        """The customer, the menu and where in it they are."""
        return {
            "brand": settings().need("company_name"),
            "me": self.contact,
            "menu": MENU if self.contact else (),
            "section": section_of(self.path),
            "zone": self.zone,
        }


class Portal(Pages):
    """The handler of a group of the customers' pages."""

    request = PageRequest

    def get(self, path: str, *, public: bool = False) -> Callable[[Operation], Operation]:
        """A page for signed-in customers, or for everybody."""
        return self.page("GET", path, public=public)

    def post(self, path: str, *, public: bool = False) -> Callable[[Operation], Operation]:
        """What a form of a page is sent to."""
        return self.page("POST", path, public=public)
