"""Events as others may rely on them: their schemas and samples."""

import json
from pathlib import Path

import jsonschema
import pytest

from infra.catalogue import EVENTS, event_types, sample_file, schema, schema_file
from shared.kernel.events import DomainEvent

PERSONAL = ("email", "phone", "first_name", "last_name", "address", "message", "company")

every_event = pytest.mark.parametrize("event", event_types(), ids=lambda event: event.__name__)


@every_event
def test_the_committed_schema_is_the_event_s(event: type[DomainEvent]) -> None:
    assert schema_file(event).read_text() == schema(event), "python -m infra.catalogue"


@every_event
def test_the_sample_is_what_the_event_says_of_itself(event: type[DomainEvent]) -> None:
    sample = json.loads(sample_file(event).read_text())

    jsonschema.validate(sample, json.loads(schema_file(event).read_text()))
    assert json.loads(event.model_validate(sample).model_dump_json()) == sample


@every_event
def test_an_event_is_flat_and_names_nobody(event: type[DomainEvent]) -> None:
    sample = json.loads(sample_file(event).read_text())

    assert not [name for name in event.model_fields if name in PERSONAL]
    for name, value in sample.items():
        flat = value if isinstance(value, list) else [value]
        assert not any(isinstance(one, dict | list) for one in flat), name


@pytest.mark.parametrize("file", sorted((EVENTS / "samples").rglob("*.json")), ids=lambda f: f.stem)
def test_every_sample_ever_published_is_still_understood(file: Path) -> None:
    known = {(event.area, event.__name__): event for event in event_types()}
    event = known[file.parent.name, file.name.partition(".")[0]]

    event.model_validate(json.loads(file.read_text()))


def test_a_consumer_survives_a_field_it_does_not_know() -> None:
    event = event_types()[0]
    sample = json.loads(sample_file(event).read_text())

    assert event.model_validate({**sample, "added_later": 1})


def test_no_file_describes_an_event_that_is_gone() -> None:
    schemas = set((EVENTS / "schemas").rglob("*.json"))

    assert schemas == {schema_file(event) for event in event_types()}
