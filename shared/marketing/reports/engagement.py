"""What came of one message to one person: what figures are sums of. Pure.

A campaign's figures are the sum of `counts_of` over its recipients, and are changed by the
difference whenever one of them changes; so they cannot drift, and nothing counts twice.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from shared.kernel.clock import iso
from shared.marketing.tracking.hits import Hit
from shared.marketing.tracking.tokens import Kind

Tally = tuple[int, int]
"""How often a link was followed, and how often by people."""

_NEVER: Tally = (0, 0)


@dataclass(frozen=True, slots=True)
class Engagement:
    """What came of a message. `revision` 0: nothing is stored yet. Instants are ISO text, each the
    first of its kind; `opened_at` and `clicked_at` are those of people. `touched` are the days on
    which that was a touch, as `<first letter><day>`."""

    campaign_id: str
    contact_id: str
    channel: str
    variant: str | None = None
    revision: int = 0
    opens: int = 0
    human_opens: int = 0
    clicks: int = 0
    human_clicks: int = 0
    links: Mapping[int, Tally] = field(default_factory=dict)
    opened_at: str | None = None
    clicked_at: str | None = None
    converted_at: str | None = None
    touched: frozenset[str] = frozenset()

    def with_hit(self, hit: Hit) -> "Engagement":
        """After a hit that was judged."""
        person = int(hit.by_person)
        at = iso(hit.at)
        if hit.kind == "opened":
            after = replace(self, opens=self.opens + 1, human_opens=self.human_opens + person)
            return replace(after, opened_at=_first(self.opened_at, at)) if person else after
        times, people = self.links.get(hit.link, _NEVER)
        links = {**self.links, hit.link: (times + 1, people + person)}
        after = replace(
            self, clicks=self.clicks + 1, human_clicks=self.human_clicks + person, links=links
        )
        return replace(after, clicked_at=_first(self.clicked_at, at)) if person else after

    def converted(self, at: datetime) -> "Engagement":
        """After the person did what the campaign is meant to lead to."""
        return replace(self, converted_at=_first(self.converted_at, iso(at)))

    def touch(self, kind: Kind, at: datetime) -> "Engagement | None":
        """After a person's touch; `None` where that day had one of the kind already."""
        day = f"{kind[0]}{at:%Y-%m-%d}"
        return None if day in self.touched else replace(self, touched=self.touched | {day})


def counts_of(one: Engagement) -> dict[str, int]:
    """What a message counts as in its campaign's figures. Who followed a link has opened the mail,
    be it without its images."""
    return {
        "opens": one.opens,
        "human_opens": one.human_opens,
        "openers": int(bool(one.opens or one.clicks)),
        "human_openers": int(bool(one.opened_at or one.clicked_at)),
        "clicks": one.clicks,
        "human_clicks": one.human_clicks,
        "clickers": int(bool(one.clicks)),
        "human_clickers": int(bool(one.clicked_at)),
        "converted": int(bool(one.converted_at)),
    }


def link_counts_of(tally: Tally) -> dict[str, int]:
    """What a message counts as in the figures of a link."""
    times, people = tally
    return {
        "clicks": times,
        "human_clicks": people,
        "clickers": int(bool(times)),
        "human_clickers": int(bool(people)),
    }


COUNTED = tuple(counts_of(Engagement("", "", "")))
"""The names of a campaign's figures."""

LINK_COUNTED = tuple(link_counts_of(_NEVER))
"""The names of a link's figures."""


def change(before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, int]:
    """What figures change by: those that do."""
    moved = Counter(after)
    moved.subtract(before)
    return {name: number for name, number in moved.items() if number}


def changed_links(before: Engagement, after: Engagement) -> Iterable[tuple[int, dict[str, int]]]:
    """The figures of links that change, by number."""
    for number, tally in after.links.items():
        known = link_counts_of(before.links.get(number, _NEVER))
        if moved := change(known, link_counts_of(tally)):
            yield number, moved


def _first(known: str | None, at: str) -> str:
    return min(filter(None, (known, at)))
