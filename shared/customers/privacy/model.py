"""A privacy request: what was asked, for whom, and how far it is."""

from enum import StrEnum
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field

Kind = Literal["export", "erasure"]
EXPORT: Final = "export"
ERASURE: Final = "erasure"

Cause = Literal["customer", "staff", "retention", "restore"]
"""Who or what asked: the person, staff for the person, a retention rule, or a back-up that was
restored and brought the person back."""

FORGETTABLE: Final[frozenset[Cause]] = frozenset({"customer", "staff", "restore"})
"""Causes of an erasure after which the person's addresses are never written to again. What a rule
removes because nobody needed it any more says nothing about that."""

_STORED: Final = ConfigDict(frozen=True, extra="ignore", defer_build=True)


class RequestState(StrEnum):
    """How far a request is. An erasure that went through everything once is `settling`: what was
    on its way then is looked for once more."""

    REQUESTED = "requested"
    RUNNING = "running"
    SETTLING = "settling"
    DONE = "done"


class PrivacyRequest(BaseModel):
    """One request. `round` counts how often everything was gone through. `look_again_at` is when
    that happens again; an export can be fetched until `expires_at`. Instants are ISO text."""

    model_config = _STORED

    request_id: str
    kind: Kind
    cause: Cause
    contact_id: str
    state: RequestState = RequestState.REQUESTED
    round: int = 0
    requested_by: str
    requested_at: str
    reason: str = ""
    look_again_at: str | None = None
    completed_at: str | None = None
    expires_at: str | None = None


class StoreProgress(BaseModel):
    """How far one store is in round `round`. `found` counts what was there, by entity, all rounds
    together; `kept` what of it legal holds keep; `stays` what tells nobody who it was."""

    model_config = _STORED

    store: str
    round: int
    state: Literal["waiting", "counted", "done"] = "waiting"
    found: dict[str, int] = Field(default_factory=dict)
    kept: dict[str, int] = Field(default_factory=dict)
    stays: dict[str, int] = Field(default_factory=dict)


class Hold(BaseModel):
    """Why some of a person's records must be kept though they are erased: by which duty (`name`,
    `reason`), which records (`<store>.<entity>`), and until when (ISO text)."""

    model_config = _STORED

    hold_id: str
    name: str
    reason: str
    keeps: list[str]
    until: str
    created_by: str
    created_at: str
