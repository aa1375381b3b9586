"""Finding the winner of a test, and naming it: once."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from shared.kernel.clock import iso, parse_instant
from shared.kernel.errors import Conflict, Stale
from shared.kernel.ids import new_id
from shared.marketing.campaigns.model import Campaign, State
from shared.marketing.campaigns.repository import need, save
from shared.marketing.events import WinnerChosen
from shared.marketing.reports.reading import report_on
from shared.marketing.reports.report import TestPart

from .model import BY_POLICY, BY_TEST, AbTest, Arm

_SOON: Final = timedelta(minutes=1)


def decided(one: Campaign, now: datetime) -> Campaign | None:
    """A campaign with the winner that has come out by now; `None` while it is waited for. Not
    stored yet. Its figures are read when the wait is over, and not before."""
    test = one.ab_test
    if test is None or test.winner or test.sampled_at is None:
        return None
    if parse_instant(test.sampled_at) + timedelta(hours=test.wait_hours) > now:
        return None
    found = _standing(one)
    if found.significant:
        return _with(one, test, found.best, BY_TEST, found.arms, now)
    if test.without_winner == "first":
        return _with(one, test, test.variants[0], BY_POLICY, found.arms, now)
    return None


def event_of(one: Campaign, now: datetime) -> WinnerChosen:
    """What is told when a winner is stored."""
    assert one.ab_test
    assert one.ab_test.winner
    return WinnerChosen(
        event_id=new_id("event", now),
        occurred_at=now,
        campaign_id=one.campaign_id,
        variant=one.ab_test.winner,
        by=str(one.ab_test.decided_by),
    )


def choose_winner(campaign_id: str, variant: str, version: int, by: str, now: datetime) -> Campaign:
    """A person chooses the variant that the rest gets. Chosen again it is chosen. Raises
    `NotFound`, `Stale`, and `Conflict` where there is nothing to choose."""
    before = need(campaign_id)
    test = before.ab_test
    if test is None or before.state not in (State.ACTIVE, State.PAUSED):
        raise Conflict("no_test_running", "There is no test to decide")
    if test.winner == variant and test.decided_by == by:
        return before
    if before.version != version:
        raise Stale("version_stale", version=before.version)
    if test.winner:
        raise Conflict("winner_chosen", "The rest gets another variant already")
    if variant not in test.variants:
        raise Conflict("variant_unknown", "There is no such variant")
    after = _with(before, test, variant, by, _standing(before).arms, now)
    due = now + _SOON if before.state is State.ACTIVE else None
    return save(before, after, [event_of(after, now)], due=due)


def _standing(one: Campaign) -> TestPart:
    found = report_on(one, "last").test
    assert found
    return found


def _with(
    one: Campaign, test: AbTest, winner: str, by: str, arms: Sequence[Arm], now: datetime
) -> Campaign:
    decision: dict[str, Any] = {
        "winner": winner,
        "decided_at": iso(now),
        "decided_by": by,
        "arms": tuple(arms),
    }
    changed = {
        "ab_test": test.model_copy(update=decision),
        "version": one.version + 1,
        # All that is not done is queued: the rest of the audience.
        "resumed_at": iso(now),
    }
    return one.model_copy(update=changed)
