"""What a behaviour may be called, and whose page views are a robot's."""

import pytest

from shared.customers.behaviour.names import is_known
from shared.customers.behaviour.robots import is_robot
from shared.customers.visitors.ids import is_visitor_id


@pytest.mark.parametrize(
    "name", ["page_viewed", "cart_updated", "email_opened", "purchased", "custom.video_watched"]
)
def test_a_listed_or_custom_name_is_known(name: str) -> None:
    assert is_known(name)


@pytest.mark.parametrize(
    "name", ["", "Page_Viewed", "page_viewed ", "custom.", "custom.1", "custom.a-b", "anything"]
)
def test_any_other_name_is_not(name: str) -> None:
    assert not is_known(name)


@pytest.mark.parametrize(
    "user_agent",
    [
        None,
        "",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/126.0 Safari/537.36",
        "facebookexternalhit/1.1",
        "curl/8.5.0",
        "python-requests/2.32",
        "Mozilla/5.0 (compatible; bingbot/2.0)",
    ],
)
def test_robots_are_told_by_their_user_agent(user_agent: str | None) -> None:
    assert is_robot(user_agent)


@pytest.mark.parametrize(
    "user_agent",
    [
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:127.0) Gecko/20100101 Firefox/127.0",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile Safari/604.1",
        "Mozilla/5.0 (Linux; Android 9; CUBOT X19) AppleWebKit/537.36 Chrome/126.0 Mobile",
    ],
)
def test_people_are_not_robots(user_agent: str) -> None:
    assert not is_robot(user_agent)


def test_a_visitor_can_never_be_called_like_a_lead() -> None:
    assert is_visitor_id("0b54f8e0-4a4e-4c39-9d0e-6f5a7a1a2b3c")

    for text in (
        "lead_01J8Z3V6Q9W2X4Y5Z6A7B8C9D0",
        "short",
        "a b c d e f g",
        "x" * 65,
        "ann@x.com",
    ):
        assert not is_visitor_id(text)
