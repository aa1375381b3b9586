"""`channel_admin`: the open list of channels (row H2)."""

from typing import Any

import pytest

from shared.customers.channels.delivered import delivered
from tests.calls import Answer, http
from tests.conftest import FakeClock
from tests.dealings import a_call, tell

pytestmark = pytest.mark.usefixtures("tables")

ADMIN = ("ada", ["admin"])
KIOSK = {"channel_id": "kiosk", "title": "Kiosk", "touch_point": "store"}


def listed() -> dict[str, Any]:
    answer = http("channel_admin", "GET", "/v1/channels", staff=("asha", ["rep"]))
    assert answer.status == 200
    return dict(answer.json)


def save(*channels: dict[str, str], version: int = 0, staff: Any = ADMIN) -> Answer:
    body = {"version": version, "channels": [*channels]}
    return http("channel_admin", "PUT", "/v1/channels", body=body, staff=staff)


def kept() -> list[dict[str, str]]:
    return [one.model_dump(mode="json") for one in delivered().channels]


def test_the_delivered_list_is_in_force_until_somebody_saves_another() -> None:
    found = listed()

    assert found["version"] == 0
    assert {one["channel_id"] for one in found["channels"]} == set(delivered().by_id())
    assert len(found["touch_points"]) == 15
    blog = next(one for one in found["channels"] if one["channel_id"] == "blog")
    assert (blog["touch_point"], blog["touch_point_class"]) == ("public_relations", "mass_media")


def test_a_channel_nobody_registered_is_refused_with_words_how_to_and_taken_once_it_is(
    clock: FakeClock,
) -> None:
    refused = tell(a_call(channel="kiosk"))

    assert (refused.status, refused.fields) == (422, {"channel": "channel_unknown"})
    assert "PUT /v1/channels" in refused.json["fields"][0]["message"]
    assert save(*kept(), KIOSK).status == 201
    clock.tick(seconds=31)
    taken = tell(a_call(channel="kiosk"))
    assert taken.status == 201


def test_saving_says_the_version_it_was_made_from_and_going_back_is_a_new_one() -> None:
    assert save(*kept(), KIOSK).json == {"version": 1}
    assert save(*kept(), version=1).json == {"version": 2}

    stale = save(*kept(), version=1)
    body = {"to_version": 1, "version": 2}
    back = http("channel_admin", "POST", "/v1/channels/rollback", body=body, staff=ADMIN)

    assert (stale.status, stale.code, stale.json["version"]) == (412, "version_stale", 2)
    assert back.json == {"version": 3}
    assert "kiosk" in {one["channel_id"] for one in listed()["channels"]}


@pytest.mark.parametrize(
    ("channels", "field"),
    [
        ([KIOSK], ""),
        ([{**KIOSK, "touch_point": "pigeon"}], "channels.0.touch_point"),
        ([{**KIOSK, "colour": "red"}], "channels.0.colour"),
    ],
)
def test_a_list_that_is_none_is_refused(channels: list[dict[str, str]], field: str) -> None:
    answer = save(*channels)

    assert answer.status == 422
    assert field in answer.fields
    assert listed()["version"] == 0


def test_only_administrators_change_the_list() -> None:
    assert save(*kept(), staff=("maya", ["sales_manager"])).status == 403
