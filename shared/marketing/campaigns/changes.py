"""Making campaigns, changing them while they are planned, and moving them on."""

from datetime import datetime, timedelta
from typing import Any, Final

from shared.customers.lists.repository import need as need_list
from shared.kernel.clock import iso
from shared.kernel.errors import Conflict, FieldError, NotFound, Rejected, Stale
from shared.kernel.ids import new_id
from shared.marketing.segments.repository import need_segment
from shared.marketing.tracking.hits import links_op
from shared.platform.idempotency import record_id, request_hash, same_request
from shared.platform.requests import Op, Put
from shared.platform.writes import ConditionFailed

from .model import Audience, Campaign, CampaignInput, State, Way
from .on_the_way import noted_ops
from .prefixes import FREE as PREFIX_FREE
from .prefixes import claim_op, give_up_op, taken
from .repository import NEW, attributes, from_item, marketing, need, save
from .states import EVENTS, Move, moved
from .ways import check_test, check_ways, links_of_ways, versions_of, with_version

_ATTEMPTS: Final = 5

_AGAIN: Final = timedelta(minutes=1)


def create_campaign(
    given: CampaignInput, by: str, body: bytes, idempotency_key: str | None, now: datetime
) -> Campaign:
    """Plan a campaign. Sent again with its key it is the same one. Raises `Rejected` for an
    audience or template there is not."""
    _check(given)
    one = Campaign(
        campaign_id=record_id("campaign", by, idempotency_key, now),
        created_at=iso(now),
        created_by=by,
        request_hash=request_hash(body),
        **_said(given),
    )
    prefix = [claim_op(given.code_prefix, one.campaign_id)] if given.code_prefix else []
    try:
        marketing.write(Put(attributes(one), NEW), *prefix, *noted_ops(None, one))
    except ConditionFailed as known:
        if PREFIX_FREE in known.conditions and 0 not in known.failures:
            raise taken() from known
        found = known.found(0) or {}
        same_request(found, body)
        return from_item(found)
    return one


def change_campaign(campaign_id: str, given: CampaignInput, version: int) -> Campaign:
    """Change a campaign as a whole. Raises `NotFound`, `Stale`, `Rejected`, and `Conflict` for
    one that has started."""
    before = _as_known(campaign_id, version)
    if before.state is not State.PLANNED:
        raise Conflict("campaign_started", "Only what is planned can be changed")
    _check(given)
    known = before.model_dump() | _said(given) | {"version": before.version + 1}
    also: list[Op] = []
    if given.code_prefix and given.code_prefix != before.code_prefix:
        also.append(claim_op(given.code_prefix, campaign_id))
    if before.code_prefix and given.code_prefix != before.code_prefix:
        also.append(give_up_op(before.code_prefix))
    return save(before, Campaign.model_validate(known), also=also)


def move_campaign(campaign_id: str, move: Move, version: int, by: str, now: datetime) -> Campaign:
    """Start, pause, resume or cancel a campaign; `version` as it was seen. Raises `NotFound`,
    `Stale` and `Conflict`."""
    for attempt in range(_ATTEMPTS):
        try:
            return _moved(_as_known(campaign_id, version), move, by, now)
        except Stale as refused:
            # Its audience is being written down, which changes nothing that people decide on.
            if attempt == _ATTEMPTS - 1 or refused.extra["version"] != version:
                raise
    raise AssertionError("the last attempt returns or raises")


def _moved(before: Campaign, move: Move, by: str, now: datetime) -> Campaign:
    state = moved(before.state, move)
    values: dict[str, Any] = {"state": state, "version": before.version + 1}
    also: list[Op] = []
    if move == "start":
        first, *others = [with_version(way) for way in before.ways]
        values |= {
            "started_at": iso(now),
            "started_by": by,
            "template_version": first.template_version,
            "fallbacks": tuple(others),
        }
        tried: list[Way] = []
        if test := before.ab_test:
            values["ab_test"] = test.model_copy(update={"versions": versions_of(test)})
            tried = [Way(channel="email", template_id=one) for one in test.templates]
        if before.tracking:
            also = [links_op(before.campaign_id, links_of_ways([first, *others, *tried]))]
    if state is State.CANCELLED:
        values["ended_at"] = iso(now)
    if move == "resume":
        values["resumed_at"] = iso(now)
    event = EVENTS[move](
        event_id=new_id("event", now), occurred_at=now, campaign_id=before.campaign_id, by=by
    )
    due = now + _AGAIN if state is State.ACTIVE else None
    return save(before, before.model_copy(update=values), [event], due=due, also=also)


def _said(given: CampaignInput) -> dict[str, Any]:
    start = iso(given.start_at) if given.start_at else None
    return {**given.model_dump(), "start_at": start}


def _check(given: CampaignInput) -> None:
    wrong: list[FieldError] = []
    try:
        check_audience(given.audience)
    except NotFound as error:
        wrong.append(FieldError("audience", error.code, error.message))
    wrong += [*check_ways(given), *check_test(given)]
    if wrong:
        raise Rejected("validation_failed", fields=wrong)


def check_audience(audience: Audience) -> None:
    """Raise `NotFound` for a segment or list there is not."""
    if audience.list_id:
        need_list(audience.list_id)
    elif audience.segment_id:
        need_segment(audience.segment_id)


def _as_known(campaign_id: str, version: int) -> Campaign:
    one = need(campaign_id)
    if one.version != version:
        raise Stale("version_stale", version=one.version)
    return one
