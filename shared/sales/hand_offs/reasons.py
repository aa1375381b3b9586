"""Why sales turns a lead down, in words that may leave with an event.

People may write what they like; it is kept with the lead. An event carries one of the known words
or `other`, because free text may name a person and events are kept where nobody can be erased.
"""

from typing import Final

KNOWN_REASONS: Final = frozenset(
    {
        "budget",
        "competitor",
        "duplicate",
        "no_need",
        "not_a_fit",
        "spam",
        "timing",
        "unreachable",
        "wrong_contact",
    }
)
MAX_REASON_LENGTH: Final = 500


def public_reason(reason: str) -> str:
    """The known word that `reason` is, whatever its case and spacing, or `other`."""
    word = "_".join(reason.lower().replace("-", " ").replace("_", " ").split())
    return word if word in KNOWN_REASONS else "other"
