"""What events of sales say of a person. Pure. What we do with a lead the person never sees; what
they sent us they do."""

from typing import Final

from shared.customers.channels.model import WEB_FORM
from shared.customers.channels.touch_points import TouchPoint
from shared.sales import events as sales

from .facts import Fact, Readers


def _captured(event: sales.LeadCaptured) -> Fact:
    refs = {"lead_id": event.lead_id, "submission_id": event.submission_id}
    if event.channel == "staff":
        return Fact("lead_typed_in", refs=refs)
    return Fact(
        "form_submitted",
        params={"form_id": event.form_id},
        refs=refs,
        channel=WEB_FORM,
        touch_point=TouchPoint.WEBSITE,
        direction="inbound",
        visible=True,
    )


def _ready(event: sales.LeadBecameSalesReady) -> Fact:
    params = {"score": event.score, "threshold": event.threshold, "trigger": event.trigger}
    return Fact("lead_ready", params, {"lead_id": event.lead_id})


def _assigned(event: sales.LeadAssigned) -> Fact:
    params = {
        "owner_id": event.owner_id,
        "due_at": event.hand_off_due_at,
        "reason": event.reason,
        "rule_id": event.rule_id,
    }
    return Fact("lead_assigned", params, {"lead_id": event.lead_id})


def _moved(event: sales.LeadStateChanged) -> Fact:
    params = {"from": event.from_state, "to": event.to_state, "reason": event.reason}
    return Fact("lead_moved", params, {"lead_id": event.lead_id})


def _accepted(event: sales.HandOffAccepted) -> Fact:
    params = {"owner_id": event.owner_id}
    return Fact("hand_off_accepted", params, {"lead_id": event.lead_id}, by=event.owner_id)


def _rejected(event: sales.HandOffRejected) -> Fact:
    params = {"owner_id": event.owner_id, "reason": event.reason}
    return Fact("hand_off_rejected", params, {"lead_id": event.lead_id}, by=event.owner_id)


def _missed(event: sales.HandOffMissed) -> Fact:
    return Fact("hand_off_missed", {"owner_id": event.owner_id}, {"lead_id": event.lead_id})


def _task_made(event: sales.TaskCreated) -> Fact:
    params = {"task_kind": event.task_kind, "owner_id": event.owner_id, "due_at": event.due_at}
    return Fact("task_created", params, {"lead_id": event.lead_id, "task_id": event.task_id})


def _task_done(event: sales.TaskCompleted) -> Fact:
    refs = {"lead_id": event.lead_id, "task_id": event.task_id}
    params = {"completed_by": event.completed_by}
    return Fact("task_completed", params, refs, by=event.completed_by)


SALES: Final[Readers] = {
    sales.LeadCaptured: _captured,
    sales.LeadChanged: lambda event: Fact(
        "lead_changed", {"fields": event.fields}, {"lead_id": event.lead_id}
    ),
    sales.LeadBecameSalesReady: _ready,
    sales.LeadAssigned: _assigned,
    sales.LeadUnassigned: lambda event: Fact(
        "lead_unassigned", {"reason": event.reason}, {"lead_id": event.lead_id}
    ),
    sales.LeadStateChanged: _moved,
    sales.HandOffAccepted: _accepted,
    sales.HandOffRejected: _rejected,
    sales.HandOffMissed: _missed,
    sales.TaskCreated: _task_made,
    sales.TaskCompleted: _task_done,
}
