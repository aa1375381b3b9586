"""The links of a template: found, and made ready to be followed through us. Pure.

A link is tracked where its whole address is written in the template, or all of it but what comes
after its `?`: that stays in the mail as it is filled in for somebody, follows our address, and is
handed on, so nothing of it is stored or read. Its host and path are the template's either way. A
link with a merge field before that stays as it is, as do those that stop messages, `mailto:` and
`tel:`. The text part is never touched.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from html import unescape
from html.parser import HTMLParser
from typing import Final

from .places import LONGEST, OWN

MOST: Final = 200
"""So many different links of a campaign are tracked; further ones stay as they are."""

PIXEL: Final = "tracking_pixel"
HIDDEN: Final = "tracking_hidden"
LINK: Final = "tracking_link_"
"""What the addresses are called where a message is filled in."""

_JINJA: Final = re.compile(
    r"\{%-?\s*raw\b.*?endraw\s*-?%\}|\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL
)
_MARK: Final = "\ue000"
_ATTRIBUTE: Final = re.compile(r"""\s([^\s=>"'/]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+))?""")
_WEB: Final = ("http://", "https://")
_WITH_HOST: Final = re.compile(r"https?://[^/?#]+/?[^?#]*\?", re.IGNORECASE)
_END: Final = re.compile(r"</body\s*>", re.IGNORECASE)

# Seen and read out by nobody; whatever follows it follows everything.
_TRAP: Final = (
    f'<a href="{{{{ {HIDDEN} }}}}" style="display:none" aria-hidden="true" tabindex="-1"></a>'
)
_DOT: Final = (
    f'<img src="{{{{ {PIXEL} }}}}" width="1" height="1" alt="" '
    'style="display:block;border:0;width:1px;height:1px">'
)


def links_in(html: str) -> list[str]:
    """The addresses of a template that are tracked, each once, in the order they come."""
    return list(dict.fromkeys(address for _, _, address, _ in _places(html)))[:MOST]


@lru_cache(maxsize=16)
def tracked(html: str, addresses: tuple[str, ...]) -> str:
    """The template with its links led through us, a link that people do not see, and a pixel.
    `addresses` are the campaign's; what is not among them stays as it is."""
    numbers = {address: n for n, address in enumerate(addresses, start=1)}
    parts: list[str] = []
    done = 0
    for start, end, address, quote in _places(html):
        if address in numbers:
            parts += [html[done:start], f"{quote}{{{{ {LINK}{numbers[address]} }}}}{quote or '?'}"]
            done = end
    made = "".join([*parts, html[done:]])
    ends = list(_END.finditer(_masked(made)))
    place = ends[-1].start() if ends else len(made)
    return f"{made[:place]}{_TRAP}{_DOT}{made[place:]}"


def filled_in(count: int, pixel: str, links: Mapping[int, str]) -> dict[str, str]:
    """The values of a tracked template: `links` are the addresses by number, 0 the hidden one."""
    values = {f"{LINK}{number}": links[number] for number in range(1, count + 1)}
    return values | {PIXEL: pixel, HIDDEN: links[0]}


def _masked(html: str) -> str:
    # As long as it was, so that places stay where they are.
    return _JINJA.sub(lambda found: _MARK * len(found[0]), html)


def _places(html: str) -> Iterator[tuple[int, int, str, str]]:
    """From where to where each tracked `href` is replaced, by which address, and the quote around
    it. Where what follows the `?` is somebody's own, it is what comes before that, without quotes,
    and the address ends with the `?`."""
    reader = _Reader(_masked(html))
    reader.close()
    for start, tag in reader.tags:
        found = next((one for one in _ATTRIBUTE.finditer(tag) if one[1].lower() == "href"), None)
        if found is None or not found[2]:
            continue
        begins, ends, written = start + found.start(2), start + found.end(2), found[2]
        if _MARK not in written:
            if _is_tracked(address := unescape(written.strip("\"'")).strip()):
                yield begins, ends, address, '"'
            continue
        bare = written.lstrip("\"'")
        own = bare.find(OWN)
        address = unescape(bare[: own + 1])
        if own > 0 and _WITH_HOST.match(address) and _is_tracked(address):
            begins += len(written) - len(bare)
            yield begins, begins + own + 1, address, ""


def _is_tracked(address: str) -> bool:
    plain = _MARK not in address and address.isprintable() and " " not in address
    return plain and address.lower().startswith(_WEB) and len(address) <= LONGEST


class _Reader(HTMLParser):
    """Every `<a>` and `<area>`, as written, and where it begins."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[int, str]] = []
        # As the parser counts lines: by line feeds.
        self._starts = [0, *(found.end() for found in re.finditer("\n", html))]
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("a", "area"):
            line, column = self.getpos()
            self.tags.append((self._starts[line - 1] + column, self.get_starttag_text() or ""))
