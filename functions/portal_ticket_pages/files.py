"""Files of a conversation: sending one, and fetching one."""

from shared.kernel.errors import Rejected
from shared.platform.entry.http import reply
from shared.portal.entry import Answer, PageRequest
from shared.support.attachments.reading import file_url
from shared.support.attachments.uploads import prepare
from shared.support.tickets.own import own_ticket


def announced(request: PageRequest) -> Answer:
    """Where to send a file that is about to be attached, and the token by which a message takes
    it."""
    form = request.form
    try:
        made = prepare(form.get("name", ""), form.get("media_type", ""), request.now)
    except Rejected as refused:
        return reply(refused.status, {"message": refused.fields[0].message})
    return reply(200, {"token": made.token, "url": made.form.url, "fields": dict(made.form.fields)})


def fetched(request: PageRequest, ticket_id: str, file_id: str) -> Answer:
    """Download a file: its address is made when it is asked for, as it is good for minutes."""
    own_ticket(request.me, ticket_id)
    return request.redirect(file_url(ticket_id, file_id, public_only=True))


def kept(request: PageRequest) -> list[tuple[str, str]]:
    """The files sent before what was typed was refused: token and name."""
    if request.method != "POST":
        return []
    sent = request.form_lists
    return list(zip(sent.get("attachments", []), sent.get("file_names", []), strict=False))
