"""Write keys as configuration: who may report behaviour, and how far they are believed."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Final, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

PUBLIC_PREFIX: Final = "crm_pub_"
SECRET_PREFIX: Final = "crm_sec_"

Kind = Literal["public", "partner", "staff"]

_MODEL: Final = ConfigDict(frozen=True, extra="forbid")


MAX_FORMER: Final = 10
"""Texts of a key that rotation replaced are remembered; older ones are forgotten."""

KeyId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
Text = Annotated[str, Field(pattern=r"^crm_pub_[A-Za-z0-9_-]{4,64}$")]
Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
Origins = Annotated[
    tuple[Annotated[str, Field(pattern=r"^https?://[a-z0-9.-]+(:[0-9]{1,5})?$")], ...],
    Field(max_length=100),
]


class FormerKey(BaseModel):
    """What a key was before it was rotated, which opens until an instant."""

    model_config = _MODEL

    key: Text | None = None
    key_hash: Hash | None = None
    valid_until: AwareDatetime


class WriteKey(BaseModel):
    """One key. Rotation gives it a new text while the former one goes on for a while, so that it
    can be replaced wherever it is used without a gap.

    A `public` key stands in the source of a web page: it is no secret, is kept as it is, and only
    pages of `allowed_origins` (and our own) may use it. The others are secrets, of which only a
    keyed hash is kept. `valid_until` ends a key at that instant.
    """

    model_config = _MODEL

    key_id: KeyId
    kind: Kind
    key: Text | None = None
    key_hash: Hash | None = None
    allowed_origins: Origins = ()
    valid_until: AwareDatetime | None = None
    former: Annotated[tuple[FormerKey, ...], Field(max_length=MAX_FORMER)] = ()

    def ended(self, now: datetime) -> bool:
        """Whether nothing of it opens any more, now or later."""
        return self.valid_until is not None and self.valid_until <= now

    def texts(self, now: datetime) -> Iterator[str]:
        """What opens at `now`: the texts of a public key, the hashes of a secret one."""
        if self.ended(now):
            return
        former = [(one.key, one.key_hash) for one in self.former if now < one.valid_until]
        for key, key_hash in ((self.key, self.key_hash), *former):
            if text := key or key_hash:
                yield text

    @model_validator(mode="after")
    def _public_or_secret(self) -> Self:
        public = self.kind == "public"
        former = [(one.key, one.key_hash) for one in self.former]
        for key, key_hash in ((self.key, self.key_hash), *former):
            if public != (key is not None) or public == (key_hash is not None):
                raise ValueError("a public key has `key`, any other `key_hash`")
        if not public and self.allowed_origins:
            raise ValueError("a secret key must not be used by web pages")
        return self


class WriteKeys(BaseModel):
    """All keys there are, as one versioned configuration."""

    model_config = _MODEL

    keys: tuple[WriteKey, ...] = Field(default=(), max_length=500)

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        ids = [one.key_id for one in self.keys]
        if len(set(ids)) != len(ids):
            raise ValueError("key ids must differ")
        return self
