"""Doing one store of a request: writing down what it keeps, or making it go."""

import time
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from shared.platform.writes import ConditionFailed

from .documents import write_store
from .finishing import conclude
from .model import EXPORT, RequestState, StoreProgress
from .registry import Cursor, Store
from .repository import Work, customers, load_work, progress_op

BUDGET_SECONDS: Final = 200.0
"""So long a message is worked on at once; then it comes again and goes on where it was."""


class StillThere(Exception):
    """Something of a person was there after everything of them went. It is looked for again."""


def do_store(message: dict[str, Any], stores: Sequence[Store], now: datetime) -> bool:
    """Do the store that a message names as far as the time allows, and end the request when it
    was the last. Whether it is done: else the message is to come again, and goes on there. A
    message of another round, or of a store that is done, does nothing more.

    Raises `StillThere` when what was erased in the last round came back.
    """
    request_id: str = message["request_id"]
    work = load_work(request_id, message["store"])
    if work is None or work.request.state is not RequestState.RUNNING:
        return True
    if work.progress.round == work.request.round == message["round"]:
        store = next(one for one in stores if one.name == message["store"])
        if work.progress.state != "done":
            do = _write_down if work.request.kind == EXPORT else _erase
            if not do(work, store):
                return False
    conclude(request_id, now)
    return True


def _write_down(work: Work, store: Store) -> bool:
    found = Counter[str]()
    write_store(work.request.request_id, store, work.person, found)
    done = work.progress.model_copy(update={"state": "done", "found": dict(found)})
    _note(work, done, None, was="waiting")
    return True


def _erase(work: Work, store: Store) -> bool:
    """Count first, so that the certificate tells what was there however often this is begun;
    then step by step, each noted."""
    ends = time.monotonic() + BUDGET_SECONDS
    progress = work.progress
    after: Cursor | None = work.after
    if progress.state == "waiting":
        progress = _counted(work, store)
        _note(work, progress, None, was="waiting")
        after = None
    while (after := store.erase(work.person, after)) is not None:
        _note(work, progress, after, was="counted")
        if time.monotonic() > ends:
            return False
    if work.request.round > 1 and any(not one.stays for one in store.find(work.person)):
        raise StillThere
    _note(work, progress.model_copy(update={"state": "done"}), None, was="counted")
    return True


def _counted(work: Work, store: Store) -> StoreProgress:
    """What is there in this round, on top of what was there in those before."""
    progress = work.progress
    gone, kept = Counter(progress.found), Counter(progress.kept)
    stays = Counter[str]()
    for one in store.find(work.person):
        if one.stays:
            stays[one.entity] += 1
        elif work.person.keeps(store.name, one.entity):
            kept[one.entity] += 1
        else:
            gone[one.entity] += 1
    counts = {"found": dict(gone), "kept": dict(kept), "stays": dict(stays)}
    return progress.model_copy(update={"state": "counted", **counts})


def _note(work: Work, progress: StoreProgress, after: Cursor | None, *, was: str) -> None:
    try:
        customers.write(progress_op(work.request.request_id, progress, after, was=was))
    except ConditionFailed:
        return  # another delivery of the same message is further; what it did is as good
