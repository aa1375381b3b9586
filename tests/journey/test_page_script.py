"""The page script and the demo page in a real Chromium, against the functions themselves."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import pytest

from shared.customers.behaviour.model import Behaviour
from shared.customers.behaviour.repository import of_subject
from shared.customers.write_keys.seed import plant
from shared.platform.settings import settings
from tests.calls import handler, invoke, request
from tests.conftest import NOW
from tests.forms import store_form
from tests.pump import carried

from .browser import USER_AGENT, launched

ASSETS: Final = Path(__file__).parents[2] / "infra" / "assets"
KEY: Final = "crm_pub_demo_page"
TYPES: Final = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
POLICY: Final = (
    "default-src 'self'; img-src 'self' data:; script-src 'self' http:; connect-src http:"
)

FUNCTIONS: Final = (
    (re.compile(r"/v1/events"), "behaviour_capture"),
    (re.compile(r"/v1/forms/[^/]+/definition"), "form_query"),
    (re.compile(r"/forms/[^/]+"), "form_query"),
    (re.compile(r"/v1/forms/[^/]+/submissions"), "lead_capture"),
)

FOREIGN_PAGE: Final = """<!doctype html><title>A shop</title>
<link rel="icon" href="data:,">
<form data-crm-form="contact" method="post" action="{base}/v1/forms/contact/submissions">
<input name="email"><button>Send</button></form>
<script src="{base}/assets/crm.js" data-key="{key}" async></script>"""


@dataclass
class Site:
    """The front door in small: `/assets` from the folder, the rest from the functions."""

    port: int
    posted: list[dict[str, str]] = field(default_factory=list)
    """The fields of every form that was sent, in order."""

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def foreign(self) -> str:
        """The same server under another origin."""
        return f"http://localhost:{self.port}"


def _handler(site: Callable[[], Site]) -> type[BaseHTTPRequestHandler]:
    # Lambda runs one request at a time per process, and so do we.
    turn = threading.Lock()

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            if path.startswith("/assets/"):
                file = ASSETS / path.removeprefix("/assets/")
                content = file.read_bytes() if file.is_file() else b""
                self._answer(200 if content else 404, content, TYPES.get(file.suffix, ""))
            elif path == "/foreign.html":
                key = parse_qs(urlsplit(self.path).query).get("key", [KEY])[0]
                text = FOREIGN_PAGE.format(base=site().base, key=key)
                self._answer(200, text.encode(), "text/html")
            else:
                self._function(b"")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            if "/submissions" in self.path:
                fields = parse_qs(body.decode(), keep_blank_values=True)
                site().posted.append({name: values[-1] for name, values in fields.items()})
            self._function(body)

        def do_OPTIONS(self) -> None:
            self._function(b"")

        def _function(self, body: bytes) -> None:
            parts = urlsplit(self.path)
            name = next(one for shape, one in FUNCTIONS if shape.fullmatch(parts.path))
            query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
            event = request(
                self.command, parts.path, body=body, headers=dict(self.headers), query=query
            )
            with turn:
                answer = invoke(name, event)
            self._answer(answer["statusCode"], answer["body"].encode(), "", answer["headers"])

        def _answer(
            self, status: int, body: bytes, kind: str, headers: dict[str, str] | None = None
        ) -> None:
            self.send_response(status)
            sent = {"content-security-policy": POLICY, "content-type": kind, **(headers or {})}
            for name, value in sent.items():
                if value:
                    self.send_header(name, value)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    return Door


@pytest.fixture
def site(tables: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A running site with the sample forms and a write key for its own pages and `foreign`."""
    for name in {name for _, name in FUNCTIONS}:
        handler(name)
    found: list[Site] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(lambda: found[0]))
    found.append(Site(server.server_address[1]))
    monkeypatch.setenv("CRM_PUBLIC_BASE_URL", found[0].base)
    settings.cache_clear()
    origins = [found[0].foreign]
    plant([{"key_id": "demo", "kind": "public", "key": KEY, "allowed_origins": origins}], NOW)
    store_form("contact", allowed_origins=origins, minimum_fill_seconds=0)
    store_form("demo-request", minimum_fill_seconds=0)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield found[0]
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    # These run among tests that need the event loop for themselves.
    with launched() as running:
        yield running


@pytest.fixture
def context(browser: Any, site: Site) -> Iterator[Any]:
    """A fresh visitor with an ordinary browser."""
    fresh = browser.new_context(user_agent=USER_AGENT)
    fresh.set_default_timeout(10_000)
    yield fresh
    fresh.close()


