"""Campaigns: `GET|POST /v1/campaigns`, `GET|PUT /v1/campaigns/{campaign_id}`, `POST
/v1/campaigns/{campaign_id}/preflight`, `POST /v1/campaigns/{campaign_id}/moves` and `/winner`, `GET
/v1/campaigns/{campaign_id}/report` and `report.csv`, `GET
/v1/campaigns/{campaign_id}/recipients`, `GET /v1/campaigns/{campaign_id}/recipients/{contact_id}`,
`POST /v1/campaigns/{campaign_id}/recipients/{contact_id}/settlement`, `GET|PUT /v1/sending-rules`,
`GET|POST /v1/webhooks`, `GET|PUT /v1/webhooks/{webhook_id}`, `POST
/v1/campaigns/{campaign_id}/files`, `GET /v1/campaigns/{campaign_id}/files/{file_id}`, `GET
/v1/response-codes/{code}`, `POST /v1/response-codes/{code}/uses`, `GET
/v1/contacts/{contact_id}/message-limits`, `PUT
/v1/contacts/{contact_id}/message-limits/{channel}`: staff read, marketers act;
whoever takes an order names its code."""

from dataclasses import asdict
from typing import Any, Final

from aws_lambda_powertools.event_handler import Response

from shared.directory.access import signed_in
from shared.kernel.errors import NotFound
from shared.kernel.paging import page_size
from shared.marketing.ab_tests.deciding import choose_winner
from shared.marketing.address_lists.repository import need_file
from shared.marketing.address_lists.using import CodeUse, code_and_uses, use_code
from shared.marketing.address_lists.writing import addresses_of, request_list
from shared.marketing.campaigns.changes import change_campaign, create_campaign, move_campaign
from shared.marketing.campaigns.model import Campaign, CampaignInput
from shared.marketing.campaigns.repository import campaigns, need, progress_of
from shared.marketing.channels.model import CHANNELS
from shared.marketing.channels.webhooks import (
    change_webhook,
    create_webhook,
    need_webhook,
    stored_webhooks,
)
from shared.marketing.reports.reading import as_csv, read_report
from shared.marketing.sending.limits import limits_of, set_limit
from shared.marketing.sending.listing import recipients
from shared.marketing.sending.preflight import preflight
from shared.marketing.sending.proof import proof_of, settle_unknown
from shared.marketing.sending.stored_rules import DEFAULTS, NAME, stored_rules
from shared.platform.auth import ROLES
from shared.platform.entry.http import Http, Request, reply

from .schemas import (
    CampaignChange,
    CampaignPage,
    CampaignView,
    CodeView,
    FileView,
    Limits,
    Move,
    NewLimit,
    NewRules,
    ProofView,
    RecipientPage,
    ReportQuery,
    RulesView,
    Settlement,
    WebhookChange,
    WebhookInput,
    WebhookList,
    WebhookSummary,
    WebhookView,
    WinnerInput,
)

WRITERS: Final = ("marketer",)

http = Http()


@http.get("/v1/campaigns")
def listed(request: Request) -> Response[Any]:
    """`?limit=&cursor=`: the newest first."""
    signed_in(request, *ROLES)
    query = request.query
    found, rest = campaigns(page_size(query.get("limit")), query.get("cursor"))
    return reply(200, CampaignPage.of(found, rest))


@http.post("/v1/campaigns")
def planned(request: Request) -> Response[Any]:
    """201; the same again with its key is the same campaign."""
    by = signed_in(request, *WRITERS)
    key = request.headers.get("idempotency-key")
    given = request.json(CampaignInput)
    one = create_campaign(given, by.staff_id, request.body, key, request.now)
    return _shown(one, 201, {"location": f"/v1/campaigns/{one.campaign_id}"})


@http.get("/v1/campaigns/{campaign_id}")
def shown(request: Request, campaign_id: str) -> Response[Any]:
    """The campaign, and how far it is."""
    signed_in(request, *ROLES)
    return _shown(need(campaign_id))


@http.put("/v1/campaigns/{campaign_id}")
def changed(request: Request, campaign_id: str) -> Response[Any]:
    """The campaign as a whole, while it is planned."""
    signed_in(request, *WRITERS)
    change = request.json(CampaignChange)
    return _shown(change_campaign(campaign_id, change.given(), change.version))


