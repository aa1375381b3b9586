"""What `saved_views` takes and answers."""

from pydantic import BaseModel, Field

from shared.sales.views.model import View


class ViewList(BaseModel):
    """All views of a person."""

    items: list[View]


class Removal(BaseModel):
    """`?version=3`"""

    version: int = Field(ge=1)
