"""Where requests for a campaign's list are kept (table `marketing`); the files are in the bucket,
under `exports/`, where an erasure looks for people too.

| entity | pk | sk |
|---|---|---|
| request, and how far it is, carrying its event | `CAMPAIGN#<campaign_id>` | `FILE#<file_id>` |
| somebody named a code, once for each reference, carrying its event | `CODE#<code>` | `USE#<keyed hash>` |
"""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from shared.kernel.errors import NotFound, Stale
from shared.kernel.events import DomainEvent
from shared.kernel.ids import is_id
from shared.marketing.campaigns.repository import campaign_key, marketing
from shared.platform.requests import Condition, Put
from shared.platform.writes import ConditionFailed


class ListFile(BaseModel):
    """A list as somebody asked for it. `rows` it has, in files of `ROWS_PER_FILE`, of which `parts`
    are written; `by` sees in it what they may see."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    file_id: str
    campaign_id: str
    by: str
    requested_at: str
    rows: int
    parts: int = 0
    finished_at: str | None = None
    problem: str | None = None
    request_hash: str = ""
    version: int = 1


def need_file(campaign_id: str, file_id: str) -> ListFile:
    """The request. Raises `NotFound`."""
    known = is_id("campaign", campaign_id) and is_id("file", file_id)
    item = marketing.get(_key(campaign_id, file_id)) if known else None
    if item is None:
        raise NotFound("file_not_found", "There is no such file")
    return ListFile.model_validate(item)


def files_in(campaign_id: str) -> list[ListFile]:
    """All requests for a campaign's list, the newest first. One strong query."""
    pk = campaign_key(campaign_id)["pk"]
    items = marketing.query_all(pk, begins="FILE#", consistent=True)
    found = [ListFile.model_validate(item) for item in items]
    return sorted(found, key=lambda one: one.requested_at, reverse=True)


def create(one: ListFile, event: DomainEvent) -> ListFile | None:
    """Store a request; the one that was there before, if there was."""
    new = Condition("file_new", "attribute_not_exists(#pk)", "a request sent again makes one list")
    try:
        marketing.write(Put(_item(one), new, [event]))
    except ConditionFailed as known:
        return ListFile.model_validate(known.found(0) or {})
    return None


def save(before: ListFile, **values: Any) -> ListFile:
    """Store how far it is. Raises `Stale` when somebody else was first."""
    after = before.model_copy(update={**values, "version": before.version + 1})
    same = Condition(
        "file_unchanged",
        "#version = :known",
        "of two workers at one list one goes on",
        {"known": before.version},
    )
    try:
        marketing.write(Put(_item(after), same))
    except ConditionFailed as refused:
        raise Stale("version_stale") from refused
    return after


def files_of(one: ListFile) -> Sequence[str]:
    """Where its files lie in the bucket, as far as they are written."""
    return [file_name(one, number) for number in range(1, one.parts + 1)]


def file_name(one: ListFile, number: int) -> str:
    """Where the n-th file of a list lies, from 1."""
    return f"exports/{one.file_id}-{number}.csv"


def _item(one: ListFile) -> dict[str, Any]:
    return {
        **_key(one.campaign_id, one.file_id),
        "kind": "list_file",
        **one.model_dump(mode="json", exclude_none=True),
    }


def _key(campaign_id: str, file_id: str) -> dict[str, str]:
    return {**campaign_key(campaign_id), "sk": f"FILE#{file_id}"}
