"""A file of people through the pages (row S4): sent by the browser straight to the bucket after one
that is no table, mapped, tried out, imported onto a list, looked at row by row, exported, taken
back."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from .pages import signed_in, visiting
from .seen import looked_at
from .stack import Stack

pytestmark = pytest.mark.journey


def people(folder: Path, mark: str) -> Path:
    """Two people, and a row that cannot be one."""
    file = folder / f"people-{mark}.csv"
    phone = f"+977 984-1{int(mark, 16) % 10**6:06d}"
    file.write_text(
        "Vorname,Last name,E-mail address,Phone,Nothing of ours\n"
        f"Ann,Lee{mark},ann@{mark}.example,{phone},38\n"
        f"Bob,Rai{mark},bob@{mark}.example,,43\n"
        f"Cid,Ng{mark},not an address,,\n"
    )
    return file


def figures(page: Any, where: str) -> list[str]:
    """The figures of a run, once that is there."""
    page.wait_for_selector(where)
    return [" ".join(one.split()) for one in page.locator(".figure").all_inner_texts()]


def test_a_file_is_sent_mapped_tried_out_imported_and_taken_back(
    stack: Stack, browser: Any, tmp_path: Path
) -> None:
    mark, book = uuid4().hex[:8], tmp_path / "book.xlsx"
    book.write_bytes(b"PK\x03\x04 a workbook")
    with visiting(browser, stack) as visitor:
        page = signed_in(visitor, "marketer").page
        page.click(".menu >> text=Imports")
        page.click("text=New import")
        page.wait_for_selector("#f-file:visible")
        page.set_input_files("#f-file", book)
        page.click("text=Go on")
        page.wait_for_selector(".notice:has-text('save the table as CSV')")
        page.set_input_files("#f-file", people(tmp_path, mark))
        page.click("text=Send this one instead")

        page.wait_for_selector("#mapping", timeout=20_000)
        meant = page.eval_on_selector_all(".mapping select", "all => all.map(one => one.value)")
        assert meant == ["first_name", "last_name", "email", "phone", ""]
        assert "ann@" in page.inner_text(".mapping")
        page.click("text=Try it out")
        would = figures(page, "#tried")
        assert would == [
            "2 would be new",
            "0 there already, or twice in the file",
            "1 would fail",
        ]
        assert looked_at(visitor) == []

        page.fill("#f-list_name", f"Fair {mark}")
        page.click("main button:has-text('Import')")
        assert figures(page, "#import:not([hx-get]) #run .badge.good")[0] == "2 new"
        page.click("text=Why rows failed")
        page.wait_for_selector("td:has-text('This is not an e-mail address')")
        with page.expect_download() as file:
            page.click("text=Failed rows as CSV")
        assert f"Ng{mark}" in Path(file.value.path()).read_text("utf-8-sig")
        page.go_back()

        page.click("text=this list")
        page.wait_for_selector(f"tbody >> text=Lee{mark}")
        page.click(".page-actions >> text=Export")
        page.click("text=Write the file")
        page.wait_for_selector("text=2 contacts in the file")
        with page.expect_download() as file:
            page.click("text=Download CSV")
        assert f"ann@{mark}.example" in Path(file.value.path()).read_text("utf-8-sig")

        page.click(".menu >> text=Imports")
        page.click("text=book.xlsx")
        page.click("text=Take it back…")
        page.click("dialog[open] >> button:has-text('Take it back')")
        assert figures(page, "#import:not([hx-get]) #run >> text=/^Taken back$/") == [
            "2 taken back"
        ]
        assert visitor.wrong == []
    stack.rest()
