"""Where campaigns are kept (table `marketing`).

| entity | pk | sk |
|---|---|---|
| campaign, carrying its events | `CAMPAIGN#<campaign_id>` | `CAMPAIGN` |
| up to 500 of its audience, in parts of 50, written once | `CAMPAIGN#<campaign_id>` | `PAGE#<000001>` |
| when a page was queued, and which of its parts are done | `CAMPAIGN#<campaign_id>` | `QUEUED#<000001>` |
| how many recipients stand how, in 64 parts | `CAMPAIGN#<campaign_id>` | `PROGRESS#<00..63>` |

| question | key | asked by |
|---|---|---|
| one campaign | table | campaign_admin, campaign_plan, campaign_send |
| how far it is | table, `PROGRESS#` | campaign_admin, campaign_plan |
| what of it is not done | table, `QUEUED#` | campaign_plan |
| all campaigns, the newest first | `by_list`: `CAMPAIGNS`, `<created_at>#<campaign_id>` | campaign_admin |

A page's note goes once all its parts are done, so what is left to do is what is there. A recipient
counts in the same write in which it is decided on (`sending.rows`), so the sums are exact.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from shared.kernel.errors import NotFound, Stale
from shared.kernel.events import DomainEvent
from shared.kernel.ids import is_id
from shared.kernel.paging import seal, unseal
from shared.marketing.tables import MARKETING
from shared.platform import timers
from shared.platform.keys import key
from shared.platform.requests import Condition, Item, Key, Op, Put
from shared.platform.tables import Table
from shared.platform.writes import ConditionFailed

from .model import Campaign, State
from .on_the_way import noted_ops
from .prefixes import FREE as PREFIX_FREE
from .prefixes import taken

LIST: Final = "CAMPAIGNS"
TIMER: Final = "campaign_plan"
COUNTERS: Final = 64
"""Workers that go on at the same time hardly ever count in the same part."""

QUEUED: Final = "QUEUED#"
PAGE_SIZE: Final = 500
PART_SIZE: Final = 50

COUNTED: Final = ("sent", "skipped", "failed", "unknown", "deferred")

HEARD: Final = ("delivered", "bounced", "complained")
"""What was heard of messages that were sent; a message may count in each."""

marketing: Final = Table(MARKETING)

NEW: Final = Condition(
    "campaign_new", "attribute_not_exists(#pk)", "a request sent again makes one campaign"
)


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of a campaign's audience stand how. `open` are not decided on yet, or on their
    way. Of the sent, `delivered`, `bounced` and `complained` are those the provider said it of."""

    audience: int
    sent: int = 0
    skipped: int = 0
    failed: int = 0
    unknown: int = 0
    deferred: int = 0
    delivered: int = 0
    bounced: int = 0
    complained: int = 0

    @property
    def open(self) -> int:
        """How many have neither a message nor a reason yet, the deferred aside."""
        return self.audience - self.settled - self.deferred

    @property
    def settled(self) -> int:
        """How many have a message or a reason."""
        return self.sent + self.skipped + self.failed + self.unknown


def campaign_key(campaign_id: str) -> dict[str, str]:
    """The key of a campaign."""
    return {"pk": f"CAMPAIGN#{campaign_id}", "sk": "CAMPAIGN"}


def page_key(campaign_id: str, number: int) -> dict[str, str]:
    """The key of a page of the audience."""
    return {"pk": f"CAMPAIGN#{campaign_id}", "sk": f"PAGE#{number:06d}"}


def queued_key(campaign_id: str, number: int) -> dict[str, str]:
    """The key of the note of how far a page is."""
    return {"pk": f"CAMPAIGN#{campaign_id}", "sk": f"{QUEUED}{number:06d}"}


def counter_key(campaign_id: str, counter: int) -> dict[str, str]:
    """The key of a part of the sums."""
    return {"pk": f"CAMPAIGN#{campaign_id}", "sk": f"PROGRESS#{counter:02d}"}


def load(campaign_id: str) -> Campaign | None:
    """The campaign. One strong read."""
    item = marketing.get(campaign_key(campaign_id)) if is_id("campaign", campaign_id) else None
    return from_item(item) if item else None


def need(campaign_id: str) -> Campaign:
    """`load`, raising `NotFound`."""
    found = load(campaign_id)
    if found is None:
        raise NotFound("campaign_not_found", "There is no such campaign")
    return found


def where(campaign_id: str) -> tuple[Table, Key]:
    """Where a campaign is found, to be read together with other items (`need_in`)."""
    return marketing, campaign_key(campaign_id)


def need_in(item: Item | None) -> Campaign:
    """The campaign in what was read there. Raises `NotFound`."""
    if item is None:
        raise NotFound("campaign_not_found", "There is no such campaign")
    return from_item(item)


def from_item(item: Item) -> Campaign:
    """The campaign a stored item stands for."""
    return Campaign.model_validate({**item, "campaign_id": item["pk"].removeprefix("CAMPAIGN#")})


def attributes(one: Campaign, due: datetime | None = None) -> Item:
    """A campaign as stored; it comes up at `due`, or when it is to start by itself."""
    stored = one.model_dump(mode="json", exclude_none=True, exclude={"campaign_id"})
    found = {
        **campaign_key(one.campaign_id),
        "kind": "campaign",
        **stored,
        "list_pk": LIST,
        "list_sk": f"{one.created_at}#{one.campaign_id}",
    }
    if due is None and one.state is State.PLANNED:
        due = one.starts_at
    return found | (timers.attributes(TIMER, due, one.campaign_id) if due else {})


def save(
    before: Campaign,
    after: Campaign,
    events: Sequence[DomainEvent] = (),
    *,
    due: datetime | None = None,
    also: Sequence[Op] = (),
) -> Campaign:
    """Store a campaign in place of what it was. Raises `Stale` when it is not any more, and
    `Rejected` where another one has its beginning of codes."""
    same = Condition(
        "campaign_unchanged",
        "#version = :campaign_version AND #step = :campaign_step",
        "what was decided holds only for the state it was decided on",
        {"campaign_version": before.version, "campaign_step": before.step},
    )
    try:
        marketing.write(Put(attributes(after, due), same, events), *also, *noted_ops(before, after))
    except ConditionFailed as refused:
        if refused.conditions == {PREFIX_FREE}:
            raise taken() from refused
        found = refused.found(0) or {}
        raise Stale("version_stale", version=int(found.get("version", 0))) from refused
    return after


def campaigns(limit: int, cursor: str | None) -> tuple[list[Item], str | None]:
    """A page of all campaigns in short, the newest first, and the cursor of the next. One call."""
    after = unseal(cursor, key("cursor"), LIST) if cursor else None
    page = marketing.query(LIST, index="by_list", forward=False, limit=limit, after=after)
    found = [{**one, "campaign_id": one["pk"].removeprefix("CAMPAIGN#")} for one in page.items]
    rest = page.after
    return found, _cursor(rest) if rest else None


def progress_of(one: Campaign) -> Progress:
    """How far a campaign is. One strong query."""
    pk = campaign_key(one.campaign_id)["pk"]
    items = marketing.query_all(pk, begins="PROGRESS#", consistent=True)
    sums = {name: sum(int(item.get(name, 0)) for item in items) for name in (*COUNTED, *HEARD)}
    return Progress(audience=one.audience_size, **sums)


def _cursor(rest: Mapping[str, Any]) -> str:
    return seal({name: str(value) for name, value in rest.items()}, key("cursor"), LIST)
