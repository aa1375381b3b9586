"""What people do on our pages and with our mail, as entries of their history. Pure."""

from datetime import datetime
from typing import Final

from shared.customers.behaviour.model import Behaviour
from shared.customers.channels.model import EMAIL, WEBSITE
from shared.customers.channels.touch_points import TouchPoint
from shared.kernel.clock import iso

from .facts import said_of
from .model import Entry

_MAILS: Final = frozenset({"email_opened", "email_clicked"})
_CUSTOM: Final = "custom."
_SHOWN: Final = ("host", "utm_campaign")


def behaviour_entry(one: Behaviour, contact_id: str, now: datetime) -> Entry:
    """The entry of a behaviour in the history of the contact it counts for. What a robot did in
    somebody's name, such as opening their mail, they do not see as their own.

    The entry's id is that of the behaviour's event, whichever way it gets there.
    """
    mail = one.name in _MAILS
    shown = {name: one.properties.get(name) for name in _SHOWN}
    return Entry(
        contact_id=contact_id,
        entry_id=f"{one.subject_id}.{one.behaviour_id}",
        occurred_at=one.occurred_at,
        recorded_at=iso(now),
        kind="custom" if one.name.startswith(_CUSTOM) else one.name,
        channel=EMAIL if mail else WEBSITE,
        touch_point=TouchPoint.EMAIL if mail else TouchPoint.WEBSITE,
        direction="inbound",
        visible=one.human,
        source="customers",
        params=said_of(
            {
                "name": one.name.removeprefix(_CUSTOM),
                "path": one.path,
                "object_id": one.object_id,
                "automatic": None if one.human else "true",
                **shown,
            }
        ),
        refs={"subject_id": one.subject_id, "behaviour_id": one.behaviour_id},
    )
