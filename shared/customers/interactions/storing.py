"""What it takes to store an interaction: one transaction, whatever came with it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from shared.customers.channels.model import Channel
from shared.customers.events import CustomersEvent, InteractionRecorded, ProductPurchased
from shared.customers.history.model import Entry
from shared.customers.history.repository import NEW, answered, been, entry_item
from shared.customers.products.model import Bought
from shared.customers.products.repository import bought_ops
from shared.customers.promises.model import Promise
from shared.customers.promises.repository import made
from shared.kernel.clock import iso, parse_instant
from shared.platform.requests import Op, Put

from .model import NewInteraction
from .repository import Writing, receipt

RETURN: Final = "return"


@dataclass(frozen=True, slots=True)
class Told:
    """An interaction whose person, channel and time are known. `digest` is of what was said."""

    new: NewInteraction
    interaction_id: str
    contact_id: str
    channel: Channel
    occurred_at: str
    recorded_at: str
    source: str
    by: str | None
    digest: str


def writing(told: Told) -> Writing:
    """The receipt, the entry with the events, and beside it: that the person answered, where they
    were, what they were promised, what they own."""
    entry = _entry(told)
    ops: list[Op] = [
        receipt(told.interaction_id, told.digest),
        Put(entry_item(entry), NEW, tuple(_events(told, entry))),
        *([answered(entry)] if entry.reply else []),
        *([been(entry)] if entry.place else []),
        *(made(one) for one in _promises(told)),
        *bought_ops(told.contact_id, _bought(told, entry)),
    ]
    return Writing(told.interaction_id, told.contact_id, told.occurred_at, ops)


def _entry(told: Told) -> Entry:
    new = told.new
    return Entry(
        contact_id=told.contact_id,
        entry_id=told.interaction_id,
        occurred_at=told.occurred_at,
        recorded_at=told.recorded_at,
        kind=new.kind,
        channel=told.channel.channel_id,
        touch_point=told.channel.touch_point,
        direction=new.direction,
        visible=new.may_be_seen,
        source=told.source,
        by=told.by,
        refs={"interaction_id": told.interaction_id},
        subject=new.subject or None,
        text=new.text or None,
        place=new.place or None,
        outcome=new.outcome,
        duration_seconds=new.duration_seconds,
        reply=new.is_reply,
        purchase=new.purchase.kept() if new.purchase else None,
        promises=[one.promise_id for one in _promises(told)],
    )


def _promises(told: Told) -> Iterator[Promise]:
    for number, given in enumerate(told.new.promises, start=1):
        yield Promise(
            contact_id=told.contact_id,
            promise_id=f"{told.interaction_id}.{number}",
            text=given.text,
            due_at=iso(given.due_at) if given.due_at else None,
            made_at=told.occurred_at,
            made_by=told.by or told.source,
            channel=told.channel.channel_id,
        )


def _bought(told: Told, entry: Entry) -> Iterator[Bought]:
    if entry.purchase is None:
        return
    sign = -1 if told.new.kind == RETURN else 1
    for line in entry.purchase.lines:
        yield Bought(
            sku=line.sku,
            name=line.name,
            purchase_id=told.interaction_id,
            quantity=sign * line.quantity,
            amount=sign * line.amount,
            currency=entry.purchase.currency,
            channel=told.channel.channel_id,
            at=told.occurred_at,
        )


def _events(told: Told, entry: Entry) -> Iterator[CustomersEvent]:
    occurred = parse_instant(told.occurred_at)
    yield InteractionRecorded(
        event_id=told.interaction_id,
        occurred_at=occurred,
        contact_id=told.contact_id,
        interaction_id=told.interaction_id,
        channel=told.channel.channel_id,
        touch_point=told.channel.touch_point.value,
        direction=told.new.direction,
        kind=told.new.kind,
        reply=entry.reply,
    )
    if entry.purchase:
        yield ProductPurchased(
            event_id=f"{told.interaction_id}.purchase",
            occurred_at=occurred,
            contact_id=told.contact_id,
            purchase_id=told.interaction_id,
            product_ids=sorted({line.sku for line in entry.purchase.lines}),
            amount_minor=entry.purchase.amount,
            currency=entry.purchase.currency,
            channel=told.channel.channel_id,
            returned=told.new.kind == RETURN,
        )
