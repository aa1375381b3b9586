"""Large audiences: what planning and sending a campaign takes by the recipient, and what memory an
invocation takes at most, from 1,000 people to 100,000: `python -m tests.measure.audiences [people …]`.

Memory is what an invocation holds at its peak beyond what it leaves behind (`tracemalloc`), for the
tables are in the memory of the same process. Of the sender each hundredth invocation is looked at.
"""

import gc
import json
import sys
import time
import tracemalloc
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final

from botocore.awsrequest import AWSPreparedRequest
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from shared.customers.contacts.repository import customers
from shared.kernel.ids import derived_id
from shared.marketing.campaigns.model import Campaign, State
from shared.marketing.campaigns.repository import campaign_key, need
from shared.platform.batch_writes import put_all
from shared.platform.connections import Answer
from shared.platform.json_api import SES
from shared.platform.requests import Item
from tests.aws_calls import Make, Send, asked, network
from tests.benchmarks.world import nothing_printed, world
from tests.calls import invoke, queue_event
from tests.cloud import forget
from tests.permissions import invoking
from tests.pump import drained
from tests.sending import a_campaign, move, people, rules, sums

SIZES: Final = (1_000, 10_000, 100_000)
_LOOKED_AT: Final = 100
_AT_ONCE: Final = 5_000


def main(*sizes: int) -> None:
    """Measure and print."""
    console = Console()
    table = Table(
        title="Campaigns to many, by mail: everything by the recipient, memory by invocation"
    )
    for heading in (
        "people",
        "DynamoDB calls",
        "planning KB at most",
        "sending KB at most",
        "ms of all",
    ):
        table.add_column(heading, justify="right")
    with Progress(console=console) as progress:
        for size in sizes or SIZES:
            bar = progress.add_task(f"{size:,} people", total=size)
            with world() as time_there, nothing_printed():
                row = _measured(size, time_there, partial(progress.advance, bar))
            table.add_row(f"{size:,}", *row)
    console.print(table)


def _measured(size: int, time_there: Any, advance: Any) -> Sequence[str]:
    rules()
    one = _campaign_to(size)
    network.append(_provider)
    calls: Counter[str] = Counter()
    peaks = {"plan": 0, "send": 0}
    began = time.process_time()

    def counted(service: str, operation: str, parameters: Mapping[str, Any], make: Make) -> Any:
        if invoking():
            calls[service] += 1
        return make(operation, parameters)

    number, due = 0, queue_event([{**campaign_key(one.campaign_id), "due": "…"}])
    with asked(counted):
        move(one.campaign_id, "start")
        while need(one.campaign_id).state is State.ACTIVE:
            peaks["plan"] = max(peaks["plan"], _peak("campaign_plan", due))
            for body in _queued():
                part = queue_event([body])
                if number % _LOOKED_AT:
                    invoke("campaign_send", part)
                else:
                    peaks["send"] = max(peaks["send"], _peak("campaign_send", part))
                number += 1
                advance(len(body["contact_ids"]))
            time_there.tick(minutes=1)
    assert sums(one.campaign_id) == {"sent": size}
    spent = time.process_time() - began
    return (
        f"{calls['dynamodb'] / size:.3f}",
        *(f"{peaks[name] / 1024:,.0f}" for name in ("plan", "send")),
        f"{spent * 1000 / size:.2f}",
    )


def _provider(request: AWSPreparedRequest, send: Send) -> Answer:
    """Takes each mail and forgets it."""
    if request.url.endswith(SES.path("SendEmail")):
        return Answer(200, {}, b'{"MessageId": "m"}')
    return send()


def _queued() -> Iterator[dict[str, Any]]:
    while bodies := drained("campaign-send"):
        yield from bodies


def _peak(function: str, payload: dict[str, Any]) -> int:
    # What is there already, the tables of everybody, is not looked through again and again.
    gc.freeze()
    tracemalloc.start()
    try:
        invoke(function, payload)
        gc.collect()
        left, peak = tracemalloc.get_traced_memory()
        return peak - left
    finally:
        tracemalloc.stop()
        gc.unfreeze()


def _campaign_to(size: int) -> Campaign:
    (first,) = people(1)
    one = a_campaign([first])
    list_id = str(one.audience.list_id)
    (member,) = customers.query_all(f"LIST#{list_id}", begins="MEMBER#")
    copied(first, size, member)
    return one


def copied(first: str, size: int, *more: Item) -> None:
    """Have so many contacts in all who are as the first is, with copies of `more`."""
    pattern = [*customers.query_all(f"CONTACT#{first}"), *more]
    found: list[Item] = []
    for number in range(1, size):
        other = derived_id("contact", f"{number:016d}".encode())
        text = json.dumps(pattern, default=str)
        found += json.loads(text.replace(first, other).replace("p0@", f"p{number}@"))
        if len(found) > _AT_ONCE:
            put_all(customers, found)
            found = []
    put_all(customers, found)
    forget()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
