"""Stages as data: `stages.toml`, overridden by CDK context of the same names."""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

STAGES_FILE: Final = Path(__file__).with_name("stages.toml")


class Stage(BaseModel):
    """One deployment of the product. Every stack and resource name carries `name`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z][a-z0-9]{1,15}$")
    company_name: str
    """What customers call the company: shown in the portal and in mails to them."""
    alarm_email: str
    """Who is told when something breaks (must confirm AWS's subscription mail once)."""
    mail_sender: str
    support_mailbox: str
    """Where customers write to, and answer mails about tickets: SES must receive for its domain."""
    mail_domain: str | None = None
    """A domain for SES to verify; `None` when the sender is verified already."""
    log_retention_days: Literal[1, 3, 7, 14, 30, 90, 180, 365]
    keep_data: bool
    protect_data: bool
    domain_name: str | None = None
    certificate_arn: str | None = None
    web_acl_arn: str | None = None
    public_base_url: str | None = None
    """Where visitors reach us; by default the custom domain, else CloudFront's own."""
    local: bool = False
    """The emulator on a laptop: no dependency layer, and a clock that can be moved."""
    clock_file: str | None = None
    webhook_sink: str | None = None
    """The one address within the machine that webhooks may be of. Local only."""
    sample_password: str | None = None
    """What the sample people sign in with: the guided tour shows it. Local only."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if bool(self.domain_name) != bool(self.certificate_arn):
            raise ValueError("domain_name and certificate_arn come together")
        if self.clock_file and not self.local:
            raise ValueError("only the local stack's clock can be moved")
        if self.webhook_sink and not self.local:
            raise ValueError("only the local stack's webhooks may stay within the machine")
        if self.sample_password and not self.local:
            raise ValueError("only the local stack has sample people")
        return self

    def named(self, noun: str) -> str:
        """The physical name of a resource, such as `crm-dev-scoring`."""
        return f"crm-{self.name}-{noun}"


def load(context: Callable[[str], Any]) -> Stage:
    """The stage the CDK context asks for (`stage`, default dev; `local=true` means local).

    Raises `ValueError` for an unknown stage or a value that does not validate.
    """
    local = str(context("local") or "").lower() == "true"
    name = "local" if local else str(context("stage") or "dev")
    known = tomllib.loads(STAGES_FILE.read_text())
    if name not in known:
        raise ValueError(f"no stage {name!r} in {STAGES_FILE.name}; there are {', '.join(known)}")
    given = {
        field: context(field) for field in Stage.model_fields if field not in ("name", "local")
    }
    overrides = {field: value for field, value in given.items() if value is not None}
    if local:
        overrides.setdefault("clock_file", ".crm/clock")
    return Stage.model_validate({**known[name], **overrides, "name": name, "local": local})
