"""Every recorded trigger payload, through the handler it is for, in a company with one lead."""

import json
from pathlib import Path
from typing import Any, Final

import pytest

from shared.customers.contacts.repository import contact_key, customers
from shared.customers.write_keys.model import WriteKey, WriteKeys
from shared.customers.write_keys.repository import NAME, configuration
from shared.customers.write_keys.texts import hash_of
from shared.kernel.clock import iso
from shared.marketing.tracking.hits import links_op, marketing
from shared.platform.requests import Put
from shared.sales.leads.repository import sales
from tests.builders import lead_item
from tests.calls import invoke
from tests.conftest import NOW
from tests.forms import store_form
from tests.signing_in import enrolled
from tests.staffing import employed, sales_team
from tests.unit.sales.scoring.cases import activate

TRIGGERS: Final = Path(__file__).parents[2] / "events" / "triggers"
PAYLOADS: Final = sorted(TRIGGERS.glob("*/*.json"))
LEAD: Final = "lead_01JWQ6Y3M8Z4T0V5B7C9D1E2F3"
CONTACT: Final = "contact_01JWQ6Y3M8Z4T0V5B7C9D1E2G5"
CAMPAIGN: Final = "campaign_01JWQ6Y3M8Z4T0V5B7C9D1E2K1"

REFUSED: Final = {
    "behaviour_capture/claimed_purchase": (422, "events_refused"),
    "contact_admin/unreachable": (422, "validation_failed"),
    "contact_admin/unknown": (404, "contact_not_found"),
    "account_admin/joins_nothing": (404, "account_not_found"),
    "custom_field_admin/not_for_reps": (403, "role_missing"),
    "interaction_capture/unknown_channel": (422, "validation_failed"),
    "interaction_capture/promise_unknown": (404, "promise_not_found"),
    "channel_admin/not_for_reps": (403, "role_missing"),
    "contact_history/history_unknown": (404, "contact_not_found"),
    "contact_history/narrowed_unknown": (404, "contact_not_found"),
    "contact_history/summary_unknown": (404, "contact_not_found"),
    "contact_history/products_unknown": (404, "contact_not_found"),
    "contact_history/promises_unknown": (404, "contact_not_found"),
    "form_admin/not_for_reps": (403, "role_missing"),
    "assignment_rules/not_for_reps": (403, "role_missing"),
    "audit_query/unknown": (404, "entry_not_found"),
    "contact_merge/preview_unknown": (404, "contact_not_found"),
    "contact_merge/merge_unknown": (404, "contact_not_found"),
    "contact_merge/undo_unknown": (404, "merge_not_found"),
    "contact_search/nothing_asked": (422, "validation_failed"),
    "duplicate_review/dismiss_unknown": (404, "duplicate_not_found"),
    "privacy_rules/not_for_agents": (403, "role_missing"),
    "privacy_admin/not_for_marketers": (403, "role_missing"),
    "privacy_admin/show_unknown": (404, "privacy_request_not_found"),
    "privacy_admin/hold_unknown": (404, "contact_not_found"),
    "certificate_verify/tampered": (422, "certificate_invalid"),
    "consent_admin/list_unknown": (404, "contact_not_found"),
    "consent_admin/give_unknown": (404, "contact_not_found"),
    "consent_admin/lift_not_for_reps": (403, "role_missing"),
    "segment_admin/unknown_field": (422, "rule_invalid"),
    "segment_admin/not_for_reps": (403, "role_missing"),
    "segment_admin/unknown": (404, "segment_not_found"),
    "segment_admin/change_unknown": (404, "segment_not_found"),
    "segment_admin/members_unknown": (404, "segment_not_found"),
    "segment_admin/explain_unknown": (404, "segment_not_found"),
    "segment_admin/rollback_unknown": (404, "segment_not_found"),
    "campaign_admin/plan_to_nobody": (422, "validation_failed"),
    "campaign_admin/not_for_reps": (403, "role_missing"),
    "campaign_admin/unknown": (404, "campaign_not_found"),
    "campaign_admin/change_to_nobody": (404, "campaign_not_found"),
    "campaign_admin/foretell_unknown": (404, "campaign_not_found"),
    "campaign_admin/start_unknown": (404, "campaign_not_found"),
    "campaign_admin/recipients_unknown": (404, "campaign_not_found"),
    "campaign_admin/why_unknown": (404, "campaign_not_found"),
    "campaign_admin/choose_unknown": (404, "campaign_not_found"),
    "campaign_admin/report_unknown": (404, "campaign_not_found"),
    "campaign_admin/report_file_unknown": (404, "campaign_not_found"),
    "campaign_admin/settle_unknown": (404, "campaign_not_found"),
    "campaign_admin/limits_unknown": (404, "contact_not_found"),
    "campaign_admin/limit_unknown": (404, "contact_not_found"),
    "campaign_admin/list_unknown": (404, "campaign_not_found"),
    "campaign_admin/file_unknown": (404, "file_not_found"),
    "campaign_admin/code_unknown": (404, "code_not_found"),
    "campaign_admin/use_unknown": (404, "code_not_found"),
    "campaign_admin/register_inside": (422, "validation_failed"),
    "campaign_admin/webhook_unknown": (404, "webhook_not_found"),
    "campaign_admin/reregister_unknown": (404, "webhook_not_found"),
    "template_admin/try_unknown": (404, "template_not_found"),
    "template_admin/injection": (422, "template_invalid"),
    "template_admin/not_for_reps": (403, "role_missing"),
    "template_admin/unknown": (404, "template_not_found"),
    "template_admin/change_unknown": (404, "template_not_found"),
    "template_admin/preview_unknown": (404, "template_not_found"),
    "template_admin/rollback_unknown": (404, "template_not_found"),
    "write_key_admin/not_for_managers": (403, "role_missing"),
    "system_health/unknown_queue": (404, "queue_not_found"),
    "lead_create/unreachable": (422, "validation_failed"),
    "lead_update/stale": (412, "version_stale"),
    "saved_views/change_unknown": (404, "view_not_found"),
    "lead_assign_many/not_for_reps": (403, "role_missing"),
    "lead_tasks/unknown": (404, "task_not_found"),
    "quarantine_review/release_unknown": (404, "submission_not_found"),
    "scoring_rules/save_refused": (422, "rules_invalid"),
    "scoring_rules/dry_run_result": (404, "dry_run_not_found"),
    "import_admin/unknown": (404, "import_not_found"),
    "import_admin/start_unknown": (404, "import_not_found"),
    "import_admin/not_for_reps": (403, "role_missing"),
    "export_admin/unknown": (404, "export_not_found"),
    "export_admin/unknown_file": (404, "export_not_found"),
    "list_admin/unknown": (404, "list_not_found"),
    "list_admin/add_unknown": (404, "list_not_found"),
    "portal_token/no_address": (422, "email_invalid"),
    "portal_token/forged": (422, "code_over"),
    "portal_query/not_signed_in": (401, "not_signed_in"),
    "portal_query/another_customer_s": (404, "change_not_found"),
    "ticket_create/no_address": (422, "validation_failed"),
    "ticket_admin/unknown": (404, "ticket_not_found"),
    "ticket_admin/reply_unknown": (404, "ticket_not_found"),
    "ticket_admin/macro_unknown": (404, "ticket_not_found"),
    "portal_tickets/another_customer_s": (404, "ticket_not_found"),
    "sla_admin/no_such_calendar": (422, "policies_invalid"),
    "sla_admin/not_for_agents": (403, "role_missing"),
    "screen_pop/no_number": (422, "validation_failed"),
    "support_report/too_many_days": (422, "validation_failed"),
    "staff_directory/invite": (409, "not_invitable"),
    "staff_directory/not_signed_in": (401, "not_signed_in"),
}
"""HTTP payloads that are to be refused: status and stable code. `return_url_refused` is a page."""

