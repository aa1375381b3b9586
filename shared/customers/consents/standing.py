"""What follows from decisions: which of two stands, and whether something is allowed."""

from collections.abc import Iterable, Mapping
from typing import Final

from .model import ANY, Consent, ConsentState

_STRICTNESS: Final = {
    ConsentState.GRANTED: 0,
    ConsentState.PENDING: 1,
    ConsentState.WITHDRAWN: 2,
}

Key = tuple[str, str]
"""Purpose and channel."""


def by_key(consents: Iterable[Consent]) -> dict[Key, Consent]:
    """Consents by purpose and channel."""
    return {(one.purpose, one.channel): one for one in consents}


def merged(a: Iterable[Consent], b: Iterable[Consent]) -> list[Consent]:
    """What holds for one person of whom we had two records: of each purpose and channel the most
    restrictive of both, of equals the later. What only one record has is kept: it is the same
    person who decided it."""
    ours, theirs = by_key(a), by_key(b)
    return [
        max(filter(None, (ours.get(key), theirs.get(key))), key=_restriction)
        for key in sorted({*ours, *theirs})
    ]


def allows(consents: Mapping[Key, Consent], purpose: str, channel: str) -> bool:
    """Whether the person agreed to `channel` being used for `purpose`.

    A decision about the channel and one about `any` count alike: the later one, and of the same
    instant the stricter. Without a decision nothing is allowed.
    """
    found = [consents.get((purpose, one)) for one in (channel, ANY)]
    latest = max(filter(None, found), key=lambda one: (one.at, _strict(one)), default=None)
    return latest is not None and latest.state is ConsentState.GRANTED


def _restriction(one: Consent) -> tuple[int, str]:
    return _strict(one), one.at


def _strict(one: Consent) -> int:
    return _STRICTNESS[one.state]
