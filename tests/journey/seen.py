"""Looking at an open page as people do: on a laptop and a phone, light and dark, and as a screen
reader has it."""

from functools import cache
from typing import Any, Final
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_FILE_PATH

from .pages import LAPTOP, PHONE, Visitor

ALL: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
SEEN: Final = (
    *("color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size"),
    *("button-name", "label", "link-name", "select-name"),
)
"""Rules whose findings change with the size and the light, and with what is hidden then; the others
read what is the same."""

HEARD: Final[dict[str, Any]] = {"laptop, light": {"type": "tag", "values": ALL},
                "phone, dark": {"type": "rule", "values": SEEN}}  # fmt: skip
"""Where axe looks, as it takes its time: each size and each light once."""

_RUN: Final = """async runOnly => {
  const {violations} = await axe.run(document, {resultTypes: ["violations"], iframes: false, runOnly});
  return violations
    .filter(one => ["serious", "critical"].includes(one.impact))
    .map(one => `${one.impact} ${one.id}: ${one.help}: `
      + one.nodes.slice(0, 3).map(node => node.target.join(" ")).join("; "));
}"""
"""Told in short in the page itself: all that axe has to say takes as long as finding it. Frames are
previews, which no script can look into."""


@cache
def axe() -> str:
    return AXE_FILE_PATH.read_text()


def findings(page: Any, rules: Any = HEARD["laptop, light"]) -> list[str]:
    """What axe finds serious, in short."""
    if page.evaluate("() => typeof axe") == "undefined":
        page.evaluate(axe())
    found: list[str] = page.evaluate(_RUN, rules)
    return found


def looked_at(visitor: Visitor) -> list[str]:
    """Everything wrong with the page that is open, in any light and size."""
    page, wrong = visitor.page, []
    for name, size, scheme in (
        ("laptop, light", LAPTOP, "light"),
        ("laptop, dark", LAPTOP, "dark"),
        ("phone, dark", PHONE, "dark"),
        ("phone, light", PHONE, "light"),
    ):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        where = f"{urlsplit(page.url).path} ({name})"
        wide = page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
        if wide > 0:
            wrong.append(f"{where}: {wide} px wider than the screen")
        if name in HEARD:
            wrong += [f"{where}: {one}" for one in findings(page, HEARD[name])]
    page.set_viewport_size(LAPTOP)
    return wrong
