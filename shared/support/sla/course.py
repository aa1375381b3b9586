"""What of a ticket's past its deadlines depend on, brought forward event by event. Pure.

A clock's own time is business time less pauses. Pauses are the times a ticket was pending on its
customer; for `resolution` also those it rested as resolved. A clock runs from `started` until it
is `stopped`; the deadline follows from both and from the pauses (`clocks`), so a change of
priority needs nothing recomputed here: the course keeps what happened, not what follows from it.

A `Course` is kept in the ticket and taken a step further with every event. It is a plain function
of the events, so what is kept always equals what reading all of them again would give.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from shared.support.tickets.states import TicketState

Kind = Literal[
    "opened", "customer_message", "agent_reply", "automatic_message", "note", "changed", "system"
]
"""What an event is to the clocks. `opened` is the customer's first message (or what staff opened
in their name); an automatic message stops and starts nothing."""

_RESTING: Final = frozenset({TicketState.RESOLVED, TicketState.CLOSED})


@dataclass(frozen=True, slots=True)
class Happening:
    """An event as the clocks see it, at `at` (milliseconds since 1970, never before the event
    before). `state` and `priority` are what the ticket has from then on, where that changed."""

    at: int
    kind: Kind
    state: str | None = None
    priority: str | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a clock. `number` counts its runs; `priority` is that at which it stopped."""

    started: int
    number: int = 1
    stopped: int | None = None
    priority: str | None = None

    def stop(self, at: int, priority: str) -> "Run":
        """The run, ended at `at`; one that ended before stays as it is."""
        return self if self.stopped is not None else replace(self, stopped=at, priority=priority)


@dataclass(frozen=True, slots=True)
class Course:
    """See the module. `pauses` are closed ones (from, to), `paused` is when the present one
    began. `reply` is the latest run of `next_reply`."""

    state: str
    priority: str
    first: Run
    resolution: Run
    reply: Run | None = None
    pauses: tuple[tuple[int, int], ...] = ()
    paused: int | None = None

    @property
    def runs(self) -> dict[str, Run]:
        """The latest run of each clock that ever ran."""
        runs = {"first_response": self.first, "resolution": self.resolution}
        return runs | ({"next_reply": self.reply} if self.reply else {})


def begun(opened: Happening) -> Course:
    """The course of a ticket of which nothing is known but how it was opened."""
    started = Run(opened.at)
    course = Course(opened.state or TicketState.NEW, opened.priority or "normal", started, started)
    return _moved(course, replace(opened, state=course.state))


def step(course: Course, event: Happening) -> Course:
    """The course after one more event."""
    if event.priority is not None and event.priority != course.priority:
        course = replace(course, priority=event.priority)
    match event.kind:
        case "agent_reply":
            course = _answered(course, event.at)
        case "customer_message" if course.first.stopped is not None and not _waits(course):
            number = course.reply.number + 1 if course.reply else 1
            course = replace(course, reply=Run(event.at, number))
    return _moved(course, event) if event.state is not None else course


def followed(events: Iterable[Happening]) -> Course:
    """The course of a whole history, the first event being how the ticket was opened."""
    first, *rest = events
    course = begun(first)
    for event in rest:
        course = step(course, event)
    return course


def _waits(course: Course) -> bool:
    return course.reply is not None and course.reply.stopped is None


def _answered(course: Course, at: int) -> Course:
    reply = course.reply.stop(at, course.priority) if course.reply else None
    return replace(course, first=course.first.stop(at, course.priority), reply=reply)


def _moved(course: Course, event: Happening) -> Course:
    state, at = event.state or course.state, event.at
    pauses, paused = course.pauses, course.paused
    stands = state == TicketState.PENDING or state in _RESTING
    if paused is not None and not stands:
        pauses, paused = ((*pauses, (paused, at)) if paused < at else pauses), None
    elif paused is None and stands:
        paused = at
    resolution = course.resolution
    if state in _RESTING:
        # Settling the matter answers whoever waited.
        course = _answered(course, at)
        resolution = resolution.stop(at, course.priority)
    elif resolution.stopped is not None and state not in (TicketState.MERGED, TicketState.SPAM):
        resolution = Run(resolution.started, resolution.number + 1)
    return replace(course, state=state, pauses=pauses, paused=paused, resolution=resolution)


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
        pauses=tuple(zip(flat[::2], flat[1::2], strict=True)),
        paused=int(kept["paused"]) if "paused" in kept else None,
    )


def _stored_run(run: Run) -> list[Any]:
    ended = [] if run.stopped is None else [run.stopped, run.priority]
    return [run.started, run.number, *ended]


def _restored_run(kept: list[Any]) -> Run:
    ended = {"stopped": int(kept[2]), "priority": str(kept[3])} if len(kept) > 2 else {}
    return Run(int(kept[0]), int(kept[1]), **ended)  # type: ignore[arg-type]
