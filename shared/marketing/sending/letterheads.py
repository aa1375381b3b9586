"""What is the same for all messages of a campaign by one way, read once."""

from datetime import datetime
from functools import lru_cache

from shared.marketing.campaigns.model import Campaign, Way
from shared.marketing.channels.webhooks import stored_webhooks
from shared.marketing.templates.model import Template
from shared.marketing.templates.repository import stored_templates
from shared.marketing.tracking.hits import links_of

from .messages import Letterhead


def letterhead(campaign: Campaign, way: Way, now: datetime) -> Letterhead:
    """What is the same for all messages by one way."""
    template = _template(way.template_id, way.template_version or 1) if way.template_id else None
    webhook = stored_webhooks.settled(way.webhook_id, now) if way.webhook_id else None
    # They are stored when it starts: what is only foretold has none.
    sent = campaign.tracking and campaign.started_at is not None
    links = links_of(campaign.campaign_id) if sent else None
    return Letterhead(campaign, template, webhook, links)


@lru_cache(maxsize=16)
def _template(template_id: str, version: int) -> Template:
    # A version never changes once it is stored.
    return stored_templates.version(template_id, version).value
