"""What pages may ask of DynamoDB. Counts only, as in `test_costs`."""

import pytest

from tests.benchmarks.pages import MOST_CALLS, page_calls, pages


@pytest.fixture(scope="module")
def calls() -> dict[str, list[str]]:
    """What every page asks."""
    return page_calls()


@pytest.mark.parametrize("page", [one.path for one in pages()])
def test_a_page_asks_dynamodb_three_times_at_most_and_never_scans(
    page: str, calls: dict[str, list[str]]
) -> None:
    asked = calls.get(page, [])
    print(f"{len(asked)} {page}: {', '.join(asked)}")

    assert len(asked) <= MOST_CALLS
    assert not [name for name in asked if name.endswith("Scan")]


def test_most_pages_are_counted(calls: dict[str, list[str]]) -> None:
    assert len(calls) >= len(pages()) - 8
