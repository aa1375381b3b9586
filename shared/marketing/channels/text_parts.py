"""In how many parts a text message goes, which is what it costs. Pure.

A message of the GSM 7-bit default alphabet has 160 septets, or 153 in each of several parts; any
other one is UCS-2 with 70 code units, or 67 (3GPP TS 23.038, sections 6.2.1 and 6.2.1.1 and
6.2.3; 3GPP TS 23.040, section 9.2.3.24.1 for what joins parts). Characters of the extension table
take two septets, those beyond the basic plane two code units, and neither is torn apart.
"""

from collections.abc import Iterable
from typing import Final, Literal

_BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION: Final = frozenset("\f^{}\\[~]|€")

_ALONE: Final = {"gsm": 160, "ucs2": 70}
_JOINED: Final = {"gsm": 153, "ucs2": 67}

Alphabet = Literal["gsm", "ucs2"]


def alphabet_of(text: str) -> Alphabet:
    """Which alphabet a text needs."""
    return "gsm" if all(one in _BASIC or one in _EXTENSION for one in text) else "ucs2"


def parts_of_text(text: str) -> int:
    """In how many parts a text goes; none, in no part."""
    alphabet = alphabet_of(text)
    sizes = list(_sizes(text, alphabet))
    if sum(sizes) <= _ALONE[alphabet]:
        return 1 if text else 0
    room, parts, used = _JOINED[alphabet], 1, 0
    for size in sizes:
        if used + size > room:
            parts, used = parts + 1, 0
        used += size
    return parts


def _sizes(text: str, alphabet: Alphabet) -> Iterable[int]:
    if alphabet == "gsm":
        return (2 if one in _EXTENSION else 1 for one in text)
    return (2 if ord(one) > 0xFFFF else 1 for one in text)
