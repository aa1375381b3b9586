"""What the person of two records allows: of each purpose and channel the more restrictive, when
they become one and when they part again."""

from collections.abc import Iterable, Iterator

from shared.customers.consents.model import Consent, ConsentState
from shared.customers.consents.repository import consent_item, consent_key
from shared.customers.consents.standing import by_key
from shared.customers.consents.standing import merged as most_restrictive
from shared.platform.requests import Condition, Delete, Op, Put

from .model import Merge


def taken_over(
    winner_id: str, ours: Iterable[Consent], theirs: Iterable[Consent], *, until: str
) -> list[Put]:
    """Let the more restrictive of both contacts' consents hold for the winner; what the winner
    decided after `until` stands."""
    own = by_key(ours)
    return [
        _put(winner_id, one, own.get(key))
        for key, one in by_key(most_restrictive(own.values(), theirs)).items()
        if one != own.get(key) and (key not in own or own[key].at <= until)
    ]


def parted(merge: Merge, ours: Iterable[Consent], theirs: Iterable[Consent]) -> Iterator[Op]:
    """Let hold again for both what held before the merge; but what the person decided since
    stays with the winner, and a refusal since holds for both."""
    now, lost = by_key(ours), by_key(theirs)
    before, after = by_key(merge.consents_before), by_key(merge.consents_after)
    for key, one in now.items():
        if one == after.get(key) and one != before.get(key):
            yield _back(merge.winner_id, one, before.get(key))
        elif one != after.get(key) and one.state is ConsentState.WITHDRAWN and one != lost.get(key):
            yield _put(merge.loser_id, one, lost.get(key))


def _back(contact_id: str, now: Consent, before: Consent | None) -> Op:
    if before:
        return _put(contact_id, before, now)
    return Delete(consent_key(contact_id, now), _as_read(now))


def _put(contact_id: str, consent: Consent, present: Consent | None) -> Put:
    return Put(consent_item(contact_id, consent), _as_read(present))


def _as_read(present: Consent | None) -> Condition:
    return Condition(
        "consent_as_read",
        "#at = :consent_at AND #state = :consent_state" if present else "attribute_not_exists(#pk)",
        "which of two is the more restrictive was decided on what was read",
        {"consent_at": present.at, "consent_state": present.state} if present else {},
    )
