"""One thing somebody did, as it is kept."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Source = Literal["public", "partner", "signed"]
"""Who vouches for it: nobody (a page script), a system holding a secret key, or our own signed
link. What a public source claims never counts as a message opened or money paid."""


class Behaviour(BaseModel):
    """A stored behaviour. Instants are ISO text; `path` is a page's path without query string
    (its host and campaign are among the `properties`), because queries hold personal data.

    `subject_id` is a visitor or a lead, `behaviour_id` the sender's event id. `occurred_at` is
    what the sender says, `recorded_at` when we stored it. `human` is false for known robots.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    subject_id: str
    behaviour_id: str
    name: str
    occurred_at: str
    recorded_at: str
    path: str | None = None
    object_id: str | None = None
    properties: dict[str, str] = Field(default_factory=dict)
    human: bool = True
    source: Source = "public"
