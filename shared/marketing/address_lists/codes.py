"""Response codes: one for each row of a campaign's list, such as `SPR-0001`.

| entity (table `marketing`) | pk | sk |
|---|---|---|
| code: whose row it is | `CODE#<prefix>-<0001>` | `CODE` |
| how many codes a campaign gave out | `CAMPAIGN#<campaign_id>` | `CODES` |

| question | key | asked by |
|---|---|---|
| whom a code stands for | table | campaign_admin |
| the rows of a list, in order | table, many at once: the codes follow each other | address_export |
| the codes of a person | `by_contact`: `CONTACT#<contact_id>`, `<at>#<campaign_id>#<code>` | privacy_work |

The number counts in the write that puts the person on the list, on the condition that it is the
next one: so there are no gaps, and no code stands for two.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from shared.kernel.errors import NotFound
from shared.marketing.campaigns.repository import campaign_key, marketing
from shared.platform.requests import Condition, Item, Op, Put

_SHAPE: Final = re.compile(r"[A-Z][A-Z0-9]{1,9}-\d{4,12}")

UNCHANGED: Final = "codes_unchanged"

_NEW: Final = Condition("code_new", "attribute_not_exists(#pk)", "a code stands for one person")


@dataclass(frozen=True, slots=True)
class Code:
    """A row of a campaign's list. `at` is when the person was put on it."""

    code: str
    campaign_id: str
    contact_id: str
    channel: str
    at: str


def code_of(prefix: str, number: int) -> str:
    """The code of the n-th row, from 1."""
    return f"{prefix}-{number:04d}"


def given_out(campaign_id: str) -> int:
    """How many codes a campaign gave out. One strong read."""
    item = marketing.get(_count_key(campaign_id))
    return int(item["last"]) if item else 0


def ops_of(codes: Sequence[Code], last: int) -> list[Op]:
    """Give out some codes of a campaign, which gave out `last` so far: first what counts them,
    then one operation for each."""
    known = {"known_last": last} if last else {}
    next_ones = Condition(
        UNCHANGED,
        "#last = :known_last" if last else "attribute_not_exists(#last)",
        "numbers follow each other whoever gives them out",
        known,
    )
    key = _count_key(codes[0].campaign_id)
    return [
        Put({**key, "last": last + len(codes)}, next_ones),
        *(Put(_item(one), _NEW) for one in codes),
    ]


def need_code(text: str) -> Code:
    """Whom a code stands for, as people write it. One read. Raises `NotFound`."""
    pk = partition_of(text)
    return code_in(marketing.get({"pk": pk, "sk": "CODE"}) if pk else None)


def partition_of(text: str) -> str | None:
    """Where all about a code is, as people write it; `None` for what is none."""
    code = text.strip().upper()
    return f"CODE#{code}" if _SHAPE.fullmatch(code) else None


def code_in(item: Item | None) -> Code:
    """The code in what was read there. Raises `NotFound`."""
    if item is None:
        raise NotFound("code_not_found", "There is no such response code")
    return _from_item(item)


def codes_between(prefix: str, first: int, last: int) -> list[Code]:
    """The rows with these numbers, in order; of people who were erased there are none. A read for
    each hundred."""
    wanted = [_key(code_of(prefix, number)) for number in range(first, last + 1)]
    found = {item["pk"]: item for item in marketing.get_many(wanted)} if wanted else {}
    return [_from_item(found[key["pk"]]) for key in wanted if key["pk"] in found]


def _item(one: Code) -> Item:
    return {
        **_key(one.code),
        "campaign_id": one.campaign_id,
        "contact_id": one.contact_id,
        "channel": one.channel,
        "at": one.at,
        "contact_pk": f"CONTACT#{one.contact_id}",
        "contact_sk": f"{one.at}#{one.campaign_id}#{one.code}",
    }


def _from_item(item: Item) -> Code:
    return Code(
        item["pk"].removeprefix("CODE#"),
        item["campaign_id"],
        item["contact_id"],
        item["channel"],
        item["at"],
    )


def _key(code: str) -> dict[str, str]:
    return {"pk": f"CODE#{code}", "sk": "CODE"}


def _count_key(campaign_id: str) -> dict[str, str]:
    return {**campaign_key(campaign_id), "sk": "CODES"}
