"""In which encoding a file is, from its beginning: certain with a byte order mark or in UTF-8,
else the most likely of those that spreadsheets write."""

import codecs
from typing import Final

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    # UTF-32's little-endian mark begins with UTF-16's.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

_SAMPLE: Final = 64 * 1024
"""So many bytes tell a legacy encoding; more would cost seconds."""

FALLBACK: Final = "cp1252"
"""What Western Excel writes, and what cannot be told apart from its kin."""

_LIKELY: Final = (
    "cp1252",
    "cp1250",
    "cp1251",
    "cp1253",
    "cp1254",
    "cp1255",
    "cp1256",
    "cp1257",
    "koi8_r",
    "mac_roman",
    "cp932",
    "euc_jp",
    "gb18030",
    "big5",
    "cp949",
)
"""Windows' code pages, the Mac's old one, and the common ones of Japan, China and Korea; the more
common first."""

_ALIKE: Final = 0.02
"""So little difference in `charset_normalizer`'s measures (0 to 1) says nothing."""


def encoding_of(head: bytes) -> str:
    """The encoding of the file that begins with `head`, by Python's name."""
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    if wide := _wide(head):
        return wide
    if _is_utf8(head):
        return "utf-8"
    return _likeliest(head[:_SAMPLE])


def known(name: str) -> bool:
    """Whether a person may choose `name`: an encoding of text that we can read line by line."""
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):
        return False
    # Python's own codecs turn bytes into bytes, too.
    return bool(getattr(found, "_is_text_encoding", True)) and found.name not in _UNUSUAL


_UNUSUAL: Final = frozenset(
    {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "unicode-escape", "mbcs", "oem",
     "raw-unicode-escape", "undefined", "utf-7", "charmap"}
)  # fmt: skip


def _wide(head: bytes) -> str | None:
    """UTF-16 without a mark: text in Latin letters has a zero in every other byte."""
    pairs = len(head) // 2
    if not pairs:
        return None
    even, odd = head[: 2 * pairs : 2].count(0), head[1 : 2 * pairs : 2].count(0)
    if odd > pairs * 0.4 and even < pairs * 0.1:
        return "utf-16-le"
    if even > pairs * 0.4 and odd < pairs * 0.1:
        return "utf-16-be"
    return None


def _is_utf8(head: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        decoder.decode(head)  # the last character may be cut
    except UnicodeDecodeError:
        return False
    return True


def _likeliest(sample: bytes) -> str:
    # Imported here: the one function that looks at files pays for it.
    from charset_normalizer import from_bytes

    matches = from_bytes(sample, cp_isolation=list(_LIKELY))
    best = matches.best()
    if best is None:
        return FALLBACK
    # Short texts fit several code pages alike: then the one that is used most.
    alike = {
        name
        for one in matches
        if one.chaos - best.chaos < _ALIKE and best.coherence - one.coherence < _ALIKE
        for name in (one.encoding, *one.could_be_from_charset)
    }
    return next(name for name in _LIKELY if name in alike)
