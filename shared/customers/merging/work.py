"""What follows a merge or its end: everything that belongs to the loser changes places.

Nothing of it is ever in two places or in none (`moving`), so it may be begun again at any time.
"""

from typing import Any, Final

from shared.customers.consents.repository import of_contact
from shared.kernel.errors import Busy
from shared.platform.requests import Condition, Update
from shared.platform.timers import ATTRIBUTES
from shared.platform.writes import ConditionFailed

from .consents import taken_over
from .model import Merge, MergeState
from .moving import give_back, move_all
from .repository import advance, customers, load_merge

_ATTEMPTS: Final = 3


def carry_on(merge_id: str) -> None:
    """Do what is left to do of a merge, or of undoing it. Per 24 things a read and a write.
    Raises `Busy`."""
    for _ in range(_ATTEMPTS):
        merge = load_merge(merge_id)
        if merge is None:
            return  # erased
        try:
            _carry_on(merge)
        except ConditionFailed:
            continue
        else:
            return
    raise Busy("merge_contended", "This merge is being changed by others")


def look_again(key: dict[str, Any]) -> None:
    """Move what arrived for a loser after it gave way, and end its timer. Raises `Busy`."""
    item = customers.get({"pk": key["pk"], "sk": key["sk"]})
    if item is None or "merged_into" not in item or item.get("timer_due") != key["due"]:
        return  # undone, erased, or done
    carry_on(item["merge_id"])
    still = Condition(
        "timer_still",
        "#timer_due = :fired_due",
        "another merge's timer must not be lost",
        {"fired_due": key["due"]},
    )
    try:
        customers.write(
            Update({"pk": key["pk"], "sk": key["sk"]}, remove=ATTRIBUTES, condition=still)
        )
    except ConditionFailed:
        return


def _carry_on(merge: Merge) -> None:
    match merge.state:
        case MergeState.MOVING:
            _take_over_consents(merge)
            move_all(merge)
            customers.write(advance(merge, MergeState.DONE))
        case MergeState.DONE:
            move_all(merge)
        case MergeState.RETURNING:
            give_back(merge)
            customers.write(advance(merge, MergeState.UNDONE))


def _take_over_consents(merge: Merge) -> None:
    """What the person said while the loser was giving way counts too."""
    ours, theirs = of_contact(merge.winner_id), of_contact(merge.loser_id)
    for op in taken_over(merge.winner_id, ours, theirs, until=merge.merged_at):
        customers.write(op)
