"""What `support_report` takes and answers."""

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Final, Self

from pydantic import BaseModel, ConfigDict, Field

from shared.directory.model import Slug
from shared.support.figures.forecast import Foreseen
from shared.support.figures.foreseeing import Forecast
from shared.support.figures.report import GroupedBy


class ReportQuery(BaseModel):
    """`?from=&to=&by=`: days, both included, and what the rows are of."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    since: date | None = Field(default=None, alias="from")
    until: date | None = Field(default=None, alias="to")
    by: GroupedBy = "agent"


class ForecastQuery(BaseModel):
    """`?queue=&minutes=`: of which queue, and how long a ticket takes."""

    model_config = ConfigDict(extra="forbid")

    queue: Slug | None = None
    minutes: int = Field(default=15, ge=1, le=480)


class ForeseenView(BaseModel):
    """What becomes of a ticket, and why (`forecast.Reason`)."""

    ticket_id: str
    due_at: datetime
    clock: str
    owner_id: str | None
    verdict: str
    reason: str
    agent: str | None
    done_at: datetime | None
    before: int

    @classmethod
    def of(cls, one: Foreseen) -> Self:
        """The view of it."""
        ticket = one.ticket
        return cls(
            ticket_id=ticket.ticket_id,
            due_at=ticket.due,
            clock=ticket.clock,
            owner_id=ticket.owner_id,
            verdict=one.verdict,
            reason=one.reason,
            agent=one.agent,
            done_at=one.done_at,
            before=one.before,
        )


class PersonView(BaseModel):
    """Somebody, the minutes they still work today, and how many of the tickets they will take."""

    staff_id: str
    name: str
    standing: str
    minutes_left: int
    tickets: int


class ForecastAnswer(BaseModel):
    """What becomes of the tickets of a queue that are due until `until`, due first first."""

    queue: str
    as_of: datetime
    until: datetime
    minutes: int
    breached: int
    will_breach: int
    in_time: int
    people: list[PersonView]
    tickets: list[ForeseenView]
    more: bool

    @classmethod
    def of(cls, found: Forecast, minutes: int) -> Self:
        """The view of a forecast."""
        verdicts = Counter(one.verdict for one in found.foreseen)
        takes = Counter(one.agent for one in found.foreseen)
        return cls(
            queue=found.queue,
            as_of=found.as_of,
            until=found.until,
            minutes=minutes,
            breached=verdicts["breached"],
            will_breach=verdicts["will_breach"],
            in_time=verdicts["in_time"],
            people=[
                PersonView(
                    staff_id=one.staff_id,
                    name=one.name,
                    standing=day.standing,
                    minutes_left=sum((end - begin) // _MINUTE for begin, end in day.shifts),
                    tickets=takes[one.staff_id],
                )
                for one, day in found.people
            ],
            tickets=[ForeseenView.of(one) for one in found.foreseen],
            more=found.more,
        )


_MINUTE: Final = timedelta(minutes=1)
