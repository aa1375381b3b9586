"""What is misconfigured, and what to do about it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from botocore.exceptions import ClientError

from shared.marketing.sending.stored_rules import DEFAULTS, NAME

from .deployed import Deployed

_PLACEHOLDER: Final = "@example.com"

ALMOST_ALL: Final = 0.9
"""Of a day's mails: whoever has sent so many is told."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one check. `remedy` says what to do when it is not `ok`."""

    check: str
    ok: bool
    detail: str
    remedy: str = ""


def examine(deployed: Deployed) -> Iterator[Finding]:
    """All checks, one after the other. Raises `Trouble` when nothing is deployed."""
    outputs = deployed.outputs()
    yield _stacks(deployed)
    yield _secret(deployed, outputs["SecretId"])
    yield from mail(deployed, outputs["MarketingTable"])
    yield _alarm_address(deployed)
    yield _dead_letters(deployed)
    yield _mappings(deployed)
    yield _staff(deployed, outputs["StaffPoolId"])
    yield _configured(deployed, outputs["SalesTable"])


def _stacks(deployed: Deployed) -> Finding:
    pages = deployed.client("cloudformation").get_paginator("describe_stacks").paginate()
    failed = [
        f"{stack['StackName']} {stack['StackStatus']}"
        for page in pages
        for stack in page["Stacks"]
        if stack["StackName"].startswith(deployed.named(""))
        and not stack["StackStatus"].endswith(("CREATE_COMPLETE", "UPDATE_COMPLETE"))
    ]
    again = "crm up" if deployed.home else f"crm deploy --stage {deployed.stage}"
    return Finding("stacks", not failed, ", ".join(failed) or "all deployed", f"Run: {again}")


def _secret(deployed: Deployed, secret: str) -> Finding:
    remedy = "Deploy again. Never replace an existing secret: every lead's id derives from it."
    try:
        value = deployed.client("secretsmanager").get_secret_value(SecretId=secret)
    except ClientError as refusal:
        return Finding("secret", False, str(refusal), remedy)
    return Finding("secret", len(value.get("SecretString", "")) >= 32, "present", remedy)


def mail(deployed: Deployed, table: str) -> Iterator[Finding]:
    """What mail needs to arrive: a verified sender, signatures of its domain, an account that may
    write to everybody, and room in what it may send. `table` is that of the rules of sending."""
    ses, sender = deployed.client("sesv2"), _sender(deployed)
    domain = sender.partition("@")[2]
    verify = f"aws sesv2 create-email-identity --email-identity {sender}, then follow the mail"
    yield Finding(
        "mail sender",
        _verified(ses, sender) or _verified(ses, domain),
        sender,
        f"Let SES verify it: {verify}. Another sender: crm deploy -c mail_sender=…",
    )
    # Nothing leaves a laptop, so nothing is to be signed.
    if deployed.home is None:
        yield _signed(ses, domain)
    account = ses.get_account()
    quota = account["SendQuota"]
    yield Finding(
        "mail beyond the sandbox",
        bool(account.get("ProductionAccessEnabled")),
        f"up to {quota['Max24HourSend']:.0f} messages a day",
        "In the sandbox SES only sends to verified addresses: request production access.",
    )
    yield Finding(
        "mail may be sent",
        bool(account.get("SendingEnabled")) and account.get("EnforcementStatus") != "SHUTDOWN",
        str(account.get("EnforcementStatus", "unknown")).lower(),
        "SES has stopped this account: see its reputation page for bounces and complaints.",
    )
    most, sent = quota["Max24HourSend"], quota["SentLast24Hours"]
    yield Finding(
        "mail left for today",
        most < 0 or sent < most * ALMOST_ALL,
        f"{sent:.0f} of {most:.0f} sent within 24 hours",
        "Ask AWS for more, or let campaigns wait: what is not taken is sent later.",
    )
    rate = _rate(deployed, table)
    yield Finding(
        "mail as fast as SES takes it",
        rate <= quota["MaxSendRate"],
        f"{rate:g} a second, of {quota['MaxSendRate']:g}",
        f"Set mails_a_second to at most {quota['MaxSendRate']:g}: PUT /v1/sending-rules",
    )


