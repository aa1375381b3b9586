"""The pages of custom fields and of channels (rows D4, H2, H4)."""

from typing import Any

import pytest

from shared.console import names
from shared.customers.channels.repository import channels_now
from shared.customers.custom_fields.changes import roll_back_fields
from shared.customers.custom_fields.model import CustomField
from shared.customers.custom_fields.repository import stored_fields
from tests import dealings
from tests.conftest import FakeClock
from tests.pages import ASHA, HOSTILE, MAYA, OLGA, SAGAR, Page, Who, browse
from tests.pump import Pump

FIELDS, CHANNELS = "/console/fields", "/console/channels"
CONTACT = f"{FIELDS}/contact"


@pytest.fixture(autouse=True)
def _company(tables: None) -> None:
    names.forget()


def visit(path: str, who: Who = MAYA, **how: Any) -> Page:
    return browse("console_fields", "GET", path, who=who, **how)


def send(path: str, who: Who = MAYA, **form: Any) -> Page:
    return browse("console_fields", "POST", path, who=who, form=form)


def fields() -> dict[str, CustomField]:
    found = stored_fields.in_force("contact")
    return found.value.named() if found else {}


def channels() -> dict[str, str]:
    return {one.channel_id: one.title for one in channels_now()[1].channels}


def add(version: int, **form: Any) -> Page:
    return send(f"{CONTACT}/new", version=str(version), **{"type": "text", **form})


def test_a_field_is_added_under_a_name_made_of_what_people_call_it() -> None:
    assert "No fields of your own" in visit(FIELDS).text

    done = add(0, label="Größe der Schuhe", type="number", minimum="20", maximum="50",
               pattern="left over", options="left\nover", required="yes")  # fmt: skip

    assert done.status == 303 and done.location == CONTACT
    (field,) = fields().values()
    assert (field.name, field.type, field.required) == ("grosse_der_schuhe", "number", True)
    assert (field.minimum, field.maximum, field.pattern, field.options) == (20, 50, None, ())
    row = visit(CONTACT).one("tbody").one("tr").text
    assert "Größe der Schuhe" in row and "from 20 to 50" in row and "Required" in row
    assert visit(f"{FIELDS}/account").text.count("Größe") == 0


def test_a_sensitive_field_is_seen_by_roles_and_changed_one_field_at_a_time() -> None:
    add(0, label="Card", sensitive="yes", visible_to=["rep", "agent"], pattern="[0-9]{16}")
    add(1, label="Tier", type="choice", options="gold\n\nbasic ", visible_to=["rep"])
    assert fields()["card"].visible_to == ("agent", "rep")
    assert (fields()["tier"].options, fields()["tier"].visible_to) == (("gold", "basic"), ())

    form = visit(f"{CONTACT}/card/edit")
    ticked = [
        one["value"] for one in form.all("input", name="visible_to") if "checked" in one.attributes
    ]
    assert ticked == ["rep", "agent"] and form.one("input", name="pattern")["value"] == "[0-9]{16}"
    version = form.one("input", name="version")["value"]
    done = send(f"{CONTACT}/card/edit", version=version, label="Card number", sensitive="yes",
                visible_to="rep", type="number", name="other")  # fmt: skip

    assert done.status == 303
    card = fields()["card"]
    assert (card.label, card.type, card.visible_to) == ("Card number", "text", ("rep",))
    assert "administrators, rep" in visit(CONTACT).text
    assert list(fields()) == ["card", "tier"]


def test_fields_are_put_in_order_retired_and_come_back(clock: FakeClock) -> None:
    add(0, label="One")
    add(1, label="Two")

    assert send(f"{CONTACT}/two/move", version="2", to="up").status == 303
    assert list(fields()) == ["two", "one"]
    send(f"{CONTACT}/two/move", version="3", to="up")
    assert list(fields()) == ["two", "one"]
    send(f"{CONTACT}/two/move", version="4", to="down")
    assert list(fields()) == ["one", "two"]
    assert send(f"{CONTACT}/one/retire", version="5").status == 303
    assert list(fields()) == ["two"]
    assert visit(f"{CONTACT}/one/edit").status == 404

    history = visit(CONTACT).one("a", href="/console/changes?noun=custom_fields&id=contact")
    assert "going back" in history.text
    roll_back_fields("contact", 5, after=6, by="maya", now=clock())
    assert "One" in visit(CONTACT).one("tbody").text


@pytest.mark.parametrize(
    ("field", "form"),
    [
        ("label", {"label": " "}),
        ("name", {"label": "Tier", "name": "Not this!"}),
        ("name", {"label": "Known", "name": "known"}),
        ("type", {"label": "Tier", "type": "golden"}),
        ("options", {"label": "Tier", "type": "choice"}),
        ("options", {"label": "Tier", "type": "choice", "options": "a\na"}),
        ("pattern", {"label": "Tier", "pattern": "(["}),
        ("minimum", {"label": "Tier", "type": "number", "minimum": "9", "maximum": "3"}),
        ("maximum", {"label": "Tier", "type": "number", "maximum": "many"}),
    ],
)
def test_what_does_not_fit_is_said_at_its_field_and_nothing_is_lost(
    field: str, form: dict[str, str]
) -> None:
    add(0, label="Known")

    page = add(1, **{"help": "As on the invoice", **form})

    assert page.status == 422
    assert page.one("p", id=f"e-{field}").text
    assert page.one("input", name="help")["value"] == "As on the invoice"
    assert list(fields()) == ["known"]


