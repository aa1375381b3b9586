"""What `crm doctor` finds wrong with mail, and what it says to do."""

import json
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.local.doctor import Finding, mail

QUOTA = {"Max24HourSend": 50_000.0, "MaxSendRate": 14.0, "SentLast24Hours": 100.0}
ACCOUNT = {
    "ProductionAccessEnabled": True,
    "SendingEnabled": True,
    "EnforcementStatus": "HEALTHY",
    "SendQuota": QUOTA,
}
DKIM = {"SigningEnabled": True, "Status": "SUCCESS", "Tokens": ["abc", "def"]}
COMPANY = {"VerifiedForSendingStatus": True, "DkimAttributes": DKIM}


def findings(
    account: dict[str, Any] = ACCOUNT,
    identities: dict[str, Any] | None = None,
    rules: dict[str, Any] | None = None,
    *,
    local: bool = False,
) -> dict[str, Finding]:
    known = {"company.test": COMPANY} if identities is None else identities

    def identity(EmailIdentity: str) -> Any:
        if EmailIdentity not in known:
            raise ClientError({"Error": {"Code": "NotFoundException"}}, "GetEmailIdentity")
        return known[EmailIdentity]

    sender = {"Environment": {"Variables": {"CRM_MAIL_SENDER": "crm@company.test"}}}
    stored = {"Item": {"body": {"S": json.dumps(rules)}}} if rules else {}
    clients = {
        "sesv2": SimpleNamespace(get_account=lambda: account, get_email_identity=identity),
        "lambda": SimpleNamespace(get_function_configuration=lambda **_: sender),
        "dynamodb": SimpleNamespace(get_item=lambda **_: stored),
    }
    deployed: Any = SimpleNamespace(
        client=clients.__getitem__,
        named=lambda noun: noun,
        home=object() if local else None,
    )
    return {one.check: one for one in mail(deployed, "marketing")}


def wrong(found: dict[str, Finding]) -> list[str]:
    return [name for name, one in found.items() if not one.ok]


def test_an_account_that_is_set_up_has_nothing_wrong() -> None:
    assert wrong(findings()) == []
    assert len(findings()) == 6


@pytest.mark.parametrize(
    ("account", "identities", "rules", "check", "remedy"),
    [
        ({"ProductionAccessEnabled": False}, None, None, "mail beyond the sandbox", "production"),
        ({"SendingEnabled": False}, None, None, "mail may be sent", "reputation"),
        ({"EnforcementStatus": "SHUTDOWN"}, None, None, "mail may be sent", "reputation"),
        (
            {"SendQuota": QUOTA | {"SentLast24Hours": 46_000.0}},
            None,
            None,
            "mail left for today",
            "Ask AWS",
        ),
        ({}, None, {"mails_a_second": 20}, "mail as fast as SES takes it", "at most 14"),
        (
            {"SendQuota": QUOTA | {"MaxSendRate": 1.0}},
            None,
            None,
            "mail as fast as SES takes it",
            "at most 1",
        ),
        (
            {},
            {"company.test": COMPANY | {"DkimAttributes": DKIM | {"Status": "PENDING"}}},
            None,
            "mail signed by its domain",
            "abc._domainkey.company.test",
        ),
        (
            {},
            {"crm@company.test": {"VerifiedForSendingStatus": True}},
            None,
            "mail signed by its domain",
            "mail_domain",
        ),
    ],
)
def test_what_is_wrong_is_named_with_what_to_do(
    account: dict[str, Any], identities: Any, rules: Any, check: str, remedy: str
) -> None:
    found = findings(ACCOUNT | account, identities, rules)

    assert wrong(found) == [check]
    assert remedy in found[check].remedy


def test_a_sender_nobody_verified_is_found() -> None:
    assert "mail sender" in wrong(findings(identities={}))


def test_on_a_laptop_nothing_has_to_be_signed() -> None:
    found = findings(
        identities={"crm@company.test": {"VerifiedForSendingStatus": True}}, local=True
    )

    assert wrong(found) == []
