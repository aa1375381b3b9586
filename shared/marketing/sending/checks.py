"""Whether a person may be sent a message at this moment: the last look before it leaves, the same
that a pre-flight takes. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import inf
from typing import Any, Final, Literal

from shared.customers.consents.model import ANY, Consent
from shared.customers.consents.standing import Key, allows
from shared.customers.contacts.model import Contact
from shared.kernel.clock import parse_instant
from shared.marketing.channels.model import CHANNELS

from .quiet import instant_of, quiet_until
from .rules import Cap, SendingRules

Reason = Literal[
    "no_record",
    "no_address",
    "suppressed",
    "no_consent",
    "local_time",
    "capped",
    "priority",
    "main_contact",
    "quiet_hours",
    "same_household",
    "same_account",
    "cancelled",
]
REASONS: Final[tuple[Reason, ...]] = (
    "no_record",
    "no_address",
    "suppressed",
    "no_consent",
    "local_time",
    "capped",
    "priority",
    "main_contact",
    "quiet_hours",
    "same_household",
    "same_account",
    "cancelled",
)
"""Why somebody gets nothing, or nothing yet; of several the first one counts."""


TRACKING: Final = "tracking"
"""The purpose people say yes or no to where it is about noting what they open and follow."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a recipient: the contact (`None`: there is no record in use), whether the
    address must not be written to, what consents stand, and when messages went out to the person
    by the channel lately, by `<instant>#<campaign>`; `limit` is what they asked for themselves.
    More important campaigns have messages for them as well, of each of which `awaited` says when to
    look whether it is still to come. Where the main contact of their account comes first, `behind` is
    when to look whether that one got it."""

    contact: Contact | None
    suppressed: bool = False
    consents: Mapping[Key, Consent] = ()  # type: ignore[assignment]
    sent: Collection[str] = ()
    limit: Cap | None = None
    awaited: Collection[datetime] = ()
    behind: datetime | None = None


@dataclass(frozen=True, slots=True)
class Go:
    """Send now, relying on a consent (what for, by which channel, since when and whence)."""

    consent: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Skip:
    """Do not send, for good."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class Defer:
    """Look again at an instant."""

    reason: Reason
    until: datetime


Verdict = Go | Skip | Defer


def may_be_tracked(decided: Mapping[Key, Consent]) -> bool:
    """Whether it may be noted what somebody does with a mail: unless they decided on that (the
    purpose `tracking`) and did not agree."""
    return not decided or allows(decided, TRACKING, "email")


def decide(
    known: Known,
    purpose: str,
    channel: str,
    rules: SendingRules,
    now: datetime,
    local_time: datetime | None = None,
) -> Verdict:
    """Whether a message for `purpose` goes out by `channel`, and if not, why not and until when.
    Before `local_time` of their own clock nobody gets it."""
    contact, consent = known.contact, CHANNELS[channel].consent
    if contact is None:
        return Skip("no_record")
    if not CHANNELS[channel].address(contact):
        return Skip("no_address")
    if known.suppressed:
        return Skip("suppressed")
    if not allows(known.consents, purpose, consent):
        return Skip("no_consent")
    zone = contact.zone if "zone" in contact.model_fields_set else rules.zone
    if known.behind:
        return Defer("main_contact", known.behind)
    if local_time and (begins := instant_of(local_time, zone)) > now:
        return Defer("local_time", begins)
    caps = caps_of(known, rules)
    free_at = free_from(known.sent, caps, now)
    if free_at is not None:
        return Skip("capped") if rules.overflow == "drop" else Defer("capped", free_at)
    if known.awaited and room(known.sent, caps, now) <= len(known.awaited):
        return Defer("priority", min(known.awaited))
    quiet = None if CHANNELS[channel].placed else quiet_until(now, zone, *rules.quiet)
    if quiet is not None:
        return Defer("quiet_hours", quiet)
    return Go(_relied_on(known.consents, purpose, consent))


def caps_of(known: Known, rules: SendingRules) -> Sequence[Cap]:
    """All that says how often a person may be sent messages: everybody's caps and their own."""
    return (*rules.caps, known.limit) if known.limit else rules.caps


def free_from(sent: Collection[str], caps: Iterable[Cap], now: datetime) -> datetime | None:
    """When one more message is within all caps; `None`: it is now. `sent` as in `Known`."""
    instants = sorted(parse_instant(one.partition("#")[0]) for one in sent)
    waits = []
    for cap in caps:
        window = timedelta(days=cap.days)
        within = [one for one in instants if one + window > now]
        if len(within) >= cap.times:
            waits.append(within[-cap.times] + window)
    return max(waits, default=None)


def room(sent: Collection[str], caps: Iterable[Cap], now: datetime) -> float:
    """How many more messages are within all caps now. `sent` as in `Known`."""
    instants = [parse_instant(one.partition("#")[0]) for one in sent]
    left = (
        cap.times - sum(one + timedelta(days=cap.days) > now for one in instants) for cap in caps
    )
    return min(left, default=inf)


def _relied_on(consents: Mapping[Key, Consent], purpose: str, channel: str) -> dict[str, Any]:
    found = [consents[key] for key in ((purpose, channel), (purpose, ANY)) if key in consents]
    latest = max(found, key=lambda one: one.at)
    return {
        "purpose": latest.purpose,
        "channel": latest.channel,
        "at": latest.at,
        "source": latest.evidence.source,
    }
