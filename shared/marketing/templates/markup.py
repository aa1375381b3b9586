"""What is wrong or doubtful about the HTML of a mail: links, images, what mail programs drop."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Final

from .merge_fields import LINKS

Finding = tuple[str, str]
"""A stable code, and words."""

_JINJA: Final = re.compile(r"\{\{\s*(\w+)[^}]*\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_DANGEROUS: Final = frozenset(
    {"script", "iframe", "object", "embed", "form", "input", "button", "base", "meta", "link"}
)
_SAFE: Final = ("http://", "https://", "mailto:", "tel:", "#")
_MARK: Final = "\ue000"
_OURS: Final = "\ue001"


def refused(html: str) -> list[Finding]:
    """What no mail may have."""
    return list(dict.fromkeys(_read(html).wrong))


def doubtful(html: str) -> list[Finding]:
    """What a marketer should hear of."""
    return list(dict.fromkeys(_read(html).doubts))


class _Markup(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.wrong: list[Finding] = []
        self.doubts: list[Finding] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _DANGEROUS:
            self.wrong.append(("element_refused", f"Mails have no <{tag}>"))
        for name, value in attrs:
            if name.startswith("on"):
                self.wrong.append(("script_refused", f"Mails run no scripts ({name})"))
            if name in ("href", "src", "background", "action"):
                self.wrong += _address(name, (value or "").strip())
                self.doubts += _doubt(name, (value or "").strip())
        known = dict(attrs)
        if tag == "img" and not known.get("alt"):
            self.doubts.append(("image_without_words", "An image has no `alt`"))


def _address(name: str, value: str) -> Iterator[Finding]:
    text = value.lower()
    if text.startswith(_MARK):
        yield "link_unchecked", "An address begins as we write it, not with a field of a person"
    elif text and not text.startswith((*_SAFE, _OURS)):
        yield "link_refused", f"A {name} begins with https://, mailto: or tel:"


def _doubt(name: str, value: str) -> Iterator[Finding]:
    if not value:
        yield "link_empty", f"A {name} leads nowhere"
    elif value.lower().startswith("http://"):
        yield "link_not_secure", "An address begins with http:// instead of https://"


def _read(html: str) -> _Markup:
    def mark(found: re.Match[str]) -> str:
        return _OURS if found[1] in LINKS else _MARK

    reader = _Markup()
    reader.feed(_JINJA.sub(mark, html))
    reader.close()
    return reader
