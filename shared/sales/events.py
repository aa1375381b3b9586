"""What happens in sales, as other areas may know it."""

from typing import ClassVar, Literal

from shared.kernel.events import DomainEvent


class SalesEvent(DomainEvent):
    """Base of this area's events."""

    area: ClassVar[str] = "sales"


class LeadCaptured(SalesEvent):
    """A submission was accepted, or staff typed a lead in. The lead may be new or known.

    `channel` is how it came; `hand_off` says whether it waits for points (`scored`) or goes to a
    salesperson at once (`now`); `visitor_id` is the browser that filled in the form, if known.
    With `consent_purpose` the person agreed to something: in the words `consent_version`, to
    being reached by `consent_channel`; `consent_unconfirmed` says that it counts only once they
    confirmed it by a link in a mail.
    """

    lead_id: str
    submission_id: str
    form_id: str | None = None
    channel: Literal["form", "staff"]
    hand_off: Literal["scored", "now"] = "scored"
    visitor_id: str | None = None
    consent_purpose: str | None = None
    consent_channel: str | None = None
    consent_version: str | None = None
    consent_unconfirmed: bool = False


class LeadChanged(SalesEvent):
    """Facts of a lead were changed by staff. `fields` names them, never their values."""

    lead_id: str
    version: int
    fields: list[str]


class LeadScoreChanged(SalesEvent):
    """A lead's points moved. Points as shown, rounded to two decimals and kept as text."""

    lead_id: str
    version: int
    fit: str
    engagement: str
    score: str


class LeadBecameSalesReady(SalesEvent):
    """A lead qualified, by crossing the threshold or by a form that does not wait for points.

    Happens once per qualification `cycle` of a lead.
    """

    lead_id: str
    cycle: int
    score: str
    threshold: str
    trigger: Literal["score", "form"]
    rules_version: int


class LeadAssigned(SalesEvent):
    """A lead got an owner. With `hand_off_due_at` the owner is to accept it by then."""

    lead_id: str
    owner_id: str
    team_id: str | None = None
    cycle: int
    attempt: int
    hand_off_due_at: str | None = None
    rule_id: str | None = None
    reason: str


class LeadUnassigned(SalesEvent):
    """Nobody could take the lead: it waits in the unassigned queue."""

    lead_id: str
    cycle: int
    attempt: int
    reason: str


class LeadStateChanged(SalesEvent):
    """A lead moved between states (row S5)."""

    lead_id: str
    version: int
    from_state: str
    to_state: str
    reason: str | None = None


class HandOffAccepted(SalesEvent):
    """The owner took the lead up in answer to a hand-off."""

    lead_id: str
    owner_id: str
    cycle: int
    attempt: int


class HandOffRejected(SalesEvent):
    """Sales turned the hand-off down. Unless the lead was disqualified, a new cycle begins."""

    lead_id: str
    owner_id: str
    cycle: int
    attempt: int
    reason: str


class HandOffMissed(SalesEvent):
    """The owner did not answer a hand-off in time."""

    lead_id: str
    owner_id: str
    cycle: int
    attempt: int


class SubmissionQuarantined(SalesEvent):
    """A submission looks automatic and waits for a person to look at it."""

    submission_id: str
    form_id: str
    reason: str


class ScoringRulesActivated(SalesEvent):
    """Another version of the scoring rules is in force."""

    version: int


class TaskCreated(SalesEvent):
    """Somebody is to do something about a lead; with `due_at`, by then."""

    lead_id: str
    task_id: str
    owner_id: str
    task_kind: Literal["task", "call", "meeting", "email"]
    due_at: str | None = None


class TaskCompleted(SalesEvent):
    """A task was done. One that was taken up again may be done again."""

    lead_id: str
    task_id: str
    owner_id: str
    completed_by: str
    version: int
