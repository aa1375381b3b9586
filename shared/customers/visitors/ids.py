"""The shape of an anonymous visitor's id."""

import re
from typing import Final

LEAD_PREFIX: Final = "lead_"

_SHAPE: Final = re.compile(r"[A-Za-z0-9_-]{8,64}")


def is_visitor_id(text: str) -> bool:
    """Whether `text` may name a visitor: 8 to 64 safe characters that are not a lead's id.

    Anyone may choose it, so it must never be able to name a lead.
    """
    return _SHAPE.fullmatch(text) is not None and not is_lead(text)


def is_lead(subject_id: str) -> bool:
    """Whether a subject is a lead itself rather than a visitor."""
    return subject_id.startswith(LEAD_PREFIX)
