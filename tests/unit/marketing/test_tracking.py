"""Links led through us, tokens nobody can make, and who is a person."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.errors import NotFound
from shared.kernel.ids import derived_id
from shared.marketing.reports.engagement import COUNTED, Engagement, change, counts_of
from shared.marketing.tracking import tokens
from shared.marketing.tracking.hits import Hit
from shared.marketing.tracking.human import judge
from shared.marketing.tracking.links import LINK, PIXEL, filled_in, links_in, tracked
from shared.marketing.tracking.places import place_of_link
from shared.marketing.tracking.programs import program_of
from shared.marketing.tracking.tokens import Target, sealed, unsealed


@pytest.fixture(scope="module", name="settings_once", autouse=False)
def _settings_once() -> Iterator[None]:
    """A key to sign with."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tokens, "key", lambda purpose: purpose.encode().ljust(32, b"."))
        yield


SENT = datetime(2025, 6, 2, 6, 15, tzinfo=UTC)
CAMPAIGN = derived_id("campaign", b"c" * 16)
ANN = derived_id("contact", b"a" * 16)
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148"
OUTLOOK = "Mozilla/4.0 (compatible; ms-office; MSOffice 16)"
GMAIL = "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)"


def hit(kind: Any = "clicked", after: float = 60, link: int = 1, **more: Any) -> Hit:
    given = {"agent": CHROME, **more}
    at = SENT + timedelta(seconds=after)
    return Hit(CAMPAIGN, ANN, f"{kind}{after}{link}", at, kind, 0 if kind == "opened" else link, **given)  # fmt: skip


def said(one: Hit, *others: Hit, links: int = 5) -> str:
    found = judge(one, [one, *others], SENT, links)
    return f"{found.reason} {'person' if found.human >= 50 else 'robot'}"


@given(
    st.binary(min_size=16, max_size=16), st.binary(min_size=16, max_size=16), st.integers(0, 65_535)
)
def test_a_token_says_what_it_was_made_of_and_is_as_long_as_all_others(
    settings_once: None, campaign: bytes, contact: bytes, link: int
) -> None:
    one = Target("clicked", derived_id("campaign", campaign), derived_id("contact", contact), link)

    token = sealed(one)

    assert unsealed(token, "clicked") == one
    assert len(token) == 68
    assert re.fullmatch(r"[\w-]+", token)


def test_no_token_of_another_kind_key_or_with_anything_changed_is_ours(settings_once: None) -> None:
    token = sealed(Target("clicked", CAMPAIGN, ANN, 1))

    for forged in (
        "",
        "x",
        token[:-1],
        f"{token}A",
        f"B{token[1:]}",
        f"{token[:46]}AB{token[48:]}",
    ):
        with pytest.raises(NotFound):
            unsealed(forged, "clicked")
    with pytest.raises(NotFound):
        unsealed(token, "opened")


HTML = """<!doctype html><body><p>Hi {{ first_name }}</p>
<a class="x>y" title="see href='https://trap.example'" href="https://shop.example/?a=1&amp;b=2">Shop</a>
<A HREF='http://old.example/a'>Old</A><a href=https://bare.example/x>Bare</a>
{% if country == "NP" %}<a href="https://np.example">Nepal</a>{% endif %}
<a href="https://shop.example/?a=1&amp;b=2">Shop again</a>
<a href="https://shop.example/?who={{ first_name }}">Yours</a>
<a href="mailto:us@example.com">Write</a><a href="#top">Top</a>
{% raw %}<a href="https://raw.example">{{ raw }}</a>{% endraw %}
<!-- <a href="https://comment.example">no</a> -->
<a href="{{ unsubscribe_url }}">No more</a><a href="{{ preferences_url }}">Choose</a>
</body></html>"""


def test_every_whole_link_is_found_once_and_no_other() -> None:
    assert links_in(HTML) == [
        "https://shop.example/?a=1&b=2",
        "http://old.example/a",
        "https://bare.example/x",
        "https://np.example",
        "https://shop.example/?",
    ]


