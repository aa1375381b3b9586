"""What a function is told by its environment: `CRM_<FIELD>` for each field below.

The CDK construct that makes a function writes exactly these names and refuses others, so the
two cannot drift. A function gets only the settings it uses.
"""

import os
from dataclasses import dataclass, fields
from functools import lru_cache

PREFIX = "CRM_"


class Misconfigured(RuntimeError):
    """A setting this code needs was not given to this function."""


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings there are, each text or not given.

    A dataclass, because every value is text and a pydantic model would cost 5 ms of every cold
    start.
    """

    stage: str | None = None
    public_base_url: str | None = None
    company_name: str | None = None
    """What customers call the company."""
    sales_table: str | None = None
    customers_table: str | None = None
    directory_table: str | None = None
    marketing_table: str | None = None
    support_table: str | None = None
    bus_name: str | None = None
    parked_bucket: str | None = None
    files_bucket: str | None = None
    secret_id: str | None = None
    mail_sender: str | None = None
    mail_configuration_set: str | None = None
    support_mailbox: str | None = None
    """The address customers write to: what comes there becomes tickets."""
    queues: str | None = None
    """What all queues are called (`lead-assign.fifo`), dead-letter queues included."""
    timer_queue_url: str | None = None
    lead_assign_queue_url: str | None = None
    hand_off_timeout_queue_url: str | None = None
    merge_work_queue_url: str | None = None
    dry_run_queue_url: str | None = None
    staff_sync_queue_url: str | None = None
    import_work_queue_url: str | None = None
    contact_export_queue_url: str | None = None
    lead_release_queue_url: str | None = None
    privacy_plan_queue_url: str | None = None
    privacy_work_queue_url: str | None = None
    asset_version: str | None = None
    staff_pool_id: str | None = None
    staff_client_id: str | None = None
    customer_pool_id: str | None = None
    customer_client_id: str | None = None
    portal_mail_queue_url: str | None = None
    segment_update_queue_url: str | None = None
    segment_backfill_queue_url: str | None = None
    campaign_plan_queue_url: str | None = None
    campaign_send_queue_url: str | None = None
    ticket_timer_queue_url: str | None = None
    sample_password: str | None = None
    """Local only: what the people of the sample company sign in with."""
    webhook_sink: str | None = None
    """Local only: the one address within this machine that webhooks may be of (and below it)."""
    clock_file: str | None = None
    """Local only: a file holding the seconds by which the local clock is ahead."""

    def need(self, field: str) -> str:
        """The value of `field`; raises `Misconfigured` when this function was not given it."""
        value: str | None = getattr(self, field)
        if not value:
            raise Misconfigured(f"{PREFIX}{field.upper()} is not set for this function")
        return value


NAMES = tuple(field.name for field in fields(Settings))
"""Every setting's name."""


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process, read once. Tests call `settings.cache_clear()`."""
    return Settings(**{name: os.environ.get(PREFIX + name.upper()) for name in NAMES})
