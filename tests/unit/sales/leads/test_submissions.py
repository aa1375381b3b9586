"""What makes two submissions the same one."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.ids import is_id
from shared.platform import keys
from shared.sales.leads.submissions import Submission, content_digest

AT = datetime(2025, 6, 2, 4, 15, 20, tzinfo=UTC)
TIMES = st.datetimes(datetime(2025, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "_secret", lambda: b"secret")
    keys.key.cache_clear()


def submission(at: datetime = AT, digest: bytes = b"x" * 32) -> Submission:
    """A submission of that content at that time."""
    return Submission(digest, at, "form", {"message": "Hello"}, {}, form_id="contact")


@given(TIMES, TIMES)
def test_the_same_content_has_one_id_per_minute_and_ids_sort_by_time(
    one: datetime, other: datetime
) -> None:
    first, second = submission(one).submission_id, submission(other).submission_id
    minutes = [at.replace(second=0, microsecond=0) for at in (one, other)]

    assert is_id("submission", first)
    assert (first == second) == (minutes[0] == minutes[1])
    assert (first < second) == (minutes[0] < minutes[1])


def test_other_content_has_another_id() -> None:
    assert submission().submission_id != submission(digest=b"y" * 32).submission_id


def test_the_minute_before_is_where_the_same_content_was_a_minute_ago() -> None:
    before = submission(AT - timedelta(seconds=60))

    assert submission().id_a_minute_before == before.submission_id


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("contact", {"a": "1", "b": "2"}), ("contact", {"b": "2", "a": "1"}), True),
        (("contact", {"a": "1"}), ("demo-request", {"a": "1"}), False),
        (("contact", {"a": "1", "b": ""}), ("contact", {"a": "1"}), False),
        (("contact", {"ab": "c"}), ("contact", {"a": "bc"}), False),
        (("contact", {}, True), ("contact", {}, False), False),
    ],
)
def test_content_is_the_form_and_its_answers_in_any_order(
    one: tuple[Any, ...], other: tuple[Any, ...], same: bool
) -> None:
    assert (content_digest(*one) == content_digest(*other)) is same
