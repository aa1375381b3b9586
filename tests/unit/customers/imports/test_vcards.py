"""vCards of any version become rows of the same columns."""

import io
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shared.customers.imports.rows import MAX_ROW, Row
from shared.customers.imports.vcards import COLUMNS, cards_of, is_vcard

V21 = """BEGIN:VCARD
VERSION:2.1
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=C3=B6rg;;;
FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:J=C3=B6rg=20=
M=C3=BCller
TEL;WORK:+49 30 901820
TEL;CELL;PREF:+49 151 12345678
EMAIL;INTERNET:joerg@example.com
PHOTO;ENCODING=BASE64;JPEG:/9j/4AAQ
 SkZJRgAB

ADR;HOME:;;Street 1;Berlin;;10115;Germany
END:VCARD
"""
V30 = """BEGIN:VCARD
VERSION:3.0
N:O'Neil\\, Jr;Ann;;;
FN:Ann O'Neil
ORG:Acme\\; Inc;Sales
TITLE:Head of
  Sales
item1.EMAIL;type=INTERNET;type=pref:ann@exa
 mple.com
EMAIL;type=HOME:home@example.com
CATEGORIES:fair,prospect\\,hot
NOTE:first\\nsecond
END:VCARD
"""
V40 = """BEGIN:VCARD
VERSION:4.0
FN:Élodie
EMAIL;PREF=2:second@example.com
EMAIL;PREF=1:first@example.com
TEL;VALUE=uri;TYPE="voice,cell":tel:+33-1-40-20-50-50;ext=5
LANG;PREF=1:fr
TZ:Europe/Paris
UID:urn:uuid:f81d4fae
END:VCARD
"""


def cards(text: str) -> list[Row]:
    return list(cards_of(io.StringIO(text, newline="")))


def said(row: Row) -> dict[str, Any]:
    return {name: cell for name, cell in zip(COLUMNS, row.cells, strict=True) if cell}


def test_version_2_1_with_its_own_escapes_and_bare_parameters() -> None:
    (card,) = cards(V21.replace("\n", "\r\n"))

    assert said(card) == {
        "First name": "Jörg",
        "Last name": "Müller",
        "Name": "Jörg Müller",
        "E-mail": "joerg@example.com",
        "Phone": "+49 151 12345678\n+49 30 901820",
        "Country": "Germany",
    }


def test_version_3_0_with_folded_lines_groups_and_backslashes() -> None:
    (card,) = cards(V30)

    assert said(card) == {
        "First name": "Ann",
        "Last name": "O'Neil, Jr",
        "Name": "Ann O'Neil",
        "E-mail": "ann@example.com\nhome@example.com",
        "Organisation": "Acme; Inc",
        "Job title": "Head of Sales",
        "Tags": "fair\nprospect,hot",
    }


def test_version_4_0_with_preferences_and_addresses_as_uris() -> None:
    (card,) = cards(V40)

    assert said(card) == {
        "Name": "Élodie",
        "E-mail": "first@example.com\nsecond@example.com",
        "Phone": "+33-1-40-20-50-50",
        "Language": "fr",
        "Time zone": "Europe/Paris",
        "UID": "urn:uuid:f81d4fae",
    }


def test_cards_of_all_versions_in_one_file_are_numbered() -> None:
    assert [(row.number, row.wrong) for row in cards(V40 + V21 + V30)] == [
        (1, None),
        (2, None),
        (3, None),
    ]


def test_a_card_that_does_not_end_says_so_and_the_next_is_read() -> None:
    rows = cards("BEGIN:VCARD\nFN:Half\n" + V40 + "BEGIN:VCARD\nFN:Cut")

    assert [row.wrong for row in rows] == ["card_unfinished", None, "card_unfinished"]


def test_a_huge_card_says_so() -> None:
    notes = "NOTE:" + "x" * 1_000 + "\n"

    rows = cards("BEGIN:VCARD\nFN:Big\n" + notes * 40 + "END:VCARD\n" + V40)

    assert MAX_ROW < 40_000
    assert [row.wrong for row in rows] == ["row_too_large", None]


def test_a_large_photo_does_no_harm() -> None:
    photo = "PHOTO;ENCODING=b;TYPE=JPEG:" + "\n ".join("A" * 70 for _ in range(5_000)) + "\n"

    (card,) = cards(V40.replace("TZ:", photo + "TZ:"))

    assert card.wrong is None
    assert said(card)["Time zone"] == "Europe/Paris"


def test_a_file_of_cards_is_told_from_a_table() -> None:
    assert is_vcard("\ufeffbegin:vcard\r\nVERSION:4.0")
    assert not is_vcard("name,BEGIN:VCARD\n")


@given(st.text(alphabet=st.sampled_from('BEGINEND:VCARD=;,\\"\n\r TEL+0129NFüé'), max_size=400))
def test_any_text_is_read_to_its_end(text: str) -> None:
    cards("BEGIN:VCARD\n" + text)
