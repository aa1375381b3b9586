"""What a contact allows: a part of their page, which is asked for by itself."""

from typing import Any

from shared.console.entry import Answer, PageRequest
from shared.console.names import names
from shared.customers.consents.changes import decide
from shared.customers.consents.model import Consent, Evidence
from shared.customers.consents.reading import Consents, consents_of
from shared.kernel.clock import iso
from shared.kernel.errors import CrmError, NotFound
from shared.pages.reading import read
from shared.platform.idempotency import record_id

from .schemas import MAY_EDIT, DecisionForm


def shown(request: PageRequest, contact_id: str) -> Answer:
    """What stands, and how it came about."""
    template = "consents.html" if request.whole else "consents_part.html"
    return request.page(template, **_view(request, contact_id))


def decided(request: PageRequest, contact_id: str) -> Answer:
    """Write down what the person said; sent twice, it is one decision."""
    try:
        given, by = read(DecisionForm, request.form), request.by.staff_id
        known = _known(contact_id)
        entry_id = record_id(
            "consent", f"{by}:{known.contact_id}", request.form.get("key"), request.now
        )
        evidence = Evidence(source="staff", text_version=given.text_version or None, by=by)
        consent = Consent(
            purpose=given.purpose,
            channel=given.channel,
            state=given.state,
            at=iso(request.now),
            evidence=evidence,
        )
        decide(known.contact_id, consent, entry_id, request.now)
    except CrmError as error:
        return request.refused("consents.html", error, **_view(request, contact_id))
    return request.redirect(f"/console/contacts/{contact_id}", done="Written down")


def _view(request: PageRequest, contact_id: str) -> dict[str, Any]:
    known = _known(contact_id)
    return {
        "contact_id": contact_id,
        "consents": known.standing,
        "log": known.log,
        "names": names(request.now),
        "key": request.id,
        "may_edit": request.by.has(*MAY_EDIT),
    }


def _known(contact_id: str) -> Consents:
    try:
        return consents_of(contact_id)
    except NotFound:
        return Consents(contact_id, [], [])
