"""Queues as stored: configuration of kind `ticket_queues` in the support table
(platform/configuration)."""

from datetime import datetime
from functools import lru_cache

from shared.directory.audit import recorded
from shared.platform.configuration import Configuration
from shared.platform.tables import Table
from shared.support.tables import SUPPORT

from .model import NAME, NO_RULES, Queue, QueueRules

stored_queues = Configuration(Table(SUPPORT), "ticket_queues", QueueRules, audit=recorded)


def queue_rules(now: datetime) -> QueueRules:
    """The queues in force, up to 30 s old; one for everything where nobody has set any."""
    found = stored_queues.settled(NAME, now)
    return found.value if found else _none()


def queue_of(queue_id: str, now: datetime) -> Queue:
    """A queue as it is now; one that was taken away is looked after by nobody in particular."""
    return queue_rules(now).queue(queue_id) or Queue(id=queue_id, name=queue_id)


@lru_cache(maxsize=1)
def _none() -> QueueRules:
    return QueueRules.model_validate(NO_RULES)