def test_links_are_led_through_us_and_all_else_stays_to_the_letter() -> None:
    addresses = tuple(links_in(HTML))

    made = tracked(HTML, addresses)

    for number, address in enumerate(addresses, start=1):
        made = made.replace(f'"{{{{ {LINK}{number} }}}}"', f'"{address}"')
        made = made.replace(f"{{{{ {LINK}{number} }}}}?", address)
    extra = re.search(r"<a href=\"{{ tracking_hidden }}\".*?</a><img src=\"{{ tracking_pixel }}\"[^>]*>", made)  # fmt: skip
    assert extra
    assert made[extra.end() :] == "</body></html>"
    plain = made.replace(extra[0], "")
    unquoted = unescape(HTML).replace("'http://old.example/a'", '"http://old.example/a"')
    assert plain == unquoted.replace("=https://bare.example/x>", '="https://bare.example/x">')


def test_a_link_that_is_not_the_campaign_s_stays_and_without_a_body_the_pixel_comes_last() -> None:
    made = tracked('<a href="https://new.example">New</a>', ())

    assert made.startswith('<a href="https://new.example">New</a><a href="{{ tracking_hidden }}"')
    assert made.endswith(">")
    assert made.index(PIXEL) > made.index("tracking_hidden")
    assert filled_in(0, "p", {0: "h"}) == {"tracking_pixel": "p", "tracking_hidden": "h"}


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("https://x.example/a?id={{ custom.id }}", "https://x.example/a?"),
        ("https://x.example?id={{ custom.id }}#top", "https://x.example?"),
        ("https://x.example/a?{% if vip %}v=1{% endif %}", "https://x.example/a?"),
        ("https://x.example/{{ country }}?id=1", None),
        ("https://{{ company_name }}/?id=1", None),
        ("https://{{ company_name }}?id=1", None),
        ("{{ company_name }}?https://x.example", None),
        ("https://x.example/a#b?id={{ custom.id }}", None),
        ("https://?id={{ custom.id }}", None),
        ("mailto:us@x.example?subject={{ first_name }}", None),
    ],
)
def test_of_a_link_with_merge_fields_only_what_follows_the_question_mark_is_somebody_s_own(
    written: str, address: str | None
) -> None:
    assert links_in(f'<a href="{written}">x</a>') == ([address] if address else [])
    if address:
        made = tracked(f"<a href='{written}'>x</a>", (address,))
        assert made.startswith(f"<a href='{{{{ {LINK}1 }}}}?{written.partition('?')[2]}'>x</a>")


@pytest.mark.parametrize(
    ("address", "query", "place"),
    [
        ("https://x.example/a?", "id=7&n=%20", "https://x.example/a?id=7&n=%20"),
        ("https://x.example/a?", "", "https://x.example/a?"),
        ("https://x.example/a?", "id=7\r\nx: y", "https://x.example/a?"),
        ("https://x.example/a", "id=7", "https://x.example/a"),
    ],
)
def test_only_a_link_that_is_somebody_s_own_hands_on_what_it_is_asked_with(
    address: str, query: str, place: str
) -> None:
    assert place_of_link(address, query) == place


@given(st.text(alphabet="<a href=\"'>{}%# https://x.y\n&;!-/", max_size=120))
def test_whatever_a_template_says_only_addresses_in_it_are_replaced(html: str) -> None:
    addresses = tuple(links_in(html))

    made = tracked(html, ())

    assert all(one.lower().startswith(("http://", "https://")) for one in addresses)
    assert len(made) > len(html)
    assert re.sub(r"<a href=\"{{ tracking_hidden }}\".*?</a><img [^>]*>", "", made, count=1) == html


