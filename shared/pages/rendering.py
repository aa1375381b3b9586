"""Templates to pages: one Jinja2 environment per function, with its frame, the shared components
and the words pages need for dates, numbers and people."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode
from zlib import crc32

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    ModuleLoader,
    StrictUndefined,
)

from shared.kernel.calendars import zone_of
from shared.kernel.money import written
from shared.platform.settings import settings

COMPILED: Final = "compiled_templates"
_SHARED: Final = Path(__file__).parent / "templates"
_HUES: Final = 8
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


@cache
def environment(*folders: Path) -> Environment:
    """The environment of a function whose templates are looked for in `folders`, its own and those
    of its frame, in this order, and then among the shared ones."""
    made = Environment(
        loader=_loader(*folders),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        auto_reload=False,
    )
    made.globals |= {"asset": asset, "hue": hue, "initials": initials, "with_query": with_query}
    made.filters |= {
        "day": day,
        "when": when,
        "ago": ago,
        "isotime": isotime,
        "words": words,
        "path": path,
        "amount": written,
    }
    return made


def _loader(own: Path, *frames: Path) -> BaseLoader:
    compiled = [frame.with_name(COMPILED) for frame in frames]
    sources = FileSystemLoader([own, *frames, _SHARED])
    if not all(one.is_dir() for one in compiled):
        return sources
    return ChoiceLoader([FileSystemLoader(own), *map(ModuleLoader, compiled), sources])


def compile_frame(frame: Path) -> None:
    """Translate the templates of a frame, and the shared ones it uses, to Python beside it, as is
    done for what is deployed: to do it takes most of the time of a first page."""
    environment(frame).compile_templates(
        frame.with_name(COMPILED), zip=None, ignore_errors=False, extensions=["html"]
    )


def render(folders: Sequence[Path], template: str, context: Mapping[str, Any]) -> str:
    """The text of a template."""
    return environment(*folders).get_template(template).render(context)


def asset(name: str) -> str:
    """The address of a static file of the pages; it changes with the files' content."""
    return f"/assets/console/{settings().need('asset_version')}/{name}"


def hue(text: str) -> int:
    """A number from 0 to 7 that stays with a name: the colour of its avatar."""
    return crc32(text.encode()) % _HUES


def initials(name: str) -> str:
    """Up to two letters for an avatar."""
    parts = [part for part in name.split() if part[:1].isalnum()]
    letters = [parts[0][0], parts[-1][0]] if len(parts) > 1 else [part[0] for part in parts[:1]]
    return "".join(letters).upper() or "?"


def with_query(address: str, query: Mapping[str, Any], **changes: Any) -> str:
    """`address` with `query`, of which `changes` replace parameters; `None` leaves one out."""
    merged = {**query, **changes}
    kept = {name: value for name, value in merged.items() if value not in (None, "")}
    return f"{address}?{urlencode(kept)}" if kept else address


def path(text: Any) -> str:
    """Text as one segment of an address."""
    return quote(str(text), safe="")


def isotime(at: datetime | str) -> str:
    """An instant for a `datetime` attribute."""
    return _instant(at).astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def when(at: datetime | str, zone: str) -> str:
    """An instant on the wall clock in `zone`: `Fri 6 Jun 2025, 15:00`."""
    local = _instant(at).astimezone(zone_of(zone))
    return f"{local:%a} {local.day} {local:%b %Y, %H:%M}"


def day(on: date | datetime | str, zone: str = "UTC") -> str:
    """A date: `6 Jun 2025`. Instants are dated by the wall in `zone`."""
    if isinstance(on, str):
        on = datetime.fromisoformat(on) if "T" in on else date.fromisoformat(on)
    local = on.astimezone(zone_of(zone)) if isinstance(on, datetime) else on
    return f"{local.day} {local:%b %Y}"


def ago(at: datetime | str, now: datetime) -> str:
    """How long ago, or in how long, roughly: `3 min ago`, `in 2 h`, `5 days ago`."""
    seconds = (now - _instant(at)).total_seconds()
    amount = abs(seconds)
    if amount < _MINUTE:
        return "just now" if seconds >= 0 else "in a moment"
    if amount < _HOUR:
        text = f"{int(amount // _MINUTE)} min"
    elif amount < 2 * _DAY:
        text = f"{int(amount // _HOUR)} h"
    else:
        text = f"{int(amount // _DAY)} days"
    return f"{text} ago" if seconds >= 0 else f"in {text}"


def words(code: str) -> str:
    """A code as words for people: `not_taking_leads` → `Not taking leads`."""
    text = code.replace("_", " ").replace("-", " ").strip()
    return text[:1].upper() + text[1:]


def _instant(at: datetime | str) -> datetime:
    return at if isinstance(at, datetime) else datetime.fromisoformat(at)
