"""`POST /v1/portal/sign-in`, `POST /v1/portal/sign-in/code`: a token for a customer's programs."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from shared.customers.portal.codes import LIFETIME
from shared.customers.portal.sign_in import ask, enter
from shared.platform.entry.http import Http, Request, reply

from .schemas import Asked, Enter, SignIn, Token

http = Http()
PRIVATE = {"cache-control": "no-store"}


@http.post("/v1/portal/sign-in")
def asked(request: Request) -> Response[Any]:
    """Mail a code. The answer is the same for an address nobody has."""
    wanted = request.json(SignIn)
    sign_in = ask(wanted.email, request.client_address, request.now)
    answer = Asked(sign_in=sign_in, seconds=int(LIFETIME.total_seconds()))
    return reply(202, answer, headers=PRIVATE)


@http.post("/v1/portal/sign-in/code")
def entered(request: Request) -> Response[Any]:
    """Exchange the code for a token."""
    given = request.json(Enter)
    found = enter(given.sign_in, given.code, request.client_address, request.now).tokens
    token = Token(access_token=found.access_token, expires_in=found.seconds)
    return reply(200, token, headers=PRIVATE)


handle = http
