"""How likely two contacts are one person, and why.

Evidence is added up in bits, field by field, as in I. P. Fellegi and A. B. Sunter, "A Theory for
Record Linkage", JASA 64(328), 1969: what is seldom alike by chance speaks for one person, what
seldom differs in one person speaks against. The score is the probability that follows. The bits
are those of names in general; `python -m tests.measure.duplicates` tells how well they do.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log2
from typing import Final, NamedTuple

from shared.customers.search.words import latin

PRIOR: Final = -18.0
"""Bits that speak against any two contacts: that of two who share a common name and nothing else,
most are two people."""

SUGGESTED_FROM: Final = 0.5

_RARE: Final = 2.0
_COMMON: Final = 4.0
"""Bits for a name that only these two have, and against one that many have (W. E. Winkler,
"Frequency-based matching in the Fellegi-Sunter model", 2000)."""

_CLOSE: Final = 0.9
_SIMILAR: Final = 0.8
"""Jaro and Winkler's measure of words with a typing error, and of words that could be one."""

_GENERAL: Final = frozenset(
    ("admin", "contact", "hello", "info", "mail", "office", "sales", "service", "support", "team")
)


@dataclass(frozen=True)
class Facts:
    """What of a contact is compared. Words are folded (`search.words`), the primary company's
    come first; phones are E.164 and e-mails normalised."""

    first_name: tuple[str, ...] = ()
    last_name: tuple[str, ...] = ()
    companies: tuple[tuple[str, ...], ...] = ()
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    country: str | None = None


class Reason(NamedTuple):
    """One field's evidence: a stable `code` such as `last_name_same`, and its bits."""

    code: str
    bits: float


class Likeness(NamedTuple):
    """The probability that two are one, and the evidence, the strongest first."""

    score: float
    reasons: tuple[str, ...]


def likeness(one: Facts, other: Facts, namesakes: int = 1) -> Likeness:
    """Compare two contacts. `namesakes` is how many others have the name of `one`: a rare name in
    common says more. `reasons` are those that speak for one person."""
    found = [
        *_names(one, other),
        *_companies(one.companies, other.companies),
        *_phones(one.phones, other.phones),
        *_emails(one.emails, other.emails),
        *_countries(one.country, other.country),
    ]
    rarity = max(-_COMMON, _RARE - log2(max(1, namesakes)))
    bits = PRIOR + rarity + sum(reason.bits for reason in found)
    found.sort(key=lambda reason: -reason.bits)
    return Likeness(
        round(1 / (1 + 2**-bits), 4), tuple(reason.code for reason in found if reason.bits > 0)
    )


def _names(one: Facts, other: Facts) -> list[Reason]:
    straight = [
        *_name("first_name", one.first_name, other.first_name, same=7, close=5.5),
        *_name("last_name", one.last_name, other.last_name, same=10, close=7.5),
    ]
    # "Lee Ann" for "Ann Lee": as good as straight, if it is.
    swapped = [
        *_name("name_swapped", one.first_name, other.last_name, same=7, close=5),
        *_name("name_swapped", one.last_name, other.first_name, same=7, close=5),
    ]
    return max(straight, swapped, key=lambda reasons: sum(reason.bits for reason in reasons))


def _name(
    part: str, one: Sequence[str], other: Sequence[str], *, same: float, close: float
) -> Iterator[Reason]:
    if not one or not other:
        return
    alike = _alike(one, other)
    if alike == 1:
        yield Reason(f"{part}_same", same)
    elif alike >= _CLOSE:
        yield Reason(f"{part}_close", close)
    elif any(a[0] == b[0] and 1 in (len(a), len(b)) for a in one[:1] for b in other[:1]):
        yield Reason(f"{part}_initial", 2)
    elif alike >= _SIMILAR:
        yield Reason(f"{part}_similar", 2)
    else:
        yield Reason(f"{part}_differs", -6)


def _companies(one: Sequence[Sequence[str]], other: Sequence[Sequence[str]]) -> Iterator[Reason]:
    if not one or not other:
        return
    alike = max(_alike(a, b) for a in one for b in other)
    if alike == 1:
        yield Reason("company_same", 7)
    elif alike >= _CLOSE:
        yield Reason("company_close", 5)
    else:
        yield Reason("company_differs", -1.5)


def _phones(one: Sequence[str], other: Sequence[str]) -> Iterator[Reason]:
    if not one or not other:
        return
    apart = min(_apart(a[-8:], b[-8:]) for a in one for b in other)
    if apart == 0:
        yield Reason("phone_same", 12)
    elif apart <= 2:
        yield Reason("phone_close", 9 if apart == 1 else 5)
    else:
        yield Reason("phone_differs", -1.5)


def _emails(one: Sequence[str], other: Sequence[str]) -> Iterator[Reason]:
    if not one or not other:
        return
    if min(_apart(a, b) for a in one for b in other) <= 2:
        yield Reason("email_close", 9)
    elif {_local(a) for a in one} & {_local(b) for b in other} - {""}:
        yield Reason("email_same_name", 7)
    else:
        yield Reason("email_differs", -0.5)


def _countries(one: str | None, other: str | None) -> Iterator[Reason]:
    if one and other:
        yield Reason("country_same", 0.5) if one == other else Reason("country_differs", -2)


def _local(address: str) -> str:
    """What stands before the `@`, where it could be somebody's name."""
    local = address.partition("@")[0].partition("+")[0]
    return local if len(local) > 4 and local not in _GENERAL else ""


def _apart(one: str, other: str) -> int:
    from jellyfish import damerau_levenshtein_distance

    return int(damerau_levenshtein_distance(one, other))


def _alike(one: Sequence[str], other: Sequence[str]) -> float:
    """How much the shorter of two names is found in the longer one, whatever the order."""
    from jellyfish import jaro_winkler_similarity

    whole = float(jaro_winkler_similarity("".join(map(latin, one)), "".join(map(latin, other))))
    sides = [(one, other)] * (len(one) <= len(other)) + [(other, one)] * (len(other) <= len(one))
    return max(whole, min(_found_in(*side) for side in sides))


def _found_in(fewer: Sequence[str], more: Sequence[str]) -> float:
    from jellyfish import jaro_winkler_similarity

    best = [
        max(float(jaro_winkler_similarity(latin(word), latin(one))) for one in more)
        for word in fewer
    ]
    return sum(best) / len(best)
