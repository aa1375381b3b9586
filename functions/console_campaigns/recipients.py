"""Who got a campaign, and why somebody did or did not (row X1); saying of a message of which
nobody knows whether it left."""

from typing import Any, Final, Literal, get_args

from shared.console.contacts import contact_with
from shared.console.entry import Answer, PageRequest
from shared.console.names import names
from shared.customers.access.showing import listed
from shared.customers.contacts.model import Contact
from shared.customers.contacts.repository import attributes, in_short, load, summary
from shared.kernel.errors import CrmError, NotFound, Rejected
from shared.marketing.campaigns.model import Campaign
from shared.marketing.campaigns.repository import need, need_in
from shared.marketing.sending.listing import recipients_in
from shared.marketing.sending.proof import proof_in, settle_unknown

from . import words
from .schemas import WRITERS

PAGE_SIZE: Final = 50

Outcome = Literal["sent", "failed"]


def shown(request: PageRequest, campaign_id: str) -> Answer:
    """Those of `?state=`; with `?who=` (an address) or `?contact=` what became of somebody."""
    one = need_in(request.found)
    view = _view(request, one)
    query = request.query
    if not query.get("contact") and not query.get("who", "").strip():
        return request.page("recipients.html", **view | _listed(request, one))
    try:
        contact = contact_with(query["who"]) if query.get("who") else _contact(query["contact"])
        proof = proof_in(one, contact.contact_id)
    except CrmError as error:
        return request.refused("recipients.html", error, **view)
    (person,) = listed([summary(attributes(contact))], request.now)
    return request.page("recipients.html", **view | {"proof": proof, "person": person})


def more(request: PageRequest, campaign_id: str) -> Answer:
    """The next of those of `?state=`, as rows that follow."""
    one = need_in(request.found)
    return request.page("recipients_rows.html", **_view(request, one) | _listed(request, one))


def settled(request: PageRequest, campaign_id: str) -> Answer:
    """Say whether a message of which nobody knew left; it is not sent again."""
    form = request.form
    outcome: Any = form.get("outcome", "")
    if outcome not in get_args(Outcome):
        raise Rejected("validation_failed", "Say whether it left or not")
    contact_id = form.get("contact", "")
    at = f"/console/campaigns/{campaign_id}/recipients"
    try:
        settle_unknown(campaign_id, contact_id, outcome, request.by.staff_id, request.now)
    except CrmError as error:
        return request.refused("recipients.html", error, **_view(request, need(campaign_id)))
    back = f"{at}?state=unknown" if form.get("back") == "list" else f"{at}?contact={contact_id}"
    return request.redirect(back, done="Written down. Nothing is sent again")


def _view(request: PageRequest, one: Campaign) -> dict[str, Any]:
    return {
        "one": one,
        "proof": None,
        "person": None,
        "state": "",
        "states": words.STATES,
        "found": (),
        "people": {},
        "next": None,
        "why": words.why,
        "names": names(request.now),
        "may_edit": request.by.has(*WRITERS),
    }


def _listed(request: PageRequest, one: Campaign) -> dict[str, Any]:
    """Some of those in the state asked for, a part of them at a time: a query, and a read for who
    they are."""
    state = request.query.get("state", "")
    if state not in words.STATES:
        return {}
    cursor = request.query.get("cursor")
    found, rest = recipients_in(one.campaign_id, state, PAGE_SIZE, cursor, queries=1)
    contacts = listed(in_short(row["contact_id"] for row in found).values(), request.now)
    people = {person.contact_id: person for person in contacts}
    return {"state": state, "found": found, "people": people, "next": rest}


def _contact(contact_id: str) -> Contact:
    found = load(contact_id)
    if found is None:
        raise NotFound("contact_not_found", "There is no such contact")
    return found
