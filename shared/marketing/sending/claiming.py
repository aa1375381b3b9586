"""What a recipient is when a message to them is claimed. Pure, but for the mark."""

from datetime import datetime
from uuid import uuid4

from shared.kernel.clock import iso
from shared.marketing.campaigns.model import Way
from shared.platform.requests import Op

from .candidate import Reach
from .caps import slot_ops
from .checks import Go
from .recipient import Recipient, Row


def claim_of(
    recipient: Recipient, way: Way, go: Go, now: datetime, state: Row = Row.CLAIMED
) -> Recipient:
    """The recipient once a message by `way` is claimed, relying on what `go` says. What was
    released before counts in the cap already, and keeps its slot there."""
    at = iso(now)
    return recipient.next(
        state,
        channel=way.channel,
        claim=uuid4().hex,
        attempt=recipient.attempt + (recipient.state is Row.RELEASED),
        claimed_at=at,
        slot=recipient.slot or f"{at}#{recipient.campaign_id}",
        template_version=way.template_version,
        consent=go.consent,
    )


def slot_of(claimed: Recipient, reach: Reach, now: datetime) -> list[Op]:
    """Count a message that is claimed in the person's cap, as it was read."""
    known = reach.known
    return slot_ops(claimed, known.sent, reach.cap, now, stays=known.limit is not None)
