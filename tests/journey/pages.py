"""Being somebody in the pages: a browser, signed in, that notes what goes wrong."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from infra.local.people import PASSWORD, person_called

from .browser import USER_AGENT
from .stack import Stack

LAPTOP: Final = {"width": 1366, "height": 850}
PHONE: Final = {"width": 390, "height": 844}

_LOOK_MS: Final = 15
_STILL: Final = 4
_LOOKS: Final = 60
"""A page is at rest when nothing was under way at four looks, 60 ms, one after the other."""


@dataclass
class Visitor:
    """A page of a browser. `wrong` is what it complained about."""

    page: Any
    cdp: Any
    wrong: list[str] = field(default_factory=list)
    _frame: str = ""
    _asked: dict[str, str] = field(default_factory=dict)
    _under_way: set[str] = field(default_factory=set)
    _received: dict[str, int] = field(default_factory=dict)
    _whole: dict[str, int] = field(default_factory=dict)

    def watch(self) -> None:
        """Note what goes wrong, and what is sent."""
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.wrong.append(f"{self.page.url}: {error}"))
        self.cdp.on("Network.requestWillBeSent", self._ask)
        self.cdp.on("Network.loadingFinished", self._receive)
        self.cdp.on("Network.loadingFailed", lambda end: self._end(end["requestId"]))
        self.cdp.send("Network.enable")
        self._frame = self.cdp.send("Page.getFrameTree")["frameTree"]["frame"]["id"]

    def go(self, address: str) -> Any:
        """Go to an address as by typing it; what came before is not counted any more."""
        self._received.clear()
        return self.page.goto(address)

    def counted(self) -> int:
        """Bytes received since this or `first` was last called, fonts left out."""
        self._come_to_rest()
        total = sum(size for url, size in self._received.items() if _counts(url))
        self._received.clear()
        return total

    def first(self) -> int:
        """The same as if nothing of it had been in the browser's cache: each file as large as it
        was when it came."""
        self._come_to_rest()
        total = sum(self._whole.get(url, 0) for url in self._received if _counts(url))
        self._received.clear()
        return total

    def _come_to_rest(self) -> None:
        self.page.wait_for_load_state("load")
        # What is fetched ahead is asked for once the browser has nothing else to do.
        self.page.evaluate("() => new Promise(done => requestIdleCallback(done, {timeout: 1000}))")
        still = 0
        for _ in range(_LOOKS):
            self.page.wait_for_timeout(_LOOK_MS)
            still = 0 if self._under_way else still + 1
            if still == _STILL:
                return
        # Something is not told of: the browser waits half a second without anything.
        self._under_way.clear()
        self.page.wait_for_load_state("networkidle")

    def _ask(self, sent: Any) -> None:
        url, request = str(sent["request"]["url"]), sent["requestId"]
        if url.startswith("http"):
            self._asked[request] = url
            # Of what a frame within the page shows the end is not always told.
            if sent.get("frameId") == self._frame:
                self._under_way.add(request)

    def _receive(self, done: Any) -> None:
        url = self._asked.get(done["requestId"])
        if url is not None:
            size = int(done["encodedDataLength"])
            self._received[url] = self._received.get(url, 0) + size
            self._whole[url] = max(self._whole.get(url, 0), size)
        self._end(done["requestId"])

    def _end(self, request: str) -> None:
        self._under_way.discard(request)

    def _said(self, said: Any) -> None:
        # What is refused for good reason is logged by Chromium too, as a resource that failed.
        if said.type in ("error", "warning") and "Failed to load resource" not in said.text:
            self.wrong.append(f"{self.page.url}: {said.text}")


def _counts(url: str) -> bool:
    return ".woff" not in url


@contextmanager
def visiting(browser: Any, stack: Stack, **context: Any) -> Iterator[Visitor]:
    """A fresh browser profile at the stack's address."""
    given = {"user_agent": USER_AGENT, "viewport": LAPTOP, "base_url": stack.url, **context}
    profile = browser.new_context(**given)
    page = profile.new_page()
    visitor = Visitor(page, profile.new_cdp_session(page))
    visitor.watch()
    yield visitor
    profile.close()


def sign_in(visitor: Visitor, who: str, password: str = PASSWORD) -> None:
    """Sign in as a sample person: a role, an id or a first name; or an e-mail address."""
    page, email = visitor.page, who if "@" in who else person_called(who).email
    if "/console/sign-in" not in page.url:
        page.goto("/console/sign-in")
    page.fill("#f-email", email)
    page.fill("#f-password", password)
    page.click("main button[type=submit]")


def signed_in(visitor: Visitor, who: str, password: str = PASSWORD) -> Visitor:
    """The visitor, signed in and at the home page."""
    sign_in(visitor, who, password)
    visitor.page.wait_for_selector("body.app")
    return visitor


def settled(page: Any) -> None:
    """What was drawn anew listens by now, as it does before anybody could reach for it."""
    moving = ".htmx-request, .htmx-swapping, .htmx-added, .htmx-settling"
    page.wait_for_function(f"() => !document.querySelector('{moving}')")
