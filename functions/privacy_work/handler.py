"""SQS `privacy-work`: one store of an export is written down, or of an erasure made gone."""

from collections.abc import Sequence
from datetime import datetime

from shared.platform.entry.batch import Message, on_batch, survives

# isort: split
from shared.customers import personal_data as customers
from shared.customers.privacy.working import do_store
from shared.marketing import personal_data as marketing
from shared.sales import personal_data as sales
from shared.support import personal_data as support

STORES = (*customers.STORES, *marketing.STORES, *sales.STORES, *support.STORES)


def work(messages: Sequence[Message], now: datetime) -> list[str]:
    """The ids of those that failed, or had no time to be done: they go on where they were."""
    done: set[str] = set()

    def one(message: Message) -> None:
        if do_store(message.body, STORES, now):
            done.add(message.id)

    for message in messages:
        survives(lambda message=message: one(message))  # type: ignore[misc]
    return [message.id for message in messages if message.id not in done]


handle = on_batch(work, queue="privacy_work_queue_url")
