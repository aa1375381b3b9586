"""What the documentation says about functions and events is what is deployed."""

from collections.abc import Sequence

from infra.catalogue import (
    EVENTS,
    README,
    event_types,
    events_page,
    functions_section,
    functions_table,
)
from infra.synthesized import Deployed, Synthesized

AGAIN = "run `python -m infra.catalogue`"

AWAITED: frozenset[str] = frozenset()
"""Events that consumers are written against before a function stores them; taken out as each
gets one."""


def test_the_readme_s_table_is_the_deployed_functions(prod: Synthesized) -> None:
    assert functions_section(README.read_text()) == functions_table(prod), AGAIN


def test_the_catalogue_of_events_is_current(prod: Synthesized) -> None:
    assert (EVENTS / "README.md").read_text() == events_page(prod), AGAIN


def test_every_event_is_stored_by_some_function(deployed: Sequence[Deployed]) -> None:
    stored = {name for one in deployed for name in one.emits}

    assert {event.__name__ for event in event_types()} - stored == AWAITED


def test_every_event_somebody_waits_for_exists(deployed: Sequence[Deployed]) -> None:
    known = {event.__name__ for event in event_types()}

    assert {name for one in deployed for name in one.hears} <= known