@pytest.mark.parametrize(
    ("agent", "program"),
    [
        ("", "nameless"),
        ("Mozilla/5.0", "mail_privacy"),
        (GMAIL, "image_proxy"),
        ("YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html", "image_proxy"),
        (OUTLOOK, "mail_program"),
        (CHROME, "browser"),
        (IPHONE, "browser"),
        ("Barracuda Sentinel (EE)", "robot"),
        ("python-requests/2.32", "robot"),
        (f"{CHROME} HeadlessChrome/126", "robot"),
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "robot"),
    ],
)
def test_programs_are_known_by_name(agent: str, program: str) -> None:
    assert program_of(agent) == program


@pytest.mark.parametrize(
    ("one", "what"),
    [
        (hit("opened"), "person person"),
        (hit("clicked"), "person person"),
        (hit("opened", agent=OUTLOOK), "person person"),
        (hit("opened", agent=GMAIL), "image_proxy person"),
        (hit("clicked", agent=GMAIL), "image_proxy robot"),
        (hit("opened", agent="Mozilla/5.0"), "mail_privacy robot"),
        (hit("opened", agent=""), "nameless robot"),
        (hit("clicked", agent="curl/8.5"), "robot robot"),
        (hit("clicked", method="HEAD"), "fetched_ahead robot"),
        (hit("opened", ahead=True), "fetched_ahead robot"),
        (hit("clicked", link=0), "hidden_link robot"),
        (hit("clicked", after=4.9), "too_soon robot"),
        (hit("clicked", after=5), "person person"),
        (hit("opened", after=1.9), "too_soon robot"),
    ],
)
def test_a_hit_alone_is_a_person_s_or_not(one: Hit, what: str) -> None:
    assert said(one) == what


def test_three_links_within_ten_seconds_are_nobody_s_two_are_somebody_s() -> None:
    clicks = [hit(after=60 + 4 * number, link=number) for number in (1, 2, 3)]

    assert {said(one, *clicks) for one in clicks} == {"burst robot"}
    assert {said(one, *clicks[:2]) for one in clicks[:2]} == {"person person"}
    # All there are is enough; the same one again and again is not.
    assert {said(one, *clicks[:2], links=2) for one in clicks[:2]} == {"burst robot"}
    again = [hit(after=60 + number, link=1) for number in range(5)]
    assert {said(one, *again) for one in again} == {"person person"}
    slow = [hit(after=60 + 11 * number, link=number) for number in (1, 2, 3)]
    assert {said(one, *slow) for one in slow} == {"person person"}


def test_beside_the_hidden_link_nothing_is_a_person_s_and_an_hour_later_it_is() -> None:
    hidden = hit(after=3_600, link=0)

    assert said(hit(after=3_630), hidden) == "beside_hidden_link robot"
    assert said(hit("opened", after=3_570), hidden) == "beside_hidden_link robot"
    assert said(hit(after=7_200), hidden) == "person person"


HITS = st.builds(
    lambda kind, after, link, agent: hit(kind, after, link, agent=agent),
    st.sampled_from(["opened", "clicked"]),
    st.floats(0, 100_000),
    st.integers(0, 4),
    st.sampled_from([CHROME, "", "curl/8", "Mozilla/5.0", GMAIL]),
)


@given(st.lists(HITS, max_size=12), st.randoms())
def test_figures_add_up_in_any_order_and_people_are_never_more_than_hits(
    some: list[Hit], chance: Any
) -> None:
    judged = [replace(one, human=judge(one, some, SENT, 4).human) for one in some]
    mixed = chance.sample(judged, len(judged))
    one = other = Engagement(CAMPAIGN, ANN, "email")
    steps: dict[str, int] = dict.fromkeys(COUNTED, 0)
    for step in judged:
        after = one.with_hit(step)
        for name, more in change(counts_of(one), counts_of(after)).items():
            steps[name] += more
        one = after
    for step in mixed:
        other = other.with_hit(step)

    assert counts_of(one) == counts_of(other) == steps
    figures = counts_of(one)
    assert figures["human_opens"] <= figures["opens"]
    assert figures["human_clickers"] <= figures["clickers"] <= figures["openers"] <= 1
    assert figures["human_clickers"] <= figures["human_openers"] <= figures["openers"]
    assert figures["opens"] + figures["clicks"] == len(some)
