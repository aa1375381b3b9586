"""Hearing what people do, and crediting the campaigns that led to it.

Only what somebody vouches for counts: purchases told by staff and by systems with a secret key,
forms we took in, people who turned to us, and what they named the code of a letter or call for. A
queue holds each back for a few minutes, so that the
click it followed on is judged before.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from shared.customers.contacts.persons import contact_of, ways_to
from shared.customers.contacts.repository import customers
from shared.customers.events import InteractionRecorded, ProductPurchased
from shared.customers.merging.repository import merges_of
from shared.customers.privacy.erasures import ERASED, not_erased_since
from shared.kernel.clock import iso
from shared.kernel.errors import AlreadyHandled, Busy, NotFound
from shared.marketing.address_lists.codes import need_code
from shared.marketing.campaigns.model import Campaign
from shared.marketing.campaigns.repository import campaign_key, marketing
from shared.marketing.campaigns.repository import from_item as campaign_from
from shared.marketing.events import Converted, ResponseCodeUsed
from shared.marketing.reports.engagement import Engagement
from shared.marketing.reports.repository import engagement_key
from shared.marketing.reports.repository import from_item as engagement_from
from shared.marketing.reports.repository import ops_of as counted
from shared.marketing.sending.stored_rules import rules_in_force
from shared.platform.requests import Op, Update
from shared.platform.writes import ConditionFailed
from shared.sales.events import LeadCaptured

from . import repository
from .crediting import Deed, Touch, credit_of, path_of
from .naming import named_deed, named_touch
from .repository import Conversion
from .rules import AttributionRules

HEARD: Final = (ProductPurchased, InteractionRecorded, LeadCaptured, ResponseCodeUsed)
Heard = ProductPurchased | InteractionRecorded | LeadCaptured | ResponseCodeUsed

_ATTEMPTS: Final = 6
_OF_PURCHASES: Final = frozenset({"purchase", "return"})
"""Interactions that are told by the purchase itself."""

_MOST_RECORDS: Final = 5

MOST_CAMPAIGNS: Final = 20
"""So many campaigns share in a deed, the latest ones: what they get is one write."""


def record_deed(fact: Heard, now: datetime) -> None:
    """Credit what somebody did. Some five reads and a write; heard of again, it is worked out
    anew and only a difference is written. Raises `AlreadyHandled` where nothing led to it."""
    deed = deed_of(fact)
    if isinstance(fact, ResponseCodeUsed):
        _touched(fact)
    if deed is None:
        raise AlreadyHandled("no_deed")
    rules = rules_in_force(now).attribution
    for _ in range(_ATTEMPTS):
        try:
            _credit(deed, rules, first_told=isinstance(fact, ResponseCodeUsed))
            return
        except ConditionFailed as refused:
            if ERASED in refused.conditions:
                raise AlreadyHandled("person_erased") from refused
    raise Busy("contended", "This person is being looked at by others, try again")


def deed_of(fact: Heard) -> Deed | None:
    """What an event says that somebody did; `None` for what nobody means to lead people to. A read
    for whose it is."""
    match fact:
        case ProductPurchased():
            return Deed(
                fact.event_id,
                _now_of(fact.contact_id),
                "purchase",
                frozenset(fact.product_ids),
                fact.occurred_at,
                fact.amount_minor,
                fact.currency,
                fact.returned,
            )
        case InteractionRecorded():
            if fact.direction == "outbound" or fact.kind in _OF_PURCHASES:
                return None
            what = frozenset({fact.kind})
            whose = _now_of(fact.contact_id)
            return Deed(fact.event_id, whose, "interaction", what, fact.occurred_at)
        case LeadCaptured():
            if fact.channel != "form":
                return None
            what = frozenset({fact.form_id} if fact.form_id else ())
            whose = contact_of(fact.lead_id)
            return Deed(fact.event_id, whose, "form", what, fact.occurred_at)
        case ResponseCodeUsed():
            return named_deed(fact, _now_of(fact.contact_id))


def _credit(deed: Deed, rules: AttributionRules, *, first_told: bool) -> None:
    """Credit a deed; `first_told`: what is known of it already stands."""
    known = repository.load(deed.contact_id, deed.deed_id)
    if known and first_told:
        deed = known.deed
    before = known or Conversion(deed)
    after = _taken_back(deed, rules) if deed.returned else _worked_out(deed, rules)
    if after is None or (not after.path and known is None):
        raise AlreadyHandled("nothing_led_to_it")
    if known is not None and known.credit == after.credit:
        raise AlreadyHandled("credited_already")
    ops: list[Op] = [*repository.ops_of(before, after, [_event(after)])]
    if not deed.returned:
        for was, is_now in _converted(after):
            ops += counted(was, is_now)
    kept = not_erased_since(deed.contact_id, iso(deed.at))
    marketing.write(*_one_each(ops), beside=[(customers, kept)])


def _touched(fact: ResponseCodeUsed) -> None:
    try:
        code = need_code(fact.code)
    except NotFound as gone:
        raise AlreadyHandled("person_erased") from gone
    touch = named_touch(fact, code.channel)
    kept = not_erased_since(fact.contact_id, iso(fact.occurred_at))
    try:
        marketing.write(repository.touch_op(touch), beside=[(customers, kept)])
    except ConditionFailed as refused:
        raise AlreadyHandled("person_erased") from refused


def _worked_out(deed: Deed, rules: AttributionRules) -> Conversion:
    touches: list[Touch] = []
    for contact_id in _all_ids(deed.contact_id):
        touches += repository.touches_of(contact_id, deed.at)
        if "sent" in rules.touches:
            touches += repository.sends_to(contact_id, deed.at)
    latest = sorted(touches, key=lambda one: one.at, reverse=True)
    ids = list(dict.fromkeys(one.campaign_id for one in latest))[:MOST_CAMPAIGNS]
    goals = {one.campaign_id: one.goal for one in _campaigns(ids)}
    path = path_of(deed, touches, goals, rules)
    return Conversion(deed, path, credit_of(deed.amount, deed.at, path, rules.half_life))


def _taken_back(deed: Deed, rules: AttributionRules) -> Conversion | None:
    """A return: what was credited for the latest purchase of one of these products, as far as it
    is given back. Of what nothing is known to have led to, nothing is taken."""
    bought = [
        one
        for one in repository.of_contact(deed.contact_id)
        if one.deed.event == "purchase"
        and not one.deed.returned
        and one.deed.at <= deed.at
        and one.deed.currency == deed.currency
        and one.deed.what & deed.what
    ]
    if not bought:
        return None
    one = max(bought, key=lambda found: found.deed.at)
    amount = -min(deed.amount, one.deed.amount)
    credit = credit_of(amount, one.deed.at, one.path, rules.half_life)
    return Conversion(deed, one.path, credit)


def _converted(after: Conversion) -> Iterable[tuple[Engagement, Engagement]]:
    """What came of the messages of a path, before and after the deed, where that changes."""
    places = {(one.campaign_id, one.contact_id): one for one in after.path}
    items = marketing.get_many([engagement_key(*place) for place in places]) if places else []
    known = {(one.campaign_id, one.contact_id): one for one in map(engagement_from, items)}
    for place, touch in places.items():
        variant = None if touch.variant == "-" else touch.variant
        was = known.get(place) or Engagement(*place, touch.channel, variant)
        if was.converted_at is None:
            yield was, was.converted(after.deed.at)


def _one_each(ops: Iterable[Op]) -> list[Op]:
    """The same, with what is added to one item in one operation: a write takes no two of them."""
    found: list[Op] = []
    sums: dict[tuple[str, str], Counter[str]] = {}
    for op in ops:
        if isinstance(op, Update):
            sums.setdefault((op.key["pk"], op.key["sk"]), Counter()).update(op.add)
        else:
            found.append(op)
    added = (Update({"pk": pk, "sk": sk}, add=more) for (pk, sk), more in sums.items())
    return [*found, *added]


def _event(after: Conversion) -> Converted:
    deed = after.deed
    sign = -1 if deed.returned else 1
    return Converted(
        event_id=f"converted_{deed.deed_id}",
        occurred_at=deed.at,
        contact_id=deed.contact_id,
        deed_id=deed.deed_id,
        event=deed.event,
        campaign_ids=sorted({one.campaign_id for one in after.path}),
        amount_minor=sign * deed.amount,
        currency=deed.currency,
    )


def _campaigns(ids: Iterable[str]) -> list[Campaign]:
    items = marketing.get_many([campaign_key(one) for one in ids]) if ids else []
    return [campaign_from(item) for item in items]


def _now_of(contact_id: str) -> str:
    return ways_to([contact_id])[contact_id][-1]


def _all_ids(contact_id: str) -> list[str]:
    """A contact and those that were merged into it: mails went to each of them."""
    merged = [
        one.loser_id
        for one in merges_of(contact_id)
        if one.winner_id == contact_id and one.undone_at is None
    ]
    return list(dict.fromkeys([contact_id, *merged]))[:_MOST_RECORDS]
