"""Tracked messages: links lead where they led, people are told from robots, and what they do counts
once, for their history, their points and the segments they are in."""

from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from botocore.exceptions import EndpointConnectionError

from shared.customers.consents.changes import decide
from shared.customers.consents.model import Consent, ConsentState, Evidence
from shared.customers.identity import symbols_of
from shared.kernel.clock import iso
from shared.kernel.ids import derived_id
from shared.marketing.events import MessageHit
from shared.marketing.tracking.tokens import Target, sealed
from shared.platform import clock as platform_clock
from shared.platform.json_api import DYNAMODB
from shared.platform.requests import Put
from shared.sales.leads.repository import sales
from shared.sales.scoring import repository as scores
from tests import dealings
from tests.builders import lead_item
from tests.calls import bus_event, invoke, queue_event
from tests.cloud import everything, forget
from tests.conftest import FakeClock
from tests.mail_provider import Provider
from tests.marketing import a_segment, in_segment
from tests.privacy import erased, exported
from tests.pump import Pump, carried, overlook
from tests.sending import a_campaign, campaigns, people, rules
from tests.tracking import (
    BASE,
    CHROME,
    MAIL,
    PLACES,
    address,
    addresses_in,
    figures,
    heard,
    later,
    tracked,
    visit,
)
from tests.unit.sales.scoring.cases import activate

pytestmark = pytest.mark.usefixtures("tables")


def tracking_decided(contact_id: str, state: ConsentState) -> None:
    consent = Consent(
        purpose="tracking",
        channel="email",
        state=state,
        at=iso(platform_clock.now()),
        evidence=Evidence(source="portal"),
    )
    decide(contact_id, consent, f"{contact_id}.t.{state}", platform_clock.now())


def html_of(provider: Provider, number: int = 0) -> str:
    body: Any = provider.requests[number]["Content"]["Simple"]["Body"]
    return str(body["Html"]["Data"])


def text_of(provider: Provider, number: int = 0) -> str:
    return str(provider.requests[number]["Content"]["Simple"]["Body"]["Text"]["Data"])


def verdicts() -> list[tuple[str, str]]:
    return sorted(
        (one["kind"], one["reason"]) for one in everything() if "#HIT#" in f"#{one['sk']}"
    )


def test_links_lead_through_us_only_where_asked_for_and_the_text_stays(clock: FakeClock) -> None:
    provider = Provider()
    rules()
    (ann,) = people(1)
    planned = a_campaign([ann], MAIL, tracking=True).campaign_id
    path, route = f"/{planned}/preflight", "/v1/campaigns/{campaign_id}/preflight"
    assert campaigns("POST", path, body={}, route=route).json["sendable"] == 1
    one = tracked([ann])
    tracked([ann], tracking=False)

    with_us, plain = (addresses_in(html_of(provider, number)) for number in (0, 1))
    assert plain[:2] == [place.replace("&", "&amp;") for place in PLACES]
    assert len(plain) == 4
    assert with_us[:2] == [BASE + address(one, ann, 1), BASE + address(one, ann, 2)]
    assert with_us[2] == "mailto:us@example.com"
    assert with_us[3].startswith(f"{BASE}/u/")
    assert with_us[4:] == [BASE + address(one, ann, 0), BASE + address(one, ann, None)]
    assert PLACES[0] in text_of(provider)
    assert text_of(provider).rpartition("/u/")[0] == text_of(provider, 1).rpartition("/u/")[0]
    assert campaigns("GET", f"/{one}", route="/v1/campaigns/{campaign_id}").json["tracking"] is True


def test_nobody_is_tracked_who_said_no_and_what_they_do_later_is_not_kept(
    clock: FakeClock,
) -> None:
    provider = Provider()
    ann, bob, cyd = people(3)
    tracking_decided(ann, ConsentState.WITHDRAWN)
    tracking_decided(bob, ConsentState.GRANTED)

    one = tracked([ann, bob, cyd])

    theirs = {
        request["Destination"]["ToAddresses"][0]: "/c/" in html_of(provider, number)
        for number, request in enumerate(provider.requests)
    }
    assert theirs == {"p0@example.com": False, "p1@example.com": True, "p2@example.com": True}
    visit(address(one, bob))
    visit(address(one, cyd))
    tracking_decided(cyd, ConsentState.WITHDRAWN)
    heard()
    assert figures(one)["human_clickers"] == 1
    assert [item["pk"] for item in everything() if item["sk"].startswith("HIT#")] == [
        f"CONTACT#{bob}"
    ]


