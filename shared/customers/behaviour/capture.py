"""Taking in what callers report, as far as their key is believed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from shared.customers.identity import lead_id_of, normalise_email, normalise_phone
from shared.customers.retention.repository import rules_in_force
from shared.customers.visitors.ids import is_visitor_id
from shared.customers.write_keys.model import WriteKey
from shared.kernel.clock import iso
from shared.kernel.errors import FieldError, Rejected
from shared.kernel.ids import is_id

from .model import Behaviour
from .names import VOUCHED, is_known
from .repository import save_new

OLDEST_CLAIM: Final = timedelta(days=30)
"""A page script that was offline this long is no longer believed."""

OLDEST_HISTORY: Final = timedelta(days=20 * 365)
"""Other systems may bring their history along; further back is a mistake."""

UTM: Final = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
_MAX_VALUE: Final = 256
_MAX_PATH: Final = 1_024


@dataclass(frozen=True, slots=True)
class Report:
    """One behaviour as reported. Exactly one of the four subjects is given; anything but
    `visitor_id` takes a secret key. `url` is a page's full address."""

    id: str
    name: str
    visitor_id: str | None = None
    lead_id: str | None = None
    email: str | None = None
    phone: str | None = None
    occurred_at: datetime | None = None
    url: str | None = None
    object_id: str | None = None
    human: bool = True
    properties: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Taken:
    """How many reports were stored and how many were there already."""

    accepted: int
    duplicates: int


class _Refused(ValueError):
    """Why one report is not acceptable: a field, a stable code and a message."""


def capture_behaviour(
    reports: Sequence[Report], key: WriteKey, *, robot: bool, now: datetime
) -> Taken:
    """Store the reports of one caller, all or none, each (subject, id) once for ever.

    A report with an id that is stored already counts as a duplicate, whatever it says. One write
    call, two when some were duplicates. Raises `Rejected`, naming each report that is not
    acceptable: a public key's claim of an open, click or purchase is one.
    """
    found: dict[tuple[str, str], Behaviour] = {}
    wrong: list[FieldError] = []
    for position, report in enumerate(reports):
        try:
            one = _behaviour(report, key, robot, now)
        except _Refused as why:
            part, code, message = why.args
            wrong.append(FieldError(f"events.{position}.{part}", code, message))
        else:
            found.setdefault((one.subject_id, one.behaviour_id), one)
    if wrong:
        raise Rejected("events_refused", "Nothing of this request was stored", wrong)
    kept = rules_in_force(now).behaviour_days
    accepted = save_new(list(found.values()), kept_days=kept)
    return Taken(accepted, len(reports) - accepted)


def _behaviour(report: Report, key: WriteKey, robot: bool, now: datetime) -> Behaviour:
    public = key.kind == "public"
    if not is_known(report.name):
        raise _Refused("name", "name_unknown", "Neither a known name nor custom.<name>")
    if public and report.name in VOUCHED:
        raise _Refused("name", "name_not_claimable", "A public key may not report this")
    occurred = min(report.occurred_at or now, now)
    if occurred < now - (OLDEST_CLAIM if public else OLDEST_HISTORY):
        raise _Refused("occurred_at", "occurred_too_long_ago", "Too long ago to be true")
    path, place = _place(report.url)
    return Behaviour(
        subject_id=_subject(report, public),
        behaviour_id=report.id,
        name=report.name,
        occurred_at=iso(occurred),
        recorded_at=iso(now),
        path=path,
        object_id=report.object_id,
        properties={**report.properties, **place},
        human=not robot if public else report.human,
        source="public" if public else "partner",
    )


def _subject(report: Report, public: bool) -> str:
    given = [name for name in ("visitor_id", "lead_id", "email", "phone") if getattr(report, name)]
    if len(given) != 1:
        raise _Refused("visitor_id", "subject_not_single", "Name exactly one subject")
    (kind,) = given
    if public and kind != "visitor_id":
        raise _Refused(kind, "subject_not_claimable", "A public key may name visitors only")
    text = str(getattr(report, kind))
    if kind == "visitor_id" and is_visitor_id(text):
        return text
    if kind == "lead_id" and is_id("lead", text):
        return text
    try:
        if kind == "email":
            return lead_id_of("email", normalise_email(text))
        if kind == "phone":
            return lead_id_of("phone", normalise_phone(text))
    except ValueError as error:
        raise _Refused(kind, f"{kind}_invalid", f"This is {error}") from error
    raise _Refused(kind, f"{kind}_invalid", "Not of the right shape")


def _place(url: str | None) -> tuple[str | None, dict[str, str]]:
    """A page's path, its host and its campaign. The rest of the query, user and fragment are
    dropped: they are where addresses and tokens hide."""
    if not url:
        return None, {}
    try:
        parts = urlsplit(url)
        host = parts.hostname
        query = dict(parse_qsl(parts.query, max_num_fields=100))
    except ValueError as error:
        raise _Refused("url", "url_invalid", "This is not an address") from error
    if parts.scheme not in ("http", "https") or not host:
        raise _Refused("url", "url_invalid", "Give the page's full http(s) address")
    campaign = {name: query[name][:_MAX_VALUE] for name in UTM if query.get(name)}
    return (parts.path or "/")[:_MAX_PATH], {"host": host[:_MAX_VALUE], **campaign}
