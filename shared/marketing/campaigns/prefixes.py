"""How response codes begin: each beginning belongs to one campaign for ever.

| entity (table `marketing`) | pk | sk |
|---|---|---|
| beginning | `CODE#<prefix>` | `PREFIX` |
"""

from typing import Final

from shared.kernel.errors import FieldError, Rejected
from shared.platform.requests import Condition, Delete, Put

FREE: Final = "code_prefix_free"


def claim_op(prefix: str, campaign_id: str) -> Put:
    """Let a beginning be a campaign's own."""
    free = Condition(
        FREE,
        "attribute_not_exists(#pk) OR #campaign_id = :campaign_id",
        "a response code names one campaign, whoever asks in whatever year",
        {"campaign_id": campaign_id},
    )
    return Put({**_key(prefix), "campaign_id": campaign_id}, free)


def give_up_op(prefix: str) -> Delete:
    """Let others have a beginning with which no code was made: its campaign has not started."""
    # Unconditional: the campaign whose own it is changes in the same write.
    return Delete(_key(prefix))


def taken() -> Rejected:
    """Why a beginning cannot be had."""
    wrong = FieldError("code_prefix", "code_prefix_taken", "Another campaign has this beginning")
    return Rejected("validation_failed", fields=[wrong])


def _key(prefix: str) -> dict[str, str]:
    return {"pk": f"CODE#{prefix}", "sk": "PREFIX"}
