"""Looking at an open page as people do: on a laptop and a phone, light and dark, and as a screen
reader has it."""

from functools import cache
from typing import Any, Final
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_FILE_PATH

from .pages import LAPTOP, PHONE, Visitor

HEARD: Final = ("laptop, light", "phone, dark")
"""Where axe looks: each size and each light once, as it takes its time."""

_RUN: Final = """async () => {
  const runOnly = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const {violations} = await axe.run(document, {resultTypes: ["violations"], runOnly});
  return violations
    .filter(one => ["serious", "critical"].includes(one.impact))
    .map(one => `${one.impact} ${one.id}: ${one.help}: `
      + one.nodes.slice(0, 3).map(node => node.target.join(" ")).join("; "));
}"""
"""Told in short in the page itself: all that axe has to say takes as long as finding it."""


@cache
def axe() -> str:
    return AXE_FILE_PATH.read_text()


def findings(page: Any) -> list[str]:
    """What axe finds serious, in short."""
    if page.evaluate("() => typeof axe") == "undefined":
        page.evaluate(axe())
    found: list[str] = page.evaluate(_RUN)
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
            wrong += [f"{where}: {one}" for one in findings(page)]
    page.set_viewport_size(LAPTOP)
    return wrong
