"""Segments: `GET|POST /v1/segments`, `GET /v1/segments/schema`, `POST
/v1/segments/count`, `GET|PUT /v1/segments/{segment_id}`, `POST /v1/segments/{segment_id}/rollback`, `GET
/v1/segments/{segment_id}/members`, `GET /v1/segments/{segment_id}/members/{contact_id}`: staff
read, marketers change."""

from typing import Any, Final

from aws_lambda_powertools.event_handler import Response

from shared.directory.access import signed_in
from shared.kernel.paging import page_size
from shared.marketing.segments.backfill import progress_of
from shared.marketing.segments.changes import change_segment, create_segment, roll_back_segment
from shared.marketing.segments.checking import parsed_rule, rule_schema
from shared.marketing.segments.counting import count
from shared.marketing.segments.listing import explain, members
from shared.marketing.segments.repository import members_of, need_segment, stored_segments
from shared.platform.auth import ROLES
from shared.platform.entry.http import Http, Request, reply
from shared.platform.entry.rollback import RollBack

from .schemas import (
    CountView,
    Draft,
    Explained,
    MemberPage,
    SegmentChange,
    SegmentInput,
    SegmentList,
    SegmentView,
)

WRITERS: Final = ("marketer",)

http = Http()


@http.get("/v1/segments")
def listed(request: Request) -> Response[Any]:
    """All by name, with how many are in each; `?archived=true`: those put away."""
    signed_in(request, *ROLES)
    archived = request.query.get("archived") == "true"
    found = [one for one in stored_segments.all_active() if one.value.archived == archived]
    counts = members_of(one.name for one in found)
    by_name = sorted(found, key=lambda one: (one.value.name.casefold(), one.name))
    return reply(200, SegmentList(items=[SegmentView.of(one, counts[one.name]) for one in by_name]))


@http.post("/v1/segments")
def created(request: Request) -> Response[Any]:
    """201; the same again with its key is the same segment. It is filled within minutes."""
    by = signed_in(request, *WRITERS)
    key = request.headers.get("idempotency-key")
    one = create_segment(request.json(SegmentInput).segment(), by, key, request.now)
    location = {"location": f"/v1/segments/{one.name}"}
    return reply(201, SegmentView.of(one, 0), headers=location)


@http.get("/v1/segments/schema")
def described(request: Request) -> Response[Any]:
    """The JSON schema of rules, with the fields and events they may name."""
    signed_in(request, *ROLES)
    return reply(200, rule_schema())


@http.post("/v1/segments/count")
def counted(request: Request) -> Response[Any]:
    """How many a rule that is not stored would let in, and some of them; see `counting`."""
    by = signed_in(request, *WRITERS)
    rule = parsed_rule(request.json(Draft).rule)
    return reply(200, CountView.of(count(rule, by, request.now)))


@http.get("/v1/segments/{segment_id}")
def shown(request: Request, segment_id: str) -> Response[Any]:
    """The definition in force, how many are in it, how far it is filled."""
    signed_in(request, *ROLES)
    one = need_segment(segment_id)
    count = members_of([segment_id])[segment_id]
    return reply(200, SegmentView.of(one, count, progress_of(segment_id)))


@http.put("/v1/segments/{segment_id}")
def changed(request: Request, segment_id: str) -> Response[Any]:
    """The definition as a whole, with the `version` it replaces."""
    by = signed_in(request, *WRITERS)
    change = request.json(SegmentChange)
    one = change_segment(segment_id, change.segment(), change.version, by, request.now)
    return reply(200, SegmentView.of(one))


@http.post("/v1/segments/{segment_id}/rollback")
def rolled_back(request: Request, segment_id: str) -> Response[Any]:
    """What an older version said holds again, as a new version."""
    by = signed_in(request, *WRITERS)
    given = request.json(RollBack)
    one = roll_back_segment(segment_id, given.to_version, given.version, by, request.now)
    return reply(200, SegmentView.of(one))


@http.get("/v1/segments/{segment_id}/members")
def who(request: Request, segment_id: str) -> Response[Any]:
    """`?limit=&cursor=`: who is in it, and since when."""
    signed_in(request, *ROLES)
    need_segment(segment_id)
    query = request.query
    found, rest = members(segment_id, page_size(query.get("limit")), query.get("cursor"))
    return reply(200, MemberPage(items=found, next=rest))


@http.get("/v1/segments/{segment_id}/members/{contact_id}")
def why(request: Request, segment_id: str, contact_id: str) -> Response[Any]:
    """Whether a contact belongs into it, and because of what; decided afresh."""
    signed_in(request, *ROLES)
    return reply(200, Explained.of(explain(segment_id, contact_id, request.now)))


handle = http
