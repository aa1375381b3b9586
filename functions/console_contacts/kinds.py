"""What happens with people, in the few groups that somebody looks for."""

from typing import Final

from shared.kernel.errors import FieldError, Rejected

KINDS: Final[tuple[tuple[str, str, frozenset[str]], ...]] = (
    (
        "dealings",
        "Conversations",
        frozenset(("call", "message", "meeting", "visit", "event", "offer", "complaint", "other")),
    ),
    ("notes", "Notes", frozenset(("note",))),
    ("trade", "Purchases and returns", frozenset(("purchase", "return", "purchased"))),
    (
        "pages",
        "On our pages and mails",
        frozenset(
            (
                "form_submitted",
                "page_viewed",
                "cart_updated",
                "email_opened",
                "email_clicked",
                "custom",
            )
        ),
    ),
    (
        "campaigns",
        "Messages of campaigns",
        frozenset(
            (
                "message_sent",
                "message_failed",
                "message_cancelled",
                "message_delivered",
                "message_bounced",
                "message_bounced_for_good",
                "message_complained",
            )
        ),
    ),
    (
        "promises",
        "Promises and consents",
        frozenset(
            (
                "promise_kept",
                "promise_withdrawn",
                "promise_open",
                "consent_given",
                "consent_withdrawn",
            )
        ),
    ),
    (
        "sales",
        "Sales",
        frozenset(
            (
                "lead_typed_in",
                "lead_changed",
                "lead_ready",
                "lead_assigned",
                "lead_unassigned",
                "lead_moved",
                "hand_off_accepted",
                "hand_off_rejected",
                "hand_off_missed",
                "task_created",
                "task_completed",
            )
        ),
    ),
    (
        "tickets",
        "Tickets",
        frozenset(
            (
                "ticket_opened",
                "ticket_written",
                "ticket_answered",
                "ticket_noted",
                "ticket_moved",
                "ticket_prioritised",
                "ticket_assigned",
                "ticket_changed",
                "ticket_merged",
                "ticket_split",
                "sla_warned",
                "sla_breached",
                "ticket_escalated",
            )
        ),
    ),
    (
        "record",
        "Changes of the record",
        frozenset(
            (
                "contact_created",
                "contact_changed",
                "contact_deleted",
                "contact_restored",
                "contacts_merged",
                "merge_undone",
                "email_replaced",
            )
        ),
    ),
)
"""A code, what people call it, and the kinds of entries in it: each kind is in one group."""


def kinds_of(code: str) -> frozenset[str]:
    """The kinds of a group; none for all of them. Raises `Rejected`."""
    if not code:
        return frozenset()
    for known, _, kinds in KINDS:
        if known == code:
            return kinds
    wrong = FieldError("kind", "kind_unknown", "There is no such kind")
    raise Rejected("validation_failed", "Some of this does not fit", [wrong])
