"""What `contact_search` takes and answers."""

from typing import Annotated

from pydantic import BaseModel, StringConstraints

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
