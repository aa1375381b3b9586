"""Messages on a customer's pages are exported and made gone with the customer."""

from typing import Final

from shared.customers.privacy.partitions import Partitions
from shared.customers.privacy.registry import Keys
from shared.marketing.campaigns.repository import marketing

WEB_MESSAGES: Final = Partitions(
    name="web_messages",
    table=marketing,
    covers=(Keys("marketing", "WEB#"),),
    keys=lambda person: [f"WEB#{one}" for one in person.contact_ids],
    entity=lambda _: "web_message",
    made="at",
)