def _signed(ses: Any, domain: str) -> Finding:
    remedy = "Name it (crm deploy -c mail_domain=…) so that SES signs for it."
    try:
        dkim = ses.get_email_identity(EmailIdentity=domain).get("DkimAttributes", {})
    except ClientError:
        return Finding("mail signed by its domain", False, f"{domain} is not known to SES", remedy)
    names = [f"{token}._domainkey.{domain}" for token in dkim.get("Tokens", ())]
    records = ", ".join(names) or "those of the SES console"
    return Finding(
        "mail signed by its domain",
        bool(dkim.get("SigningEnabled")) and dkim.get("Status") == "SUCCESS",
        f"{domain}: {str(dkim.get('Status', 'unknown')).lower()}",
        f"Add to its DNS the CNAME records {records} (each to <its first part>.dkim.amazonses.com).",
    )


def _rate(deployed: Deployed, table: str) -> float:
    """How many mails a second the rules of sending let out."""
    item = deployed.client("dynamodb").get_item(
        TableName=table, Key={"pk": {"S": "CONFIG#sending_rules"}, "sk": {"S": NAME}}
    )
    body = item.get("Item", {}).get("body", {}).get("S", "{}")
    return float(json.loads(body).get("mails_a_second", DEFAULTS.mails_a_second))


def _sender(deployed: Deployed) -> str:
    config = deployed.client("lambda").get_function_configuration(
        FunctionName=deployed.named("hand_off_notice")
    )
    return str(config["Environment"]["Variables"]["CRM_MAIL_SENDER"])


def _verified(ses: Any, identity: str) -> bool:
    try:
        return bool(ses.get_email_identity(EmailIdentity=identity).get("VerifiedForSendingStatus"))
    except ClientError:
        return False


def _alarm_address(deployed: Deployed) -> Finding:
    sns = deployed.client("sns")
    pages = sns.get_paginator("list_subscriptions").paginate()
    found = [
        entry
        for page in pages
        for entry in page["Subscriptions"]
        if deployed.named("") in entry["TopicArn"] and entry["Protocol"] == "email"
    ]
    waiting = [
        entry["Endpoint"] for entry in found if entry["SubscriptionArn"] == "PendingConfirmation"
    ]
    addresses = [entry["Endpoint"] for entry in found]
    # The sample address is fine where nobody is to be woken.
    sample = deployed.home is None and any(_PLACEHOLDER in address for address in addresses)
    return Finding(
        "alarms' address",
        bool(found) and not waiting and not sample,
        ", ".join(addresses) or "none",
        "Name it (crm deploy -c alarm_email=…) and confirm AWS's subscription mail.",
    )


def _dead_letters(deployed: Deployed) -> Finding:
    full = deployed.dead_letters()
    said = ", ".join(f"{noun}: {count}" for noun, count in full.items())
    remedy = "See why (crm logs <function>), correct it, then: crm redrive"
    return Finding("dead letters", not full, said or "none", remedy)


def _mappings(deployed: Deployed) -> Finding:
    pages = deployed.client("lambda").get_paginator("list_event_source_mappings").paginate()
    off = [
        deployed.noun(mapping["FunctionArn"].rpartition(":")[2])
        for page in pages
        for mapping in page["EventSourceMappings"]
        if deployed.named("") in mapping["FunctionArn"]
        and mapping["State"] not in ("Enabled", "Updating")
    ]
    remedy = "Switch the trigger on again, or deploy again."
    return Finding("queues and streams are read", not off, ", ".join(off) or "all", remedy)


def _staff(deployed: Deployed, pool: str) -> Finding:
    people = deployed.client("cognito-idp").list_users_in_group(
        UserPoolId=pool, GroupName="admin", Limit=1
    )["Users"]
    remedy = "Add one: aws cognito-idp admin-create-user and admin-add-user-to-group (admin)"
    detail = "there" if people else "nobody can administer the product"
    return Finding("an administrator", bool(people), detail, remedy)


def _configured(deployed: Deployed, table: str) -> Finding:
    """Forms, scoring rules and assignment rules each need an entry to work."""
    dynamodb = deployed.client("dynamodb")
    missing = [
        kind
        for kind in ("form", "scoring_rules", "assignment_rules")
        if not dynamodb.query(
            TableName=table,
            KeyConditionExpression="pk = :kind",
            ExpressionAttributeValues={":kind": {"S": f"CONFIG#{kind}"}},
            Limit=1,
        )["Count"]
    ]
    remedy = "crm seed" if deployed.home else "Set them through the API."
    return Finding(
        "configuration", not missing, json.dumps(missing) if missing else "there", remedy
    )
