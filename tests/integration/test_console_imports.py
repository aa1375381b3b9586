"""The pages of imports: sent, mapped, tried out, started, followed, taken back (row S4)."""

from typing import Any
from urllib.parse import urlsplit

import pytest

from shared.console import names
from shared.customers.lists.repository import lists_by_name
from tests import imports
from tests.cloud import SETTINGS
from tests.conftest import FakeClock
from tests.customers import a_contact, custom_fields
from tests.imports import PEOPLE, sent
from tests.pages import ASHA, HOSTILE, MAYA, NABIN, Page, Who, browse
from tests.pump import Pump

HOME = "/console/imports"


@pytest.fixture(autouse=True)
def _company(tables: None) -> None:
    names.forget()


def visit(path: str = "", who: Who = NABIN, **how: Any) -> Page:
    return browse("console_imports", "GET", f"{HOME}{path}", who=who, **how)


def send(path: str, who: Who = NABIN, **form: Any) -> Page:
    return browse("console_imports", "POST", f"{HOME}{path}", who=who, form=form)


def begun(file: str | bytes | None = PEOPLE, **form: str) -> str:
    """The id of an import, announced by the page; its file, if any, has arrived."""
    done = send("/new", **{"target": "contacts", "file_name": "people.csv", **form})
    assert done.status == 303, done.text
    import_id = done.location.removeprefix(f"{HOME}/")
    if file is not None:
        sent(import_id, file)
    return import_id


def as_shown(page: Page) -> dict[str, str]:
    """The mapping form as it was rendered."""
    form = page.one("form", id="mapping")
    fields = {one["name"]: one.get("value") or "" for one in form.all("input")}
    for select in form.all("select"):
        chosen = [one["value"] for one in select.all("option") if "selected" in one.attributes]
        fields[select["name"]] = chosen[0] if chosen else ""
    return fields


def press(import_id: str, do: str, **changed: str) -> Page:
    """Send the mapping form as it is shown, with `changed`."""
    fields = {**as_shown(visit(f"/{import_id}")), "do": do, **changed}
    return send(f"/{import_id}/mapping", **fields)


def figures(page: Page) -> list[str]:
    return [one.text for one in page.all("div", class_="figure")]


def test_a_file_is_sent_straight_to_the_bucket_by_the_form_of_the_page() -> None:
    page = visit(f"/{begun(None)}")

    form = page.one("form", id="sending")
    fields = {one["name"]: one["value"] for one in form.all("input", type="hidden")}
    assert SETTINGS["files_bucket"] in form["action"] and "policy" in fields
    assert fields["key"].startswith("uploads/import_")
    assert "csrf" not in fields
    # The page, and no other, may reach the bucket; everything else stays closed.
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(form["action"]))
    policy = page.headers["content-security-policy"]
    assert f"connect-src 'self' {origin};" in policy and "script-src 'self';" in policy
    assert origin in visit("/new").headers["content-security-policy"]
    assert origin not in visit().headers["content-security-policy"]


def test_swapped_into_another_page_it_has_itself_loaded_anew() -> None:
    import_id = begun(None)
    boosted = {"hx-boosted": "true"}

    for path in ("/new", f"/{import_id}"):
        page = visit(path, htmx=True, headers=boosted)
        assert page.headers["hx-redirect"] == f"{HOME}{path}" and page.html == ""


def test_columns_are_guessed_shown_with_samples_and_corrected() -> None:
    page = visit(f"/{begun()}")

    form = as_shown(page)
    assert [form[f"columns.{n}"] for n in range(5)] == [
        "first_name", "last_name", "email", "phone", "country"
    ]  # fmt: skip
    assert "Ann@EXAMPLE.com" in page.one("table", class_="mapping").text

    import_id = page.one("form", id="mapping")["action"].split("/")[3]
    done = press(import_id, "save", **{"columns.4": "", "region": "np", "tags": "fair, june"})
    assert done.status == 303
    mapping = imports.shown(import_id)["mapping"]
    assert mapping["columns"] == ["first_name", "last_name", "email", "phone", None]
    assert (mapping["region"], mapping["tags"]) == ("NP", ["fair", "june"])


def test_tried_out_then_imported_then_taken_back() -> None:
    import_id = begun()

    assert press(import_id, "dry_run").status == 303
    assert visit(f"/{import_id}/progress", htmx=True).one("progress")
    Pump().run()
    page = visit(f"/{import_id}")
    assert figures(page) == [
        "2 would be new",
        "0 there already, or twice in the file",
        "1 would fail",
    ]

    press(import_id, "start", list_name="Fair", **{"columns.4": ""})
    assert "What would have come" not in visit(f"/{import_id}").text
    Pump().run()
    part = visit(f"/{import_id}/progress", htmx=True)
    assert figures(part)[0] == "2 new" and "hx-get" not in part.one("div", id="import").attributes
    ((list_id, name),) = lists_by_name()
    assert name == "Fair" and part.one("a", href=f"/console/lists/{list_id}")

    version = part.one("dialog", id="undo").one("input", name="version")["value"]
    assert send(f"/{import_id}/undo", version=version).status == 303
    Pump().run()
    assert figures(visit(f"/{import_id}")) == ["2 taken back"]
    assert "Imported" in visit(f"/{import_id}").one("details", id="runs").text


