"""Row H4: the hour and channel in which somebody answers most, ties to the latest."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.customers.history.best_time import best_time
from shared.kernel.clock import iso

MONDAY = datetime(2025, 6, 2, tzinfo=UTC)
Reply = tuple[str, str]


def reply(channel: str, hour: int, day: int = 0, minute: int = 0) -> Reply:
    return iso(MONDAY + timedelta(days=day, hours=hour, minutes=minute)), channel


def found(*replies: Reply, zone: str = "UTC") -> tuple[str, str, int] | None:
    best = best_time(replies, zone)
    return (best.channel, best.hours, best.replies) if best else None


def test_five_by_mail_at_ten_beat_two_by_phone_at_three() -> None:
    by_mail = [reply("email", 10, day, minute=day * 11) for day in range(5)]
    by_phone = [reply("telephone", 15, day) for day in (6, 7)]

    assert found(*by_mail, *by_phone) == ("email", "10:00-11:00", 5)


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_with_as_many_the_one_that_came_last_wins_in_whatever_order_they_are_read(
    order: int,
) -> None:
    replies = [reply("email", 10), reply("email", 10, 1), reply("sms", 18), reply("sms", 18, 2)]

    assert found(*replies[::order]) == ("sms", "18:00-19:00", 2)


def test_the_hour_is_that_of_the_person_s_clock() -> None:
    assert found(reply("email", 4, minute=20), zone="Asia/Kathmandu") == (
        "email",
        "10:00-11:00",
        1,
    )


def test_the_same_hour_on_two_channels_is_not_one() -> None:
    replies = [reply("email", 10), reply("sms", 10), reply("email", 9), reply("email", 9, 1)]

    assert found(*replies) == ("email", "09:00-10:00", 2)


def test_the_last_hour_of_the_day_ends_at_midnight() -> None:
    assert found(reply("email", 23)) == ("email", "23:00-00:00", 1)


def test_who_never_answered_has_no_best_time() -> None:
    assert found() is None


def test_a_zone_nobody_knows_counts_as_utc() -> None:
    best = best_time([reply("email", 10)], "Mars/Olympus")

    assert best is not None
    assert (best.zone, best.hour, best.total) == ("UTC", 10, 1)
