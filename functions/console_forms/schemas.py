"""A web form as the fields of its editor, and back. A field is named by its place in the form
(`fields.0.label`, `consent.text`), as the problems found in it are."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from shared.kernel.errors import FieldError
from shared.sales.forms.model import Form

Row = dict[str, str]

_TEXTS: Final = (
    "title",
    "introduction",
    "submit_label",
    "thanks",
    "language",
    "default_return_url",
    "honeypot",
    "minimum_fill_seconds",
    "submissions_per_minute",
    "default_campaign",
    "default_region",
    "hand_off",
    "page_key",
)
_LISTS: Final = ("allowed_origins", "return_urls")
"""One entry per line."""

_CONSENT: Final = ("text", "version", "purpose", "channel", "field", "required", "double_opt_in")
_BOXES: Final = ("required", "double_opt_in")
_FIELD: Final = re.compile(r"fields\.(\d{1,2})\.([a-z_]+)")
_YES: Final = "yes"


@dataclass
class Draft:
    """A form as it is being typed: text by place, and its questions row by row."""

    texts: dict[str, str] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)

    @classmethod
    def of(cls, form: Form) -> "Draft":
        """The editor of a stored form."""
        data = form.model_dump(mode="json")
        texts = {name: _text(data[name]) for name in (*_TEXTS, *_LISTS)}
        consent = data["consent"] or {}
        texts |= {f"consent.{name}": _text(consent.get(name)) for name in _CONSENT}
        return cls(texts, [{k: _text(v) for k, v in one.items()} for one in data["fields"]])

    @classmethod
    def posted(cls, form: Mapping[str, str]) -> "Draft":
        """What was typed."""
        rows: dict[int, Row] = {}
        for name, value in form.items():
            if match := _FIELD.fullmatch(name):
                rows.setdefault(int(match[1]), {})[match[2]] = value
        names = (*_TEXTS, *_LISTS, *(f"consent.{name}" for name in _CONSENT))
        texts = {name: form.get(name, "").replace("\r\n", "\n") for name in names}
        return cls(texts, [row for _, row in sorted(rows.items())])

    def changed(self, do: str, number: str) -> None:
        """Add a question, take one out, or move it up."""
        at = int(number) if number.isdecimal() else -1
        if do == "add":
            self.rows.append({"name": "", "label": "", "kind": "text"})
        elif 0 <= at < len(self.rows):
            row = self.rows.pop(at)
            if do == "up":
                self.rows.insert(max(at - 1, 0), row)

    def data(self) -> dict[str, Any]:
        """The same as a form's data; what is empty is left out."""
        data: dict[str, Any] = {
            name: text.strip()
            for name, text in self.texts.items()
            if name in _TEXTS and text.strip()
        }
        data |= {name: _lines(self.texts.get(name, "")) for name in _LISTS}
        data["fields"] = [_question(row) for row in self.rows]
        consent = {
            name: said
            for name in _CONSENT
            if (said := self.texts.get(f"consent.{name}", "").strip()) and name not in _BOXES
        }
        if "text" in consent:
            boxes = {name: self.texts.get(f"consent.{name}") == _YES for name in _BOXES}
            data["consent"] = {**consent, **boxes}
        return data


def placed(errors: Iterable[FieldError], draft: Draft) -> dict[str, str]:
    """Each problem at the field of the editor it belongs to: one address of several, for
    example, belongs to the field with all of them."""
    fields = {*draft.texts, "form_id"} | {
        f"fields.{number}.{name}"
        for number in range(len(draft.rows))
        for name in ("name", "label", "kind", "max_length", "choices")
    }
    found: dict[str, str] = {}
    for error in errors:
        parts = error.field.split(".")
        ways = (".".join(parts[:end]) for end in range(len(parts), 0, -1))
        found.setdefault(next((way for way in ways if way in fields), error.field), error.message)
    return found


def _question(row: Row) -> dict[str, Any]:
    question: dict[str, Any] = {k: v.strip() for k, v in row.items() if v.strip()}
    name = re.sub(r"[^a-z0-9]+", "_", row.get("label", "").casefold()).strip("_0123456789")
    question.setdefault("name", name[:40])
    question["required"] = row.get("required") == _YES
    question["choices"] = _lines(row.get("choices", ""))
    return question


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return _YES if value else ""
    if isinstance(value, list):
        return "\n".join(value)
    return "" if value is None else str(value)
