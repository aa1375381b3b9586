"""A real Chromium for tests: one of Debian's, the one named by `CHROMIUM`, or Playwright's own."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

NAMES: Final = ("chromium-headless-shell", "chromium")
"""The first is the same engine without a window: a quarter less to do."""

QUIET: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""Ours runs as root in containers, and calls nobody of its own accord."""

USER_AGENT: Final = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/126.0.0.0 Safari/537.36"
)
"""A person's: "HeadlessChrome" would count as a robot."""


@contextmanager
def launched() -> Iterator[Any]:
    """A running browser (Playwright's `Browser`). Without one the test is skipped on a laptop
    and fails in CI."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium
        path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
        if path is None and not Path(chromium.executable_path).exists():
            _missing()
        browser = chromium.launch(executable_path=path, args=[*QUIET])
        yield browser
        browser.close()


def _missing() -> None:
    text = (
        "No browser: install chromium-headless-shell or chromium, set CHROMIUM, or run "
        "`playwright install chromium`"
    )
    if os.environ.get("CI"):
        pytest.fail(text)
    pytest.skip(text)
