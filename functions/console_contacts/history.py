"""What happened with a contact, newest first: a part of their page, and a page of its own."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.console.entry import Answer, PageRequest
from shared.console.names import names
from shared.customers.channels.repository import channels_in_force
from shared.customers.history.listing import Wanted, contact_history
from shared.customers.history.model import Entry
from shared.customers.history.words import said
from shared.kernel.errors import Rejected
from shared.pages.reading import read
from shared.pages.rendering import day

from .kinds import KINDS, kinds_of

ENTRIES: Final = 20

_OFTEN: Final = kinds_of("pages") - {"form_submitted"}
"""What people do many times over, and nobody reads one by one."""


class HistoryQuery(BaseModel):
    """`?kind=&channel=&visible=yes&cursor=`: entries of a group of kinds and a channel."""

    model_config = ConfigDict(extra="ignore")

    kind: str = Field(default="", max_length=40)
    channel: str = Field(default="", max_length=40)
    visible: Literal["yes", ""] = ""
    cursor: str | None = None

    def wanted(self) -> Wanted:
        """Which entries are asked for. Raises `Rejected` for kinds there are not."""
        return Wanted(
            kinds=kinds_of(self.kind),
            channels=frozenset([self.channel] if self.channel else ()),
            visible=bool(self.visible),
        )


def shown(request: PageRequest, contact_id: str) -> Answer:
    """A page of the timeline. The page's script asks for the whole part, or for what is older."""
    view = _view(request, contact_id)
    try:
        query = read(HistoryQuery, request.query)
        found = contact_history(
            contact_id, request.found, query.wanted(), limit=ENTRIES, cursor=query.cursor
        )
    except Rejected as error:
        return request.refused(_template(request), error, **view, entries=[], older=None)
    told = grouped(((one, said(one, view["named"])) for one in found.entries), request.zone)
    return request.page(_template(request), **view, entries=told, older=found.next)


def grouped(entries: Iterable[tuple[Entry, str]], zone: str) -> list[tuple[Entry, str, int]]:
    """Entries and what they say, with how many they stand for: what somebody did again and again
    on a day, by the wall in `zone`, is one line."""
    lines: list[tuple[Entry, str, int]] = []
    for one, text in entries:
        if lines and lines[-1][1] == text and _alike(lines[-1][0], one, zone):
            lines[-1] = (lines[-1][0], text, lines[-1][2] + 1)
        else:
            lines.append((one, text, 1))
    return lines


def _alike(one: Entry, other: Entry, zone: str) -> bool:
    days = {day(entry.occurred_at, zone) for entry in (one, other)}
    return one.kind in _OFTEN and one.visible == other.visible and len(days) == 1


def named(now: datetime) -> Mapping[str, str]:
    """What people and channels are called, by their ids."""
    return {one.channel_id: one.title for one in channels_in_force(now).channels} | names(now)


def channel_choices(now: datetime) -> list[tuple[str, str]]:
    """The ids of channels and what people call them, by that."""
    channels = channels_in_force(now).channels
    return sorted(((one.channel_id, one.title) for one in channels), key=lambda one: one[1])


def _template(request: PageRequest) -> str:
    if request.whole:
        return "history.html"
    return "history_entries.html" if request.query.get("cursor") else "history_part.html"


def _view(request: PageRequest, contact_id: str) -> dict[str, Any]:
    return {
        "contact_id": contact_id,
        "named": named(request.now),
        "kinds": [(code, label) for code, label, _ in KINDS],
        "channels": channel_choices(request.now),
        "filtered": any(request.query.get(name) for name in ("kind", "channel", "visible")),
    }
