"""An account as a member of staff sees it."""

from datetime import datetime
from typing import Any, Self

from pydantic import Field

from shared.customers.custom_fields.repository import fields_of
from shared.customers.custom_fields.visibility import visible
from shared.platform.auth import Staff

from .model import Account


class AccountView(Account):
    """An account; `masked` are the paths of values that stand there as a mask."""

    request_hash: str | None = Field(default=None, exclude=True)
    masked: list[str] = Field(default_factory=list)

    @classmethod
    def of(cls, account: Account, by: Staff, now: datetime) -> Self:
        """The account as `by` sees it. One read where custom fields are not cached."""
        custom, hidden = visible(account.custom, fields_of("account", now), by)
        known: dict[str, Any] = {name: getattr(account, name) for name in Account.model_fields}
        return cls(**known | {"custom": custom}, masked=[f"custom.{name}" for name in hidden])
