"""`PATCH /v1/leads/{lead_id}` changes facts, `POST /v1/leads/{lead_id}/transitions` the state."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from shared.directory.access import signed_in
from shared.platform.entry.http import Http, Request, reply
from shared.sales.hand_offs.moves import move_lead
from shared.sales.leads.changes import change_facts

from .schemas import FactsChange, Transition

http = Http()


@http.patch("/v1/leads/{lead_id}")
def changed(request: Request, lead_id: str) -> Response[Any]:
    """The lead as it is after the change."""
    by = signed_in(request, "rep", "sales_manager", "marketer", "agent")
    change = request.json(FactsChange)
    return reply(200, change_facts(lead_id, change.facts, change.version, by, request.now))


@http.post("/v1/leads/{lead_id}/transitions")
def moved(request: Request, lead_id: str) -> Response[Any]:
    """The lead as it is after the move."""
    by = signed_in(request, "rep", "sales_manager")
    transition = request.json(Transition)
    return reply(200, move_lead(lead_id, transition.move(), by, request.now))


handle = http
