"""What the pages of the quarantine take."""

from pydantic import BaseModel, ConfigDict, Field


class Release(BaseModel):
    """Why a submission is a person's after all."""

    model_config = ConfigDict(str_strip_whitespace=True)

    reason: str = Field(default="", max_length=500)