@pytest.fixture
def page(context: Any) -> Iterator[Any]:
    """A tab. Anything the pages complain of on the console fails the test."""
    tab = context.new_page()
    complaints: list[str] = []
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.on("console", lambda one: complaints.append(one.text) if one.type == "error" else None)
    tab.complaints = complaints
    yield tab
    assert complaints == []


def open_page(page: Any, url: str) -> dict[str, Any]:
    """Open a page; the event its view was reported as, once it was answered."""
    with page.expect_response("**/v1/events") as answered:
        page.goto(url)
    assert answered.value.status == 202
    return sent_in(answered.value.request)


def sent_in(sent: Any) -> dict[str, Any]:
    (event,) = json.loads(sent.post_data)["events"]
    return dict(event)


def storage(page: Any) -> Any:
    script = "() => ({ local: {...localStorage}, session: {...sessionStorage} })"
    return page.evaluate(script)


def hidden(page: Any, form: str = "contact") -> dict[str, str]:
    script = """(id) => Object.fromEntries([...document.querySelectorAll(
        `form[data-crm-form="${id}"] input[type=hidden]`)].map((one) => [one.name, one.value]))"""
    return dict(page.evaluate(script, form))


def views(visitor: str) -> list[Behaviour]:
    return list(of_subject(visitor))


def test_before_consent_views_are_reported_and_nothing_is_remembered(
    page: Any, context: Any, site: Site
) -> None:
    first = open_page(page, f"{site.base}/assets/demo/pricing.html?email=ann@example.com")
    second = open_page(page, f"{site.base}/assets/demo/index.html")

    (view,) = views(first["visitor_id"])
    assert (view.name, view.path, view.human) == (
        "page_viewed",
        "/assets/demo/pricing.html",
        True,
    )
    assert "ann@example.com" not in json.dumps(first)
    assert first["visitor_id"] != second["visitor_id"]
    assert storage(page) == {"local": {}, "session": {}}
    assert context.cookies() == []


def test_with_consent_the_browser_is_known_again_and_so_is_where_it_came_from(
    page: Any, site: Site
) -> None:
    first = open_page(
        page, f"{site.base}/assets/demo/pricing.html?utm_source=fb&utm_campaign=spring&x=1"
    )
    page.click("#consent-yes")
    second = open_page(page, f"{site.base}/assets/demo/index.html")

    assert first["visitor_id"] == second["visitor_id"]
    assert len(views(first["visitor_id"])) == 2
    page.wait_for_selector('[data-crm-form="contact"] [name=_token]', state="attached")
    filled = hidden(page)
    assert filled["_visitor"] == first["visitor_id"]
    assert (filled["utm_source"], filled["utm_campaign"]) == ("fb", "spring")
    assert filled["_landing_page"] == f"{site.base}/assets/demo/pricing.html"
    assert "x" not in filled
    assert not page.is_visible("#consent")


def test_consent_withdrawn_forgets_the_browser(page: Any, site: Site) -> None:
    first = open_page(page, f"{site.base}/assets/demo/index.html")
    page.click("#consent-yes")
    page.click("#consent-again")
    page.click("#consent-no")

    assert storage(page)["local"] == {}
    assert hidden(page)["_visitor"] != first["visitor_id"]
    second = open_page(page, f"{site.base}/assets/demo/index.html")
    assert second["visitor_id"] != first["visitor_id"]
    assert not page.is_visible("#consent"), "a refusal is not asked again in this visit"


def test_a_form_sent_from_the_page_names_the_visitor_whose_views_were_stored(
    page: Any, site: Site
) -> None:
    view = open_page(page, f"{site.base}/assets/demo/index.html?utm_source=fb")
    page.wait_for_selector('[data-crm-form="contact"] [name=_token]', state="attached")
    page.fill("#contact-form [name=email]", "ann@example.com")
    page.fill("#contact-form [name=message]", "How deep?")
    page.click("#contact-form button")

    page.wait_for_url("**/thanks.html")
    (sent,) = site.posted
    assert sent["_visitor"] == view["visitor_id"]
    assert sent["_token"]
    (fact,) = [one for one in carried() if one.type == "LeadCaptured"]
    assert fact.detail["visitor_id"] == view["visitor_id"]


