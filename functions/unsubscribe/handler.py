"""`/u/{token}`, `/u/{token}/preferences`, `/u/confirm/{token}`: what links in mails lead to: to hear
no more, to choose what to hear of, and to confirm what a form was told. Looking changes nothing, so that what follows links in mails decides for nobody; a
button does, and so does the post of a mail program (RFC 8058), which comes from nowhere of ours."""

from pathlib import Path
from typing import Final

from shared.customers.consents.confirming import asked_by, confirm
from shared.kernel.clock import iso
from shared.marketing.sending.tokens import Link, unsealed
from shared.marketing.subscription.preferences import prefer, preferences
from shared.marketing.subscription.unsubscribing import unsubscribe
from shared.pages.reading import read
from shared.portal.entry import Answer, PageRequest, Portal
from shared.portal.pressing import CHANNEL_NAMES, Pressed

portal = Portal(Path(__file__).parent / "templates", "/u")

PATH: Final = "/u/{token}"
PREFERENCES: Final = "/u/{token}/preferences"
CONFIRMATION: Final = "/u/confirm/{token}"


@portal.get(PATH, public=True)
def asked(request: PageRequest, token: str) -> Answer:
    """The page with the button."""
    return request.page("unsubscribe.html", link=unsealed(token), done=False, token=token)


@portal.page("POST", PATH, public=True, anywhere=True)
def done(request: PageRequest, token: str) -> Answer:
    """No more messages from now on; done again it is done."""
    link = unsealed(token)
    unsubscribe(link, request.now)
    return request.page("unsubscribe.html", link=link, done=True, token=token)


@portal.get(PREFERENCES, public=True)
def shown(request: PageRequest, token: str) -> Answer:
    """Each purpose with its channels, and whether they are on."""
    return _preferences(request, unsealed(token), None)


@portal.post(PREFERENCES, public=True)
def decided(request: PageRequest, token: str) -> Answer:
    """Allow a channel or take it back. Pressed twice it counts once."""
    link, pressed = unsealed(token), read(Pressed, request.form)
    prefer(
        link,
        pressed.purpose,
        pressed.channel,
        granted=pressed.granted,
        network=request.client_address,
        key=pressed.once,
        now=request.now,
    )
    return _preferences(request, link, pressed.said)


@portal.get(CONFIRMATION, public=True)
def to_confirm(request: PageRequest, token: str) -> Answer:
    """The page with the button."""
    return request.page("confirm.html", asked=asked_by(token, request.now), done=False)


@portal.post(CONFIRMATION, public=True)
def confirmed(request: PageRequest, token: str) -> Answer:
    """It counts from now on; done again it is done."""
    asked = asked_by(token, request.now)
    confirm(asked, request.client_address, request.now)
    return request.page("confirm.html", asked=asked, done=True)


def _preferences(request: PageRequest, link: Link, said: str | None) -> Answer:
    return request.page(
        "preferences.html",
        choices=preferences(link),
        names=CHANNEL_NAMES,
        rendered=iso(request.now),
        said=said,
    )


handle = portal