@http.post("/v1/campaigns/{campaign_id}/preflight")
def foretold(request: Request, campaign_id: str) -> Response[Any]:
    """What would happen if it started now; nothing does. `?cursor=` looks at more people."""
    signed_in(request, *WRITERS)
    found = asdict(preflight(need(campaign_id), request.now, request.query.get("cursor")))
    return reply(200, {**found, "done_at": found["done_at"].isoformat()})


@http.post("/v1/campaigns/{campaign_id}/moves")
def moved(request: Request, campaign_id: str) -> Response[Any]:
    """Start, pause, resume or cancel it."""
    by = signed_in(request, *WRITERS)
    asked = request.json(Move)
    one = move_campaign(campaign_id, asked.move, asked.version, by.staff_id, request.now)
    return _shown(one)


@http.post("/v1/campaigns/{campaign_id}/winner")
def winner(request: Request, campaign_id: str) -> Response[Any]:
    """Which of the mails it tries the rest of its audience gets."""
    by = signed_in(request, *WRITERS)
    asked = request.json(WinnerInput)
    args = (asked.variant, asked.version, by.staff_id, request.now)
    return _shown(choose_winner(campaign_id, *args))


@http.get("/v1/campaigns/{campaign_id}/report")
def reported(request: Request, campaign_id: str) -> Response[Any]:
    """`?model=`: what came of it, revenue attributed by that model (`last`)."""
    signed_in(request, *ROLES)
    return reply(200, read_report(campaign_id, request.parameters(ReportQuery).model))


@http.get("/v1/campaigns/{campaign_id}/report.csv")
def reported_as_file(request: Request, campaign_id: str) -> Response[Any]:
    """The same as a table."""
    signed_in(request, *ROLES)
    found = read_report(campaign_id, request.parameters(ReportQuery).model)
    headers = {"content-disposition": f'attachment; filename="{campaign_id}.csv"'}
    return reply(200, as_csv(found), headers=headers, media_type="text/csv; charset=utf-8")


@http.get("/v1/campaigns/{campaign_id}/recipients")
def who(request: Request, campaign_id: str) -> Response[Any]:
    """`?state=&limit=&cursor=`: who was sent it, skipped, failed or put off, or of whom it is not
    known."""
    signed_in(request, *ROLES)
    query = request.query
    limit, cursor = page_size(query.get("limit")), query.get("cursor")
    return reply(200, RecipientPage.of(*recipients(campaign_id, query.get("state"), limit, cursor)))


@http.get("/v1/campaigns/{campaign_id}/recipients/{contact_id}")
def why(request: Request, campaign_id: str, contact_id: str) -> Response[Any]:
    """Why somebody got it, or why not."""
    signed_in(request, *ROLES)
    return reply(200, ProofView.of(proof_of(campaign_id, contact_id)))


@http.post("/v1/campaigns/{campaign_id}/recipients/{contact_id}/settlement")
def settled(request: Request, campaign_id: str, contact_id: str) -> Response[Any]:
    """Say whether a message of which nobody knew left; it is not sent again."""
    by = signed_in(request, *WRITERS)
    outcome = request.json(Settlement).outcome
    settle_unknown(campaign_id, contact_id, outcome, by.staff_id, request.now)
    return reply(200, ProofView.of(proof_of(campaign_id, contact_id)))


@http.get("/v1/contacts/{contact_id}/message-limits")
def limits(request: Request, contact_id: str) -> Response[Any]:
    """How often a person wants to hear of us at most, by channel."""
    signed_in(request, *ROLES)
    return reply(200, Limits(items=limits_of(contact_id)))


@http.put("/v1/contacts/{contact_id}/message-limits/{channel}")
def limited(request: Request, contact_id: str, channel: str) -> Response[Any]:
    """Write down what a person asked for; `null` for no limit of their own."""
    signed_in(request, "rep", *WRITERS)
    if channel not in CHANNELS:
        raise NotFound("channel_not_found", "There is no such channel")
    set_limit(contact_id, channel, request.json(NewLimit).limit, request.now)
    return reply(200, Limits(items=limits_of(contact_id)))


