"""What somebody wrote themselves, apart from what they repeat from before. Pure.

How mail programs begin a quotation is known to `mail-parser-reply`, in fifteen languages. Its
pattern is tried only where a line looks as if one began there: searched for in the whole text it
costs more than reading the mail, and its time grows with the square of long lines.
"""

import re
from functools import lru_cache
from typing import Final

MAX_LINE: Final = 400
"""No mail program begins a quotation with a longer line."""

MAX_TRIED: Final = 60

_LIKELY: Final = re.compile(
    r"^(?=.{3,400}$)(?:.*[:\uff1a]\s*$|[>* ]*[^\W\d_]{1,16}\s?[^\W\d_]{0,12}: |-{5,}|_{32,}$)",
    re.MULTILINE,
)
_RULE: Final = re.compile(r"^_{32,}$", re.MULTILINE)
_QUOTED: Final = re.compile(r"(?:\n[ \t]*(?:>[^\n]*)?)+\Z")


def apart(text: str) -> tuple[str, str | None]:
    """What is new, and what is quoted below it (`None`: nothing is)."""
    text = text.replace("\r\n", "\n").strip()
    start = _beginning(text)
    if start is None and (below := _QUOTED.search(f"\n{text}")) and ">" in below.group():
        start = max(below.start() - 1, 0)
    if start is None:
        return text, None
    new, quoted = text[:start].strip(), text[start:].strip()
    # Who wrote nothing above, or everything between the lines, is read whole.
    return (new, quoted) if new else (text, None)


def _beginning(text: str) -> int | None:
    """Where a quotation begins."""
    starts: list[int] = []
    pattern = _beginnings()
    for found in _LIKELY.finditer(text):
        start = found.start()
        before = text.rfind("\n", 0, max(start - 1, 0)) + 1
        # Long names break the line: then it begins one line above.
        starts += [one for one in (before, start) if one not in starts[-2:]]
        if len(starts) > MAX_TRIED:
            break
    for start in starts:
        if _bounded(text, start) and pattern.match(text, start):
            return start
    return None


def _bounded(text: str, start: int) -> bool:
    """Whether the lines there are short enough to be tried."""
    end = start
    for _ in range(3):
        line = text.find("\n", end)
        if (len(text) if line < 0 else line) - end > MAX_LINE:
            return False
        if line < 0:
            return True
        end = line + 1
    return True


@lru_cache(maxsize=1)
def _beginnings() -> re.Pattern[str]:
    # Only this function pays for the import.
    from mailparser_reply.constants import MAIL_LANGUAGES  # type: ignore[import-untyped]
    from mailparser_reply.parser import EmailMessage  # type: ignore[import-untyped]

    known: re.Pattern[str] = EmailMessage(text="", languages=list(MAIL_LANGUAGES)).HEADER_REGEX
    return known
