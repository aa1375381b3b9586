"""`GET|PUT /v1/channels`, `POST /v1/channels/rollback`: which channels there are;
`GET /v1/channels/report`, `GET /v1/channels/report.csv`: what came of each. Staff."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from shared.customers.channels.file import as_csv
from shared.customers.channels.repository import (
    channels_now,
    roll_back_channels,
    save_channels,
)
from shared.customers.channels.results import results
from shared.directory.access import signed_in
from shared.platform.auth import ADMIN, ROLES
from shared.platform.entry.http import Http, Request, reply
from shared.platform.entry.rollback import RollBack

from .schemas import ChannelList, ChannelsBody, Report, ReportQuery, Saved

http = Http()
_MAY_SEE_RESULTS = ("sales_manager", "marketer", "analyst", "supervisor")


@http.get("/v1/channels")
def listed(request: Request) -> Response[Any]:
    """All channels, and the types one may be of."""
    signed_in(request, *ROLES)
    return reply(200, ChannelList.of(*channels_now()))


@http.put("/v1/channels")
def saved(request: Request) -> Response[Any]:
    """Put the next version of the whole list into force; used everywhere within 30 seconds."""
    by = signed_in(request, ADMIN).staff_id
    given = request.json(ChannelsBody)
    number = save_channels(given.channels_given(), by=by, at=request.now, after=given.version)
    return reply(200 if given.version else 201, Saved(version=number))


@http.post("/v1/channels/rollback")
def rolled_back(request: Request) -> Response[Any]:
    """What an older version said is in force again, as a new version."""
    by = signed_in(request, ADMIN).staff_id
    given = request.json(RollBack)
    number = roll_back_channels(given.to_version, after=given.version, by=by, now=request.now)
    return reply(200, Saved(version=number))


@http.get("/v1/channels/report")
def reported(request: Request) -> Response[Any]:
    """Interactions, replies, purchases and revenue per channel and month."""
    signed_in(request, *_MAY_SEE_RESULTS)
    query = request.parameters(ReportQuery)
    return reply(200, Report(items=results(query.first, query.last)))


@http.get("/v1/channels/report.csv")
def exported(request: Request) -> Response[Any]:
    """The same as a file, with a line per currency where there were several."""
    signed_in(request, *_MAY_SEE_RESULTS)
    query = request.parameters(ReportQuery)
    named = {
        "content-disposition": 'attachment; filename="channels.csv"',
        "cache-control": "no-store",
    }
    file = as_csv(results(query.first, query.last))
    return reply(200, file, headers=named, media_type="text/csv; charset=utf-8")


handle = http
