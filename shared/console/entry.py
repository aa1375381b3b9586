"""Handlers of the staff's pages: session, origin, roles, answers and errors as pages.

console = Console(Path(__file__).parent / "templates", "/console/leads")

@console.get("/console/leads", *ROLES)
def listed(request: PageRequest) -> Response:
    return request.page("leads.html", leads=...)

handle = console
"""

import base64
import gzip
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from aws_lambda_powertools.event_handler import Response

from shared.directory.access import person_signed_in, staff_of
from shared.directory.model import StaffMember
from shared.kernel.errors import CrmError, Forbidden, NotFound, Unauthorised
from shared.platform.auth import Staff
from shared.platform.entry.http import Http, Request
from shared.platform.observability import begin, unexpected
from shared.platform.settings import settings

from . import session as sessions
from .navigation import menu, section_of
from .rendering import render, with_query

Answer = Response[Any]
Operation = Callable[..., Answer]

MEDIA_TYPE: Final = "text/html; charset=utf-8"
CSRF_FIELD: Final = "csrf"
CSRF_HEADER: Final = "x-csrf-token"
SIGN_IN: Final = "/console/sign-in"

HEADERS: Final = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "font-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    ),
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "vary": "HX-Request",
}
"""Nothing foreign, no script or style in the page itself, never inside another page's frame."""

_COMPRESSED_FROM: Final = 1_024


class PageRequest(Request):
    """A request for a page, by a person who is signed in (unless the page is for everybody)."""

    def __init__(self, event: Mapping[str, Any], templates: Path) -> None:
        super().__init__(event)
        self._templates = templates
        self.set_cookies: list[str] = []
        self.member: StaffMember | None = None

    @cached_property
    def cookies(self) -> dict[str, str]:
        """What the browser sent. The gateway lists cookies apart; others leave the header."""
        sent = self.event.get("cookies") or self.headers.get("cookie", "").split(";")
        pairs = (one.strip().partition("=") for one in sent)
        return {name: value for name, _, value in pairs if name}

    @cached_property
    def form_lists(self) -> dict[str, list[str]]:
        """The posted form: every value of every field. Control characters stay the field's."""
        return parse_qs(self.body.decode("utf-8", "replace"), keep_blank_values=True)

    @property
    def form(self) -> dict[str, str]:
        """The posted form: the last value of each field."""
        return {name: values[-1] for name, values in self.form_lists.items()}

    @property
    def htmx(self) -> bool:
        """Whether the page's script asks, and not the browser itself."""
        return self.headers.get("hx-request") == "true"

    @property
    def whole(self) -> bool:
        """Whether a whole page is asked for, and not a part of one."""
        # A part that renews itself must not take the message meant for the page around it.
        return not self.htmx or self.headers.get("hx-boosted") == "true"

    @property
    def person(self) -> StaffMember:
        """Who asks."""
        assert self.member is not None, "this page is for everybody"
        return self.member

    @property
    def by(self) -> Staff:
        """Who asks, as use cases take it."""
        return staff_of(self.person)

    @property
    def zone(self) -> str:
        """In which zone the person works: pages show times on that wall clock."""
        return self.member.working_hours.zone if self.member else "UTC"

    def page(self, template: str, status: int = 200, **context: Any) -> Answer:
        """A page from a template of the function. `me`, `now`, `zone` and the frame's needs are
        added."""
        roles = self.member.roles if self.member else ()
        frame = {
            "me": self.member,
            "menu": menu(roles) if self.member else [],
            "section": section_of(self.path),
            "here": self.path,
            "query": self.query,
            "now": self.now,
            "zone": self.zone,
            "csrf": sessions.csrf_token(self.member.staff_id, self.now) if self.member else "",
            "flash": self._flash() if status < 300 and self.whole else "",
            "base_url": settings().need("public_base_url"),
            "theme": self._theme(),
            "errors": {},
            "typed": {},
        }
        return _answer(status, render(self._templates, template, {**frame, **context}))

    def redirect(self, to: str, done: str = "") -> Answer:
        """Go to another page (303); `done` is shown there once."""
        if done:
            self.set_cookies.append(sessions.flash_cookie(done))
        return Response(status_code=303, headers={"location": to}, body="")

    def refused(self, template: str, error: CrmError, **context: Any) -> Answer:
        """The page again with what was typed and what is wrong with it."""
        errors = {one.field: one.message for one in error.fields}
        return self.page(
            template,
            error.status,
            errors=errors,
            problem=error.message,
            typed=self.form,
            **context,
        )

    def sign_in(self) -> None:
        """Find out who asks. Raises `Unauthorised`."""
        session = sessions.session_in(self.cookies, self.now)
        self.member = person_signed_in(session.staff_id, session.since)
        if session.due(self.now):
            self.set_cookies.append(sessions.set_cookie(session.at(self.now)))

    def check_origin(self) -> None:
        """A post comes from a page of ours, whoever made the browser send it."""
        ours = _origin(settings().need("public_base_url"))
        origin = self.headers.get("origin")
        same = origin == ours if origin else self.headers.get("sec-fetch-site") == "same-origin"
        if not same:
            raise Forbidden("origin_foreign", f"This form was not sent from a page of {ours}")

    def check_token(self) -> None:
        """A post carries the token of the person it is sent for."""
        sent = self.form.get(CSRF_FIELD) or self.headers.get(CSRF_HEADER, "")
        if not sessions.csrf_matches(sent, self.person.staff_id, self.now):
            raise Forbidden("csrf_invalid", "This form has aged. Load the page again")

    def _theme(self) -> str:
        # Written by the page's script; without it the browser's preference holds.
        theme = self.cookies.get("crm-theme", "")
        return theme if theme in ("dark", "light") else ""

    def _flash(self) -> str:
        text = sessions.flash_in(self.cookies)
        if text:
            self.set_cookies.append(sessions.flash_cookie(""))
        return text


