"""Text that strangers typed, made safe to keep: it stays text, whatever it looks like."""

import re
import unicodedata
from typing import Final

# C0 without tab and newline, DEL, C1.
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_BREAKS: Final = re.compile(r"\r\n?|[\u2028\u2029]")


def plain(text: str, *, multiline: bool = False) -> str:
    """`text` in Unicode's composed form (NFC), without control characters, trimmed. Line breaks
    and tabs stay in multi-line text and become spaces elsewhere.

    Formulas and markup are kept as typed: what shows or exports them escapes them.
    """
    if text.isascii() and text.isprintable():
        return text.strip()
    text = _CONTROLS.sub("", _BREAKS.sub("\n", unicodedata.normalize("NFC", text)))
    if not multiline:
        text = text.replace("\n", " ").replace("\t", " ")
    return text.strip()
