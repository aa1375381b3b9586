"""`GET /v1/leads/{lead_id}/score[?as_of=<instant>]`: why a lead has the points it has."""

from datetime import datetime
from typing import Any

from aws_lambda_powertools.event_handler import Response

from shared.directory.access import signed_in
from shared.kernel.clock import parse_instant
from shared.kernel.errors import FieldError, Rejected
from shared.platform.entry.http import Http, Request, reply
from shared.sales.scoring.explain import explain_score

http = Http()


@http.get("/v1/leads/{lead_id}/score")
def shown(request: Request, lead_id: str) -> Response[Any]:
    """The score now or as of an instant (ISO 8601 with an offset)."""
    signed_in(request, "rep", "sales_manager", "marketer", "analyst")
    return reply(200, explain_score(lead_id, request.now, _instant(request.query.get("as_of"))))


def _instant(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        # A "+" that was not percent-encoded arrives as a space.
        return parse_instant(text.replace(" ", "+"))
    except (ValueError, OverflowError) as error:
        wrong = FieldError("as_of", "instant_invalid", "An ISO 8601 instant with its offset")
        raise Rejected("validation_failed", fields=[wrong]) from error


handle = http
