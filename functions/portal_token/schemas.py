"""What signing in to the portal's API takes and gives."""

from pydantic import BaseModel, ConfigDict, Field


class SignIn(BaseModel):
    """Whoever wants to sign in."""

    model_config = ConfigDict(extra="forbid")

    email: str = Field(max_length=320)


class Enter(BaseModel):
    """The code from the mail, with what was given when it was asked for."""

    model_config = ConfigDict(extra="forbid")

    sign_in: str = Field(max_length=2_000)
    code: str = Field(max_length=40)


class Asked(BaseModel):
    """A code is on its way, if somebody signs in by that address. It is good for so many
    seconds."""

    sign_in: str
    seconds: int


class Token(BaseModel):
    """What to ask with as `Authorization: Bearer …`, for so many seconds."""

    access_token: str
    token_type: str = "Bearer"
    expires_in: int
