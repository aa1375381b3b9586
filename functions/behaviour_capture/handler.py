"""`POST /v1/events`, `OPTIONS /v1/events`: pages and partners report what people did."""

from typing import Any

from shared.customers.behaviour.capture import capture_behaviour
from shared.customers.behaviour.robots import is_robot
from shared.customers.write_keys.repository import public_origins, write_key_of
from shared.kernel.errors import UnsupportedType
from shared.platform.entry.cors import allow_origin, preflight
from shared.platform.entry.http import Http, Request, reply

from .schemas import EventsAnswer, EventsRequest

http = Http()

# A browser sends text/plain without asking first, and a page that is closing cannot ask.
MEDIA_TYPES = ("application/json", "text/plain")


@http.post("/v1/events")
def capture(request: Request) -> Any:
    """Store the events of the request, all or none."""
    if request.media_type not in MEDIA_TYPES:
        raise UnsupportedType("media_type_unsupported", "Send application/json")
    sent = request.json(EventsRequest)
    key = write_key_of(request.headers.get("x-write-key") or sent.write_key, request.now)
    allow_origin(request, key.allowed_origins)
    robot = is_robot(request.headers.get("user-agent"))
    reports = [event.report() for event in sent.events]
    taken = capture_behaviour(reports, key, robot=robot, now=request.now)
    return reply(202, EventsAnswer(accepted=taken.accepted, duplicates=taken.duplicates))


@http.options("/v1/events")
def ask(request: Request) -> Any:
    """Tell a browser whether its page may report. Which key it uses is seen when it does."""
    origins = public_origins(request.now)
    return preflight(request, origins, "POST", "content-type, x-write-key")


handle = http
