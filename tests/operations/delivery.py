"""Operations of what carries events and timers."""

from typing import Final

from shared.kernel.clock import iso
from shared.platform.requests import Put
from shared.sales.leads.repository import sales
from tests.builders import CREATED, captured, lead_id, lead_item
from tests.calls import queue_event, stream_event
from tests.operations.operation import Operation, Payload
from tests.pump import stream_records

from .setting import a_day_later, handed_over, seeded


def _relay() -> Payload:
    seeded()
    sales.write(Put(lead_item(1), events=[captured(1)]))
    sales.write(Put(lead_item(2), events=[captured(2)]))
    carrying = [one for one in stream_records() if "LeadCaptured" in str(one["dynamodb"])]
    return stream_event(carrying[-2:])


def _dispatch() -> Payload:
    seeded()
    handed_over()
    a_day_later()
    return {"id": "tick-1", "detail-type": "Scheduled Event", "time": iso(CREATED), "detail": {}}


def _deliver_timers() -> Payload:
    seeded()
    handed_over()
    a_day_later()
    (shard,) = {
        item["timer_shard"]
        for item in sales.query_all(f"LEAD#{lead_id(1)}", begins="HAND_OFF#")
        if "timer_shard" in item
    }
    return queue_event([{"table": "sales", "shard": int(shard.removeprefix("TIMER#"))}])


DELIVERY: Final = (
    Operation("publish events", "event_relay", _relay),
    Operation("dispatch timers", "timer_dispatch", _dispatch),
    Operation("deliver timers", "timer_deliver", _deliver_timers),
)