FAILED: Final = {
    "scoring_update/malformed": 2,
    "scoring_dry_run/page": 1,
    "history_record/malformed": 1,
    "privacy_plan/requested": 1,
}
"""Queue payloads with messages that cannot be done: how many come back."""


@pytest.fixture
def company(tables: None) -> None:
    """Forms, rules, keys, a sales team and the lead that payloads name."""
    sales_team(asha=1)
    employed("nabin", ["marketer"])
    employed("sagar", ["admin"])
    employed("admin", ["admin"])
    activate()
    store_form("contact")
    store_form("demo-request")
    secret = hash_of("crm_sec_example_of_a_partner")
    page = WriteKey(key_id="page", kind="public", key="crm_pub_demo_page")
    partner = WriteKey(key_id="partner", kind="partner", key_hash=secret)
    keys = WriteKeys(keys=(page, partner))
    configuration.save(NAME, keys, by="seed", at=NOW, after=0, activate=True)
    ann = {"first_name": "Ann", "source": "staff", "version": 1, "created_by": "asha"}
    ann |= {"created_at": iso(NOW), "updated_at": iso(NOW)}
    customers.write(Put({**contact_key(CONTACT), **ann}))
    marketing.write(links_op(CAMPAIGN, ["https://www.example.com/spring"]))
    sales.write(Put(lead_item(2) | {"pk": f"LEAD#{LEAD}", "lead_id": LEAD}))


@pytest.mark.parametrize("file", PAYLOADS, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_a_payload_as_aws_sends_it_is_handled(company: None, file: Path) -> None:
    name = f"{file.parent.name}/{file.stem}"
    payload = json.loads(file.read_text())

    if name == "console_sign_in/password":
        enrolled("nima")

    answer = invoke(file.parent.name, payload)

    if "requestContext" in payload:
        _answered(name, answer)
    elif "Records" in payload:
        assert len(answer["batchItemFailures"]) == FAILED.get(name, 0)
    elif "triggerSource" in payload:
        assert answer["response"]
    else:
        assert answer is None


def _answered(name: str, answer: dict[str, Any]) -> None:
    headers = {key.lower(): value for key, value in answer["headers"].items()}
    if name in REFUSED:
        problem = json.loads(answer["body"])
        assert (answer["statusCode"], problem["code"]) == REFUSED[name], problem
        assert headers["content-type"] == "application/problem+json"
    elif name.endswith("_refused"):
        assert answer["statusCode"] == 400
    else:
        assert answer["statusCode"] < 400, answer["body"]
        if answer["statusCode"] not in (204, 302, 303) and "json" in headers["content-type"]:
            json.loads(answer["body"])
