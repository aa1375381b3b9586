"""The text part of a mail, made of its HTML: what a person reads, links with their addresses.

It is made of the template, once, and not of each message: what is filled in later is text as it
is, and needs no unescaping.
"""

import re
from html.parser import HTMLParser
from typing import Final

_JINJA: Final = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_MARK: Final = re.compile("\ue000(\\d+)\ue001")

_BLOCKS: Final = frozenset(
    {"p", "div", "table", "tr", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "blockquote"}
    | {"section", "header", "footer", "article", "center"}
)
_UNSEEN: Final = frozenset({"style", "script", "head", "title"})


def text_of(html: str) -> str:
    """The text template that says what an HTML template does."""
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        kept.append(found[0])
        return f"\ue000{len(kept) - 1}\ue001"

    reader = _Reader()
    reader.feed(_JINJA.sub(keep, html))
    reader.close()
    return _MARK.sub(lambda found: kept[int(found[1])], reader.text())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[str] = []
        self._unseen = 0
        self._links: list[tuple[str, int]] = []

    def text(self) -> str:
        """What was read, with at most one empty line between parts."""
        lines = [" ".join(line.split()) for line in "".join(self._parts).split("\n")]
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag == "br":
            self._parts.append("\n")
        elif tag == "li":
            self._parts.append("\n- ")
        elif tag == "img" and known.get("alt"):
            self._parts.append(str(known["alt"]))
        elif tag == "a":
            self._links.append((known.get("href") or "", len(self._parts)))
        elif tag in _BLOCKS:
            self._parts.append("\n\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif tag == "a" and self._links:
            href, start = self._links.pop()
            said = "".join(self._parts[start:]).strip()
            if href and not href.startswith("#") and href.removeprefix("mailto:") != said:
                self._parts.append(f" ({href})" if said else href)
        elif tag in _BLOCKS:
            self._parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self._parts.append(re.sub(r"\s+", " ", data))
