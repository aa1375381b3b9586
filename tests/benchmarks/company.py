"""A small company at work, to fill pages with: some days of leads, and people who deal with them."""

from datetime import timedelta
from typing import Final

from shared.customers.contacts.repository import customers
from shared.customers.exports.exporting import request_export
from shared.customers.exports.model import Selection
from shared.customers.history.model import Entry
from shared.customers.history.repository import record
from shared.customers.lists.changes import create_list
from shared.customers.lists.members import add_members
from shared.customers.lists.model import ListInput
from shared.customers.merging.merge import Asked, merge_contacts
from shared.customers.privacy.asking import Asker, ask_for_contact
from shared.customers.write_keys.seed import plant
from shared.kernel.clock import iso
from shared.marketing.channels.webhooks import Webhook, create_webhook
from shared.platform.requests import Put
from shared.sales.assignment.rules import NAME
from shared.sales.assignment.store import stored_rules
from shared.sales.forms.repository import forms
from shared.sales.leads.states import LeadState
from tests import cloud
from tests.builders import a_lead, contact_item
from tests.calls import invoke
from tests.customers import a_contact, an_account, custom_fields
from tests.fake_clock import FakeClock
from tests.forms import leads, quarantined, sample_form, store_form
from tests.imports import PEOPLE as ROWS
from tests.imports import announced, sent, start
from tests.marketing import a_segment
from tests.operations.setting import form_post, seeded
from tests.people import a_person
from tests.pump import Pump
from tests.sending import a_campaign
from tests.signing_in import pool
from tests.staffing import HIRED, a_team, employed, hire, person, rules
from tests.support import MINA, a_ticket, canned_in_force, policies_in_force, queues_in_force
from tests.unit.sales.scoring.cases import activate

SOMEBODY: Final = "somebody"
"""Who looks at the pages, and deals with a share of the leads."""

WAITING: Final = 50
"""Leads that nobody deals with; contacts; accounts: a page of each, and the next."""

PEOPLE: Final = 12
VERSIONS: Final = 6
DAYS: Final = 10
ROBOTS: Final = 25
TICKETS: Final = 20


def company(time: FakeClock) -> dict[str, str]:
    """Set it up, the last day being `time`'s. What to put into an address for each `{name}`."""
    today = time()
    seeded()
    _people()
    for number in range(WAITING):
        a_lead(1_000 + number, state=LeadState.NEW)
        customers.write(Put(contact_item(number)))
    accounts = [an_account(HIRED, f"Company {number}") for number in range(WAITING)]
    for number in range(1, VERSIONS):
        activate(after=number)
        stored_rules.save(NAME, rules(), by="maya", at=HIRED, after=number, activate=True)
        store_form("contact", after=number)
        campaign = sample_form("contact", title=f"Campaign {number}")
        forms.save(f"campaign-{number}", campaign, by="maya", at=HIRED, after=0, activate=True)
    for number in range(DAYS):
        time.at(today - timedelta(days=DAYS - 1 - number))
        invoke(
            "lead_capture",
            form_post(
                "demo-request", email=f"visitor{number}@example.com", last_name="Rai", consent="yes"
            ),
        )
        Pump().run()
    for number in range(ROBOTS):
        invoke(
            "lead_capture",
            form_post(website="https://spam.example", email=f"robot{number}@example.com"),
        )
    contacts = [str(contact_item(number)["contact_id"]) for number in range(WAITING)]
    record([_a_call(contacts[1], number) for number in range(WAITING)])
    alike = [
        a_person(f"{name} Shrestha", account=accounts[0].account_id).contact_id
        for name in ("Ann", "Anne", "Anna")
    ]
    merge = merge_contacts(Asked(alike[0], alike[1], 1, 1, {}), "maya", HIRED)
    import_id = announced()
    sent(import_id, ROWS)
    start(import_id, dry_run=True)
    Pump().run()
    listed = create_list(ListInput(name="Fair"), "nabin", None, HIRED)
    add_members(listed.list_id, contacts, "nabin", HIRED)
    export = request_export("csv", Selection(), "nabin", b"", None, HIRED)
    tiers = {"name": "tier", "label": "Tier", "type": "choice", "options": ["gold", "basic"]}
    custom_fields(HIRED, tiers)
    segment = a_segment({"type": "tag", "tag": "VIP"}, HIRED)
    campaign = a_campaign(contacts[:2])
    chat = Webhook(name="Chat", url="https://chat.example.com/in")
    employed(*MINA)
    policies_in_force(first_response=60)
    queues_in_force()
    canned_in_force()
    caller = [{"number": "+9779841234599"}]
    a_contact(HIRED, "Rita Rai", phones=caller)
    tickets = [a_ticket(subject=f"Delivery {number}") for number in range(TICKETS)]
    asked = ask_for_contact("export", contacts[1], Asker("staff", "sagar"), HIRED)
    return {
        "campaign_id": campaign.campaign_id,
        "segment_id": segment,
        "template_id": str(campaign.template_id),
        "account_id": accounts[0].account_id,
        "channel_id": "email",
        "digits": "9779841234599",
        "entry_id": "finish",
        "kind": "macros",
        "contact_id": str(contact_item(1)["contact_id"]),
        "export_id": export.export_id,
        "form_id": "contact",
        "import_id": import_id,
        "key_id": "page",
        "lead_id": max(str(one["lead_id"]) for one in leads() if one.get("score")),
        "list_id": listed.list_id,
        "merge_id": merge.merge_id,
        "name": "tier",
        "noun": "contact",
        "number": "1",
        "request_id": asked.request_id,
        "staff_id": "asha",
        "submission_id": str(quarantined()[0]["submission_id"]),
        "team_id": "sales",
        "ticket_id": tickets[0]["ticket_id"],
        "version": "1",
        "webhook_id": create_webhook(chat, "nabin", None, HIRED).name,
    }


def _a_call(contact_id: str, number: int) -> Entry:
    at = iso(HIRED + timedelta(hours=number))
    return Entry(
        contact_id=contact_id,
        entry_id=f"call-{number}",
        occurred_at=at,
        recorded_at=at,
        kind="call",
        channel="telephone",
        subject="Delivery",
        source="staff",
        by="asha",
    )


def _people() -> None:
    known = {**pool(), "Username": SOMEBODY}
    cloud.client("cognito-idp").admin_create_user(**known, MessageAction="SUPPRESS")
    hire(person(SOMEBODY), *(person(f"colleague-{number}") for number in range(PEOPLE)))
    for number in range(VERSIONS):
        a_team(f"team-{number}")
    keys = [
        {
            "key_id": f"page-{number}",
            "kind": "public",
            "key": f"crm_pub_page-{number}",
            "allowed_origins": [],
        }
        for number in range(VERSIONS)
    ]
    plant(keys, HIRED)
