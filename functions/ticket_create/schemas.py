"""What `ticket_create` takes and answers."""

from pydantic import BaseModel, ConfigDict, Field


class Created(BaseModel):
    """201 to scripts."""

    ticket_id: str


class NewUpload(BaseModel):
    """A file somebody is about to send."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=200)
    media_type: str = Field(max_length=100)


class UploadView(BaseModel):
    """Where and how to send it (`fields` as they are, then the file as `file`), and the `token`
    by which a message takes it."""

    token: str
    url: str
    fields: dict[str, str]
    max_bytes: int
    expires_in: int
