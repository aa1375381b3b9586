"""Visiting the staff's pages as a browser does, without one: cookie, origin, form token.

page = browse("console_leads", "GET", "/console/leads", who=ASHA)
assert page.status == 200 and page.one("h1").text == "All leads"
"""

import base64
import gzip
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from typing import Any, Final
from urllib.parse import urlencode

from shared.console.session import STAFF
from shared.pages.cookies import flash_in
from shared.pages.session import csrf_token
from shared.platform import clock
from shared.platform.connections import Answer
from tests.aws_calls import Call, Send, intercepted
from tests.calls import invoke, request
from tests.cloud import SETTINGS
from tests.staffing import employed

Who = tuple[str, Sequence[str]]

ASHA: Final[Who] = ("asha", ["rep"])
RAVI: Final[Who] = ("ravi", ["rep"])
MAYA: Final[Who] = ("maya", ["sales_manager"])
NABIN: Final[Who] = ("nabin", ["marketer"])
OLGA: Final[Who] = ("olga", ["analyst"])
SAGAR: Final[Who] = ("sagar", ["admin"])

HOSTILE: Final = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
"""What a visitor may type anywhere: no page may hold it as anything but text."""

_VOID: Final = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "source",
        "track",
        "wbr",
    ]
)


@dataclass
class Element:
    """An element of a page."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Element | str"] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What it says to whoever has it read out, with single spaces."""
        return " ".join("".join(self._texts()).split())

    def __getitem__(self, name: str) -> str:
        return self.attributes[name]

    def get(self, name: str) -> str | None:
        """An attribute, if there is one."""
        return self.attributes.get(name)

    def all(self, tag: str = "", **attributes: str) -> list["Element"]:
        """Elements inside, in order; of `class_` one word is enough, `_` in names stands for `-`."""
        return [one for one in self._inside() if _fits(one, tag, attributes)]

    def one(self, tag: str = "", **attributes: str) -> "Element":
        """The first such element."""
        found = self.all(tag, **attributes)
        assert found, f"no <{tag}> with {attributes}"
        return found[0]

    def _inside(self) -> Iterator["Element"]:
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child._inside()

    def _texts(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child
            elif child.attributes.get("aria-hidden") != "true":
                yield from child._texts()
                yield " " if child.tag not in ("b", "bdi", "span", "a", "code", "small") else ""


@dataclass(frozen=True)
class Page:
    """What a function of pages answered; `calls` are the operations it asked of AWS."""

    status: int
    headers: dict[str, str]
    html: str
    cookies: tuple[str, ...]
    calls: tuple[str, ...]

    @cached_property
    def root(self) -> Element:
        """The page's elements."""
        reader = _Reader()
        reader.feed(self.html)
        reader.close()
        return reader.root

    @property
    def text(self) -> str:
        """What the page says."""
        return self.root.text

    def all(self, tag: str = "", **attributes: str) -> list[Element]:
        """See `Element.all`."""
        return self.root.all(tag, **attributes)

    def one(self, tag: str = "", **attributes: str) -> Element:
        """See `Element.one`."""
        return self.root.one(tag, **attributes)

    @property
    def dynamodb_calls(self) -> list[str]:
        """What was asked of DynamoDB."""
        return [one for one in self.calls if one.startswith("dynamodb.")]

    @property
    def location(self) -> str:
        """Where it leads."""
        return self.headers["location"]

    @property
    def toast(self) -> str:
        """What the page it leads to is to say once."""
        for cookie in self.cookies:
            name, _, rest = cookie.partition("=")
            if name == "crm-flash":
                return flash_in({name: rest.partition(";")[0]})
        return ""


def browse(
    function: str,
    method: str,
    path: str,
    *,
    who: Who | None = None,
    session: tuple[str, str] | None = None,
    query: Mapping[str, str] | None = None,
    form: Mapping[str, str | Sequence[str]] | None = None,
    headers: Mapping[str, str] | None = None,
    htmx: bool = False,
    csrf: bool = True,
) -> Page:
    """Ask a function for a page; posts come from our own pages with the person's token.

    `who` is (staff id, roles) of somebody who works here and has just signed in; of others
    `session` is their id and their session's cookie. `htmx` says that the page's script asks.
    `csrf=False` leaves the token out.
    """
    sent = {"accept": "text/html", "accept-encoding": "gzip", **(headers or {})}
    now = clock.now()
    fields: dict[str, Any] = dict(form or {})
    if htmx:
        sent["hx-request"] = "true"
    if who:
        employed(*who)
        session = (who[0], STAFF.begin(who[0], now).partition(";")[0])
    if session:
        person, cookie = session
        sent["cookie"] = f"{cookie}; {sent['cookie']}" if "cookie" in sent else cookie
        if method == "POST" and csrf:
            fields.setdefault("csrf", csrf_token(person, now))
    if method == "POST":
        sent.setdefault("origin", SETTINGS["public_base_url"])
        sent.setdefault("content-type", "application/x-www-form-urlencoded")
    body = urlencode(fields, doseq=True) if method == "POST" else None
    payload = request(method, path, body=body, headers=sent, query=query)
    calls: list[str] = []

    def noted(call: Call, send: Send) -> Answer:
        calls.append(call.name)
        return send()

    with intercepted(noted):
        answer = invoke(function, payload)
    return _page(answer, calls)


def page_post(path: str, form: Mapping[str, str], who: Who) -> dict[str, Any]:
    """The event by which somebody who has just signed in sends a form of our pages."""
    now = clock.now()
    employed(*who)
    headers = {
        "accept": "text/html",
        "cookie": STAFF.begin(who[0], now).partition(";")[0],
        "origin": SETTINGS["public_base_url"],
        "content-type": "application/x-www-form-urlencoded",
    }
    body = urlencode({**form, "csrf": csrf_token(who[0], now)})
    return request("POST", path, body=body, headers=headers)


def _page(answer: Mapping[str, Any], calls: Sequence[str]) -> Page:
    raw = (answer.get("body") or "").encode()
    if answer.get("isBase64Encoded"):
        raw = base64.b64decode(raw)
    if answer["headers"].get("content-encoding") == "gzip":
        raw = gzip.decompress(raw)
    return Page(
        answer["statusCode"],
        dict(answer["headers"]),
        raw.decode(),
        tuple(answer.get("cookies") or ()),
        tuple(calls),
    )


def _fits(one: Element, tag: str, attributes: Mapping[str, str]) -> bool:
    if tag and one.tag != tag:
        return False
    for name, wanted in attributes.items():
        name = name.rstrip("_").replace("_", "-")
        value = one.attributes.get(name)
        if value is None or (value != wanted and not (name == "class" and wanted in value.split())):
            return False
    return True


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("")
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open[-1].children.append(Element(tag, {n: v or "" for n, v in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if any(one.tag == tag for one in self._open[1:]):
            while self._open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)


def typed(page: Page) -> dict[str, str]:
    """The fields of a page's main form as a browser would post them."""
    form = page.one("form", class_="form-page")
    fields = {
        one["name"]: one.get("value") or ""
        for one in form.all("input")
        if one.get("type") != "checkbox" or "checked" in one.attributes
    }
    fields |= {one["name"]: "".join(map(str, one.children)) for one in form.all("textarea")}
    for one in form.all("select"):
        options = one.all("option")
        chosen = [option for option in options if "selected" in option.attributes] or options[:1]
        fields[one["name"]] = chosen[0].get("value") or ""
    return {name: text for name, text in fields.items() if name != "csrf"}