def test_a_link_leads_only_to_what_is_stored_and_a_forged_one_nowhere(clock: FakeClock) -> None:
    (ann,) = people(1)
    one = tracked([ann])

    answer = visit(address(one, ann, 1))

    assert (answer.status, answer.headers["location"]) == (302, PLACES[0])
    assert answer.headers["cache-control"] == "no-store"
    pixel = visit(address(one, ann, None))
    assert (pixel.status, pixel.headers["content-type"]) == (200, "image/gif")
    other = derived_id("campaign", b"other campaign..")
    foreign = [
        address(other, ann, 1),
        address(one, ann, 3),
        address(one, ann, 1)[:-1],
        address(one, ann, None).replace("/o/", "/c/"),
        f"/o/{sealed(Target('clicked', one, ann, 1))}.gif",
        "/c/evil.example",
    ]
    for path in foreign:
        refused = visit(path)
        assert (refused.status, "location" in refused.headers) == (404, False), path
        assert "text/html" in refused.headers["content-type"]
    assert len([item for item in everything() if item["sk"].startswith("HIT#")]) == 2


def test_a_link_with_merge_fields_leads_through_us_to_what_the_mail_says(clock: FakeClock) -> None:
    provider = Provider()
    (ann,) = people(1)
    html = MAIL.html.replace("tea", "tea?who={{ first_name }}&amp;a=1")
    one = tracked([ann], MAIL.model_copy(update={"html": html}))
    (own,) = [place for place in addresses_in(html_of(provider)) if "who=" in place]

    assert own == f"{BASE}{address(one, ann, 2)}?who=P0&amp;a=1"
    path, query = address(one, ann, 2), {"who": "P0 R", "a": "1"}
    led = visit(path, query=query)
    assert (led.status, led.headers["location"]) == (302, "https://shop.example/tea?who=P0+R&a=1")
    assert visit(address(one, ann, 1), query=query).headers["location"] == PLACES[0]
    assert "who=P0" in text_of(provider)


def test_who_follows_a_link_gets_there_although_nothing_can_be_written(
    clock: FakeClock, monkeypatch: pytest.MonkeyPatch, logs: Any
) -> None:
    (ann,) = people(1)
    one = tracked([ann])
    visit(address(one, ann, 1))
    real = type(DYNAMODB).call

    def broken(self: Any, operation: str, **request: Any) -> Any:
        if operation == "PutItem":
            raise EndpointConnectionError(endpoint_url="https://dynamodb")
        return real(self, operation, **request)

    monkeypatch.setattr(type(DYNAMODB), "call", broken)

    answer = visit(address(one, ann, 2))

    assert (answer.status, answer.headers["location"]) == (302, PLACES[1])
    assert "a hit was not stored" in logs.text
    assert sealed(Target("clicked", one, ann, 2)) not in logs.text


def test_a_person_counts_once_as_a_person_and_robots_only_as_hits(clock: FakeClock) -> None:
    ann, bob = people(2)
    one = tracked([ann, bob])

    visit(address(one, ann, None))
    visit(address(one, ann, 1))
    visit(address(one, ann, 1))
    visit(address(one, bob, 2), agent="Barracuda Sentinel (EE)")
    visit(address(one, bob, 0), agent=CHROME)
    visit(address(one, bob, 1), method="HEAD")
    visit(address(one, bob, None), **{"sec-purpose": "prefetch"})
    Pump().run()
    facts = [fact for fact in carried() if fact.type in ("MessageOpened", "MessageClicked")]

    assert figures(one) == {
        "opens": 2,
        "human_opens": 1,
        "openers": 2,
        "human_openers": 1,
        "clicks": 5,
        "human_clicks": 2,
        "clickers": 2,
        "human_clickers": 1,
    }
    said = sorted(fact.detail["human"] for fact in facts)
    assert said == [0, 0, 0, 0, 90, 95, 95]
    assert verdicts() == [
        ("clicked", "fetched_ahead"),
        ("clicked", "hidden_link"),
        ("clicked", "person"),
        ("clicked", "person"),
        ("clicked", "robot"),
        ("opened", "fetched_ahead"),
        ("opened", "person"),
    ]
    assert not [item for item in everything() if "agent" in item]


