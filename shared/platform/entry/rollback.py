"""What every `POST …/rollback` takes."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class RollBack(BaseModel):
    """Bring back what version `to_version` said, as the one after `version`, the newest known."""

    model_config = ConfigDict(extra="forbid")

    to_version: Annotated[int, Field(ge=1, le=999_999)]
    version: Annotated[int, Field(ge=1, le=999_999)]
