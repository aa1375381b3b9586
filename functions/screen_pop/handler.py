"""`GET /v1/screen-pop?phone=`: who calls, their open tickets, what was last said and what is
offered to them. Staff who deal with people."""

from typing import Any, Final

from aws_lambda_powertools.event_handler import Response

from shared.customers.channels.repository import channels_in_force
from shared.directory.access import person_signed_in_among, staff_of
from shared.marketing.templates.offered import offers_to
from shared.platform.entry.http import Http, Request, reply
from shared.support.screen_pop.caller import caller, keys_of, number_of

from .schemas import CallQuery, ScreenPop

READERS: Final = ("agent", "supervisor", "rep", "sales_manager")

http = Http()


@http.get("/v1/screen-pop")
def rings(request: Request) -> Response[Any]:
    """The person, or the card to make one."""
    token = request.token()
    query = request.parameters(CallQuery)
    number = number_of(query.phone, query.region)
    person, found = person_signed_in_among(token.username, token.signed_in_at, keys_of(number))
    by = staff_of(person)
    by.need(*READERS)
    names = {one.channel_id: one.title for one in channels_in_force(request.now).channels}
    calls = caller(number, found)
    offers = offers_to(calls.contact, request.now) if calls.contact else []
    return reply(200, ScreenPop.of(calls, offers, names, by, request.now))


handle = http
