"""What a campaign has to say to the customer: shown on the page they arrive at, until they put it
away. Text only, as it was written: nothing in it is markup."""

from pydantic import BaseModel, Field

from shared.marketing.web_messages.inbox import newest, put_away, seen
from shared.pages.reading import read
from shared.portal.entry import Answer, PageRequest

MESSAGE = "/portal/message"


class PutAway(BaseModel):
    """Which message is put away."""

    place: str = Field(min_length=1, max_length=200)


def shown(request: PageRequest) -> Answer:
    """The newest message; that it was shown is noted once."""
    found = newest(request.me.contact_id, request.now)
    if found:
        seen(found, request.now)
    template = "message.html" if request.whole else "message_part.html"
    return request.page(template, message=found)


def gone(request: PageRequest) -> Answer:
    """Put a message away. Pressed twice it is away."""
    put_away(request.me.contact_id, read(PutAway, request.form).place)
    return request.redirect("/portal")
