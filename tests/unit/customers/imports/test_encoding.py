"""Which encoding a file is taken to be in."""
# ruff: noqa: RUF001 - letters of other alphabets are what this is about

import pytest

from shared.customers.imports.encoding import encoding_of, known

WESTERN = "Name;Stadt;Mail\nMüller José;Zürich;x@example.com\nHélène Côté;Orléans;y@example.com\n"
CASES = {
    "utf-8": WESTERN,
    "utf-8-sig": WESTERN,
    "utf-16": WESTERN,
    "utf-16-le": WESTERN,
    "utf-16-be": WESTERN,
    "utf-32": WESTERN,
    "cp1252": WESTERN,
    "cp1250": "Imię;Miasto\nŁukasz Żak;Łódź\nGrażyna Dąbrowska;Gdańsk\n",
    "cp1251": "Имя;Город\nИванов Пётр;Москва\nОлена Шевченко;Київ\n",
    "cp1253": "Όνομα;Πόλη\nΓιώργος Παπαδόπουλος;Αθήνα\n",
    "cp1254": "Ad;Şehir\nAyşe Yılmaz;İstanbul\nÇağlar Öztürk;Muğla\n",
    "cp1256": "الاسم;المدينة\nمحمد أحمد;القاهرة\n",
    "koi8_r": "Имя;Город\nИванов Пётр;Москва\n",
    "cp932": "名前;市\n山田太郎;東京都\n鈴木花子;大阪府\n",
    "gb18030": "姓名;城市\n王小明;北京市\n李大伟;上海市\n",
    "big5": "姓名;城市\n王小明;臺北市\n",
    "cp949": "이름;도시\n김철수;서울\n",
}


@pytest.mark.parametrize("encoding", CASES)
def test_a_file_is_read_as_it_was_written(encoding: str) -> None:
    written = CASES[encoding].encode(encoding)

    assert written.decode(encoding_of(written)).lstrip("\ufeff") == CASES[encoding]


def test_plain_letters_are_utf_8() -> None:
    assert encoding_of(b"name,email\nAnn,ann@example.com\n") == "utf-8"
    assert encoding_of(b"") == "utf-8"


def test_a_character_cut_in_two_at_the_end_of_what_is_looked_at_changes_nothing() -> None:
    assert encoding_of("naïve, Zoë".encode()[:-1]) == "utf-8"


def test_bytes_that_fit_nothing_are_still_read_somehow() -> None:
    assert encoding_of(bytes(range(128, 256)) * 10) in ("cp1252", "mac_roman", "koi8_r")


@pytest.mark.parametrize("name", ["utf-8", "latin-1", "CP1250", "shift_jis", "utf-16"])
def test_a_person_may_choose_encodings_of_text(name: str) -> None:
    assert known(name)


@pytest.mark.parametrize(
    "name", ["rot13", "hex", "zip", "idna", "unicode_escape", "no-such", "x" * 500, "a\0b"]
)
def test_and_nothing_else_that_python_calls_an_encoding(name: str) -> None:
    assert not known(name)
