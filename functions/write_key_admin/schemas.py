"""What `/v1/write-keys` takes and answers."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from shared.customers.write_keys.model import KeyId, Kind, Origins, WriteKey


class _Change(BaseModel):
    """Every change names the version of all keys it was made from: 412 when there is another."""

    model_config = ConfigDict(extra="forbid")

    version: Annotated[int, Field(ge=0)]


class NewKey(_Change):
    """A key to make. Only a public one has origins."""

    key_id: KeyId
    kind: Kind
    allowed_origins: Origins = ()


class KeyChange(_Change):
    """The pages that may use a public key, instead of those before."""

    allowed_origins: Origins


class KeyRotation(_Change):
    """Until when the former text opens; in a week when it is not said."""

    former_until: AwareDatetime | None = None


class KeyRevocation(_Change):
    """Which keys it was decided over."""


class FormerView(BaseModel):
    """A text that was replaced, if it is public, and until when it opens."""

    key: str | None
    valid_until: datetime
    ended: bool


class KeyView(BaseModel):
    """A key as administrators see it. `key` is the text of a public one."""

    key_id: str
    kind: Kind
    key: str | None
    allowed_origins: tuple[str, ...]
    ended: bool
    valid_until: datetime | None
    former: list[FormerView]

    @classmethod
    def of(cls, key: WriteKey, now: datetime) -> Self:
        """The view of a stored key."""
        former = [
            FormerView(
                key=one.key,
                valid_until=one.valid_until,
                ended=key.ended(now) or one.valid_until <= now,
            )
            for one in key.former
        ]
        names = ("key_id", "kind", "key", "allowed_origins", "valid_until")
        shown = {name: getattr(key, name) for name in names}
        return cls(ended=key.ended(now), former=former, **shown)


class KeyList(BaseModel):
    """All keys, and the version to name when changing one."""

    version: int
    items: list[KeyView]


class KeySaved(BaseModel):
    """A key as it is now, in `version` of all keys."""

    version: int
    key: KeyView


class KeyMade(KeySaved):
    """A key with its text, told this once."""

    text: str
