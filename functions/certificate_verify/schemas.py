"""What `certificate_verify` takes and answers."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, JsonValue, StringConstraints


class Signed(BaseModel):
    """A certificate as it was handed out, with its signature."""

    model_config = ConfigDict(extra="ignore")

    certificate: dict[str, JsonValue]
    signature: Annotated[str, StringConstraints(max_length=200)]


class Verified(BaseModel):
    """The certificate is ours, and as we made it."""

    valid: Literal[True]
