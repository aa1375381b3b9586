"""What agents say and do again and again: canned replies to begin an answer with, and macros."""

from shared.console.entry import Answer, PageRequest
from shared.console.names import names
from shared.support.canned.applying import apply_macro, macro_of, offered_macros, rendered_replies
from shared.support.canned.model import ME
from shared.support.canned.words import steps
from shared.support.queues.stored import queue_rules
from shared.support.tickets.model import Ticket

from .moving import done
from .schemas import MacroForm
from .whose import found


def at_hand(request: PageRequest, ticket_id: str) -> Answer:
    """Canned replies as they read on this ticket, and macros with all they would do to it: a part
    of its page."""
    one, agent = found(request), request.person
    people = {**names(request.now), ME: "you"}
    queues = {queue.id: queue.name for queue in queue_rules(request.now).queues}
    return request.page(
        "canned.html" if request.whole else "canned_part.html",
        ticket=one,
        key=request.id,
        replies=rendered_replies(one, agent, request.now),
        macros=[
            (offered, list(steps(offered.macro, people, queues)))
            for offered in offered_macros(one, agent, request.now)
        ],
        may_edit=request.by.has("supervisor"),
    )


def used(request: PageRequest, ticket_id: str) -> Answer:
    """Do all that a macro says; sent twice, it is done once."""

    def do(ticket: Ticket, form: MacroForm) -> str:
        macro = macro_of(form.macro, request.now)
        content, key = form.model_dump_json(exclude={"version"}).encode(), form.key or None
        apply_macro(
            ticket, macro, request.person, request.now,
            version=form.version, key=key, body=content,
        )  # fmt: skip
        return f"{macro.name}: done"

    return done(request, ticket_id, MacroForm, do)
