"""The 15 types of touch points in three classes (row H2). Channels come and go; these stay."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class TouchPointClass(StrEnum):
    """How near a touch point is: to a person's face, to their record, to everybody at once."""

    FACE_TO_FACE = "face_to_face"
    DATABASE_DRIVEN = "database_driven"
    MASS_MEDIA = "mass_media"


class TouchPoint(StrEnum):
    """The type of a touch point. `channel` is an intermediary's: a reseller, a marketplace."""

    SALES = "sales"
    SERVICE = "service"
    CHANNEL = "channel"
    EVENT = "event"
    STORE = "store"
    PROMOTION = "promotion"
    TELEPHONE = "telephone"
    EMAIL = "email"
    MAIL = "mail"
    SMS = "sms"
    FAX = "fax"
    LOYALTY = "loyalty"
    ADVERTISING = "advertising"
    PUBLIC_RELATIONS = "public_relations"
    WEBSITE = "website"


T = TouchPoint

CLASSES: Final[Mapping[TouchPointClass, tuple[TouchPoint, ...]]] = {
    TouchPointClass.FACE_TO_FACE: (
        T.SALES,
        T.SERVICE,
        T.CHANNEL,
        T.EVENT,
        T.STORE,
        T.PROMOTION,
    ),
    TouchPointClass.DATABASE_DRIVEN: (
        T.TELEPHONE,
        T.EMAIL,
        T.MAIL,
        T.SMS,
        T.FAX,
        T.LOYALTY,
    ),
    TouchPointClass.MASS_MEDIA: (T.ADVERTISING, T.PUBLIC_RELATIONS, T.WEBSITE),
}

CLASS_OF: Final[Mapping[TouchPoint, TouchPointClass]] = {
    one: known for known, listed in CLASSES.items() for one in listed
}

TITLES: Final[Mapping[TouchPoint, str]] = {
    T.SALES: "Sales force",
    T.SERVICE: "Service staff",
    T.CHANNEL: "Channel partner",
    T.EVENT: "Event",
    T.STORE: "Store",
    T.PROMOTION: "Promotion",
    T.TELEPHONE: "Telephone",
    T.EMAIL: "E-mail",
    T.MAIL: "Mail",
    T.SMS: "Text message",
    T.FAX: "Fax",
    T.LOYALTY: "Loyalty programme",
    T.ADVERTISING: "Advertising",
    T.PUBLIC_RELATIONS: "Public relations",
    T.WEBSITE: "Website",
}
"""What people call them."""
