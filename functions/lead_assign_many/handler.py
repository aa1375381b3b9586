"""`POST /v1/leads/assignments`: sales managers."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from shared.directory.access import signed_in
from shared.platform.entry.http import Http, Request, reply
from shared.sales.hand_offs.many import assign_leads

from .schemas import Assignments, Outcomes

http = Http()


@http.post("/v1/leads/assignments")
def assigned(request: Request) -> Response[Any]:
    """200 with what became of each lead; the same again changes nothing."""
    by = signed_in(request, "sales_manager")
    wanted = request.json(Assignments)
    found = assign_leads(wanted.lead_ids, wanted.owner_id, by, request.now)
    return reply(200, Outcomes.of(found))


handle = http
