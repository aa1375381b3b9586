"""Bringing a campaign on its way: its audience is written down page by page, pages are queued in
parts, and what got lost on the way is queued again, until everybody has a message or a reason.

A campaign that is active carries a timer and comes up each minute. A page is written in one
transaction with where the next one begins, so a worker that dies leaves nothing out and nothing
twice; memory holds one page. Queueing again does no harm: a part that is done finds nothing to do.

What is queued is never more than the provider takes within the next minutes: another campaign need
not wait until millions of mails have left, and a pause leaves little behind.
"""

import sys
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, Final

from shared.kernel.clock import iso
from shared.kernel.errors import AlreadyHandled, CrmError, Stale
from shared.kernel.ids import new_id
from shared.marketing.ab_tests.deciding import decided, event_of
from shared.marketing.ab_tests.splitting import sample_left, sample_of
from shared.marketing.events import CampaignFinished
from shared.marketing.sending.stored_rules import rules_in_force
from shared.platform.queues import send_all
from shared.platform.requests import Condition, Delete, Item, Put, Update
from shared.platform.settings import settings
from shared.platform.writes import ConditionFailed

from .audience import audience_page
from .changes import move_campaign
from .model import Campaign, State
from .repository import (
    PAGE_SIZE,
    PART_SIZE,
    QUEUED,
    Progress,
    campaign_key,
    load,
    marketing,
    page_key,
    progress_of,
    queued_key,
    save,
)

MINUTE: Final = timedelta(minutes=1)
_LEASE: Final = timedelta(minutes=6)
"""Longer than a worker lives."""

AHEAD: Final = timedelta(minutes=10)
"""So much is queued: far more than is sent until the next minute."""

MOST_PAGES: Final = 100
"""Of what no provider slows down, so many pages are queued at once."""

LOST: Final = timedelta(minutes=60)
"""Longer than a queue tries: a part that is not done then is queued again."""

BY_ITSELF: Final = "schedule"
"""Who started a campaign whose time had come."""

_PAGE_NEW: Final = Condition(
    "page_new", "attribute_not_exists(#pk)", "an audience is written down once"
)


_OPEN: Final = Condition(
    "page_open", "attribute_exists(#pk)", "what was all done stays away from what is to do"
)


def bring_on(campaign_id: str, now: datetime, seconds: float) -> None:
    """Do for a campaign what there is to do, for about so many seconds.

    Raises `AlreadyHandled` when there is nothing, or somebody else is at it.
    """
    one = load(campaign_id)
    if one is not None and one.state is State.PLANNED and _is_due(one, now):
        one = _started(one, now)
    if one is None or one.state is not State.ACTIVE:
        raise AlreadyHandled("campaign_at_rest")
    try:
        if not one.frozen:
            one = _freeze(one, now, seconds)
        _go_on_or_finish(one, now)
    except Stale as taken:
        raise AlreadyHandled("campaign_taken") from taken


def parts_of(ids: list[str], page: int, campaign_id: str) -> Iterator[dict[str, Any]]:
    """The messages of a page, one per part."""
    for part, start in enumerate(range(0, len(ids), PART_SIZE)):
        yield {
            "campaign_id": campaign_id,
            "page": page,
            "part": part,
            "contact_ids": ids[start : start + PART_SIZE],
        }


def part_done_op(campaign_id: str, page: int, part: int) -> Update:
    """Note that everybody of a part is decided on. The note may be gone: then all of it is."""
    return Update(queued_key(campaign_id, page), add={"done": {str(part)}}, condition=_OPEN)


def _is_due(one: Campaign, now: datetime) -> bool:
    return one.starts_at is not None and one.starts_at <= now


def _started(one: Campaign, now: datetime) -> Campaign | None:
    try:
        return move_campaign(one.campaign_id, "start", one.version, BY_ITSELF, now)
    except Stale:
        raise
    except CrmError as impossible:
        # Its template was put away meanwhile: a person has to look.
        values = {"start_at": None, "local_at": None, "version": one.version + 1}
        save(one, one.model_copy(update=values))
        raise AlreadyHandled(impossible.code) from impossible