def test_who_saves_a_field_second_sees_both_versions() -> None:
    add(0, label="Card")
    at = f"{CONTACT}/card/edit"
    send(at, version="1", label="Card number")

    stale = send(at, version="1", label="Number of the card")

    assert stale.status == 412
    both = stale.one("section", class_="both-versions").text
    assert "Card number" in both and "Number of the card" in both
    again = stale.one("input", name="version")["value"]
    assert send(at, version=again, label="Number of the card").status == 303
    assert fields()["card"].label == "Number of the card"
    assert send(f"{CONTACT}/card/retire", version="1").status == 412
    assert add(1, label="Late").status == 412


def test_all_staff_see_fields_and_sales_managers_change_them() -> None:
    add(0, label="Card")

    page = visit(CONTACT, who=ASHA)
    assert "Card" in page.text and not page.all("a", href=f"{CONTACT}/card/edit")
    assert add(1, who=ASHA, label="Mine").status == 403
    assert visit(f"{FIELDS}/lead").status == 404
    assert visit(f"{FIELDS}/lead/new").status == 404


def test_a_channel_is_added_renamed_and_retired_but_never_one_of_ours() -> None:
    assert "As delivered" in visit(CHANNELS).text
    form = {"title": "Kiosk", "touch_point": "store"}

    assert send(f"{CHANNELS}/new", who=SAGAR, version="0", **form).status == 303
    assert channels()["kiosk"] == "Kiosk" and channels()["web_form"] == "Web form"
    edit = f"{CHANNELS}/kiosk/edit"
    assert (
        send(edit, who=SAGAR, version="1", title="Kiosk at the gate", touch_point="event").status
        == 303
    )
    row = next(row for row in visit(CHANNELS).all("tr") if row.all("th")[0].text == "Event")
    assert "Kiosk at the gate" in row.text
    assert not visit(f"{CHANNELS}/web_form/edit", who=SAGAR).all("dialog", id="retire")
    assert send(f"{CHANNELS}/web_form/retire", who=SAGAR, version="2").status == 422

    assert send(f"{CHANNELS}/kiosk/retire", who=SAGAR, version="2").status == 303
    assert "kiosk" not in channels()
    assert visit(edit, who=SAGAR).status == 404


def test_a_channel_that_does_not_fit_or_is_stale_says_so() -> None:
    new = f"{CHANNELS}/new"
    send(new, who=SAGAR, version="0", title="Kiosk", touch_point="store")
    edit = f"{CHANNELS}/kiosk/edit"

    for field, form in (
        ("touch_point", {"title": "Gate"}),
        ("title", {"title": " ", "channel_id": "gate", "touch_point": "store"}),
        ("channel_id", {"title": "Kiosk", "touch_point": "store"}),
        ("channel_id", {"title": "Gate", "channel_id": "Ga te", "touch_point": "store"}),
    ):
        page = send(new, who=SAGAR, version="1", **form)
        assert page.status == 422 and page.one("p", id=f"e-{field}").text, form
    stale = send(edit, who=SAGAR, version="0", title="Stand", touch_point="store")
    assert stale.status == 412
    assert "Stand" in stale.one("section", class_="both-versions").text
    assert send(edit, who=SAGAR, version="1", title="Stand", touch_point="store").status == 303


def test_what_came_of_channels_is_summed_drawn_and_given_out_as_a_file(clock: FakeClock) -> None:
    dealings.keys()
    dealings.a_contact()
    dealings.tell(dealings.a_call())
    dealings.tell(dealings.a_call(id="call-2"))
    dealings.tell(dealings.a_receipt())
    Pump().run()

    page = visit(f"{CHANNELS}/report", who=OLGA)

    rows = [row.text for row in page.one("table", class_="table").one("tbody").all("tr")]
    assert rows[0].startswith("Call centre 2") and "34.99 EUR" in rows[1]
    assert page.one("figure", class_="chart")
    file = visit(page.one("a", download="")["href"].partition("?")[0] or "", who=OLGA)
    assert file.headers["content-type"] == "text/csv; charset=utf-8"
    assert "call_centre,2" in file.html
    none = {"from": "2020-01", "to": "2020-03"}
    assert "Nothing happened" in visit(f"{CHANNELS}/report", who=OLGA, query=none).text
    for wrong in ({"from": "soon", "to": "2020-03"}, {"from": "2025-06", "to": "2025-01"}):
        assert visit(f"{CHANNELS}/report", who=OLGA, query=wrong).status == 422


def test_hostile_names_are_text() -> None:
    add(0, label=HOSTILE[:90], name="hostile", help=HOSTILE, type="choice", options=HOSTILE[:90])
    send(f"{CHANNELS}/new", who=SAGAR, version="0", title=HOSTILE[:60], channel_id="hostile",
         touch_point="store")  # fmt: skip

    for path in (CONTACT, f"{CONTACT}/hostile/edit", CHANNELS, f"{CHANNELS}/hostile/edit"):
        assert "<script>alert" not in visit(path, who=SAGAR).html


def test_pages_ask_little_and_roles_are_kept() -> None:
    add(0, label="Card")

    reads = (FIELDS, CONTACT, f"{CONTACT}/new", f"{CONTACT}/card/edit", CHANNELS, f"{CHANNELS}/new",
             f"{CHANNELS}/email/edit", f"{CHANNELS}/report")  # fmt: skip
    for path in reads:
        page = visit(path, who=SAGAR)
        assert page.status == 200 and len(page.dynamodb_calls) <= 3, path
    assert send(f"{CHANNELS}/new", version="0", title="X", touch_point="store").status == 403
    assert visit(f"{CHANNELS}/report", who=ASHA).status == 403
    assert visit(CHANNELS, who=ASHA).status == 200
