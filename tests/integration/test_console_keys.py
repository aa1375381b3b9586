"""The pages of write keys (row P2)."""

import pytest

from shared.customers.write_keys.changes import create_key, write_keys
from shared.customers.write_keys.model import WriteKey
from shared.customers.write_keys.repository import write_key_of
from tests.conftest import FakeClock
from tests.pages import HOSTILE, MAYA, SAGAR, Page, Who, browse

HOME = "/console/keys"


@pytest.fixture(autouse=True)
def _tables(tables: None) -> None:
    pass


def visit(path: str = "", who: Who = SAGAR) -> Page:
    return browse("console_keys", "GET", f"{HOME}{path}", who=who)


def send(path: str, version: int, who: Who = SAGAR, **form: str) -> Page:
    given = {"version": str(version), **form}
    return browse("console_keys", "POST", f"{HOME}{path}", who=who, form=given)


def made(kind: str = "partner", key_id: str = "shop", **form: str) -> str:
    """Make a key through the page; its text."""
    page = send("/new", write_keys()[0], key_id=key_id, kind=kind, **form)
    assert page.status == 200
    return page.one("code", id="key-text").text


def only() -> WriteKey:
    (key,) = write_keys()[1]
    return key


def test_a_secret_is_shown_once_and_opens(clock: FakeClock) -> None:
    text = made()

    assert write_key_of(text, clock()).key_id == "shop"
    for page in (visit(), visit("/shop")):
        assert text not in page.html and (only().key_hash or "x") not in page.html
    assert "In use" in visit().text and "Partner" in visit().text


def test_a_public_key_is_shown_again_with_its_pages() -> None:
    text = made("public", "website", allowed_origins="https://WWW.example.com/\nhttps://b.example")

    page = visit("/website")
    assert page.one("code", id="key-text").text == text
    assert only().allowed_origins == ("https://www.example.com", "https://b.example")


def test_rotation_lets_both_texts_open_until_the_day_chosen(clock: FakeClock) -> None:
    former = made()

    page = send("/shop/rotate", 1, days="1")
    text = page.one("code", id="key-text").text

    clock.tick(hours=1)
    assert {write_key_of(one, clock()).key_id for one in (former, text)} == {"shop"}
    assert "Changing over" in visit().text and "still opens until" in visit("/shop").text
    clock.tick(days=1)
    assert "In use" in visit().text
    assert text not in visit("/shop").html


def test_a_revoked_key_ends_and_offers_nothing_more(clock: FakeClock) -> None:
    made()

    assert send("/shop/revoke", 1).status == 303

    assert only().ended(clock())
    page = visit("/shop")
    assert "Ended" in page.text and not page.all("dialog", id="rotate")
    assert send("/shop/rotate", 2, days="7").status == 409


def test_who_saves_origins_second_sees_both(clock: FakeClock) -> None:
    made("public", "website")
    send("/website/origins", 1, allowed_origins="https://a.example")

    answer = send("/website/origins", 1, allowed_origins="https://b.example")

    assert answer.status == 412
    assert "https://a.example" in answer.one("table", class_="differences").text
    assert answer.one("textarea", name="allowed_origins").text == "https://b.example"
    again = send("/website/origins", 2, allowed_origins="https://b.example")
    assert again.status == 303 and only().allowed_origins == ("https://b.example",)


@pytest.mark.parametrize(
    ("field", "form"),
    [
        ("key_id", {"key_id": "Not this!", "kind": "partner"}),
        ("key_id", {"key_id": "taken", "kind": "partner"}),
        ("kind", {"key_id": "good", "kind": "golden"}),
        ("allowed_origins", {"key_id": "good", "kind": "public", "allowed_origins": HOSTILE}),
        ("allowed_origins", {"key_id": "g", "kind": "staff", "allowed_origins": "https://a.b"}),
    ],
)
def test_what_does_not_fit_is_said_at_its_field(
    field: str, form: dict[str, str], clock: FakeClock
) -> None:
    create_key("taken", "public", (), after=0, by="sagar", now=clock())

    answer = send("/new", 1, **form)

    assert answer.status in (409, 422)
    assert answer.one("p", id=f"e-{field}").text
    assert answer.one("input", name="key_id")["value"] == form["key_id"]
    assert "<img" not in answer.html
    assert write_keys()[0] == 1


def test_only_administrators_come_here_and_pages_ask_little() -> None:
    assert "There are no keys yet" in visit().text
    made()

    assert visit(who=MAYA).status == 403
    assert send("/new", 1, MAYA, key_id="mine", kind="staff").status == 403
    assert send("/shop/revoke", 1, MAYA).status == 403
    assert visit("/nothing").status == 404
    for path in ("", "/new", "/shop"):
        assert len(visit(path).dynamodb_calls) <= 3
