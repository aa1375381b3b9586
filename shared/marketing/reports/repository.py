"""Where figures of campaigns are kept, and what they are sums of (table `marketing`).

| entity | pk | sk |
|---|---|---|
| what came of a message | `CONTACT#<contact_id>` | `ENGAGEMENT#<campaign_id>` |
| a person had to do with a campaign, once a day and kind | `CONTACT#<contact_id>` | `TOUCH#<at>#<campaign_id>#<kind>` |
| figures of a campaign, by channel and variant, in 16 parts | `CAMPAIGN#<campaign_id>` | `FIGURES#<channel>#<variant>#<0..f>` |
| figures of a link, by variant, in 4 parts | `CAMPAIGN#<campaign_id>` | `FIGURES_OF_LINK#<001>#<variant>#<0..3>` |

| question | key | asked by |
|---|---|---|
| what came of some messages | table, many at once | engagement_record |
| a campaign's figures | table, `FIGURES` | campaign_report |

Both are written together: the message's item is the receipt of what was counted.
"""

from collections.abc import Sequence
from typing import Any, Final
from zlib import crc32

from shared.marketing.campaigns.repository import marketing
from shared.marketing.tracking.hits import links_key
from shared.platform.requests import Condition, Item, Op, Put, Update

from .engagement import Engagement, change, changed_links, counts_of
from .report import FIGURES, NO_VARIANT, OF_LINKS

PREFIX: Final = "ENGAGEMENT#"
TOUCH: Final = "TOUCH#"
PARTS: Final = 16
LINK_PARTS: Final = 4

_SETS: Final = ("touched",)
_SKIPPED: Final = ("campaign_id", "contact_id", "links")


def engagement_key(campaign_id: str, contact_id: str) -> dict[str, str]:
    """The key of what came of a message."""
    return {"pk": f"CONTACT#{contact_id}", "sk": f"{PREFIX}{campaign_id}"}


def from_item(item: Item) -> Engagement:
    """What a stored item says of a message."""
    names = [one for one in Engagement.__dataclass_fields__ if one not in _SKIPPED]
    known: dict[str, Any] = {name: item[name] for name in names if name in item}
    links = {int(number): (int(tally[0]), int(tally[1])) for number, tally in item["links"].items()}
    return Engagement(
        campaign_id=str(item["sk"]).removeprefix(PREFIX),
        contact_id=str(item["pk"]).removeprefix("CONTACT#"),
        links=links,
        **{**known, "touched": frozenset(known.get("touched", ()))},
    )


def touch_op(one: Engagement, kind: str, at: str) -> Put:
    """Write a touch down. Unconditional: the message's item says that it is the day's first."""
    key = {"pk": f"CONTACT#{one.contact_id}", "sk": f"{TOUCH}{at}#{one.campaign_id}#{kind}"}
    return Put({**key, "channel": one.channel, "variant": one.variant or NO_VARIANT})


def ops_of(before: Engagement, after: Engagement) -> list[Op]:
    """Store what came of a message, and count the difference."""
    ops: list[Op] = [Put(_item(before, after), _as_read(before))]
    if moved := change(counts_of(before), counts_of(after)):
        ops.append(Update(figures_key(after), add=moved))
    for number, moved in changed_links(before, after):
        ops.append(Update(_link_key(after, number), add=moved))
    return ops


def figures_key(one: Engagement) -> dict[str, str]:
    """The key of the part of a campaign's figures that a message counts in."""
    return part_of(one.campaign_id, one.channel, one.variant or NO_VARIANT, one.contact_id)


def part_of(campaign_id: str, channel: str, variant: str, contact_id: str) -> dict[str, str]:
    """The same, by names."""
    part = crc32(contact_id.encode()) % PARTS
    return {"pk": f"CAMPAIGN#{campaign_id}", "sk": f"{FIGURES}{channel}#{variant}#{part:x}"}


def _link_key(one: Engagement, number: int) -> dict[str, str]:
    part = crc32(one.contact_id.encode()) % LINK_PARTS
    sk = f"{OF_LINKS}{number:03d}#{one.variant or NO_VARIANT}#{part:x}"
    return {"pk": f"CAMPAIGN#{one.campaign_id}", "sk": sk}


def figures_and_links(campaign_id: str) -> tuple[Sequence[Item], Sequence[str]]:
    """All figures of a campaign in their parts, and the addresses of its links. One query for
    some 8,000 of them: what lies between the two is little."""
    links = links_key(campaign_id)
    found = marketing.query_all(
        links["pk"], between=(FIGURES.rstrip("#"), links["sk"]), consistent=True
    )
    figures = [one for one in found if one["sk"].startswith(FIGURES.rstrip("#"))]
    addresses = next((one["addresses"] for one in found if one["sk"] == links["sk"]), ())
    return figures, addresses


def _item(before: Engagement, after: Engagement) -> Item:
    known = {
        name: getattr(after, name)
        for name in Engagement.__dataclass_fields__
        if name not in (*_SKIPPED, *_SETS)
    }
    links = {str(number): list(tally) for number, tally in after.links.items()}
    item = {
        **engagement_key(after.campaign_id, after.contact_id),
        **{name: value for name, value in known.items() if value is not None},
        "links": links,
        "revision": before.revision + 1,
    }
    return item | ({"touched": set(after.touched)} if after.touched else {})


def _as_read(before: Engagement) -> Condition:
    if before.revision == 0:
        return Condition(
            "engagement_new",
            "attribute_not_exists(#pk)",
            "what is counted follows from what was there",
        )
    return Condition(
        "engagement_unchanged",
        "#revision = :engagement_revision",
        "what is counted follows from what was there",
        {"engagement_revision": before.revision},
    )
