"""The kinds of entries of a lead's timeline. Instants are ISO text; `by` is a staff id."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.sales.tasks.model import Task


class _Entry(BaseModel):
    """`entry_id` is unique within the lead and stays the same."""

    model_config = ConfigDict(frozen=True)

    entry_id: str
    at: str
    by: str | None = None


class SubmissionEntry(_Entry):
    """A form was filled in, or the lead typed in (`by`)."""

    kind: Literal["submission"] = "submission"
    submission_id: str
    form_id: str | None
    answers: dict[str, str]
    touch: dict[str, str]
    consent: dict[str, str] | None


class RulePoints(BaseModel):
    """What one rule gave or took: text with two decimals. `label` is that of the rules in force,
    the rule's id where it was withdrawn."""

    rule: str
    label: str
    points: str


class PointsEntry(_Entry):
    """Points for what the lead did (`engagement`) or is (`fit`). Not `counted`: it was done
    before the present cycle began and heard of after."""

    kind: Literal["points"] = "points"
    side: Literal["engagement", "fit"]
    rules: list[RulePoints]
    points: str
    counted: bool


class CycleEntry(_Entry):
    """Sales turned the lead down: a new qualification cycle began, engagement from nothing."""

    kind: Literal["cycle"] = "cycle"
    cycle: int


class ReadyEntry(_Entry):
    """The lead became ready for sales, by points or by a form that does not wait for them."""

    kind: Literal["ready"] = "ready"
    trigger: str
    score: str
    threshold: str


class HandOffEntry(_Entry):
    """A step of a hand-off: `offered` to the owner (`by` whom, if by hand) until `due_at`,
    `unassigned` when there was nobody, or how it ended. `reason` is why it was offered so, or
    what was said in answer."""

    kind: Literal["hand_off"] = "hand_off"
    step: Literal["offered", "unassigned", "accepted", "rejected", "missed", "withdrawn"]
    owner_id: str | None
    cycle: int
    attempt: int
    reason: str | None = None
    due_at: str | None = None


class StateEntry(_Entry):
    """A person moved the lead. What becomes `assigned` is told by its hand-off."""

    kind: Literal["state"] = "state"
    from_state: str
    to_state: str
    reason: str | None = None


class FactChange(BaseModel):
    """What was known of a fact before and after; `None`: nothing."""

    before: str | None = None
    after: str | None = None


class FactsEntry(_Entry):
    """A person changed what is known of the lead."""

    kind: Literal["facts"] = "facts"
    facts: dict[str, FactChange]


class TaskEntry(_Entry):
    """A task was made or done; `task` is as it is now."""

    kind: Literal["task"] = "task"
    step: Literal["created", "completed"]
    task: Task


TimelineEntry = Annotated[
    SubmissionEntry
    | PointsEntry
    | CycleEntry
    | ReadyEntry
    | HandOffEntry
    | StateEntry
    | FactsEntry
    | TaskEntry,
    Field(discriminator="kind"),
]