class Console(Http):
    """The handler of a group of pages: everything at `prefixes` and below them.

    The gateway sends the whole prefix here; templates are those of the function, then the shared.
    """

    def __init__(self, templates: Path, *prefixes: str) -> None:
        super().__init__()
        self.prefixes = prefixes
        self._templates = templates

    def get(self, path: str, *roles: str, public: bool = False) -> Callable[[Operation], Operation]:
        """A page for signed-in people with one of `roles` (none: any), or for everybody."""
        return self._register("GET", path, roles, public)

    def post(
        self, path: str, *roles: str, public: bool = False
    ) -> Callable[[Operation], Operation]:
        """What a form of a page is sent to."""
        return self._register("POST", path, roles, public)

    def _register(
        self, method: str, path: str, roles: Iterable[str], public: bool
    ) -> Callable[[Operation], Operation]:
        needed = tuple(roles)

        def register(operation: Operation) -> Operation:
            def call(**parameters: str) -> Answer:
                request = self._page_request
                try:
                    if method == "POST":
                        request.check_origin()
                    if not public:
                        request.sign_in()
                        if needed:
                            request.by.need(*needed)
                        if method == "POST":
                            request.check_token()
                    return operation(request, **parameters)
                except Exception as error:
                    return self._refuse_page(error)

            self._resolver.route(path.replace("{", "<").replace("}", ">"), method)(call)
            return operation

        return register

    def _no_route(self, _: Any) -> Answer:
        try:
            self._page_request.sign_in()
            raise NotFound("no_such_page", "There is no page at this address")
        except Exception as error:
            return self._refuse_page(error)

    def _refuse_page(self, error: Exception) -> Answer:
        request = self._page_request
        if isinstance(error, Unauthorised):
            return _to_sign_in(request, error)
        if not isinstance(error, CrmError):
            unexpected(error)
            error = _Broken("internal_error", "Something went wrong on our side")
        part = request.htmx and request.headers.get("hx-boosted") != "true"
        template = "error_part.html" if part else "error.html"
        return request.page(template, error.status, error=error, request_id=request.id)

    def __call__(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        self._page_request = request = PageRequest(event, self._templates)
        log = begin(request.id, route=event.get("routeKey", ""))
        answer: dict[str, Any] = self._resolver.resolve(event, context)
        headers = {name.lower(): value for name, value in answer["headers"].items()}
        answer["headers"] = {**HEADERS, **headers, **request.answer_headers}
        if request.method == "POST" and answer["statusCode"] >= 400:
            # What is wrong is shown in place; the address of a post is none to come back to.
            answer["headers"]["hx-push-url"] = "false"
        answer.pop("multiValueHeaders", None)
        if request.set_cookies:
            answer["cookies"] = request.set_cookies
        _compress(answer, request.headers.get("accept-encoding", ""))
        log.info("answered", extra={"status": answer["statusCode"]})
        return answer


class _Broken(CrmError):
    status = 500
    title = "Something went wrong"


def local_address(text: str) -> str:
    """`text` when it is an address of the pages, else their start: never anybody else's."""
    # A backslash or a second slash would lead a browser to another host.
    path = text.partition("?")[0]
    ours = path == "/console" or path.startswith("/console/")
    safe = ours and "//" not in path and "\\" not in text
    return (
        text if safe and text.isascii() and text.isprintable() and len(text) < 2_000 else "/console"
    )


def _to_sign_in(request: PageRequest, error: Unauthorised) -> Answer:
    if request.method == "POST":
        # The page stays, with what was typed: its script opens a dialog to sign in again.
        answer = request.page("session_ended.html", 401, error=error)
        answer.headers["hx-trigger"] = "session-ended"
        return answer
    query = request.event.get("rawQueryString") or ""
    wanted = f"{request.path}?{query}" if query else request.path
    request.set_cookies.append(sessions.end_cookie())
    if not request.whole:
        # A part of a page that renews itself must not become the sign-in page.
        return Response(status_code=401, headers={"hx-trigger": "session-ended"}, body="")
    to = with_query(SIGN_IN, {"next": None if wanted == "/console" else wanted})
    return request.redirect(to)


def _answer(status: int, text: str) -> Answer:
    return Response(status_code=status, content_type=MEDIA_TYPE, body=text, headers={})


def _compress(answer: dict[str, Any], accepted: str) -> None:
    body = answer.get("body") or ""
    if answer.get("isBase64Encoded") or "gzip" not in accepted or len(body) < _COMPRESSED_FROM:
        return
    answer["body"] = base64.b64encode(gzip.compress(body.encode(), 6, mtime=0)).decode()
    answer["isBase64Encoded"] = True
    answer["headers"]["content-encoding"] = "gzip"


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