def test_without_any_script_the_form_works(browser: Any, site: Site) -> None:
    plain = browser.new_context(java_script_enabled=False, user_agent=USER_AGENT)
    page = plain.new_page()
    page.goto(f"{site.base}/assets/demo/index.html")
    page.fill("#demo [name=last_name]", "Rai")
    page.fill("#demo [name=email]", "rai@example.com")
    page.fill("#demo [name=company]", "Rai Orchards")
    page.check("#demo [name=consent]")
    page.click("#demo button")

    page.wait_for_url("**/thanks.html")
    (fact,) = [one for one in carried() if one.type == "LeadCaptured"]
    assert (fact.detail["form_id"], fact.detail["hand_off"]) == ("demo-request", "now")
    plain.close()


def test_nothing_that_fails_around_the_form_breaks_it(context: Any, site: Site) -> None:
    page = context.new_page()
    page.add_init_script(
        "for (const name of ['localStorage', 'sessionStorage']) "
        "Object.defineProperty(window, name, { get() { throw new Error('switched off') } })"
    )
    page.route("**/v1/events", lambda route: route.abort())
    page.route("**/definition", lambda route: route.fulfill(status=500, body="no json"))
    page.goto(f"{site.base}/assets/demo/index.html")
    page.evaluate("crm.consent(true)")
    page.fill("#contact-form [name=email]", "ann@example.com")
    page.click("#contact-form button")

    page.wait_for_url("**/thanks.html")
    assert [one.type for one in carried()] == ["LeadCaptured"]


def test_a_view_that_got_lost_is_sent_again_and_counts_once(context: Any, site: Site) -> None:
    page = context.new_page()
    page.clock.install()
    seen: list[dict[str, Any]] = []

    def lose_the_answer(route: Any) -> None:
        seen.append(sent_in(route.request))
        route.fetch()
        route.abort()

    page.route("**/v1/events", lose_the_answer)
    with page.expect_event("requestfailed"):
        page.goto(f"{site.base}/assets/demo/pricing.html")
    page.unroute("**/v1/events")
    with page.expect_response("**/v1/events") as answered:
        page.clock.fast_forward(3_000)

    assert answered.value.json() == {"accepted": 0, "duplicates": 1}
    assert sent_in(answered.value.request)["id"] == seen[0]["id"]
    assert len(views(seen[0]["visitor_id"])) == 1


def test_on_another_site_the_script_reports_and_fills_in_as_well(page: Any, site: Site) -> None:
    view = open_page(page, f"{site.foreign}/foreign.html")
    page.wait_for_selector("[name=_token]", state="attached")

    assert [one.path for one in views(view["visitor_id"])] == ["/foreign.html"]
    assert hidden(page)["_visitor"] == view["visitor_id"]


def test_a_site_that_is_not_listed_is_refused_and_its_form_stays_whole(
    context: Any, site: Site
) -> None:
    store_form("contact", after=1, allowed_origins=[])
    plant([{"key_id": "own", "kind": "public", "key": "crm_pub_own_only"}], NOW)
    page = context.new_page()
    with page.expect_event("requestfailed", lambda one: "/v1/events" in one.url) as refused:
        page.goto(f"{site.foreign}/foreign.html?key=crm_pub_own_only")

    assert views(sent_in(refused.value)["visitor_id"]) == []
    assert page.is_visible("button")


def test_a_page_may_report_what_else_happens(page: Any, site: Site) -> None:
    open_page(page, f"{site.base}/assets/demo/pricing.html")
    with page.expect_response("**/v1/events") as answered:
        page.evaluate(
            "crm.track('cart_updated', { object_id: 'khola', properties: { lines: '2' } })"
        )

    event = sent_in(answered.value.request)
    (cart,) = [one for one in views(event["visitor_id"]) if one.name == "cart_updated"]
    assert (cart.object_id, cart.properties["lines"]) == ("khola", "2")


def test_the_snippet_shows_this_sites_address(page: Any, site: Site) -> None:
    open_page(page, f"{site.base}/assets/demo/index.html")

    snippet = page.inner_text("#snippet")

    assert f'src="{site.base}/assets/crm.js"' in snippet
    assert "crm.example.com" not in snippet


@pytest.mark.parametrize("name", ["index", "pricing", "thanks"])
def test_pages_fit_a_telephone_and_take_nothing_from_elsewhere(
    browser: Any, site: Site, name: str
) -> None:
    phone = browser.new_context(user_agent=USER_AGENT, viewport={"width": 360, "height": 740})
    page = phone.new_page()
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url))
    page.goto(f"{site.base}/assets/demo/{name}.html")

    too_wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert page.evaluate(too_wide) is False
    assert all(url.startswith((site.base, "data:")) for url in asked)
    phone.close()


def test_the_script_stays_small() -> None:
    assert (ASSETS / "crm.js").stat().st_size < 4_096
