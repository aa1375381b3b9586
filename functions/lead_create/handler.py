"""`POST /v1/leads`: a lead typed in by staff or sent by a system with staff's rights."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from shared.directory.access import signed_in
from shared.platform.entry.http import Http, Request, reply
from shared.sales.leads.creation import create_lead

from .schemas import Created, LeadBody

http = Http()


@http.post("/v1/leads")
def create(request: Request) -> Response[Any]:
    """201 with the ids; 409 with the id of the lead that has the address already."""
    by = signed_in(request, "rep", "sales_manager", "marketer", "agent")
    new = request.json(LeadBody).new_lead()
    done = create_lead(new, by, request.headers.get("idempotency-key"), request.now)
    created = Created(lead_id=done.lead_id, submission_id=done.submission_id)
    return reply(201, created, headers={"location": f"/v1/leads/{done.lead_id}"})


handle = http
