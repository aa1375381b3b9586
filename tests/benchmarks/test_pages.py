"""What pages may ask of DynamoDB. Counts only, as in `test_costs`."""

import pytest

from tests.benchmarks.pages import MOST_CALLS, pages, recorded_pages


@pytest.fixture(scope="module")
def calls() -> dict[str, list[str]]:
    """What every page asks of DynamoDB in a warm process, by its address."""
    return {one.place.path: one.calls for one in recorded_pages()}


def test_pages_ask_dynamodb_three_times_at_most_and_never_scan(
    calls: dict[str, list[str]],
) -> None:
    # One test for all: who else asks for these calls would have to record the pages again.
    dear = {path: asked for path, asked in calls.items() if len(asked) > MOST_CALLS}
    scanning = {path for path, asked in calls.items() if "Scan" in asked}

    assert (dear, scanning) == ({}, set())


def test_most_pages_are_counted(calls: dict[str, list[str]]) -> None:
    assert len(calls) >= len(pages()) - 12, {one.path for one in pages()} - calls.keys()
