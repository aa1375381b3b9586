"""A request for a page: what the browser sent, and the answers a page can give."""

import base64
from abc import abstractmethod
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, Final
from urllib.parse import parse_qs, urlsplit

import deflate
from aws_lambda_powertools.event_handler import Response

from shared.kernel.errors import CrmError, Forbidden, Unauthorised
from shared.platform.entry.http import Request
from shared.platform.settings import settings

from .cookies import flash_cookie, flash_in
from .rendering import render, with_query
from .session import Session, Sessions, csrf_matches, csrf_token

Answer = Response[Any]

MEDIA_TYPE: Final = "text/html; charset=utf-8"
CSRF_FIELD: Final = "csrf"
CSRF_HEADER: Final = "x-csrf-token"

_COMPRESSED_FROM: Final = 1_024
_LEVEL: Final = 1
"""libdeflate's: 3 % smaller than zlib's level 3 in a third of the time. 6 is 3 % smaller again and
takes twice as long."""
_LONGEST_ADDRESS: Final = 2_000


class PageRequest(Request):
    """A request for a page, by a person who is signed in (unless the page is for everybody).

    A frame says who can sign in: `home` is where their pages start, `sign_in_at` where they sign
    in, `frame` the folder with the frame's templates.
    """

    sessions: ClassVar[Sessions]
    home: ClassVar[str]
    sign_in_at: ClassVar[str]
    frame: ClassVar[Path]

    def __init__(self, event: Mapping[str, Any], templates: Path) -> None:
        super().__init__(event)
        self._folders = (templates, self.frame)
        self.set_cookies: list[str] = []

    @property
    @abstractmethod
    def who(self) -> str:
        """The id of whoever is signed in; "" for nobody."""

    @abstractmethod
    def admit(self, session: Session) -> Session:
        """Find out whether whoever began `session` may still come in, and remember them; gives
        the session as it goes on. Raises `Unauthorised`."""

    @abstractmethod
    def around(self) -> dict[str, Any]:
        """What the frame's templates need: `zone` and `brand` at least."""

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

    def page(self, template: str, status: int = 200, **context: Any) -> Answer:
        """A page from a template of the function. `now`, `zone` and the frame's needs are added."""
        frame = {
            "home": self.home,
            "sign_in_at": self.sign_in_at,
            "here": self.path,
            "query": self.query,
            "now": self.now,
            "csrf": csrf_token(self.who, self.now) if self.who else "",
            "flash": self._flash() if status < 300 and self.whole else "",
            "base_url": settings().need("public_base_url"),
            "theme": self._theme(),
            "errors": {},
            "typed": {},
            **self.around(),
        }
        text = render(self._folders, template, {**frame, **context})
        return Response(status_code=status, content_type=MEDIA_TYPE, body=text, headers={})

    def redirect(self, to: str, done: str = "") -> Answer:
        """Go to another page (303); `done` is shown there once."""
        if done:
            self.set_cookies.append(flash_cookie(done))
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
        known = self.sessions.of(self.cookies, self.now)
        session = self.admit(known)
        if session != known or session.due(self.now):
            self.set_cookies.append(self.sessions.keep(session.at(self.now)))

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
        if not csrf_matches(sent, self.who, self.now):
            raise Forbidden("csrf_invalid", "This form has aged. Load the page again")

    def to_sign_in(self, error: Unauthorised) -> Answer:
        """Ask to sign in and lead back here afterwards."""
        if self.method == "POST":
            # The page stays, with what was typed: its script opens a dialog to sign in again.
            answer = self.page("session_ended.html", 401, error=error)
            answer.headers["hx-trigger"] = "session-ended"
            return answer
        query = self.event.get("rawQueryString") or ""
        wanted = f"{self.path}?{query}" if query else self.path
        self.set_cookies.append(self.sessions.end())
        if not self.whole:
            # A part of a page that renews itself must not become the sign-in page.
            return Response(status_code=401, headers={"hx-trigger": "session-ended"}, body="")
        to = with_query(self.sign_in_at, {"next": None if wanted == self.home else wanted})
        return self.redirect(to)

    @classmethod
    def address(cls, text: str) -> str:
        """`text` when it is an address of these pages, else their start: never anybody else's."""
        # A backslash or a second slash would lead a browser to another host.
        path = text.partition("?")[0]
        ours = path == cls.home or path.startswith(f"{cls.home}/")
        plain = text.isascii() and text.isprintable() and len(text) < _LONGEST_ADDRESS
        return text if ours and "//" not in path and "\\" not in text and plain else cls.home

    def _theme(self) -> str:
        # Written by the page's script; without it the browser's preference holds.
        theme = self.cookies.get("crm-theme", "")
        return theme if theme in ("dark", "light") else ""

    def _flash(self) -> str:
        text = flash_in(self.cookies)
        if text:
            self.set_cookies.append(flash_cookie(""))
        return text


def compressed(answer: dict[str, Any], accepted: str) -> None:
    """Compress an answer for a browser that takes that; CloudFront does so only with what it may
    cache."""
    body = answer.get("body") or ""
    if answer.get("isBase64Encoded") or "gzip" not in accepted or len(body) < _COMPRESSED_FROM:
        return
    answer["body"] = base64.b64encode(deflate.gzip_compress(body.encode(), _LEVEL)).decode()
    answer["isBase64Encoded"] = True
    answer["headers"]["content-encoding"] = "gzip"


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
