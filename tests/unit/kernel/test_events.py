"""Events are frozen, tolerant of what they do not know, and flat."""

import json
from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from shared.kernel.events import DomainEvent
from shared.sales.events import LeadChanged

CHANGED = LeadChanged(
    event_id="evt_1",
    occurred_at=datetime(2025, 6, 2, 4, 15, tzinfo=UTC),
    lead_id="lead_1",
    version=2,
    fields=["job_title"],
)


def test_an_event_names_its_source_and_type() -> None:
    assert (CHANGED.source, CHANGED.detail_type) == ("crm.sales", "LeadChanged")


def test_an_event_survives_its_own_text() -> None:
    assert LeadChanged.model_validate_json(CHANGED.model_dump_json()) == CHANGED
    assert json.loads(CHANGED.model_dump_json())["occurred_at"] == "2025-06-02T04:15:00.000Z"


def test_a_field_a_later_producer_added_is_ignored() -> None:
    raw = json.loads(CHANGED.model_dump_json()) | {"added_in_2027": True}

    assert LeadChanged.model_validate(raw) == CHANGED


def test_an_event_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        CHANGED.version = 3  # type: ignore[misc]


def test_the_base_needs_an_id_and_a_time() -> None:
    with pytest.raises(ValidationError):
        DomainEvent.model_validate({})
