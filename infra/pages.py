"""The static files of staff's and customers' pages: ours, and what npm brings, under one version.

`infra/assets/console` holds our style sheets and script, `package.json` with the pinned front-end
libraries, and `icons.txt`, the icons that become one sprite. Nothing is compiled: files are
copied under an address that names their version, so browsers may keep them for ever.
"""

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
SOURCES: Final = ROOT / "infra" / "assets" / "console"
_BUILD: Final = ROOT / ".crm" / "build"

VENDORED: Final = {
    "pico.css": "@picocss/pico/css/pico.min.css",
    "htmx.js": "htmx.org/dist/htmx.min.js",
    "uplot.js": "uplot/dist/uPlot.iife.min.js",
    "uplot.css": "uplot/dist/uPlot.min.css",
    "inter.woff2": "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2",
    "inter-ext.woff2": "@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2",
}
"""File of ours → file of an npm package."""

OURS: Final = (
    "console.css",
    "portal.css",
    "staff.css",
    "tickets.css",
    "console.js",
    "charts.js",
    "upload.js",
    "attach.js",
    "favicon.svg",
)
_LICENSES: Final = ("@picocss/pico", "htmx.org", "uplot", "heroicons", "@fontsource-variable/inter")
_ICONS: Final = "heroicons/24/outline"


class NotBuilt(RuntimeError):
    """npm could not bring the libraries; the message says what it said."""


@lru_cache(maxsize=1)
def version() -> str:
    """What the files' address carries: a digest of everything they are made from."""
    content = hashlib.sha256(Path(__file__).read_bytes())
    for path in sorted(SOURCES.iterdir()):
        content.update(f"{path.name}\0".encode() + path.read_bytes() + b"\0")
    return content.hexdigest()[:12]


def build(environment: Mapping[str, str] | None = None) -> Path:
    """The folder with all files, made once per version (npm asks its registry the first time).

    Raises `NotBuilt`.
    """
    made = _BUILD / f"console-{version()}"
    if made.exists():
        return made
    packages = _packages(environment)
    aside = Path(tempfile.mkdtemp(dir=_BUILD))
    for name in OURS:
        shutil.copyfile(SOURCES / name, aside / name)
    for name, source in VENDORED.items():
        shutil.copyfile(packages / source, aside / name)
    (aside / "icons.svg").write_text(_sprite(packages / _ICONS))
    (aside / "licenses.txt").write_text(_licenses(packages))
    return _put(aside, made)


def icon_names() -> list[str]:
    """The icons of the sprite."""
    return (SOURCES / "icons.txt").read_text().split()


def _packages(environment: Mapping[str, str] | None) -> Path:
    lock = (SOURCES / "package-lock.json").read_bytes()
    made = _BUILD / f"npm-{hashlib.sha256(lock).hexdigest()[:12]}"
    if not made.exists():
        _BUILD.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(dir=_BUILD))
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copyfile(SOURCES / name, aside / name)
        _npm_ci(aside, environment)
        _put(aside, made)
    return made / "node_modules"


def _npm_ci(folder: Path, environment: Mapping[str, str] | None) -> None:
    # Scripts of packages are never run.
    command = ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    env = {**os.environ, **(environment or {})}
    try:
        done = subprocess.run(
            command, cwd=folder, env=env, capture_output=True, text=True, check=False
        )
    except FileNotFoundError as missing:
        raise NotBuilt("npm is missing") from missing
    if done.returncode:
        raise NotBuilt((done.stderr or done.stdout).strip()[-800:])


def _sprite(folder: Path) -> str:
    symbols = []
    for name in icon_names():
        drawing = (folder / f"{name}.svg").read_text()
        inside = re.sub(r"</?svg[^>]*>", "", drawing).strip()
        symbols.append(
            f'<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" '
            f'stroke-width="1.6">{inside}</symbol>'
        )
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>'


def _licenses(packages: Path) -> str:
    texts = []
    for name in _LICENSES:
        files = sorted((packages / name).glob("LICENSE*"))
        texts += [f"== {name}\n\n{file.read_text()}" for file in files]
    return "\n\n".join(texts)


def _put(aside: Path, made: Path) -> Path:
    try:
        aside.rename(made)
    except OSError:  # somebody else was first
        shutil.rmtree(aside)
    return made
