"""`PATCH /v1/leads/{lead_id}` changes facts, `POST /v1/leads/{lead_id}/transitions` the state."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from shared.platform.entry.http import Http, Request, reply
from shared.sales.hand_offs.moves import move_lead

from .schemas import Transition

http = Http()


@http.post("/v1/leads/{lead_id}/transitions")
def moved(request: Request, lead_id: str) -> Response[Any]:
    """The lead as it is after the move."""
    by = request.staff("rep", "sales_manager")
    transition = request.json(Transition)
    return reply(200, move_lead(lead_id, transition.move(), by, request.now))


handle = http
