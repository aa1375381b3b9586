"""What `campaign_admin` takes and answers."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from shared.marketing.ab_tests.model import AbTest
from shared.marketing.address_lists.codes import Code
from shared.marketing.address_lists.repository import ListFile
from shared.marketing.attribution.models import Model
from shared.marketing.attribution.rules import Goal
from shared.marketing.campaigns.model import Audience, Campaign, CampaignInput, Way
from shared.marketing.campaigns.repository import Progress
from shared.marketing.channels.webhooks import Webhook, secret_of
from shared.marketing.sending.proof import Proof
from shared.marketing.sending.rules import Cap, SendingRules
from shared.platform.configuration import Version


class CampaignChange(CampaignInput):
    """The same as a whole, with the `version` it replaces."""

    version: int = Field(ge=1)

    def given(self) -> CampaignInput:
        """The campaign as said."""
        return CampaignInput.model_validate(self.model_dump(exclude={"version"}))


class Move(BaseModel):
    """`{"move": "start", "version": 1}`"""

    model_config = ConfigDict(extra="forbid")

    move: Literal["start", "pause", "resume", "cancel"]
    version: int = Field(ge=1)


class WinnerInput(BaseModel):
    """`{"variant": "b", "version": 3}`"""

    model_config = ConfigDict(extra="forbid")

    variant: Annotated[str, StringConstraints(pattern=r"^[a-e]$")]
    version: int = Field(ge=1)


class ReportQuery(BaseModel):
    """By which model revenue is attributed."""

    model_config = ConfigDict(extra="forbid")

    model: Model = "last"


class Settlement(BaseModel):
    """What somebody found out about a message of which nobody knew whether it left."""

    model_config = ConfigDict(extra="forbid")

    outcome: Literal["sent", "failed"]


class NewRules(BaseModel):
    """The rules as a whole, with the `version` they replace (0: the first ones)."""

    model_config = ConfigDict(extra="forbid")

    version: int = Field(ge=0)
    rules: SendingRules


class RulesView(BaseModel):
    """The rules in force; version 0 where nobody has set any."""

    version: int
    rules: SendingRules


class ProgressView(BaseModel):
    """How many of the audience stand how. `open`: not decided on yet, or on their way. Of the
    sent, `delivered`, `bounced` and `complained` are those the provider said it of."""

    audience: int
    sent: int
    skipped: int
    failed: int
    unknown: int
    deferred: int
    open: int
    delivered: int
    bounced: int
    complained: int

    @classmethod
    def of(cls, one: Progress) -> Self:
        """The sums as shown."""
        return cls(**asdict(one), open=one.open)


class CampaignView(BaseModel):
    """A campaign, and how far it is."""

    campaign_id: str
    name: str
    objective: str
    audience: Audience
    channel: str
    template_id: str | None
    template_version: int | None
    webhook_id: str | None
    fallbacks: tuple[Way, ...]
    preferred_first: bool
    one_per: str | None
    code_prefix: str | None
    priority: int
    purpose: str
    budget: int | None
    cost: int | None
    currency: str
    start_at: AwareDatetime | None
    local_at: str | None
    tracking: bool
    goal: Goal
    ab_test: AbTest | None
    state: str
    created_at: AwareDatetime
    created_by: str
    started_at: AwareDatetime | None
    started_by: str | None
    ended_at: AwareDatetime | None
    version: int
    progress: ProgressView

    @classmethod
    def of(cls, one: Campaign, progress: Progress) -> Self:
        """A campaign as shown."""
        known = one.model_dump(include=set(cls.model_fields) - {"progress"})
        return cls(**known, progress=ProgressView.of(progress))


class CampaignPage(BaseModel):
    """Some campaigns in short; `next` is the cursor of older ones."""

    items: list[dict[str, Any]]
    next: str | None

    @classmethod
    def of(cls, found: list[dict[str, Any]], rest: str | None) -> Self:
        """A page as shown."""
        hidden = {"pk", "sk", "list_pk", "list_sk"}
        shown = [{name: one[name] for name in one if name not in hidden} for one in found]
        return cls(items=shown, next=rest)


class RecipientView(BaseModel):
    """Somebody a campaign was meant for: how they stand, and why."""

    contact_id: str
    number: int = 1
    channel: str
    state: str
    reason: str | None = None
    until: str | None = None
    claimed_at: str | None = None
    settled_at: str | None = None


class RecipientPage(BaseModel):
    """Some recipients; `next` is the cursor of others, of whom there may be more though there are
    few here."""

    items: list[RecipientView]
    next: str | None

    @classmethod
    def of(cls, found: list[dict[str, Any]], rest: str | None) -> Self:
        """A page as shown."""
        return cls(items=[RecipientView.model_validate(one) for one in found], next=rest)


class ProofView(BaseModel):
    """What became of a contact in a campaign, and why: the consent it relied on included."""

    campaign_id: str
    contact_id: str
    state: str
    because: str
    channel: str | None = None
    reason: str | None = None
    claimed_at: str | None = None
    settled_at: str | None = None
    until: str | None = None
    provider_id: str | None = None
    template_version: int | None = None
    delivered_at: str | None = None
    bounced_at: str | None = None
    permanent: bool | None = None
    complained_at: str | None = None
    heard_reason: str | None = None
    consent: Mapping[str, Any] | None = None
    earlier: list[dict[str, Any]] = []

    @classmethod
    def of(cls, found: Proof) -> Self:
        """The proof as shown."""
        known = asdict(found.recipient) if found.recipient else {}
        about = {name: known.get(name) for name in cls.model_fields}
        about["consent"] = about["consent"] or None
        shown = ("channel", "state", "reason", "claimed_at", "settled_at", "provider_id")
        about["earlier"] = [{name: getattr(one, name) for name in shown} for one in found.earlier]
        told = {"campaign_id": found.campaign_id, "contact_id": found.contact_id}
        return cls.model_validate({**about, **told, "state": found.state, "because": found.because})


class WebhookInput(Webhook):
    """A program as people register it."""

    def webhook(self) -> Webhook:
        """The program."""
        return Webhook.model_validate(self.model_dump(include=set(Webhook.model_fields)))


class WebhookChange(WebhookInput):
    """The same as a whole, with the `version` it replaces."""

    version: int = Field(ge=1)


class WebhookSummary(BaseModel):
    """A program that takes messages."""

    webhook_id: str
    name: str
    url: str
    generation: int
    archived: bool
    version: int

    @classmethod
    def of(cls, one: Version[Webhook]) -> Self:
        """As shown."""
        known = {"webhook_id": one.name, "version": one.number}
        return cls.model_validate({**one.value.model_dump(), **known, **cls._more(one)})

    @classmethod
    def _more(cls, one: Version[Webhook]) -> Mapping[str, str]:
        return {}


class WebhookView(WebhookSummary):
    """The same to whoever registers it, with its secret."""

    secret: str

    @classmethod
    def _more(cls, one: Version[Webhook]) -> Mapping[str, str]:
        return {"secret": secret_of(one.name, one.value.generation)}


class WebhookList(BaseModel):
    """All programs by name."""

    items: list[WebhookSummary]


class FileView(BaseModel):
    """A campaign's list as files; `addresses` work for some minutes, once all are written."""

    file_id: str
    campaign_id: str
    rows: int
    requested_at: AwareDatetime
    finished_at: AwareDatetime | None
    problem: str | None
    addresses: list[str]

    @classmethod
    def of(cls, one: ListFile, addresses: list[str]) -> Self:
        """As shown."""
        return cls.model_validate({**one.model_dump(), "addresses": addresses})


class CodeView(BaseModel):
    """Whom a response code stands for, and for what it was named."""

    code: str
    campaign_id: str
    contact_id: str
    channel: str
    at: AwareDatetime
    uses: list[dict[str, Any]]

    @classmethod
    def of(cls, one: Code, uses: list[dict[str, Any]]) -> Self:
        """As shown."""
        return cls.model_validate({**asdict(one), "uses": uses})


class NewLimit(BaseModel):
    """`{"limit": {"times": 1, "days": 7}}`, or `null`."""

    model_config = ConfigDict(extra="forbid")

    limit: Cap | None


class Limits(BaseModel):
    """How often a person wants to hear of us at most, by channel."""

    items: dict[str, Cap]
