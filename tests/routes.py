"""Which function consumes what, and how it gets there (compared with the template by a test)."""

from dataclasses import dataclass
from typing import Final, Literal

from shared.marketing.segments.hearing import HEARD as SEGMENTS_HEAR


@dataclass(frozen=True)
class Route:
    """`function` gets events of `types` in batches from a queue."""

    function: str
    types: tuple[str, ...]
    via: Literal["queue", "fifo"] = "queue"
    batch: int = 10


EVENT_ROUTES: Final = (
    Route("visitor_link", ("LeadCaptured",)),
    Route("lead_count", ("LeadCaptured",)),
    Route("consent_record", ("LeadCaptured",)),
    Route(
        "scoring_update",
        ("LeadCaptured", "LeadChanged", "BehaviourRecorded", "VisitorIdentified"),
    ),
    Route(
        "history_record",
        (
            "BehaviourRecorded",
            "ConsentGiven",
            "ConsentWithdrawn",
            "ContactChanged",
            "ContactCreated",
            "ContactDeleted",
            "ContactRestored",
            "ContactsMerged",
            "EmailReplaced",
            "HandOffAccepted",
            "HandOffMissed",
            "HandOffRejected",
            "LeadAssigned",
            "LeadBecameSalesReady",
            "LeadCaptured",
            "LeadChanged",
            "LeadStateChanged",
            "LeadUnassigned",
            "MergeUndone",
            "MessageBounced",
            "MessageCancelled",
            "MessageComplained",
            "MessageDelivered",
            "MessageFailed",
            "MessageSent",
            "PromiseSettled",
            "SlaBreached",
            "SlaWarned",
            "TaskCompleted",
            "TaskCreated",
            "TicketAssigned",
            "TicketChanged",
            "TicketEscalated",
            "TicketMerged",
            "TicketMessageAdded",
            "TicketOpened",
            "TicketPriorityChanged",
            "TicketSplit",
            "TicketStateChanged",
        ),
    ),
    Route(
        "history_adopt",
        ("VisitorIdentified", "ContactCreated", "ContactChanged"),
    ),
    Route("channel_count", ("InteractionRecorded", "ProductPurchased", "LeadCaptured")),
    Route("segment_update", tuple(one.__name__ for one in SEGMENTS_HEAR)),
    Route("engagement_record", ("MessageHit",)),
    Route(
        "conversion_record",
        ("ProductPurchased", "InteractionRecorded", "LeadCaptured", "ResponseCodeUsed"),
        batch=10,
    ),
    Route("campaign_plan", ("CampaignStarted", "CampaignResumed", "WinnerChosen"), batch=1),
    Route("campaign_send", ("ConsentWithdrawn", "MessageBounced"), batch=1),
    Route("address_export", ("AddressFileRequested",)),
    Route("lead_assign", ("LeadBecameSalesReady",), via="fifo"),
    Route("ticket_adopt", ("ContactsMerged", "MergeUndone")),
    Route("ticket_assign", ("TicketOpened", "TicketAssigned", "StaffDisabled")),
    Route("ticket_mail", ("TicketOpened", "TicketMessageAdded")),
    Route(
        "ticket_count",
        (
            "TicketOpened",
            "TicketMessageAdded",
            "TicketStateChanged",
            "TicketPriorityChanged",
            "TicketAssigned",
            "TicketChanged",
            "TicketMerged",
            "SlaBreached",
        ),
    ),
    Route(
        "ticket_notice",
        ("SlaWarned", "SlaBreached", "TicketEscalated", "TicketAssigned", "TicketMessageAdded"),
    ),
    Route("staff_sync", ("StaffChanged",), via="fifo"),
    Route("lead_release", ("StaffDisabled",)),
    Route("contact_export", ("ExportRequested",)),
    Route("import_plan", ("ImportRunStarted",)),
    Route("portal_mail", ("EmailReplaced",)),
    Route("privacy_plan", ("PrivacyRequested",)),
    Route("hand_off_notice", ("LeadAssigned", "LeadUnassigned")),
    Route(
        "search_index",
        (
            "ContactCreated",
            "ContactChanged",
            "ContactDeleted",
            "ContactRestored",
            "ContactsMerged",
            "MergeUndone",
            "ContactErased",
            "AccountCreated",
            "AccountChanged",
            "AccountDeleted",
            "AccountRestored",
        ),
    ),
    Route("merge_work", ("ContactsMerged", "MergeUndone"), batch=1),
    Route("search_members", ("AccountChanged", "AccountDeleted", "AccountRestored"), batch=1),
)

QUEUE_ROUTES: Final = {
    "timer-shards": "timer_deliver",
    "hand-off-timeout": "hand_off_timeout",
    "merge-work": "merge_work",
    "scoring-dry-run": "scoring_dry_run",
    "staff-sync.fifo": "staff_sync",
    "lead-release": "lead_release",
    "import-work": "import_work",
    "portal-mail": "portal_mail",
    "privacy-plan": "privacy_plan",
    "privacy-work": "privacy_work",
    "segment-update": "segment_update",
    "segment-backfill": "segment_backfill",
    "campaign-plan": "campaign_plan",
    "campaign-send": "campaign_send",
    "mail-events": "mail_events",
    "ticket-timer": "ticket_timer",
}
"""Queues that are not fed by the bus alone, and the function that reads each."""
