"""How the system is, and what failed; administrators only.

`GET /v1/system/health`, `GET /v1/system/failures?queue=`, `POST /v1/system/redrives`.
"""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from shared.directory.access import signed_in
from shared.platform.auth import ADMIN
from shared.platform.entry.http import Http, Request, reply
from shared.platform.health import failed_messages, send_back, system_health
from shared.platform.tables import Table
from shared.sales.tables import SALES

from .schemas import FailedList, FailedView, Redrive, Redriven

http = Http()

TIMERS = Table(SALES)


@http.get("/v1/system/health")
def health(request: Request) -> Response[Any]:
    """Queues, failures, parked events and the timer."""
    signed_in(request, ADMIN)
    return reply(200, system_health(TIMERS, request.now), headers={"cache-control": "no-store"})


@http.get("/v1/system/failures")
def failures(request: Request) -> Response[Any]:
    """Some messages of a dead-letter queue, without what they say about people."""
    signed_in(request, ADMIN)
    found = failed_messages(request.query.get("queue", ""))
    return reply(200, FailedList(items=[FailedView.of(one) for one in found]))


@http.post("/v1/system/redrives")
def redriven(request: Request) -> Response[Any]:
    """Messages of a dead-letter queue go back to where they failed; call again while some are
    left."""
    signed_in(request, ADMIN)
    moved, left = send_back(request.json(Redrive).queue)
    return reply(200, Redriven(moved=moved, left=left))


handle = http