def _freeze(one: Campaign, now: datetime, seconds: float) -> Campaign:
    until, room = monotonic() + seconds, _room(one, now)
    while not one.frozen:
        ids, place = audience_page(one.audience, one.place, PAGE_SIZE)
        values: dict[str, Any] = {"place": place, "frozen": place is None, "step": one.step + 1}
        also: list[Put] = []
        page = one.pages + 1
        if ids:
            values |= {"pages": page, "audience_size": one.audience_size + len(ids)}
            if one.ab_test:
                values["sample_size"] = one.sample_size + len(sample_of(one, ids))
            # Unconditional: the note belongs to the page, which is written once.
            note = Put({**queued_key(one.campaign_id, page), "parts": _count(ids)})
            also = [Put({**page_key(one.campaign_id, page), "ids": ids}, _PAGE_NEW), note]
        late = monotonic() > until
        due = now + MINUTE if late or place is None else now + _LEASE
        one = save(one, one.model_copy(update=values), due=due, also=also)
        if ids and page <= room:
            _queue(one.campaign_id, page, ids, now)
        if late:
            break
    return one


def _go_on_or_finish(one: Campaign, now: datetime) -> None:
    progress = progress_of(one)
    if one.frozen and progress.settled == one.audience_size:
        event = CampaignFinished(
            event_id=new_id("event", now),
            occurred_at=now,
            campaign_id=one.campaign_id,
            audience=progress.audience,
            sent=progress.sent,
            skipped=progress.skipped,
            failed=progress.failed,
            unknown=progress.unknown,
        )
        known = {"state": State.DONE, "ended_at": iso(now), "version": one.version + 1}
        save(one, one.model_copy(update=known), [event])
        return
    if one.frozen and one.ab_test and not one.ab_test.winner:
        one = _tested(one, progress, now)
    _keep_queued(one, now)
    save(one, one.model_copy(update={"step": one.step + 1}), due=now + MINUTE)


def _tested(one: Campaign, progress: Progress, now: datetime) -> Campaign:
    """Note when a test began to wait, which is when its sample has its mails, and store the winner
    once it has come out."""
    test = one.ab_test
    assert test
    if test.sampled_at is None:
        if not sample_left(one.sample_size, progress.settled, progress.deferred):
            return one
        began = {"ab_test": test.model_copy(update={"sampled_at": iso(now)}), "step": one.step + 1}
        return save(one, one.model_copy(update=began), due=now + MINUTE)
    after = decided(one, now)
    return one if after is None else save(one, after, [event_of(after, now)], due=now + MINUTE)


def _keep_queued(one: Campaign, now: datetime) -> None:
    """Of the first pages that are not done, as many as there is room for, queue those that are not
    queued: not yet, not since the campaign went on again, or so long ago that they got lost."""
    room, lost = _room(one, now), iso(now - LOST)
    before = max(lost, one.resumed_at or lost)
    for note in _notes(one.campaign_id):
        done = {int(part) for part in note.get("done", ())}
        if len(done) == note["parts"]:
            _clear(note)
            continue
        if note.get("queued_at", "") <= before:
            page = int(note["sk"].removeprefix(QUEUED))
            ids = (marketing.get(page_key(one.campaign_id, page)) or {})["ids"]
            _queue(one.campaign_id, page, ids, now, but=done)
        room -= 1
        if room <= 0:
            return


def _room(one: Campaign, now: datetime) -> int:
    """How many pages may be queued at once. All of a test: each has some of the sample."""
    if one.ab_test and not one.ab_test.winner:
        return sys.maxsize
    seconds = rules_in_force(now).seconds_of(one.channel) * PAGE_SIZE
    return max(2, int(AHEAD.total_seconds() / seconds)) if seconds else MOST_PAGES


def _notes(campaign_id: str) -> Iterator[Item]:
    """The notes of pages that are not known to be done, in the order of pages."""
    pk, after = campaign_key(campaign_id)["pk"], None
    while True:
        page = marketing.query(pk, begins=QUEUED, limit=MOST_PAGES, after=after, consistent=True)
        yield from page.items
        if (after := page.after) is None:
            return


def _queue(
    campaign_id: str, page: int, ids: list[str], now: datetime, *, but: Collection[int] = ()
) -> None:
    messages = [one for one in parts_of(ids, page, campaign_id) if one["part"] not in but]
    send_all(settings().need("campaign_send_queue_url"), messages)
    try:
        key = queued_key(campaign_id, page)
        marketing.write(Update(key, set={"queued_at": iso(now)}, condition=_OPEN))
    except ConditionFailed:
        return


def _clear(note: Item) -> None:
    # Unconditional: parts that are done stay done.
    marketing.write(Delete({"pk": note["pk"], "sk": note["sk"]}))


def _count(ids: list[str]) -> int:
    return -(-len(ids) // PART_SIZE)
