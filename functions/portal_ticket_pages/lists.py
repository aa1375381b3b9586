"""A customer's requests, or those of an account they administer, the latest first."""

from typing import Final

from shared.customers.accounts.repository import in_short
from shared.customers.portal.access import administered
from shared.pages.rendering import with_query
from shared.portal.entry import Answer, PageRequest
from shared.support.tickets.own import own_tickets

from .words import STANDING

LIST: Final = "/portal/tickets"
PER_PAGE: Final = 20


def shown(request: PageRequest) -> Answer:
    """A page of them. An account that is not theirs to see is not there."""
    account = request.query.get("account") or None
    found, rest = own_tickets(request.me, account, PER_PAGE, request.query.get("cursor"))
    accounts = sorted(administered(request.me))
    names = in_short(accounts) if accounts else {}
    tabs = [("Mine", LIST, account is None)]
    tabs += [
        (names[one].name, with_query(LIST, {"account": one}), one == account)
        for one in accounts
        if one in names
    ]
    return request.page(
        "list.html", tickets=found, standing=STANDING, next=rest, tabs=tabs, account=account
    )
