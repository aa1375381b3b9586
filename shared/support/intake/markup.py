"""HTML of strangers: what is kept of it, and what it says as text. Pure."""

import re
from html.parser import HTMLParser
from typing import Final

MAX_HTML: Final = 150_000
"""Characters of HTML that are kept; what is longer is kept as text and in the raw mail."""

TAGS: Final = frozenset(
    [
        "a",
        "abbr",
        "b",
        "blockquote",
        "br",
        "code",
        "dd",
        "del",
        "div",
        "dl",
        "dt",
        "em",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "li",
        "ol",
        "p",
        "pre",
        "q",
        "s",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "u",
        "ul",
    ]
)
"""No picture: those of a stranger tell who looks at them, and when."""

_ATTRIBUTES: Final = {"a": {"href", "title"}, "td": {"colspan", "rowspan"}, "th": {"colspan"}}
_SCHEMES: Final = {"http", "https", "mailto", "tel"}

_BLOCKS: Final = frozenset(
    [
        "address",
        "article",
        "blockquote",
        "br",
        "dd",
        "div",
        "dl",
        "dt",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "li",
        "ol",
        "p",
        "pre",
        "table",
        "tr",
        "ul",
    ]
)
_SILENT: Final = frozenset({"script", "style", "head", "title", "template"})
_SPACES: Final = re.compile(r"[ \t\r\f\v\u00a0\u200b-\u200d\ufeff]+")
_EMPTY_LINES: Final = re.compile(r"\n\s*\n\s*\n+")


def sanitised(html: str) -> str | None:
    """HTML that does nothing when shown: known elements only, no scripts, styles, forms, pictures
    or addresses of other kinds. `None` where it is too long, or nothing is left."""
    if len(html) > MAX_HTML:
        return None
    import nh3  # only this function pays for it

    kept = nh3.clean(
        html,
        tags=set(TAGS),
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer nofollow",
    ).strip()
    return kept or None


def text_in(html: str) -> str:
    """What a page says, a line for each block; quoted blocks as mails quote them."""
    reader = _Reader()
    reader.feed(html[: MAX_HTML * 4])
    reader.close()
    lines = [_SPACES.sub(" ", one).strip() for one in "".join(reader.said).split("\n")]
    return _EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self._silent = 0
        self._quoted = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._silent = 0 if tag == "body" else self._silent + (tag in _SILENT)
        self._quoted += tag == "blockquote"
        self._line(tag)

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        self._line(tag)

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in _SILENT and self._silent > 0
        self._quoted -= tag == "blockquote" and self._quoted > 0
        self._line(tag)

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.said.append(data.replace("\n", " "))

    def _line(self, tag: str) -> None:
        if tag in _BLOCKS and not self._silent:
            self.said.append("\n" + "> " * min(self._quoted, 5))
