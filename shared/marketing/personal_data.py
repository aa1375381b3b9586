"""What marketing keeps of people, where, and how it is made gone (`customers.privacy.registry`)."""

from typing import Final

from shared.customers.privacy.registry import Keys, Store
from shared.marketing.segments.personal_data import OfContacts
from shared.marketing.sending.personal_data import CAPS, Messages
from shared.marketing.web_messages.personal_data import WEB_MESSAGES

STORES: Final[tuple[Store, ...]] = (OfContacts(), Messages(), CAPS, WEB_MESSAGES)

NOT_PERSONAL: Final = {
    Keys("marketing", "CONFIG#"): "settings of the company, changed by staff",
    Keys("marketing", "TIMER_RUN"): "when deadlines were looked for",
    Keys("marketing", "ON_THE_WAY"): "which campaigns are on their way",
    Keys("marketing", "THROTTLE"): "when the next message may leave",
    Keys("marketing", "TEST#"): "which colleagues got a test of a template",
    Keys("marketing", "SEGMENTS"): "how often segments were changed",
    Keys("marketing", "SEGMENT#"): "figures of all people together",
    Keys("marketing", "CAMPAIGN#"): "settings, figures, and ids of whom a campaign was meant for",
}
"""What else is in the table, and why nobody is to export or erase it."""
