"""The time of a test."""

from datetime import UTC, datetime, timedelta

NOW = datetime(2025, 6, 2, 4, 15, tzinfo=UTC)
"""Monday 10:00 in Kathmandu, the product's default test zone."""


class FakeClock:
    """The time of a test: `clock()` reads it, `at` sets it, `tick` moves it."""

    def __init__(self) -> None:
        self.instant = NOW

    def __call__(self) -> datetime:
        return self.instant

    def at(self, instant: datetime) -> None:
        """Set the time."""
        self.instant = instant

    def tick(self, **amount: float) -> datetime:
        """Move the time on by `timedelta(**amount)`."""
        self.instant += timedelta(**amount)
        return self.instant

    def wait(self, until: datetime) -> None:
        """What the product does when it waits: here time passes at once."""
        self.instant = max(self.instant, until)
