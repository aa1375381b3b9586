"""Instants are UTC text whose order is time's order."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.clock import iso, parse_instant

instants = st.datetimes(
    datetime(1970, 1, 2),
    datetime(9999, 12, 30),
    timezones=st.just(UTC),
).map(lambda at: at.replace(microsecond=at.microsecond // 1000 * 1000))


@given(instants)
def test_text_of_an_instant_reads_back_as_the_instant(at: datetime) -> None:
    assert parse_instant(iso(at)) == at


@given(instants, instants)
def test_text_order_is_time_order(one: datetime, other: datetime) -> None:
    assert (iso(one) < iso(other)) == (one < other)


def test_an_instant_elsewhere_is_told_in_utc() -> None:
    kathmandu = timezone(timedelta(hours=5, minutes=45))

    assert iso(datetime(2025, 6, 6, 15, tzinfo=kathmandu)) == "2025-06-06T09:15:00.000Z"


@pytest.mark.parametrize("text", ["", "2025-06-06T09:15:00", "2025-06-06", "yesterday", "09:15Z"])
def test_text_without_an_offset_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_instant(text)
