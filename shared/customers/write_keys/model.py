"""Write keys as configuration: who may report behaviour, and how far they are believed."""

from typing import Annotated, Final, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

PUBLIC_PREFIX: Final = "crm_pub_"
SECRET_PREFIX: Final = "crm_sec_"

Kind = Literal["public", "partner", "staff"]

_MODEL: Final = ConfigDict(frozen=True, extra="forbid")


class WriteKey(BaseModel):
    """One key. Several are valid at once, so that a new one is in use before the old one ends.

    A `public` key stands in the source of a web page: it is no secret, is kept as it is, and only
    pages of `allowed_origins` (and our own) may use it. The others are secrets, of which only a
    keyed hash is kept. `valid_until` ends a key at that instant.
    """

    model_config = _MODEL

    key_id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
    kind: Kind
    key: Annotated[str, Field(pattern=r"^crm_pub_[A-Za-z0-9_-]{4,64}$")] | None = None
    key_hash: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")] | None = None
    allowed_origins: tuple[
        Annotated[str, Field(pattern=r"^https?://[a-z0-9.-]+(:[0-9]{1,5})?$")], ...
    ] = Field(default=(), max_length=100)
    valid_until: AwareDatetime | None = None

    @model_validator(mode="after")
    def _public_or_secret(self) -> Self:
        public = self.kind == "public"
        if public != (self.key is not None) or public == (self.key_hash is not None):
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
