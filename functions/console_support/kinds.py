"""The two kinds of what agents say and do again and again, as their pages handle them alike."""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from shared.kernel.errors import CrmError, FieldError, NotFound, Rejected
from shared.pages.reading import read
from shared.platform.configuration import Configuration, Standing, Version
from shared.support.canned.model import NAME, CannedReplies, CannedReply, Macro, Macros
from shared.support.canned.stored import (
    put_macros,
    put_replies,
    roll_back_macros,
    roll_back_replies,
    stored_macros,
    stored_replies,
)

Entry = CannedReply | Macro
_PLACED: Final = re.compile(r"^(?:replies|macros)\.\d+\.")
_SAYS: Final = "Value error, "


@dataclass(frozen=True, slots=True)
class Kind:
    """What they are called, where they are kept, how one is read from a form and how all are
    stored."""

    code: str
    title: str
    one: str
    stored: Configuration[Any]
    entries: Callable[[Any], Sequence[Entry]]
    read: Callable[[str, Mapping[str, str]], Entry]
    put: Callable[[list[Entry], int, str, datetime], Version[Any]]
    roll_back: Callable[..., Version[Any]]

    @property
    def at(self) -> str:
        """Where their pages are."""
        return f"/console/support/canned/{self.code}"

    def standing(self) -> Standing[Any]:
        """How things stand, read afresh. One read."""
        return self.stored.standing(NAME)

    def in_force(self, standing: Standing[Any]) -> list[Entry]:
        """The entries in force."""
        return list(self.entries(standing.active.value)) if standing.active else []


def kind_of(code: str) -> Kind:
    """The kind of an address. Raises `NotFound`."""
    if code not in KINDS:
        raise NotFound("no_such_page", "There is no page at this address")
    return KINDS[code]


def mark(entry: Entry | None) -> str:
    """What tells whether an entry is still as it was shown."""
    said = entry.model_dump_json() if entry else ""
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def free_id(name: str, taken: Sequence[str]) -> str:
    """An id for something new of that name."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:32] or "entry"
    if plain not in taken:
        return plain
    return next(one for number in range(2, 1_000) if (one := f"{plain}-{number}") not in taken)


def at_fields(error: CrmError) -> CrmError:
    """The refusal at the fields of the form of one entry."""
    if not isinstance(error, Rejected):
        return error
    fields = [
        FieldError(
            _PLACED.sub("", one.field).split(".")[0] or "name",
            one.code,
            _sentence(one.message),
        )
        for one in error.fields
    ]
    return Rejected(error.code, error.message, fields)


def _sentence(message: str) -> str:
    said = message.removeprefix(_SAYS)
    return said[:1].upper() + said[1:]


def _reply(entry_id: str, form: Mapping[str, str]) -> CannedReply:
    given = {name: form.get(name, "") for name in ("name", "body")}
    return read(CannedReply, {"id": entry_id, **given})


def _macro(entry_id: str, form: Mapping[str, str]) -> Macro:
    given: dict[str, Any] = {"id": entry_id, "name": form.get("name", "")}
    says, text = form.get("says", ""), form.get("text", "").strip()
    if says in ("reply", "note"):
        given[says] = text
    for name in ("then", "priority", "assign_to", "queue"):
        given[name] = form.get(name) or None
    for name in ("add_tags", "remove_tags"):
        given[name] = [one.strip() for one in form.get(name, "").split(",") if one.strip()]
    return read(Macro, given)


KINDS: Final[Mapping[str, Kind]] = {
    "replies": Kind(
        "replies",
        "Canned replies",
        "canned reply",
        stored_replies,
        lambda value: value.replies,
        _reply,
        lambda entries, after, by, now: put_replies(
            CannedReplies.model_validate({"replies": entries}), after=after, by=by, now=now
        ),
        roll_back_replies,
    ),
    "macros": Kind(
        "macros",
        "Macros",
        "macro",
        stored_macros,
        lambda value: value.macros,
        _macro,
        lambda entries, after, by, now: put_macros(
            Macros.model_validate({"macros": entries}), after=after, by=by, now=now
        ),
        roll_back_macros,
    ),
}
