"""A campaign as the fields of a form, and back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from shared.kernel.calendars import zone_of
from shared.kernel.clock import parse_instant
from shared.kernel.errors import FieldError, NotFound, Rejected
from shared.marketing.campaigns.model import MAX_FALLBACKS, Campaign, CampaignInput
from shared.marketing.channels.model import CHANNELS
from shared.marketing.sending.quiet import instant_of
from shared.pages.reading import read

from .amounts import minor, plain, written
from .measuring import (
    NOTHING,
    Measures,
    given_measures,
    measures_of,
    place_of,
    typed_measures,
)

WRITERS: Final = ("marketer",)

CURRENCIES: Final = ("EUR", "USD", "GBP", "CHF", "NPR", "INR", "JPY")
FURTHER: Final = MAX_FALLBACKS
"""Ways to reach somebody, after the first."""

_TEXTS: Final = (
    "name",
    "objective",
    "audience",
    "purpose",
    "budget",
    "cost",
    "currency",
    "start_at",
    "code_prefix",
    "one_per",
)
_CHANNEL_OF: Final = {
    one.template: one.name for one in CHANNELS.values() if one.template and not one.placed
}
"""By which channel a template of a kind leaves."""

LISTED: Final = tuple(one.name for one in CHANNELS.values() if one.template is None)
"""Channels that people work by from a list: they need no template."""

_LOCAL: Final = "%Y-%m-%dT%H:%M"

Ways = tuple[tuple[str, str], ...]
"""For each way to reach somebody, in order: a template's id, or a channel that needs none; and a
program's id, or ""."""


@dataclass(frozen=True)
class Draft:
    """A campaign as it is being typed. `audience` is `segment:<id>` or `list:<id>`, `start_at` a
    wall clock's time, on each person's own clock if `own_clock`. `measures` are in `measuring`."""

    name: str = ""
    objective: str = ""
    audience: str = ""
    purpose: str = "marketing"
    budget: str = ""
    cost: str = ""
    currency: str = "EUR"
    start_at: str = ""
    own_clock: bool = False
    code_prefix: str = ""
    one_per: str = ""
    ways: Ways = (("", ""),)
    preferred_first: bool = True
    tracking: bool = False
    measures: Measures = field(default_factory=lambda: NOTHING)

    @classmethod
    def of(cls, one: Campaign, zone: str) -> "Draft":
        """A stored campaign."""
        to = one.audience
        return cls(
            name=one.name,
            objective=one.objective,
            audience=f"segment:{to.segment_id}" if to.segment_id else f"list:{to.list_id}",
            purpose=one.purpose,
            budget=written(one.budget, one.currency),
            cost=written(one.cost, one.currency),
            currency=one.currency,
            start_at=one.local_at[:16] if one.local_at else _local(one.start_at, zone),
            own_clock=one.local_at is not None,
            code_prefix=one.code_prefix or "",
            one_per=one.one_per or "",
            ways=tuple((way.template_id or way.channel, way.webhook_id or "") for way in one.ways),
            preferred_first=one.preferred_first,
            tracking=one.tracking,
            measures=measures_of(one),
        )

    @classmethod
    def posted(cls, form: Mapping[str, str]) -> "Draft":
        """What was typed. Further ways without a template are none."""
        asked = [
            (form.get(f"way.{number}.template", ""), form.get(f"way.{number}.webhook", ""))
            for number in range(1 + FURTHER)
        ]
        ways = (asked[0], *(one for one in asked[1:] if one[0]))
        texts = {name: form.get(name, "").strip() for name in _TEXTS}
        said: dict[str, Any] = {**texts, "ways": ways, "measures": typed_measures(form)}
        said |= {name: name in form for name in ("preferred_first", "tracking", "own_clock")}
        return cls(**said)

    def campaign(self, zone: str, kinds: Mapping[str, str]) -> CampaignInput:
        """The same as a campaign, `kinds` being those of templates by their ids. Raises
        `Rejected`."""
        kind, _, chosen = self.audience.partition(":")
        wrong = [] if chosen else [FieldError("audience", "missing", "Choose who gets it")]
        if not self.ways[0][0]:
            wrong.append(FieldError("template_id", "missing", "Choose what it says"))
        amounts = {name: getattr(self, name) for name in ("budget", "cost")}
        for name, text in amounts.items():
            if text and plain(text) is None:
                wrong.append(FieldError(name, "not_a_number", "Write an amount such as 1500.00"))
        start = None
        if self.start_at:
            try:
                start = datetime.strptime(self.start_at[:16], _LOCAL)
            except ValueError:
                wrong.append(FieldError("start_at", "not_a_time", "Write a date and a time"))
        if wrong:
            raise Rejected("validation_failed", "Some of this does not fit", wrong)
        first, *others = [_way(template, webhook, kinds) for template, webhook in self.ways]
        given = {
            **given_measures(self.measures),
            **first,
            "fallbacks": others,
            "preferred_first": self.preferred_first,
            "tracking": self.tracking,
            "name": self.name,
            "objective": self.objective,
            "audience": {"segment_id" if kind == "segment" else "list_id": chosen},
            "purpose": self.purpose,
            **{
                name: minor(known, self.currency) if (known := plain(text)) else None
                for name, text in amounts.items()
            },
            "currency": self.currency,
            "start_at": instant_of(start, zone) if start and not self.own_clock else None,
            "local_at": start.strftime(_LOCAL) if start and self.own_clock else None,
            "code_prefix": self.code_prefix or None,
            "one_per": self.one_per or None,
        }
        return read(CampaignInput, given)


def placed(errors: Iterable[FieldError]) -> dict[str, str]:
    """Each problem at the field of the form it belongs to."""
    found: dict[str, str] = {}
    for one in errors:
        found.setdefault(_place(one.field), one.message)
    return found


def number(text: str) -> int:
    """The version of a campaign as it was seen. Raises `NotFound`."""
    if not (text.isdecimal() and text.isascii() and 0 < len(text) <= 9):
        raise NotFound("campaign_not_found", "There is no such version")
    return int(text)


def _way(template: str, webhook: str, kinds: Mapping[str, str]) -> dict[str, str | None]:
    if template in LISTED:
        return {"channel": template, "template_id": None, "webhook_id": None}
    channel: str = _CHANNEL_OF[kinds.get(template, "email")]  # type: ignore[index]
    program = webhook or None if channel == "webhook" else None
    if channel == "webhook" and program is None:
        channel = "web"  # a text for no program is shown on the customers' pages
    return {"channel": channel, "template_id": template, "webhook_id": program}


def _place(path: str) -> str:
    first, _, rest = path.partition(".")
    if first in ("goal", "ab_test"):
        return place_of(path)
    place, name = 0, first
    if first == "fallbacks":
        number, _, name = rest.partition(".")
        place = int(number) + 1 if number.isdecimal() else 1
    match name.partition(".")[0]:
        case "template_id" | "channel":
            return f"way.{place}.template"
        case "webhook_id":
            return f"way.{place}.webhook"
    return first


def _local(instant: str | None, zone: str) -> str:
    return parse_instant(instant).astimezone(zone_of(zone)).strftime(_LOCAL) if instant else ""