def test_hits_that_are_told_again_in_any_order_count_once(clock: FakeClock) -> None:
    (ann,) = people(1)
    one = tracked([ann])
    overlook()
    for link in (1, 1, 2):
        visit(address(one, ann, link))
        later(seconds=20)
    told = [fact for fact in carried() if fact.type == "MessageHit"]
    facts = [bus_event(MessageHit.model_validate(fact.detail)) for fact in told]
    again = queue_event([*facts, *facts[::-1]])

    for _ in range(2):
        assert invoke("engagement_record", again)["batchItemFailures"] == []

    assert (figures(one)["clicks"], figures(one)["human_clickers"]) == (3, 1)
    behaviours = [item for item in everything() if item["sk"].startswith("EVENT#")]
    assert sorted(item["properties"]["link"] for item in behaviours) == ["1", "2"]


def test_what_people_do_is_in_their_history_gives_points_and_puts_them_into_segments(
    clock: FakeClock,
) -> None:
    activate()
    (ann, bob) = people(2)
    lead = f"lead_{symbols_of(ann)}"
    sales.write(Put(lead_item(1) | {"pk": f"LEAD#{lead}", "lead_id": lead}))
    segment = a_segment({"type": "event", "event": "email_opened", "within_days": 7}, clock())
    one = tracked([ann, bob])

    for _ in range(3):
        visit(address(one, ann, None))
    visit(address(one, bob, None), agent="Mozilla/5.0")
    heard()

    opened = [entry for entry in dealings.entries(ann) if entry.kind == "email_opened"]
    assert [(entry.params["object_id"], entry.visible) for entry in opened] == [(one, True)]
    scored = scores.load(lead)
    assert scored
    assert str(scored.shown["score"]) == "5.00"
    assert in_segment(segment) == {ann}
    (robot,) = [entry for entry in dealings.entries(bob) if entry.kind == "email_opened"]
    assert (robot.visible, robot.params["automatic"]) == (False, "true")


def test_an_erased_person_s_hits_go_and_later_ones_are_not_kept(clock: FakeClock) -> None:
    ann, bob = people(2)
    one = tracked([ann, bob])
    visit(address(one, ann, 1))
    visit(address(one, bob, 1))
    heard()
    _, archive = exported(contact_id=ann)
    with ZipFile(BytesIO(archive)) as file:
        told = "".join(file.read(name).decode(errors="ignore") for name in file.namelist())
    assert all(kind in told for kind in ("message_hit", "message_engagement", "touch"))
    before = figures(one)

    erased(contact_id=ann)
    later(minutes=5)
    assert visit(address(one, ann, 2)).status == 302
    heard()

    left = {item["pk"] for item in everything() if item["sk"].startswith(("HIT#", "ENGAGEMENT#", "TOUCH#"))}  # fmt: skip
    assert left == {f"CONTACT#{bob}"}
    assert figures(one) == before


def test_a_hit_of_a_message_that_never_was_is_not_kept(clock: FakeClock) -> None:
    ann, bob = people(2)
    one = tracked([ann])

    visit(address(one, bob, 1))
    heard()

    assert not [item for item in everything() if item["sk"].startswith("HIT#")]
    assert figures(one) == {}


def test_following_a_link_takes_one_write_once_the_process_knows_the_campaign(
    clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    (ann,) = people(1)
    one = tracked([ann])
    forget()
    visit(address(one, ann, 1))
    calls: list[str] = []
    real = type(DYNAMODB).call

    def counted(self: Any, operation: str, **request: Any) -> Any:
        calls.append(operation)
        return real(self, operation, **request)

    monkeypatch.setattr(type(DYNAMODB), "call", counted)

    visit(address(one, ann, 2))

    assert calls == ["PutItem"]
