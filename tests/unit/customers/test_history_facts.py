"""Every event about a person is an entry of their history, or says why not."""

import json
from typing import get_args

import pytest

from infra.catalogue import event_types, sample_file
from shared.customers.behaviour.names import CLAIMABLE, VOUCHED
from shared.customers.events import BehaviourRecorded
from shared.customers.history.customer_facts import NOT_RECORDED
from shared.customers.history.facts import entry_of
from shared.customers.history.hearing import HEARD, READERS
from shared.customers.history.model import Entry, Line, Purchase
from shared.customers.history.words import DEALINGS, TITLES, said
from shared.customers.interactions.model import Kind
from shared.kernel.events import DomainEvent
from tests.fake_clock import NOW

PERSONAL = {"lead_id", "contact_id", "visitor_id", "subject_id"}
ABOUT_PEOPLE = [event for event in event_types() if PERSONAL & event.model_fields.keys()]
SEEN = {
    "form_submitted",
    "consent_given",
    "consent_withdrawn",
    "email_replaced",
    "message_sent",
    "ticket_opened",
    "ticket_written",
    "ticket_answered",
}
"""What a person did, or was told: what they may see of what events say. Written out, so that
showing more takes a second decision, here."""

HIDDEN = (
    "score",
    "assigned",
    "unassigned",
    "hand_off",
    "task",
    "lead_moved",
    "lead_changed",
    "ticket_assigned",
    "sla",
)


@pytest.mark.parametrize("event", ABOUT_PEOPLE, ids=lambda one: one.__name__)
def test_an_event_about_a_person_is_recorded_or_has_a_reason_why_not(
    event: type[DomainEvent],
) -> None:
    assert (event in HEARD) != (event in NOT_RECORDED), "see history/facts.py"


def test_no_reason_is_given_for_an_event_that_is_gone() -> None:
    assert set(NOT_RECORDED) <= set(ABOUT_PEOPLE)


@pytest.mark.parametrize("event", sorted(READERS, key=str), ids=lambda one: one.__name__)
def test_an_event_says_something_that_can_be_read(event: type[DomainEvent]) -> None:
    sample = event.model_validate(json.loads(sample_file(event).read_text()))

    entry = entry_of(sample, READERS[event](sample), "contact_1", NOW)

    assert entry.kind in TITLES
    assert (entry.entry_id, entry.source) == (sample.event_id, sample.area)
    words = said(entry, {})
    assert words and "{" not in words and "None" not in words


@pytest.mark.parametrize("event", sorted(READERS, key=str), ids=lambda one: one.__name__)
def test_what_we_do_about_a_person_they_never_see(event: type[DomainEvent]) -> None:
    sample = event.model_validate(json.loads(sample_file(event).read_text()))

    entry = entry_of(sample, READERS[event](sample), "contact_1", NOW)

    assert not (entry.visible and entry.kind.startswith(HIDDEN))
    assert entry.visible == (entry.kind in SEEN)


def test_everything_a_person_can_do_has_words() -> None:
    assert TITLES.keys() >= CLAIMABLE | VOUCHED
    assert set(get_args(Kind)) == DEALINGS.keys()
    assert BehaviourRecorded in HEARD


def entry(kind: str, **more: object) -> Entry:
    known = {"contact_id": "c", "entry_id": "e", "occurred_at": "t", "recorded_at": "t"}
    return Entry.model_validate({**known, "kind": kind, "source": "staff", **more})


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (entry("form_submitted", params={"form_id": "contact"}), "Sent the form Write to us"),
        (entry("page_viewed", params={"path": "/pricing"}), "Looked at /pricing"),
        (entry("purchased"), "Bought"),
        (
            entry("lead_assigned", params={"owner_id": "asha", "reason": "weighted"}),
            "Assigned to Asha (weighted)",
        ),
        (
            entry("lead_changed", params={"fields": "job_title, email"}),
            "Changed job title, email of the lead",
        ),
        (
            entry("task_created", params={"task_kind": "call", "owner_id": "asha"}),
            "Call planned for Asha",
        ),
        (entry("custom", params={"name": "video_watched"}), "video watched"),
        (
            entry("call", channel="call_centre", direction="inbound", subject="Delivery is late"),
            "Called us (Call centre): Delivery is late",
        ),
        (
            entry("call", channel="call_centre", direction="outbound", outcome="not_reached"),
            "We called (Call centre): not reached",
        ),
        (
            entry(
                "purchase",
                channel="store",
                direction="inbound",
                purchase=Purchase(
                    currency="EUR",
                    amount=900,
                    lines=[
                        Line(sku="cup", name="Cup", quantity=2),
                        *(Line(sku=f"sku-{n}") for n in range(4)),
                    ],
                ),
            ),
            "Bought 2 x Cup, sku-0, sku-1, and 2 more (store)",
        ),
        (entry("something_new"), "Something new"),
    ],
    ids=lambda one: one.kind if isinstance(one, Entry) else "",
)
def test_an_entry_is_said_in_words(one: Entry, words: str) -> None:
    names = {"asha": "Asha", "contact": "Write to us", "call_centre": "Call centre"}

    assert said(one, names) == words
