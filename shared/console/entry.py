"""Handlers of the staff's pages: who works here, their roles and the console's frame.

console = Console(Path(__file__).parent / "templates", "/console/leads")

@console.get("/console/leads", *ROLES)
def listed(request: PageRequest) -> Response:
    return request.page("leads.html", leads=...)

handle = console
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from shared.directory.access import person_signed_in, person_signed_in_among, staff_of
from shared.directory.model import StaffMember
from shared.kernel.errors import CrmError
from shared.pages import request as pages
from shared.pages.entry import Guard, Operation, Pages
from shared.pages.request import Answer
from shared.pages.session import Session
from shared.platform.auth import Staff
from shared.platform.requests import Item, Key
from shared.platform.tables import Table

from .navigation import HOME, menu, section_of
from .session import STAFF

__all__ = ["Answer", "Console", "PageRequest"]

Beside = Callable[..., tuple[Table, Key] | None]
"""From the parameters of an address to the item that is read in the same call as who asks."""

Ahead = Callable[["PageRequest"], Sequence[tuple[Table, Key]]]
"""From a request to such items where they have to be looked for first."""

_BRAND: Final = "CRM"


class PageRequest(pages.PageRequest):
    """A request for a page of the staff."""

    sessions = STAFF
    home = HOME
    sign_in_at = f"{HOME}/sign-in"
    frame = Path(__file__).parent / "templates"

    def __init__(self, event: Mapping[str, Any], templates: Path) -> None:
        super().__init__(event, templates)
        self.member: StaffMember | None = None
        self.wanted: Callable[[], Sequence[tuple[Table, Key]]] = tuple
        self.among: list[Item | None] = []
        self.prepared: Any = None
        self.refusal: CrmError | None = None

    @property
    def person(self) -> StaffMember:
        """Who asks."""
        assert self.member is not None, "this page is for everybody"
        return self.member

    @property
    def found(self) -> Item | None:
        """The one item that was read in the same call as who asks; `None` where it is not there."""
        return self.among[0] if self.among else None

    @property
    def by(self) -> Staff:
        """Who asks, as use cases take it."""
        return staff_of(self.person)

    @property
    def who(self) -> str:
        """The staff id of whoever is signed in."""
        return self.member.staff_id if self.member else ""

    @property
    def zone(self) -> str:
        """In which zone the person works: pages show times on that wall clock."""
        return self.member.working_hours.zone if self.member else "UTC"

    def admit(self, session: Session) -> Session:
        """Let in whoever still works here. What is `wanted` of tables is `among` then."""
        who, since = session.who, session.since
        if wanted := self.wanted():
            self.member, self.among = person_signed_in_among(who, since, wanted)
        else:
            self.member = person_signed_in(who, since)
        return session

    def around(self) -> dict[str, Any]:
        """The person, the menu and where in it they are."""
        return {
            "brand": _BRAND,
            "me": self.member,
            "menu": menu(self.member.roles) if self.member else [],
            "section": section_of(self.path),
            "zone": self.zone,
        }


class Console(Pages):
    """The handler of a group of the staff's pages."""

    request = PageRequest

    def get(
        self,
        path: str,
        *roles: str,
        public: bool = False,
        beside: Beside | None = None,
        ahead: Ahead | None = None,
    ) -> Callable[[Operation], Operation]:
        """A page for signed-in people with one of `roles` (none: any), or for everybody. The item
        that `beside` names is the request's `found`, those that `ahead` names are what it has
        `among` others, at no call of their own. `ahead` may read what it needs to name them: it
        is for people whose cookie holds, and shows nothing before it is known who they are."""

        def arrange(request: PageRequest, parameters: dict[str, str]) -> None:
            if beside:
                item = beside(**parameters)
                request.wanted = lambda: [item] if item else []
            elif ahead:
                request.wanted = lambda: _looked_for(request, ahead)

        return self.page("GET", path, public=public, guard=_needing(roles), arrange=arrange)

    def post(
        self, path: str, *roles: str, public: bool = False
    ) -> Callable[[Operation], Operation]:
        """What a form of a page is sent to."""
        return self.page("POST", path, public=public, guard=_needing(roles))


def _looked_for(request: PageRequest, ahead: Ahead) -> Sequence[tuple[Table, Key]]:
    try:
        return ahead(request)
    except CrmError as error:
        request.refusal = error  # told once it is known to whom
        return ()


def _needing(roles: tuple[str, ...]) -> Guard:
    def guard(request: PageRequest) -> None:
        if roles:
            request.by.need(*roles)
        if request.refusal:
            raise request.refusal

    return guard
