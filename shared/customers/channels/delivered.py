"""The channels the product comes with: the list in force until somebody saves another."""

from typing import Final

from .model import Channel, Channels
from .touch_points import TouchPoint as T

_DELIVERED: Final = (
    ("field_sales", "Sales visit", T.SALES),
    ("service_desk", "Service desk", T.SERVICE),
    ("technician", "Technician on site", T.SERVICE),
    ("reseller", "Reseller", T.CHANNEL),
    ("wholesale", "Wholesale", T.CHANNEL),
    ("aggregator", "Aggregator or marketplace", T.CHANNEL),
    ("event", "Event or trade fair", T.EVENT),
    ("store", "Store visit", T.STORE),
    ("point_of_sale", "Point of sale", T.STORE),
    ("promotion", "Promotion stand", T.PROMOTION),
    ("call_centre", "Call centre", T.TELEPHONE),
    ("telephone", "Telephone", T.TELEPHONE),
    ("home_shopping", "Home shopping by telephone", T.TELEPHONE),
    ("email", "E-mail", T.EMAIL),
    ("post", "Letter", T.MAIL),
    ("catalogue", "Catalogue", T.MAIL),
    ("sms", "Text message", T.SMS),
    ("messenger", "Messenger", T.SMS),
    ("fax", "Fax", T.FAX),
    ("loyalty_programme", "Loyalty programme", T.LOYALTY),
    ("television", "Television", T.ADVERTISING),
    ("radio", "Radio", T.ADVERTISING),
    ("print", "Newspapers and magazines", T.ADVERTISING),
    ("online_advertising", "Online advertising", T.ADVERTISING),
    ("press", "Press", T.PUBLIC_RELATIONS),
    ("social", "Social network", T.PUBLIC_RELATIONS),
    ("blog", "Blog", T.PUBLIC_RELATIONS),
    ("website", "Website", T.WEBSITE),
    ("web_form", "Web form", T.WEBSITE),
    ("web_shop", "Web shop", T.WEBSITE),
    ("chat", "Chat", T.WEBSITE),
    ("portal", "Customer portal", T.WEBSITE),
)


def delivered() -> Channels:
    """The list as the product brings it."""
    return Channels(
        channels=tuple(
            Channel(channel_id=channel_id, title=title, touch_point=touch_point)
            for channel_id, title, touch_point in _DELIVERED
        )
    )
