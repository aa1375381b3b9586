"""`POST /v1/privacy/certificates/verify`: anybody may have an erasure's certificate checked."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from shared.customers.privacy.certificate import verify
from shared.platform.entry.http import Http, Request, reply

from .schemas import Signed, Verified

http = Http()


@http.post("/v1/privacy/certificates/verify")
def verified(request: Request) -> Response[Any]:
    """200 for exactly what we signed; anything else is 422 (`certificate_invalid`)."""
    signed = request.json(Signed)
    verify(signed.certificate, signed.signature)
    return reply(200, Verified(valid=True))


handle = http
