"""What the pages of changes take from addresses and forms."""

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field

from shared.directory.audit_log import Wanted
from shared.pages.reading import read

_LONGEST = 999_999


class Older(BaseModel):
    """An older version of something, to be brought back."""

    model_config = ConfigDict(extra="ignore")

    noun: str
    id: str
    to: int = Field(ge=1, le=_LONGEST)


class GoingBack(Older):
    """The same, decided when `version` was the newest."""

    version: int = Field(ge=1, le=_LONGEST)


def older(query: Mapping[str, str]) -> Older:
    """What an address asks to look at. Raises `Rejected`."""
    return read(Older, query)


def wanted(query: Mapping[str, str]) -> Wanted:
    """The filters of an address; an empty one asks for nothing."""
    given = {name: query.get(name, "").strip() or None for name in ("noun", "id", "by")}
    return Wanted(**given)
