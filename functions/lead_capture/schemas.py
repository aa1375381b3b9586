"""What `lead_capture` answers."""

from pydantic import BaseModel


class Created(BaseModel):
    """201 to scripts."""

    lead_id: str
    submission_id: str
