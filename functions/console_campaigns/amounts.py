"""Amounts of money as people type them."""

import re
from typing import Final

from shared.kernel.money import decimals

_AMOUNT: Final = re.compile(r"\d{1,10}(\.\d{1,3})?")


def plain(text: str) -> str | None:
    """An amount without what makes it readable; `None` for what is none."""
    bare = text.strip().replace(",", "")
    return bare if _AMOUNT.fullmatch(bare) else None


def minor(amount: str, currency: str) -> int:
    """A plain amount in the currency's minor unit."""
    whole, _, rest = amount.partition(".")
    places = decimals(currency)
    return int(whole + rest.ljust(places, "0")[:places])


def written(amount: int | None, currency: str) -> str:
    """An amount in the minor unit as it is typed."""
    if amount is None:
        return ""
    places = decimals(currency)
    whole, rest = divmod(amount, 10**places)
    return f"{whole}.{rest:0{places}d}" if places else str(whole)
