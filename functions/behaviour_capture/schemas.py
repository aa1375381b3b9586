"""What `POST /v1/events` takes and answers."""

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from shared.customers.behaviour.capture import Report

Text = Annotated[str, Field(max_length=256)]
PropertyName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class ReportedEvent(BaseModel):
    """One behaviour. `id` is the caller's and makes sending it again harmless. A secret key may
    name `lead_id`, `email` or `phone` (E.164) instead of `visitor_id`."""

    model_config = ConfigDict(extra="forbid")

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
    name: Annotated[str, Field(max_length=64)]
    visitor_id: Text | None = None
    lead_id: Text | None = None
    email: Text | None = None
    phone: Text | None = None
    occurred_at: AwareDatetime | None = None
    url: Annotated[str, Field(max_length=2_048)] | None = None
    object_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.:/-]{1,128}$")] | None = None
    human: bool = True
    properties: Annotated[dict[PropertyName, Text], Field(max_length=20)] = Field(
        default_factory=dict
    )

    def report(self) -> Report:
        """As the use case takes it."""
        return Report(**{name: getattr(self, name) for name in type(self).model_fields})


class EventsRequest(BaseModel):
    """Up to 100 events. `write_key` is for callers that cannot set the header `x-write-key`."""

    model_config = ConfigDict(extra="forbid")

    write_key: Annotated[str, Field(max_length=128)] | None = None
    events: Annotated[list[ReportedEvent], Field(min_length=1, max_length=100)]


class EventsAnswer(BaseModel):
    """How many events were new, and how many were stored already."""

    accepted: int
    duplicates: int
