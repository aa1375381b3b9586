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


@dataclass
class Visitor:
    """A page of a browser. `wrong` is what it complained about; `received` are the bytes of each
    answer since `counted` was last called, by address."""

    page: Any
    cdp: Any
    wrong: list[str] = field(default_factory=list)
    received: dict[str, int] = field(default_factory=dict)

    def counted(self) -> int:
        """Bytes received since the last time, fonts left out."""
        self.page.wait_for_load_state("networkidle")
        total = sum(size for url, size in self.received.items() if ".woff" not in url)
        self.received.clear()
        return total


@contextmanager
def visiting(browser: Any, stack: Stack, **context: Any) -> Iterator[Visitor]:
    """A fresh browser profile at the stack's address."""
    given = {"user_agent": USER_AGENT, "viewport": LAPTOP, "base_url": stack.url, **context}
    profile = browser.new_context(**given)
    page = profile.new_page()
    visitor = Visitor(page, profile.new_cdp_session(page))
    page.on("console", lambda said: _noted(visitor, said))
    page.on("pageerror", lambda error: visitor.wrong.append(f"{page.url}: {error}"))
    urls: dict[str, str] = {}
    listen = visitor.cdp.on
    listen("Network.requestWillBeSent", lambda sent: urls.update({sent["requestId"]: _url(sent)}))
    listen(
        "Network.loadingFinished",
        lambda done: _received(visitor, urls.get(done["requestId"], ""), done),
    )
    visitor.cdp.send("Network.enable")
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


def _noted(visitor: Visitor, said: Any) -> None:
    # What is refused for good reason is logged by Chromium too, as a resource that failed.
    if said.type in ("error", "warning") and "Failed to load resource" not in said.text:
        visitor.wrong.append(f"{visitor.page.url}: {said.text}")


def _url(sent: Any) -> str:
    return str(sent["request"]["url"])


def _received(visitor: Visitor, url: str, done: Any) -> None:
    if url.startswith("http"):
        size = visitor.received.get(url, 0) + int(done["encodedDataLength"])
        visitor.received[url] = size
