"""Row H2: 15 types of touch points in three classes, and an open list of channels."""

import pytest
from pydantic import ValidationError

from shared.customers.channels.delivered import delivered
from shared.customers.channels.model import OURS, Channels
from shared.customers.channels.touch_points import (
    CLASS_OF,
    CLASSES,
    TITLES,
    TouchPoint,
    TouchPointClass,
)

TYPES = {
    "face_to_face": {"sales", "service", "channel", "event", "store", "promotion"},
    "database_driven": {"telephone", "email", "mail", "sms", "fax", "loyalty"},
    "mass_media": {"advertising", "public_relations", "website"},
}
"""Row H2, word for word."""

OPEN_LIST = {
    "chat": "website",
    "social": "public_relations",
    "portal": "website",
    "blog": "public_relations",
    "aggregator": "channel",
    "home_shopping": "telephone",
    "television": "advertising",
    "wholesale": "channel",
}
"""The channels row H2 names, and what type each is of."""


def test_there_are_the_15_types_in_their_three_classes() -> None:
    assert {known: set(types) for known, types in CLASSES.items()} == TYPES
    assert len(TouchPoint) == 15
    assert set(CLASS_OF) == set(TITLES) == set(TouchPoint)


@pytest.mark.parametrize("touch_point", TouchPoint)
def test_each_type_is_of_one_class_and_has_a_channel(touch_point: TouchPoint) -> None:
    classes = [one for one in TouchPointClass if touch_point in CLASSES[one]]

    assert classes == [CLASS_OF[touch_point]]
    assert touch_point in {one.touch_point for one in delivered().channels}


@pytest.mark.parametrize(("channel", "touch_point"), OPEN_LIST.items())
def test_a_channel_of_the_row_is_delivered_with_its_type(channel: str, touch_point: str) -> None:
    assert delivered().by_id()[channel].touch_point == touch_point


@pytest.mark.parametrize("channel", delivered().channels, ids=lambda one: one.channel_id)
def test_a_delivered_channel_is_of_exactly_one_type(channel: object) -> None:
    same = [one for one in delivered().channels if one.channel_id == channel.channel_id]  # type: ignore[attr-defined]

    assert same == [channel]


def listed(*more: dict[str, str]) -> dict[str, object]:
    kept = [one.model_dump(mode="json") for one in delivered().channels]
    return {"channels": [*kept, *more]}


def test_a_channel_somebody_adds_joins_the_list() -> None:
    kiosk = {"channel_id": "kiosk", "title": "Kiosk", "touch_point": "store"}

    assert Channels.model_validate(listed(kiosk)).by_id()["kiosk"].touch_point is TouchPoint.STORE


@pytest.mark.parametrize(
    "wrong",
    [
        {"channel_id": "chat", "title": "Again", "touch_point": "website"},
        {"channel_id": "Kiosk", "title": "Kiosk", "touch_point": "store"},
        {"channel_id": "kiosk", "title": " ", "touch_point": "store"},
        {"channel_id": "kiosk", "title": "Kiosk", "touch_point": "kiosk"},
        {"channel_id": "kiosk", "title": "Kiosk"},
    ],
)
def test_a_list_that_is_not_one_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Channels.model_validate(listed(wrong))


@pytest.mark.parametrize("ours", sorted(OURS))
def test_a_channel_the_product_reports_under_cannot_be_taken_away(ours: str) -> None:
    left = [one for one in delivered().channels if one.channel_id != ours]

    with pytest.raises(ValidationError, match=ours):
        Channels(channels=tuple(left))
