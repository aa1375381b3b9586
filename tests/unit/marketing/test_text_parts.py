"""In how many parts a text message goes (3GPP TS 23.038 and 23.040)."""

import pytest

from shared.marketing.channels.prices import Prices
from shared.marketing.channels.text_parts import alphabet_of, parts_of_text


@pytest.mark.parametrize(
    ("text", "alphabet", "parts"),
    [
        ("", "gsm", 0),
        ("a" * 160, "gsm", 1),
        ("a" * 161, "gsm", 2),
        ("a" * 306, "gsm", 2),
        ("a" * 307, "gsm", 3),
        ("€" * 80, "gsm", 1),
        ("€" * 80 + "a", "gsm", 2),
        # 152 septets, then a pair that does not fit into the last one of a part.
        ("a" * 152 + "€" + "a" * 152, "gsm", 3),
        ("à" * 160, "gsm", 1),
        ("ç", "ucs2", 1),
        ("न" * 70, "ucs2", 1),
        ("न" * 71, "ucs2", 2),
        ("न" * 134, "ucs2", 2),
        ("न" * 135, "ucs2", 3),
        ("😀" * 35, "ucs2", 1),
        ("😀" * 36, "ucs2", 2),
        # 66 units, then two that are not torn apart.
        ("न" * 66 + "😀" + "न" * 66, "ucs2", 3),
        ("a" * 159 + "`", "ucs2", 3),
    ],
)
def test_a_text_has_as_many_parts_as_it_needs(text: str, alphabet: str, parts: int) -> None:
    assert (alphabet_of(text), parts_of_text(text)) == (alphabet, parts)


def test_a_part_costs_what_the_longest_prefix_says() -> None:
    prices = Prices(sms_part=5, sms_parts={"+9": 7, "+977": 11, "+97798": 13})

    assert prices.of_sms("+9779841234567", 3) == 39
    assert prices.of_sms("+977141234567", 1) == 11
    assert prices.of_sms("+919841234567", 1) == 7
    assert prices.of_sms("+41791234567", 2) == 10
