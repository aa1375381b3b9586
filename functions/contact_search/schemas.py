"""What `contact_search` takes and answers."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Self

from pydantic import BaseModel, StringConstraints

from shared.customers.access.showing import listed
from shared.customers.search.finding import Hit
from shared.customers.search.lookup import MAX_TEXT


class SearchQuery(BaseModel):
    """`q` is what was typed; a phone number without a country code is one of `country`."""

    q: Annotated[str, StringConstraints(min_length=1, max_length=MAX_TEXT, strip_whitespace=True)]
    country: Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2}$", to_upper=True)] | None = (
        None
    )


class SearchResult(BaseModel):
    """Contacts and accounts, best first."""

    items: list[Hit]

    @classmethod
    def of(cls, found: Iterable[Hit], now: datetime) -> Self:
        """The view of what was found."""
        return cls(items=[_listed(one, now) for one in found])


def _listed(hit: Hit, now: datetime) -> Hit:
    if hit.contact is None:
        return hit
    return hit.model_copy(update={"contact": listed([hit.contact], now)[0]})
