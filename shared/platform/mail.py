"""Mail to a person, at most once.

A claim is stored before the provider is called and its result after. What surely was not sent is
released and may be tried again; what may have been sent is `unknown` and never sent again. A
crash in between leaves the claim behind, which the next delivery turns into `unknown`.

| claim | meaning |
|---|---|
| `claimed` | being sent, or the sender died |
| `released` | surely not sent; the next delivery tries again |
| `sent` | the provider took it, as `provider_id` |
| `failed` | the provider will never take it, see `error` |
| `unknown` | it may have been sent |
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError
from botocore.exceptions import HTTPClientError as BrokenConnection

from shared.kernel.clock import iso
from shared.kernel.errors import Busy

from .json_api import SES
from .observability import count, logger
from .requests import Condition, Key, Put, Update
from .settings import settings
from .tables import Table
from .writes import ConditionFailed

CLAIM_KEPT: Final = timedelta(days=90)
"""Far longer than anything is delivered again."""


_NEVER: Final = frozenset({"BadRequestException"})


class Outcome(StrEnum):
    """What became of a mail: the states of a claim, see the module."""

    CLAIMED = "claimed"
    RELEASED = "released"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"


AUTOMATIC: Final[Mapping[str, str]] = {"Auto-Submitted": "auto-generated"}


@dataclass(frozen=True, slots=True)
class Mail:
    """One message to one person. `tags` come back with the provider's events: ids only.

    `headers` tell mail programs what it is; those of a machine's own notices by default
    (RFC 3834: so that nobody's out-of-office answers a machine). `reply_to` is where answers go, if
    not to the sender.
    """

    to: str
    subject: str
    text: str
    html: str
    tags: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=lambda: dict(AUTOMATIC))
    reply_to: str | None = None


@dataclass(frozen=True, slots=True)
class Handed:
    """What came of handing a mail to the provider: `sent` with its id, else with an error."""

    outcome: Outcome
    provider_id: str | None = None
    error: str | None = None


def send_once(table: Table, claim: Key, mail: Mail, now: datetime) -> Outcome:
    """Send `mail` unless `claim` (a key of `table`) says that it was dealt with.

    Gives what is known about it. Raises `Busy` when the provider refused it for now: the same
    call may send it later.
    """
    before = _claim(table, claim, now)
    if before is not None:
        return before
    handed = hand_over(mail)
    known = {"provider_id": handed.provider_id, "error": handed.error}
    told = {name: text for name, text in known.items() if text}
    outcome = _record(table, claim, handed.outcome, now, **told)
    if handed.outcome is Outcome.RELEASED:
        raise Busy("mail_not_taken", "The mail provider takes no mail for now")
    return outcome


def hand_over(mail: Mail) -> Handed:
    """Give a mail to the provider, once, and say what is known of it: `sent`, `failed` (it never
    will be), `released` (surely not sent, and it may work later) or `unknown`. The claim is the
    caller's."""
    return handed(lambda: str(SES.call("SendEmail", **_request(mail))["MessageId"]), _NEVER)


def handed(call: Callable[[], str], never: Collection[str]) -> Handed:
    """What came of `call`, which gives a message to a provider of AWS and answers with its id.
    `never` are the errors after which it never will be taken."""
    try:
        return Handed(Outcome.SENT, provider_id=call())
    except ClientError as refused:
        return _refused(refused, never)
    except (EndpointConnectionError, ConnectTimeoutError) as unreachable:
        return Handed(Outcome.RELEASED, error=type(unreachable).__name__)
    except BrokenConnection as broken:
        return Handed(Outcome.UNKNOWN, error=type(broken).__name__)


def _claim(table: Table, claim: Key, now: datetime) -> Outcome | None:
    """Claim the message; what is known of it when that is not possible."""
    free = Condition(
        "mail_unclaimed",
        "attribute_not_exists(#pk) OR #state = :released",
        "a person gets a message at most once, however often its cause is delivered",
        {"released": Outcome.RELEASED},
    )
    expires = int((now + CLAIM_KEPT).timestamp())
    item = {**claim, "state": Outcome.CLAIMED, "claimed_at": iso(now), "expires_at": expires}
    try:
        table.write(Put(item, free))
    except ConditionFailed as taken:
        state = Outcome((taken.found(0) or {})["state"])
        if state is Outcome.CLAIMED:
            # Its sender died, or is slow and will still record what happened.
            return _record(table, claim, Outcome.UNKNOWN, now)
        return state
    return None


def _refused(refused: ClientError, never: Collection[str]) -> Handed:
    response: Any = refused.response
    code = str(response["Error"]["Code"])
    status = int(response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500))
    if status >= 500:
        return Handed(Outcome.UNKNOWN, error=code)
    if code in never:
        return Handed(Outcome.FAILED, error=code)
    # Throttled, paused, not verified yet: nothing left, and it may work later.
    return Handed(Outcome.RELEASED, error=code)


def _record(table: Table, claim: Key, outcome: Outcome, now: datetime, **known: str) -> Outcome:
    """Store what is known. A late `unknown` never hides a result."""
    still = Condition(
        "mail_result_open",
        "#state = :claimed" if outcome is Outcome.UNKNOWN else "#state IN (:claimed, :unknown)",
        "what the provider said stands; only a claim without a result becomes unknown",
        {"claimed": Outcome.CLAIMED}
        | ({} if outcome is Outcome.UNKNOWN else {"unknown": Outcome.UNKNOWN}),
    )
    changes = {"state": outcome, "settled_at": iso(now), **known}
    try:
        table.write(Update(claim, set=changes, condition=still))
    except ConditionFailed as settled:
        return Outcome((settled.found(0) or {})["state"])
    if outcome is not Outcome.SENT:
        logger().warning("mail not known to be sent", extra={"outcome": outcome, **known})
        count("MailNotSent")
    count("Mail", outcome=outcome)
    return outcome


def _request(mail: Mail) -> dict[str, Any]:
    simple = {
        "Subject": {"Data": one_line(mail.subject), "Charset": "UTF-8"},
        "Body": {
            "Text": {"Data": mail.text, "Charset": "UTF-8"},
            "Html": {"Data": mail.html, "Charset": "UTF-8"},
        },
        "Headers": [{"Name": name, "Value": value} for name, value in mail.headers.items()],
    }
    answers = {"ReplyToAddresses": [mail.reply_to]} if mail.reply_to else {}
    return {
        **answers,
        "FromEmailAddress": settings().need("mail_sender"),
        "Destination": {"ToAddresses": [mail.to]},
        "Content": {"Simple": simple},
        "EmailTags": [{"Name": name, "Value": value} for name, value in mail.tags.items()],
        "ConfigurationSetName": settings().need("mail_configuration_set"),
    }


def one_line(text: str) -> str:
    """`text` without line breaks and other control characters: fit for a header."""
    return " ".join("".join(" " if ord(one) < 32 else one for one in text).split())
