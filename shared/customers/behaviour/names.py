"""What a behaviour may be called, and who may say it happened."""

import re
from typing import Final

CLAIMABLE: Final = frozenset({"page_viewed", "cart_updated"})
"""Anyone may claim these, and any `custom.<name>`."""

VOUCHED: Final = frozenset({"email_opened", "email_clicked", "purchased"})
"""These count as money or as interest in a message: only a secret key's holder or our own signed
link may say so."""

_CUSTOM: Final = re.compile(r"custom\.[a-z][a-z0-9_]{0,39}")


def is_known(name: str) -> bool:
    """Whether a behaviour may be called this."""
    return name in CLAIMABLE or name in VOUCHED or _CUSTOM.fullmatch(name) is not None
