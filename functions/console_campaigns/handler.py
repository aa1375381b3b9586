"""`/console/campaigns…`: planned, looked ahead at, started, followed, who got them or
why not, what came of them, which of several mails the rest gets, and lists of letters and calls as files;
`…/rules` and `…/limits/{contact_id}`: how often and when people may be written to; `…/webhooks`:
programs that take messages; `…/codes`: what somebody names from a letter."""

from pathlib import Path

from shared.console.entry import Console
from shared.marketing.campaigns.repository import where
from shared.platform.auth import ROLES

from . import (
    codes,
    limits,
    listing,
    lists,
    moving,
    one,
    planning,
    recipients,
    report,
    rules,
    webhooks,
)
from .schemas import WRITERS

console = Console(Path(__file__).parent / "templates", "/console/campaigns")

console.get("/console/campaigns", *ROLES)(listing.listed)
console.get("/console/campaigns/new", *WRITERS)(planning.begun)
console.post("/console/campaigns/new", *WRITERS)(planning.made)
console.get("/console/campaigns/{campaign_id}", *ROLES, beside=where)(one.shown)
console.get("/console/campaigns/{campaign_id}/progress", *ROLES, beside=where)(one.progress)
console.get("/console/campaigns/{campaign_id}/edit", *WRITERS, beside=where)(planning.edited)
console.post("/console/campaigns/{campaign_id}/edit", *WRITERS)(planning.changed)
console.post("/console/campaigns/{campaign_id}/preflight", *WRITERS)(moving.foretold)
console.post("/console/campaigns/{campaign_id}/moves", *WRITERS)(moving.moved)
console.get("/console/campaigns/{campaign_id}/recipients", *ROLES, beside=where)(recipients.shown)
console.post("/console/campaigns/{campaign_id}/recipients", *WRITERS)(recipients.settled)
console.get("/console/campaigns/{campaign_id}/recipients/more", *ROLES, beside=where)(
    recipients.more
)
console.get("/console/campaigns/{campaign_id}/report", *ROLES, beside=where)(report.shown)
console.get("/console/campaigns/{campaign_id}/report/file", *ROLES, beside=where)(report.file)
console.post("/console/campaigns/{campaign_id}/winner", *WRITERS)(report.chosen)
console.get("/console/campaigns/rules", *ROLES)(rules.shown)
console.post("/console/campaigns/rules", *WRITERS)(rules.saved)
console.get("/console/campaigns/{campaign_id}/files", *WRITERS, beside=where)(lists.shown)
console.post("/console/campaigns/{campaign_id}/files", *WRITERS)(lists.wanted)
console.get("/console/campaigns/webhooks", *ROLES)(webhooks.listed)
console.post("/console/campaigns/webhooks", *WRITERS)(webhooks.registered)
console.get("/console/campaigns/webhooks/{webhook_id}", *ROLES)(webhooks.shown)
console.post("/console/campaigns/webhooks/{webhook_id}", *WRITERS)(webhooks.changed)
console.post("/console/campaigns/webhooks/{webhook_id}/test", *WRITERS)(webhooks.tried)
console.get("/console/campaigns/codes", *ROLES)(codes.shown)
console.post("/console/campaigns/codes", *ROLES)(codes.used)
console.get("/console/campaigns/limits/{contact_id}", *ROLES, beside=limits.whose)(limits.shown)
console.post("/console/campaigns/limits/{contact_id}", *limits.MAY_LIMIT)(limits.saved)

handle = console
