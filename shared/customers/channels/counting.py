"""What each event adds to the results of its channel. Pure."""

from collections.abc import Iterator
from typing import Any, Final

from shared.customers.events import InteractionRecorded, ProductPurchased
from shared.kernel.clock import iso
from shared.kernel.events import DomainEvent
from shared.sales.events import LeadCaptured

from .model import WEB_FORM
from .results import Counted

COUNTED: Final[tuple[type[DomainEvent], ...]] = (
    InteractionRecorded,
    ProductPurchased,
    LeadCaptured,
)
"""A form that was sent is an interaction on the web form; a lead typed in by staff is none."""


def counted_of(event: Any) -> Iterator[Counted]:
    """What `event` adds, in the month (UTC) it happened; at most one."""
    month = iso(event.occurred_at)[:7]
    match event:
        case InteractionRecorded():
            figures = ("interactions", *(("replies",) if event.reply else ()))
            yield Counted(event.event_id, month, event.channel, figures)
        case ProductPurchased(channel=str() as channel):
            sign = -1 if event.returned else 1
            yield Counted(
                event.event_id,
                month,
                channel,
                ("returns" if event.returned else "purchases",),
                {event.currency: sign * event.amount_minor} if event.currency else {},
            )
        case LeadCaptured(channel="form"):
            yield Counted(event.event_id, month, WEB_FORM, ("interactions",))
