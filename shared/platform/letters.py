"""What mails say: a text and an HTML template of the same name, filled in."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment


def written(folder: Path, name: str, about: Mapping[str, Any]) -> tuple[str, str]:
    """`<name>.txt` and `<name>.html` of a folder, filled in: text and HTML of a mail."""
    letters = _letters(folder)
    plain, rich = (letters.get_template(f"{name}.{kind}") for kind in ("txt", "html"))
    return plain.render(about), rich.render(about)


@lru_cache(maxsize=1)
def _letters(folder: Path) -> "Environment":
    # Only functions that write mail pay for the import.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
