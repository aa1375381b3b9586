"""What `sla_admin` takes and answers."""

from typing import Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from shared.directory.model import Slug
from shared.platform.configuration import Version
from shared.support.canned.model import CannedReplies, Macros
from shared.support.escalation.webhook import shown_secret
from shared.support.queues.model import DEFAULT, NO_RULES, QueueRules
from shared.support.sla.policy import SlaPolicies


class NewPolicies(BaseModel):
    """Policies to store, and the newest version the author has seen (0: none). `activate` puts
    them in force at once."""

    model_config = ConfigDict(extra="forbid")

    policies: SlaPolicies
    version: int = Field(ge=0)
    activate: bool = False


class PoliciesShort(BaseModel):
    """One version without what it says. `active_since` is given on the one in force."""

    version: int
    saved_by: str
    saved_at: str
    active: bool
    active_since: str | None

    @classmethod
    def of(cls, stored: Version[SlaPolicies]) -> Self:
        """A stored version."""
        return cls(
            version=stored.number,
            saved_by=stored.saved_by,
            saved_at=stored.saved_at,
            active=stored.active_since is not None,
            active_since=stored.active_since,
        )


class PoliciesAnswer(PoliciesShort):
    """One version with its policies."""

    policies: SlaPolicies

    @classmethod
    def of(cls, stored: Version[SlaPolicies]) -> Self:
        """A stored version."""
        return cls(policies=stored.value, **PoliciesShort.of(stored).model_dump())


class PoliciesPage(BaseModel):
    """Some versions, newest first, and the cursor of the next page."""

    items: list[PoliciesShort]
    next: str | None


class NewQueues(BaseModel):
    """Queues to put in force, and the version they replace (0: the first ones)."""

    model_config = ConfigDict(extra="forbid")

    rules: QueueRules
    version: int = Field(ge=0)


class NewDryRun(BaseModel):
    """Policies to try (none: those each ticket has) on the tickets of a queue."""

    model_config = ConfigDict(extra="forbid")

    policies: SlaPolicies | None = None
    queue: Slug = DEFAULT


class WouldView(BaseModel):
    """A level a ticket's clock came or comes to; `new`: under its present policy it does not."""

    ticket_id: str
    clock: str
    level: str
    at: AwareDatetime
    new: bool


class DryRunAnswer(BaseModel):
    """What would be until a day from now, soonest first, of the `looked_at` most urgent tickets;
    `more`: there are others. `gone` levels would come no more."""

    looked_at: int
    more: bool
    levels: list[WouldView]
    gone: int


class QueuesAnswer(BaseModel):
    """The queues in force: version 0 where nobody has set any. `webhook_secrets` are what calls
    of their programs are signed with, told only to those who may change them."""

    version: int
    rules: QueueRules
    saved_by: str | None = None
    saved_at: str | None = None
    active_since: str | None = None
    webhook_secrets: dict[str, str] = {}

    @classmethod
    def of(cls, stored: Version[QueueRules] | None, *, secrets: bool = False) -> Self:
        """The queues as stored."""
        if stored is None:
            return cls(version=0, rules=QueueRules.model_validate(NO_RULES))
        programs = {one.id: one.webhook for one in stored.value.queues if one.webhook}
        return cls(
            version=stored.number,
            rules=stored.value,
            saved_by=stored.saved_by,
            saved_at=stored.saved_at,
            active_since=stored.active_since,
            webhook_secrets={one: shown_secret(url) for one, url in programs.items() if secrets},
        )


class NewReplies(BaseModel):
    """Canned replies to put in force, and the version they replace (0: the first ones)."""

    model_config = ConfigDict(extra="forbid")

    canned_replies: CannedReplies
    version: int = Field(ge=0)


class NewMacros(BaseModel):
    """Macros to put in force, and the version they replace (0: the first ones)."""

    model_config = ConfigDict(extra="forbid")

    macros: Macros
    version: int = Field(ge=0)


class RepliesAnswer(BaseModel):
    """The canned replies in force: version 0 where nobody has written any."""

    version: int = 0
    canned_replies: CannedReplies = CannedReplies(replies=[])
    saved_by: str | None = None
    saved_at: str | None = None

    @classmethod
    def of(cls, stored: Version[CannedReplies] | None) -> Self:
        """The canned replies as stored."""
        if stored is None:
            return cls()
        return cls(
            version=stored.number,
            canned_replies=stored.value,
            saved_by=stored.saved_by,
            saved_at=stored.saved_at,
        )


class MacrosAnswer(BaseModel):
    """The macros in force: version 0 where nobody has written any."""

    version: int = 0
    macros: Macros = Macros(macros=[])
    saved_by: str | None = None
    saved_at: str | None = None

    @classmethod
    def of(cls, stored: Version[Macros] | None) -> Self:
        """The macros as stored."""
        if stored is None:
            return cls()
        return cls(
            version=stored.number,
            macros=stored.value,
            saved_by=stored.saved_by,
            saved_at=stored.saved_at,
        )