def test_rows_say_what_became_of_them_and_those_that_failed_are_a_file() -> None:
    import_id = begun()
    press(import_id, "start")
    Pump().run()

    page = visit(f"/{import_id}/rows")
    assert [row.one("th").text for row in page.one("tbody").all("tr")] == ["2", "3", "4"]
    failed = visit(f"/{import_id}/rows", query={"outcome": "failed", "run": "1"})
    (row,) = failed.one("tbody").all("tr")
    assert "Email: This is not an e-mail address" in row.text
    made = [row.all("a") for row in page.one("tbody").all("tr")]
    assert [len(links) for links in made] == [1, 1, 0]
    file = visit(f"/{import_id}/errors")
    assert file.status == 303 and f"errors/{import_id}/0001.csv" in file.location
    assert "people-errors.csv" in file.location
    assert visit(f"/{import_id}/rows", query={"run": "7"}).status == 404


def test_a_program_s_columns_are_known_and_may_be_chosen() -> None:
    hubspot = "Record ID,Email,First Name,Lead Status\n7,ann@example.com,Ann,New\n"
    page = visit(f"/{begun(hubspot)}")
    assert "A file of HubSpot" in page.text

    other = begun("Id,FirstName,LastName,Email,Company\n1,Ann,Lee,ann@example.com,Himal\n")
    version = as_shown(visit(f"/{other}"))["version"]
    done = send(f"/{other}/format", version=version, preset="salesforce_data")
    assert done.status == 303
    assert imports.shown(other)["mapping"]["columns"][0] == "external_ids.salesforce"


def test_a_file_that_was_read_wrongly_is_read_again_as_chosen() -> None:
    import_id = begun(
        "Vorname;Nachname;E-Mail\nJ\u00f6rg;M\u00fcller;j@example.com\n".encode("cp1252")
    )
    assert "J\u00f6rg" in visit(f"/{import_id}").text

    version = as_shown(visit(f"/{import_id}"))["version"]
    send(f"/{import_id}/format", version=version, encoding="cp1251", delimiter=";")
    assert "J\u0446rg" in visit(f"/{import_id}").text
    bad = send(f"/{import_id}/format", version="1", encoding="cp1252")
    assert bad.status == 412


def test_a_file_that_cannot_be_read_says_why_and_another_may_be_sent() -> None:
    import_id = begun(b"PK\x03\x04 a workbook")

    page = visit(f"/{import_id}")

    assert "save the table as CSV" in page.text
    assert page.one("form", id="sending")
    sent(import_id, PEOPLE)
    assert as_shown(visit(f"/{import_id}"))["columns.2"] == "email"


def test_what_is_not_offered_cannot_be_mapped_and_nothing_chosen_is_lost(clock: FakeClock) -> None:
    card = {"name": "card", "label": "Card", "type": "text", "sensitive": True,
            "visible_to": ["sales_manager"]}  # fmt: skip
    custom_fields(clock(), card)
    import_id = begun()

    refused = press(import_id, "start", **{"columns.3": "custom.card", "columns.4": "job_title"})

    assert refused.status == 422
    assert as_shown(refused)["columns.4"] == "job_title"
    assert not visit(f"/{import_id}").all("option", value="custom.card")
    assert visit(f"/{import_id}", who=MAYA).all("option", value="custom.card")
    assert imports.shown(import_id)["state"] == "ready"


def test_an_import_under_way_is_stopped() -> None:
    import_id = begun()
    press(import_id, "start")

    assert send(f"/{import_id}/cancel").status == 303
    Pump().run()

    assert "Stopped" in visit(f"/{import_id}").text
    assert send(f"/{import_id}/cancel").status in (303, 409)


def test_leads_come_from_files_too_but_join_no_list() -> None:
    import_id = begun(target="leads")

    assert not visit(f"/{import_id}").all("input", name="list_name")
    press(import_id, "start")
    Pump().run()

    rows = visit(f"/{import_id}/rows").one("tbody")
    assert rows.all("a")[0]["href"].startswith("/console/leads/lead_")


def test_hostile_names_and_cells_are_text(clock: FakeClock) -> None:
    import_id = begun(f'{HOSTILE},Email\n"{HOSTILE}",ann@example.com\n', file_name=HOSTILE)

    for path in ("", f"/{import_id}"):
        assert "<script>alert" not in visit(path).html


def test_pages_ask_little_and_reps_are_not_let_in(clock: FakeClock) -> None:
    assert "Nothing was imported yet" in visit().text
    a_contact(clock())
    import_id = begun()
    press(import_id, "dry_run")
    Pump().run()
    visit(f"/{import_id}")

    assert "people.csv" in visit().text
    for path in ("", "/new", f"/{import_id}", f"/{import_id}/progress", f"/{import_id}/rows"):
        assert len(visit(path).dynamodb_calls) <= 3, path
    assert visit(who=ASHA).status == 403
    assert visit("/import_01JWQ6Y3M8Z4T0V5B7C9D1E2F3").status == 404
