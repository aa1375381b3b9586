"""What of a ticket's past its deadlines depend on, brought forward event by event. Pure.

A clock's own time is business time less pauses. Pauses are the times a ticket was pending on its
customer; for `resolution` also those it rested as resolved. A clock runs from `started` until it
is `stopped`; the deadline follows from both and from the pauses (`clocks`), so a change of
priority needs nothing recomputed here: the course keeps what happened, not what follows from it.

A `Course` is kept in the ticket and taken a step further with every event. It is a plain function
of the events, so what is kept always equals what reading all of them again would give.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal, NamedTuple

from shared.support.tickets.states import TicketState

Kind = Literal[
    "opened", "customer_message", "agent_reply", "automatic_message", "note", "changed", "system"
]
"""What an event is to the clocks. `opened` is the customer's first message (or what staff opened
in their name); an automatic message stops and starts nothing."""

_RESTING: Final = frozenset({TicketState.RESOLVED, TicketState.CLOSED})
_STANDING: Final = _RESTING | {TicketState.PENDING}
_VOID: Final = frozenset({TicketState.MERGED, TicketState.SPAM})


@dataclass(frozen=True, slots=True)
class Happening:
    """An event as the clocks see it, at `at` (milliseconds since 1970, never before the event
    before). `state` and `priority` are what the ticket has from then on, where that changed."""

    at: int
    kind: Kind
    state: str | None = None
    priority: str | None = None


class Run(NamedTuple):
    """One run of a clock. `number` counts its runs; `priority` is that at which it stopped."""

    started: int
    number: int = 1
    stopped: int | None = None
    priority: str | None = None


@dataclass(slots=True)
class Course:
    """See the module. `pauses` are closed ones (from, to), `paused` is when the present one
    began. `reply` is the latest run of `next_reply`."""

    state: str
    priority: str
    first: Run
    resolution: Run
    reply: Run | None = None
    pauses: list[tuple[int, int]] = field(default_factory=list)
    paused: int | None = None

    @property
    def runs(self) -> dict[str, Run]:
        """The latest run of each clock that ever ran."""
        runs = {"first_response": self.first, "resolution": self.resolution}
        return runs | ({"next_reply": self.reply} if self.reply else {})


def begun(opened: Happening) -> Course:
    """The course of a ticket of which nothing is known but how it was opened."""
    started = Run(opened.at)
    state = opened.state or TicketState.NEW
    course = Course(state, opened.priority or "normal", started, started)
    _move(course, state, opened.at)
    return course


def step(course: Course, event: Happening) -> Course:
    """The course after one more event; the one given stays as it is."""
    after = replace(course, pauses=list(course.pauses))
    _advance(after, event)
    return after


def followed(events: Iterable[Happening]) -> Course:
    """The course of a whole history, the first event being how the ticket was opened."""
    rest = iter(events)
    course = begun(next(rest))
    for event in rest:
        _advance(course, event)
    return course


def _advance(course: Course, event: Happening) -> None:
    if event.priority is not None:
        course.priority = event.priority
    if event.kind == "agent_reply":
        _answer(course, event.at)
    elif event.kind == "customer_message" and course.first.stopped is not None:
        reply = course.reply
        if reply is None or reply.stopped is not None:
            course.reply = Run(event.at, reply.number + 1 if reply else 1)
    if event.state is not None:
        _move(course, event.state, event.at)


def _answer(course: Course, at: int) -> None:
    first, reply = course.first, course.reply
    if first.stopped is None:
        course.first = Run(first.started, first.number, at, course.priority)
    if reply is not None and reply.stopped is None:
        course.reply = Run(reply.started, reply.number, at, course.priority)


def _move(course: Course, state: str, at: int) -> None:
    stands = state in _STANDING
    if course.paused is not None and not stands:
        if course.paused < at:
            course.pauses.append((course.paused, at))
        course.paused = None
    elif course.paused is None and stands:
        course.paused = at
    resolution = course.resolution
    if state in _RESTING:
        # Settling the matter answers whoever waited.
        _answer(course, at)
        if resolution.stopped is None:
            course.resolution = Run(resolution.started, resolution.number, at, course.priority)
    elif resolution.stopped is not None and state not in _VOID:
        course.resolution = Run(resolution.started, resolution.number + 1)
    course.state = state


def stored(course: Course) -> dict[str, Any]:
    """The course as a ticket keeps it; instants as whole numbers."""
    kept: dict[str, Any] = {
        "first": _stored_run(course.first),
        "resolution": _stored_run(course.resolution),
        "pauses": [one for pause in course.pauses for one in pause],
    }
    if course.reply:
        kept["reply"] = _stored_run(course.reply)
    if course.paused is not None:
        kept["paused"] = course.paused
    return kept


def restored(kept: Mapping[str, Any], state: str, priority: str) -> Course:
    """The course that `stored` made, of a ticket with that state and priority."""
    flat = [int(one) for one in kept["pauses"]]
    return Course(
        state=state,
        priority=priority,
        first=_restored_run(kept["first"]),
        resolution=_restored_run(kept["resolution"]),
        reply=_restored_run(kept["reply"]) if "reply" in kept else None,
        pauses=list(zip(flat[::2], flat[1::2], strict=True)),
        paused=int(kept["paused"]) if "paused" in kept else None,
    )


def _stored_run(run: Run) -> list[Any]:
    ended = [] if run.stopped is None else [run.stopped, run.priority]
    return [run.started, run.number, *ended]


def _restored_run(kept: list[Any]) -> Run:
    started, number = int(kept[0]), int(kept[1])
    return (
        Run(started, number, int(kept[2]), str(kept[3])) if len(kept) > 2 else Run(started, number)
    )