@http.get("/v1/sending-rules")
def ruled(request: Request) -> Response[Any]:
    """How often and when people may be written to."""
    signed_in(request, *ROLES)
    return reply(200, _rules())


@http.put("/v1/sending-rules")
def rules_replaced(request: Request) -> Response[Any]:
    """The rules as a whole, with the `version` they replace."""
    by = signed_in(request, *WRITERS)
    new = request.json(NewRules)
    stored_rules.save(
        NAME, new.rules, by=by.staff_id, at=request.now, after=new.version, activate=True
    )
    return reply(200, _rules())


@http.post("/v1/campaigns/{campaign_id}/files")
def file_wanted(request: Request, campaign_id: str) -> Response[Any]:
    """202: the campaign's list is written; the same again with its key is the same file."""
    by = signed_in(request, *WRITERS)
    key = request.headers.get("idempotency-key")
    one = request_list(campaign_id, by.staff_id, request.body, key, request.now)
    location = f"/v1/campaigns/{campaign_id}/files/{one.file_id}"
    return reply(202, FileView.of(one, []), headers={"location": location})


@http.get("/v1/campaigns/{campaign_id}/files/{file_id}")
def file_shown(request: Request, campaign_id: str, file_id: str) -> Response[Any]:
    """How far a file is, and where it is fetched from."""
    by = signed_in(request, *WRITERS)
    one = need_file(campaign_id, file_id)
    return reply(200, FileView.of(one, addresses_of(one, by.staff_id)))


@http.get("/v1/response-codes/{code}")
def code_shown(request: Request, code: str) -> Response[Any]:
    """Whom a response code stands for, and for what it was named."""
    signed_in(request, *ROLES)
    return reply(200, CodeView.of(*code_and_uses(code)))


@http.post("/v1/response-codes/{code}/uses")
def code_used(request: Request, code: str) -> Response[Any]:
    """Note for which order, purchase or interaction a code was named; again, nothing changes."""
    by = signed_in(request, *ROLES)
    use_code(code, request.json(CodeUse), by.staff_id, request.now)
    return reply(200, CodeView.of(*code_and_uses(code)))


@http.get("/v1/webhooks")
def webhooks(request: Request) -> Response[Any]:
    """The programs that take messages, without their secrets."""
    signed_in(request, *ROLES)
    found = sorted(stored_webhooks.all_active(), key=lambda one: one.value.name.casefold())
    return reply(200, WebhookList(items=[WebhookSummary.of(one) for one in found]))


@http.post("/v1/webhooks")
def registered(request: Request) -> Response[Any]:
    """201, with the secret; the same again with its key is the same program."""
    by = signed_in(request, *WRITERS)
    key = request.headers.get("idempotency-key")
    one = create_webhook(request.json(WebhookInput).webhook(), by.staff_id, key, request.now)
    return reply(201, WebhookView.of(one), headers={"location": f"/v1/webhooks/{one.name}"})


@http.get("/v1/webhooks/{webhook_id}")
def program(request: Request, webhook_id: str) -> Response[Any]:
    """A program, with the secret that it checks our signatures with."""
    signed_in(request, *WRITERS)
    return reply(200, WebhookView.of(need_webhook(webhook_id)))


@http.put("/v1/webhooks/{webhook_id}")
def reregistered(request: Request, webhook_id: str) -> Response[Any]:
    """The program as a whole, with the `version` it replaces; the next `generation` has another
    secret."""
    by = signed_in(request, *WRITERS)
    change = request.json(WebhookChange)
    one = change_webhook(webhook_id, change.webhook(), change.version, by.staff_id, request.now)
    return reply(200, WebhookView.of(one))


def _rules() -> RulesView:
    found = stored_rules.in_force(NAME)
    return RulesView(version=found.number, rules=found.value) if found else RulesView(version=0, rules=DEFAULTS)  # fmt: skip


def _shown(
    one: Campaign, status: int = 200, headers: dict[str, str] | None = None
) -> Response[Any]:
    return reply(status, CampaignView.of(one, progress_of(one)), headers=headers)


handle = http
