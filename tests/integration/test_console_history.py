"""What happened with a contact and what the next colleague has to know, on their page (C2, H1)."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from shared.console import names
from shared.customers.history.model import Entry
from shared.customers.history.repository import record
from shared.customers.promises.repository import promises_of
from shared.kernel.clock import iso
from tests.calls import invoke
from tests.conftest import FakeClock
from tests.dealings import ANN, ANN_ID, a_call, a_contact, a_receipt, entries, tell
from tests.operations.setting import form_post, seeded
from tests.pages import ASHA, HOSTILE, OLGA, Page, Who, browse
from tests.pump import Pump

AT = f"/console/contacts/{ANN_ID}"


@pytest.fixture(autouse=True)
def _ann(tables: None) -> None:
    names.forget()
    a_contact()


def visit(path: str = "", who: Who = ASHA, **how: Any) -> Page:
    return browse("console_contacts", "GET", f"{AT}{path}", who=who, **how)


def part(path: str, **query: str) -> Page:
    return visit(path, htmx=True, query=query)


def send(path: str, who: Who = ASHA, **form: Any) -> Page:
    return browse("console_contacts", "POST", f"{AT}{path}", who=who, form=form)


def lines(page: Page) -> list[str]:
    """The first line of each entry shown."""
    return [one.one("p").text for one in page.all("li") if one.all("span", class_="mark")]


def test_the_page_asks_for_its_parts_which_are_pages_without_script_too() -> None:
    visit()
    page = visit()

    for name in ("glance", "history"):
        assert page.one("a", href=f"{AT}/{name}")
        assert not part(f"/{name}").all("nav")
        assert visit(f"/{name}").all("nav")
    assert len(page.dynamodb_calls) <= 3


def test_the_timeline_says_what_happened_and_whether_the_customer_sees_it() -> None:
    tell(a_call(subject="Delivery", text="Where is it?", visible=True))
    tell(a_call(id="n1", kind="note", text="Was cross", channel="telephone"))

    part("/history")
    page = part("/history")

    told, hidden = (
        next(one for one in page.all("li") if text in one.text) for text in ("Delivery", "cross")
    )
    assert told.one("p").text == "Called us (Call centre): Delivery"
    assert "They see this" in told.text and "Only we see this" in hidden.text
    assert told.one("blockquote").text == "Where is it?"
    assert len(page.dynamodb_calls) == 2


def test_it_is_narrowed_by_kind_channel_and_what_they_see() -> None:
    tell(a_call(subject="Visible", visible=True))
    tell(a_call(id="n1", kind="note", channel="telephone"))
    tell(a_receipt(visible=False))

    assert lines(part("/history", kind="notes")) == ["Note (Telephone)"]
    assert lines(part("/history", channel="call_centre")) == ["Called us (Call centre): Visible"]
    assert lines(part("/history", visible="yes")) == ["Called us (Call centre): Visible"]
    assert "34.99 EUR" in part("/history", kind="trade").text
    assert "Nothing of that kind" in part("/history", kind="pages").text
    assert part("/history", kind="nonsense").status == 422


def test_older_entries_follow_and_nothing_is_shown_twice(clock: FakeClock) -> None:
    for number in range(45):
        at = (clock() - timedelta(minutes=number)).isoformat()
        tell(a_call(id=f"call-{number}", subject=f"No {number:02d}", occurred_at=at))

    seen, page = [], part("/history")
    while True:
        seen += lines(page)
        older = page.all("a", id="older")
        if not older:
            break
        cursor = older[0]["hx-get"].partition("cursor=")[2]
        page = part("/history", cursor=cursor)
        assert not page.all("form")

    assert seen == [f"Called us (Call centre): No {number:02d}" for number in range(45)]
    assert "That is all" in page.text


def test_what_somebody_looked_at_again_and_again_on_a_day_is_one_line(now: datetime) -> None:
    record([looked(now - timedelta(minutes=number)) for number in range(3)])
    record([looked(now - timedelta(days=2))])

    assert lines(part("/history", kind="pages")) == [
        "Looked at /pricing \u00d7 3",
        "Looked at /pricing",
    ]


def looked(at: datetime) -> Entry:
    return Entry(
        contact_id=ANN_ID,
        entry_id=f"view-{at.timestamp()}",
        occurred_at=iso(at),
        recorded_at=iso(at),
        kind="page_viewed",
        channel="website",
        visible=True,
        source="customers",
        params={"path": "/pricing"},
    )


def test_at_a_glance_are_promises_last_contacts_products_and_how_to_reach_them() -> None:
    tell(a_call(promises=[{"text": "Call back with a price", "due_at": "2025-06-03T10:00:00Z"}]))
    tell(a_receipt())

    part("/glance")
    page = part("/glance")

    assert "Call back with a price" in page.one(id="promises").text
    owned = page.one(id="products").text
    assert "Kettle" in owned and "Cup" in owned and "24.99 EUR" in owned
    assert "Call centre" in page.text and "Shop, New Road" in page.text
    assert len(page.dynamodb_calls) <= 3


def test_a_promise_is_settled_once_and_a_stale_page_is_told() -> None:
    tell(a_call(promises=[{"text": "Call back"}]))
    (promise,) = promises_of(ANN_ID)
    path = f"/promises/{promise.promise_id}"

    done = send(path, state="kept", version="1")
    stale = send(path, state="withdrawn", version="1")

    assert (done.status, done.toast) == (303, "Kept: well done")
    assert stale.status == 412
    assert promises_of(ANN_ID)[0].state == "kept"
    assert "Nothing is outstanding" in part("/glance").text


def logged(**more: str) -> Page:
    form = {"key": "k=1", "kind": "call", "channel": "telephone", "direction": "outbound"}
    return send("/interactions", **{**form, **more})


def test_a_call_is_written_down_once_with_what_was_promised() -> None:
    given = {"subject": "Price", "text": "Wants ten", "promise": "Send the offer"}

    first, again = (
        logged(seen_by="them", promise_due="2025-06-03", occurred_at="2025-06-02T09:30", **given)
        for _ in range(2)
    )

    assert (first.status, again.status) == (303, 303)
    (entry,) = [one for one in entries(ANN_ID) if one.kind == "call"]
    assert (entry.direction, entry.visible, entry.by) == ("outbound", True, "asha")
    # Typed on the wall clock of whoever typed: Asha works in Kathmandu or in UTC.
    assert entry.occurred_at.startswith("2025-06-02T")
    assert "Send the offer" in part("/glance").text


def test_what_is_only_for_colleagues_is_not_for_the_customer() -> None:
    logged(kind="note", seen_by="them", text="Be kind")

    (entry,) = [one for one in entries(ANN_ID) if one.kind == "note"]
    assert not entry.visible


def test_what_cannot_be_is_said_at_its_field_and_nothing_is_stored() -> None:
    page = logged(channel="pigeon", occurred_at="2999-01-01T00:00", text="Kept")
    assert page.status == 422
    assert page.one(id="e-channel") and page.one("textarea", name="text").text == "Kept"
    assert logged(occurred_at="yesterday").one(id="e-occurred_at")
    assert logged(promise="x" * 501).one(id="e-promise")
    assert [one for one in entries(ANN_ID) if one.kind == "call"] == []


def test_what_waits_in_sales_is_a_part_of_its_own() -> None:
    seeded()
    assert "Nothing waits" in part("/open").text
    invoke("lead_capture", form_post(email=ANN, last_name="Lee"))
    Pump().run()

    assert "lead" in part("/open").one(id="open").text.lower()


def test_an_analyst_reads_but_writes_nothing_down() -> None:
    tell(a_call(promises=[{"text": "Call back"}]))

    page = visit("/glance", who=OLGA, htmx=True)
    assert "Call back" in page.text and not page.all("form")
    assert not visit(who=OLGA).all("form", action=f"{AT}/interactions")
    assert browse("console_contacts", "POST", f"{AT}/interactions", who=OLGA, form={}).status == 403


def test_hostile_words_are_text() -> None:
    tell(a_call(subject=HOSTILE[:190], text=HOSTILE, promises=[{"text": HOSTILE}]))

    for path in ("/history", "/glance", "/open"):
        assert "<script>alert" not in visit(path).html


def test_of_nobody_there_is_no_history() -> None:
    other = "/console/contacts/contact_01JWQ6Y3M8Z4T0V5B7C9D1E2F3"
    for name in ("history", "glance", "open"):
        assert browse("console_contacts", "GET", f"{other}/{name}", who=ASHA).status == 404
