"""What the next colleague has to know of a contact before saying a word (row C2): parts of their
page, each asked for by itself."""

from shared.console.entry import Answer, PageRequest
from shared.console.names import names
from shared.customers.history.summary import matters_of, summary_of
from shared.customers.history.words import said
from shared.sales.work.open_matters import open_matters

from .history import named
from .schemas import MAY_EDIT
from .whose import who

AREAS = (open_matters,)
"""Who says what is open: areas that come later add theirs."""


def shown(request: PageRequest, contact_id: str) -> Answer:
    """How to reach them, what was promised, the last contacts, what they own."""
    whose, contact = who(request, contact_id)
    summary = summary_of(whose, contact, (), request.now)
    known = named(request.now)
    said_by_them = contact.model_fields_set if contact else frozenset()
    return request.page(
        "glance.html" if request.whole else "glance_part.html",
        contact_id=whose,
        summary=summary,
        contact=contact,
        stated=said_by_them,
        last=[(one, said(one, known)) for one in summary.last_contacts],
        promises=[(one, one.overdue(request.now)) for one in summary.promised],
        named=known,
        may_edit=request.by.has(*MAY_EDIT),
    )


def waiting(request: PageRequest, contact_id: str) -> Answer:
    """What somebody here still has to do about them."""
    whose, contact = who(request, contact_id)
    return request.page(
        "open.html" if request.whole else "open_part.html",
        contact_id=whose,
        matters=matters_of(whose, contact, AREAS, request.now),
        names=names(request.now),
    )
