"""What a customer lets us do, and changing it with one press."""

from typing import Final

from shared.customers.consents.repository import with_log
from shared.customers.portal.choices import choices, choose
from shared.kernel.clock import iso
from shared.pages.reading import read
from shared.portal.entry import Answer, PageRequest
from shared.portal.pressing import CHANNEL_NAMES, Pressed

PREFERENCES: Final = "/portal/preferences"
LATEST: Final = 10


def shown(request: PageRequest) -> Answer:
    """Each purpose with its channels, and what was decided when."""
    standing, log = with_log(request.me.contact_id)
    return request.page(
        "preferences.html",
        choices=choices(standing),
        log=log[:LATEST],
        names=CHANNEL_NAMES,
        rendered=iso(request.now),
    )


def decided(request: PageRequest) -> Answer:
    """Allow a channel or take it back. Pressed twice it counts once."""
    pressed = read(Pressed, request.form)
    choose(
        request.me.contact_id,
        pressed.purpose,
        pressed.channel,
        granted=pressed.granted,
        network=request.client_address,
        key=pressed.once,
        now=request.now,
    )
    return request.redirect(PREFERENCES, done=pressed.said)
