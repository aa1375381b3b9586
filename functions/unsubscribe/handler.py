"""`/u/{token}`: what the unsubscribe link of a message leads to. Looking at it changes nothing, so
that what follows links in mails unsubscribes nobody; the button does, and so does the post of a
mail program (RFC 8058), which comes from nowhere of ours."""

from pathlib import Path
from typing import Final

from shared.marketing.sending.tokens import unsealed
from shared.marketing.subscription.unsubscribing import unsubscribe
from shared.portal.entry import Answer, PageRequest, Portal

portal = Portal(Path(__file__).parent / "templates", "/u")

PATH: Final = "/u/{token}"


@portal.get(PATH, public=True)
def asked(request: PageRequest, token: str) -> Answer:
    """The page with the button."""
    return request.page("unsubscribe.html", link=unsealed(token), done=False)


@portal.page("POST", PATH, public=True, anywhere=True)
def done(request: PageRequest, token: str) -> Answer:
    """No more messages from now on; done again it is done."""
    link = unsealed(token)
    unsubscribe(link, request.now)
    return request.page("unsubscribe.html", link=link, done=True)


handle = portal
