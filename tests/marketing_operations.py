"""What the product does in marketing (see `tests.operations`)."""

import json
from collections import Counter
from collections.abc import Callable
from typing import Any, Final

from shared.customers.consents.changes import decide
from shared.customers.consents.model import Consent, ConsentState, Evidence
from shared.customers.contacts.changes import change_contact
from shared.customers.contacts.model import ContactChange
from shared.customers.events import (
    ConsentGiven,
    ConsentWithdrawn,
    ContactChanged,
    ContactsMerged,
    ProductPurchased,
    VisitorIdentified,
)
from shared.kernel.clock import iso
from shared.marketing.address_lists.codes import need_code
from shared.marketing.campaigns.planning import parts_of
from shared.marketing.events import (
    AddressFileRequested,
    CampaignStarted,
    MessageBounced,
    MessageHit,
    ResponseCodeUsed,
)
from shared.marketing.segments.backfill import planned
from shared.marketing.segments.repository import (
    marketing,
    membership_key,
    part_key,
    stored_segments,
)
from shared.marketing.sending import rows
from shared.marketing.sending.rows import cap_key
from shared.marketing.sending.rules import Cap
from shared.marketing.sending.tokens import Link, sealed
from shared.platform import clock
from shared.platform.requests import Put
from shared.sales.events import LeadScoreChanged
from tests import dealings, sending, tracking
from tests.builders import CREATED
from tests.calls import bus_event, invoke, queue_event, request
from tests.cloud import everything
from tests.mail_provider import Provider
from tests.marketing import NABIN, a_segment, in_segment, memberships_are_right, segment_id
from tests.operations.operation import Operation, Payload
from tests.pump import Pump, carried, drained, overlook
from tests.staffing import employed
from tests.unit.sales.scoring.cases import activate

LEAD: Final = dealings.ANN_ID.replace("contact_", "lead_")
SEND_QUEUE: Final = "campaign-send"
_KEY: Final = {"idempotency-key": "key-1"}
_NEPAL: Final = {"type": "field", "field": "country", "compare": "equals", "value": "NP"}
_WARM: Final = {
    "type": "all",
    "of": [
        {"type": "score", "compare": "at_least", "value": 50},
        {"type": "consent", "purpose": "marketing", "channel": "email"},
    ],
}
_CALLED: Final = {"type": "event", "event": "call", "within_days": 7}


def _create() -> Payload:
    employed(*NABIN)
    body = {"name": "Nepal", "rule": {"type": "any", "of": [_NEPAL, _WARM]}}
    return request("POST", "/v1/segments", body=body, headers=_KEY, staff=NABIN)


def _change() -> Payload:
    made = json.loads(invoke("segment_admin", _create())["body"])["segment_id"]
    body = {"name": "Nepal", "rule": _NEPAL, "version": 1}
    path, route = f"/v1/segments/{made}", "/v1/segments/{segment_id}"
    return request("PUT", path, body=body, staff=NABIN, route=route)


def _people() -> None:
    """Ann and seven others, of whom every second one lives in Nepal."""
    dealings.a_contact(country="NP")
    for number in range(7):
        address = {"emails": [{"address": f"person{number}@example.com"}]}
        dealings.a_contact(**address, country="NP" if number % 2 else "IN")
    Pump().run()


def _fill() -> Payload:
    """The part of all contacts that Ann is in is looked at."""
    _people()
    a_segment(_NEPAL, clock.now())
    marketing.write(*planned(segment_id(), 1, clock.now()))
    fake: Any = clock.now
    fake.tick(minutes=1)
    parts = [{**part_key(segment_id(), number), "due": "…"} for number in range(8)]
    return queue_event(parts)


def _filled() -> None:
    assert len(in_segment(segment_id())) == 4
    memberships_are_right(clock.now())


def _happens() -> Payload:
    """Ann moves to Nepal, agrees to mails, calls, and has the points."""
    ann = dealings.a_contact()
    dealings.tell(dealings.a_call())
    Pump().run()
    a_segment(_NEPAL, clock.now(), 1)
    a_segment(_WARM, clock.now(), 2)
    a_segment(_CALLED, clock.now(), 3)
    a_segment(
        {
            "type": "all",
            "of": [
                {"type": "segment", "segment_id": segment_id(1)},
                {"type": "not", "of": {"type": "segment", "segment_id": segment_id(2)}},
            ],
        },
        clock.now(),
        4,
    )
    change_contact(ann.contact_id, ContactChange(version=1, country="NP"), "asha", clock.now())
    consent = Consent(
        purpose="marketing",
        channel="email",
        state=ConsentState.GRANTED,
        at=iso(clock.now()),
        evidence=Evidence(source="staff"),
    )
    decide(ann.contact_id, consent, "entry-1", clock.now())
    about = {"event_id": "e", "occurred_at": clock.now(), "contact_id": ann.contact_id}
    facts = [
        ContactChanged(**about, version=2, fields=["country"], by="asha"),
        ConsentGiven(**about, purpose="marketing", channel="email", origin="staff"),
        _points("60.00"),
        _points("20.00", version=1),
        VisitorIdentified(
            event_id="v", occurred_at=clock.now(), visitor_id="visitor-1", lead_id=LEAD
        ),
    ]
    return queue_event([bus_event(fact) for fact in facts])


def _points(score: str, version: int = 2) -> LeadScoreChanged:
    return LeadScoreChanged(
        event_id=f"points-{version}",
        occurred_at=clock.now(),
        lead_id=LEAD,
        version=version,
        fit="0.00",
        engagement=score,
        score=score,
    )


def _warm_in_nepal() -> None:
    assert [in_segment(segment_id(one)) for one in (1, 2, 4)] == [
        {dealings.ANN_ID},
        {dealings.ANN_ID},
        set(),
    ]


def _time_passes() -> Payload:
    """Ann called a week ago."""
    dealings.a_contact()
    a_segment(_CALLED, clock.now(), 3)
    dealings.tell(dealings.a_call())
    Pump().run()
    assert in_segment(segment_id(3)) == {dealings.ANN_ID}
    fake: Any = clock.now
    fake.tick(days=8)
    return queue_event([{**membership_key(dealings.ANN_ID, segment_id(3)), "due": "…"}])


def _nobody_called() -> None:
    assert in_segment(segment_id(3)) == set()


def _merged() -> Payload:
    """Ann's points and country are of another record, into which hers was merged."""
    employed("maya", ["sales_manager"])
    ann = dealings.a_contact(country="NP")
    bob = dealings.a_contact(emails=[{"address": "bob@example.com"}])
    Pump().run()
    a_segment(_NEPAL, clock.now(), 1)
    a_segment({"type": "score", "compare": "at_least", "value": 50}, clock.now(), 2)
    invoke("segment_update", queue_event([bus_event(_points("60.00"))]))
    path = f"/v1/contacts/{bob.contact_id}/merge"
    route = "/v1/contacts/{contact_id}/merge"
    body = {"loser": ann.contact_id, "versions": {"winner": 1, "loser": 1}}
    answer = invoke(
        "contact_merge",
        request("POST", path, body=body, staff=("maya", ["sales_manager"]), route=route),
    )
    assert answer["statusCode"] < 300, answer
    merge_id = json.loads(answer["body"])["merge"]["merge_id"]
    merged = ContactsMerged(
        event_id="m",
        occurred_at=CREATED,
        contact_id=bob.contact_id,
        merged_id=ann.contact_id,
        merge_id=merge_id,
        by="maya",
    )
    return queue_event([bus_event(merged)])


def _one_person() -> None:
    assert in_segment(segment_id(2)) == {dealings.contact_id("bob@example.com")}
    memberships_are_right(clock.now())


def _roll_back() -> Payload:
    changed = invoke("segment_admin", _change())
    made = json.loads(changed["body"])["segment_id"]
    body = {"to_version": 1, "version": 2}
    path, route = f"/v1/segments/{made}/rollback", "/v1/segments/{segment_id}/rollback"
    return request("POST", path, body=body, staff=NABIN, route=route)


def _one_version_more() -> None:
    (one,) = stored_segments.all_active()
    assert one.number == 3


_MAIL: Final = {
    "name": "Spring",
    "subject": "Spring, {{ first_name }}",
    "html": '<p>Hi {{ first_name }}</p><a href="{{ unsubscribe_url }}">No more mails</a>',
    "defaults": {"first_name": "there"},
}


def _write_template() -> Payload:
    employed(*NABIN)
    return request("POST", "/v1/templates", body=_MAIL, headers=_KEY, staff=NABIN)


def _rewrite_template() -> Payload:
    made = json.loads(invoke("template_admin", _write_template())["body"])["template_id"]
    path, route = f"/v1/templates/{made}", "/v1/templates/{template_id}"
    body = {**_MAIL, "subject": "Summer", "version": 1}
    return request("PUT", path, body=body, staff=NABIN, route=route)


def _preview() -> Payload:
    made = json.loads(invoke("template_admin", _write_template())["body"])["template_id"]
    body = {"contact_id": dealings.a_contact().contact_id}
    path, route = f"/v1/templates/{made}/preview", "/v1/templates/{template_id}/preview"
    return request("POST", path, body=body, staff=NABIN, route=route)


def _try_out() -> Payload:
    made = json.loads(invoke("template_admin", _write_template())["body"])["template_id"]
    body = {"contact_id": dealings.a_contact().contact_id}
    path, route = f"/v1/templates/{made}/tests", "/v1/templates/{template_id}/tests"
    return request("POST", path, body=body, headers=_KEY, staff=NABIN, route=route)


def _tried_once() -> None:
    """The author got at most one mail, and it says that it is a test."""
    assert [one for one in sending.mailed().values() if one > 1] == []


_TEN: Final = 10


def _campaign() -> str:
    """A campaign to ten people, of whom one has no name, one no address, and one got enough."""
    employed(*NABIN)
    sending.rules(sending.ALWAYS.model_copy(update={"caps": (Cap(times=1, days=7),)}))
    people = sending.people(_TEN - 3)
    lacking = sending.people(1, "nameless", first_name=None, last_name="Rai")
    bare = dealings.a_contact(first_name="Bare", emails=[], phones=[{"number": "+9779841234567"}])
    (enough,) = sending.people(1, "enough")
    marketing.write(
        Put({**cap_key(enough, "email"), "sent": {f"{iso(clock.now())}#x"}, "revision": 1})
    )
    everybody = [*people, *lacking, bare.contact_id, enough]
    one = sending.a_campaign(everybody).campaign_id
    Pump().run()
    overlook()
    return one


def _plan_campaign() -> Payload:
    _campaign()
    listed = sending.a_list([])
    given = {"name": "Summer", "audience": {"list_id": listed}, "template_id": sending.TEMPLATE}
    return request("POST", "/v1/campaigns", body=given, headers=_KEY, staff=NABIN)


def _change_campaign() -> Payload:
    one = _campaign()
    listed = sending.a_list([])
    given = {"name": "Summer", "audience": {"list_id": listed}, "template_id": sending.TEMPLATE}
    path, route = f"/v1/campaigns/{one}", "/v1/campaigns/{campaign_id}"
    return request("PUT", path, body={**given, "version": 1}, staff=NABIN, route=route)


def _move(*before: Any, what: str) -> Callable[[], Payload]:
    def arrange() -> Payload:
        one = _campaign()
        for step in before:
            sending.move(one, step)
        path, route = f"/v1/campaigns/{one}/moves", "/v1/campaigns/{campaign_id}/moves"
        body = {"move": what, "version": 1 + len(before)}
        return request("POST", path, body=body, staff=NABIN, route=route)

    return arrange


def _freeze() -> Payload:
    one = _campaign()
    sending.move(one, "start")
    fact = CampaignStarted(event_id="s", occurred_at=clock.now(), campaign_id=one, by="nabin")
    return queue_event([bus_event(fact)])


def _finish() -> Payload:
    payload = _freeze()
    invoke("campaign_plan", payload)
    Pump().run()
    for one in [item for item in everything() if item.get("state") == "deferred"]:
        found = rows.from_item(one)
        marketing.write(*rows.ops_of([(found, found.next(rows.Row.SKIPPED, reason="capped"))]))
    key = {name: _the_campaign()[name] for name in ("pk", "sk")}
    fake: Any = clock.now
    fake.tick(minutes=1)
    return queue_event([{**key, "due": "…"}])


def _the_campaign() -> Any:
    (one,) = [item for item in everything() if item["sk"] == "CAMPAIGN"]
    return one


def _test_is_over() -> Payload:
    """A campaign tried two mails on half of eight people, a day ago; neither was better."""
    sending.rules()
    people = sending.people(8)
    Pump().run()
    template = sending.a_template(tracking.MAIL)
    test = {"templates": [template], "sample_percent": 50}
    one = sending.a_campaign(people, tracking.MAIL, key="test", tracking=True, ab_test=test)
    sending.move(one.campaign_id, "start")
    Pump().run()
    key = {name: _the_campaign()[name] for name in ("pk", "sk")}
    due = queue_event([{**key, "due": "…"}])
    fake: Any = clock.now
    fake.tick(minutes=1)
    invoke("campaign_plan", due)
    overlook()
    fake.tick(days=1)
    return due


def _first_for_the_rest() -> None:
    assert _the_campaign()["ab_test"]["winner"] == "a"
    found = [item for item in everything() if item["pk"].startswith("RECIPIENT#")]
    assert Counter(item["state"] for item in found) == {"sent": 8}


def _finished() -> None:
    assert _the_campaign()["state"] == "done"


def _send() -> Payload:
    invoke("campaign_plan", _freeze())
    campaign = _the_campaign()["pk"].removeprefix("CAMPAIGN#")
    (page,) = [item for item in everything() if item["sk"].startswith("PAGE#")]
    drained(SEND_QUEUE)
    return queue_event([next(iter(parts_of(page["ids"], 1, campaign)))])


def _each_once() -> None:
    """Everybody has a message or a reason, and at most one message is unknown."""
    states = Counter(item["state"] for item in everything() if item["pk"].startswith("RECIPIENT#"))
    assert sum(states.values()) == _TEN
    assert (states["skipped"], states["failed"], states["deferred"]) == (1, 1, 1)
    assert states["sent"] + states["unknown"] == _TEN - 3
    assert states["unknown"] <= 1


def _send_later() -> Payload:
    """A week later the one who got enough may get it."""
    invoke("campaign_send", _send())
    (late,) = [item for item in everything() if item.get("state") == "deferred"]
    fake: Any = clock.now
    fake.tick(days=7)
    return queue_event([{"pk": late["pk"], "sk": late["sk"], "due": "…"}])


def _nobody_waits() -> None:
    assert [item for item in everything() if item.get("state") == "deferred"] == []


def _bounced() -> Payload:
    """A mail came back, of somebody who agreed to text messages."""
    (ann,) = sending.people(1, phones=[{"number": "+9779841234567"}])
    sending.agree(ann, channel="sms")
    sms = {"channel": "sms", "template_id": sending.a_text()}
    sending.rules()
    one = sending.a_campaign([ann], fallbacks=[sms]).campaign_id
    Pump().run()
    overlook()
    sending.move(one, "start")
    Pump().run()
    fact = MessageBounced(
        event_id="b",
        occurred_at=clock.now(),
        campaign_id=one,
        contact_id=ann,
        channel="email",
        claim=sending.rows(one)[ann]["claim"],
        permanent=True,
        reason="General",
    )
    return queue_event([bus_event(fact)])


def _followed() -> None:
    """One text message, or one of which nobody knows."""
    last = next(iter(sending.rows(_the_campaign()["pk"].removeprefix("CAMPAIGN#")).values()))
    assert (last["number"], last["channel"]) == (2, "sms")
    assert last["state"] in ("sent", "unknown")


def _list() -> Payload:
    """Four people of whom two live together are put on a list for the post."""
    employed(*NABIN)
    sending.rules()
    people = []
    for number, address in enumerate(("1 A Street", "1 a street", "2 B Street", "3 C Street")):
        people += sending.people(1, f"h{number}", postal_address=address)
        sending.agree(people[-1], channel="post")
    post = {"channel": "post", "template_id": None, "code_prefix": "SPR", "one_per": "household"}
    one = sending.a_campaign(people, **post).campaign_id
    Pump().run()
    overlook()
    sending.move(one, "start")
    fact = CampaignStarted(event_id="s", occurred_at=clock.now(), campaign_id=one, by="nabin")
    invoke("campaign_plan", queue_event([bus_event(fact)]))
    drained(SEND_QUEUE)
    return queue_event([next(iter(parts_of(people, 1, one)))])


def _listed() -> None:
    """Three rows, whose codes follow each other."""
    found = {item["pk"] for item in everything() if item["sk"] == "CODE"}
    assert found == {f"CODE#SPR-000{number}" for number in (1, 2, 3)}
    sent = sending.sums(_the_campaign()["pk"].removeprefix("CAMPAIGN#"))
    assert sent == {"sent": 3, "skipped": 1}


def _want_list() -> Payload:
    invoke("campaign_send", _list())
    one = _the_campaign()["pk"].removeprefix("CAMPAIGN#")
    path, route = f"/v1/campaigns/{one}/files", "/v1/campaigns/{campaign_id}/files"
    return request("POST", path, body={}, headers=_KEY, staff=NABIN, route=route)


def _write_list() -> Payload:
    made = json.loads(invoke("campaign_admin", _want_list())["body"])
    fact = AddressFileRequested(
        event_id="f",
        occurred_at=clock.now(),
        campaign_id=made["campaign_id"],
        file_id=made["file_id"],
    )
    return queue_event([bus_event(fact)])


def _written() -> None:
    (one,) = [item for item in everything() if item["sk"].startswith("FILE#")]
    assert (one["parts"], one["rows"], "finished_at" in one) == (1, 3, True)


def _use_code() -> Payload:
    invoke("campaign_send", _list())
    body = {"kind": "order", "reference": "order-1"}
    path, route = "/v1/response-codes/SPR-0002/uses", "/v1/response-codes/{code}/uses"
    return request("POST", path, body=body, staff=NABIN, route=route)


def _find_on_page() -> Payload:
    """A message is placed on the pages of three people, of whom one lacks what it says."""
    sending.rules()
    people = [*sending.people(2), *sending.people(1, "nameless", first_name=None, last_name="Rai")]
    for one in people:
        sending.agree(one, channel="any")
    web = {"channel": "web", "template_id": sending.a_text("Hi {{ first_name }}", "text")}
    one = sending.a_campaign(people, **web).campaign_id
    Pump().run()
    overlook()
    sending.move(one, "start")
    fact = CampaignStarted(event_id="s", occurred_at=clock.now(), campaign_id=one, by="nabin")
    invoke("campaign_plan", queue_event([bus_event(fact)]))
    drained(SEND_QUEUE)
    return queue_event([next(iter(parts_of(people, 1, one)))])


def _found_once() -> None:
    placed = [item["pk"] for item in everything() if item["pk"].startswith("WEB#")]
    assert len(placed) == len(set(placed)) == 2
    sent = sending.sums(_the_campaign()["pk"].removeprefix("CAMPAIGN#"))
    assert sent == {"sent": 2, "failed": 1}


def _limit() -> Payload:
    employed(*NABIN)
    (ann,) = sending.people(1)
    path = f"/v1/contacts/{ann}/message-limits/email"
    route = "/v1/contacts/{contact_id}/message-limits/{channel}"
    body = {"limit": {"times": 1, "days": 7}}
    return request("PUT", path, body=body, staff=NABIN, route=route)


def _register() -> Payload:
    employed(*NABIN)
    body = {"name": "Chat", "url": "https://chat.example.com/in"}
    return request("POST", "/v1/webhooks", body=body, headers=_KEY, staff=NABIN)


def _settle() -> Payload:
    invoke("campaign_send", _send())
    found = next(rows.from_item(item) for item in everything() if item.get("state") == "sent")
    marketing.write(*rows.ops_of([(found, found.next(rows.Row.UNKNOWN))]))
    base = f"/v1/campaigns/{found.campaign_id}/recipients/{found.contact_id}"
    route = "/v1/campaigns/{campaign_id}/recipients/{contact_id}/settlement"
    body = {"outcome": "sent"}
    return request("POST", f"{base}/settlement", body=body, staff=NABIN, route=route)


def _revoke() -> Payload:
    """Somebody who got enough withdraws their consent; a message waits for them."""
    invoke("campaign_send", _send())
    (late,) = [item for item in everything() if item.get("state") == "deferred"]
    fake: Any = clock.now
    fake.tick(minutes=1)
    sending.agree(late["contact_id"], ConsentState.WITHDRAWN)
    Pump(only=[]).run()
    withdrawn = ConsentWithdrawn(
        event_id="w",
        occurred_at=clock.now(),
        contact_id=late["contact_id"],
        purpose="marketing",
        channel="email",
        origin="unsubscribe",
    )
    return queue_event([bus_event(withdrawn)])


def _came_back() -> Payload:
    """Of two mails one came back for good, and one was called unwanted; nobody knew of the first
    whether it had left. A mail of no campaign came back as well."""
    sending.rules()
    provider = Provider()
    one = sending.a_campaign(sending.people(2)).campaign_id
    sending.move(one, "start")
    Pump().run()
    first, second = provider.requests
    found = next(
        row
        for item in everything()
        if item["pk"].startswith("RECIPIENT#")
        for row in [rows.from_item(item)]
        if row.claim == next(tag["Value"] for tag in first["EmailTags"] if tag["Name"] == "claim")
    )
    marketing.write(*rows.ops_of([(found, found.next(rows.Row.UNKNOWN))]))
    fake: Any = clock.now
    fake.tick(minutes=1)
    code = {"EmailTags": [], "Destination": {"ToAddresses": ["code@example.com"]}}
    events = [(first, "Bounce"), (second, "Complaint"), (code, "Bounce")]
    return queue_event([sending.said(*one) for one in events])


def _left_alone() -> None:
    found = [item for item in everything() if item["pk"].startswith("RECIPIENT#")]
    assert [item["state"] for item in found] == ["sent", "sent"]
    assert sum("bounced_at" in item for item in found) == 1
    assert sum("complained_at" in item for item in found) == 1
    reasons = [item["reasons"] for item in everything() if item["pk"].startswith("SUPPRESSED#")]
    assert sorted(map(sorted, reasons)) == [["complaint"], ["hard_bounce"], ["hard_bounce"]]
    stands = [item["state"] for item in everything() if item["sk"].startswith("CONSENT#")]
    assert sorted(stands) == ["granted", "withdrawn"]


def _set_rules() -> Payload:
    employed(*NABIN)
    body = {"version": 0, "rules": {"overflow": "drop"}}
    return request("PUT", "/v1/sending-rules", body=body, staff=NABIN)


def _unsubscribe() -> Payload:
    (ann,) = sending.people(1)
    fake: Any = clock.now
    fake.tick(minutes=1)
    token = sealed(Link("campaign_x", ann, "marketing", "email"))
    form = {"List-Unsubscribe": "One-Click"}
    return request("POST", f"/u/{token}", form=form, route="/u/{proxy+}")


def _withdrawn() -> None:
    stands = [item["state"] for item in everything() if item["sk"].startswith("CONSENT#")]
    assert stands == ["withdrawn"]


def _tracked() -> tuple[str, str]:
    """A campaign with links and whom it went to."""
    activate()
    (ann,) = sending.people(1)
    Pump().run()
    return tracking.tracked([ann]), ann


def _follow() -> Payload:
    path = tracking.address(*_tracked())
    return request("GET", path, headers={"user-agent": tracking.CHROME}, route="/c/{token}")


def _hear_of_hits() -> Payload:
    """Ann opens a mail and follows a link; so does a robot, in the same mail."""
    one, ann = _tracked()
    overlook()
    for link, agent in ((None, tracking.CHROME), (1, tracking.CHROME), (1, "curl/8.5")):
        tracking.visit(tracking.address(one, ann, link), agent=agent)
    facts = [MessageHit.model_validate(fact.detail) for fact in carried()]
    return queue_event([bus_event(fact) for fact in facts])


def _buy() -> Payload:
    """Ann followed a link and buys something."""
    one, ann = _tracked()
    tracking.visit(tracking.address(one, ann, 1))
    Pump().run()
    overlook()
    fact = ProductPurchased(
        event_id="p1",
        occurred_at=clock.now(),
        contact_id=ann,
        purchase_id="p1",
        product_ids=["kettle"],
        amount_minor=1_999,
        currency="EUR",
        channel="shop",
    )
    return queue_event([bus_event(fact)])


def _order_by_code() -> Payload:
    """Somebody on a list names its code for an order."""
    invoke("campaign_send", _list())
    code = need_code("SPR-0002")
    fact = ResponseCodeUsed(
        event_id="u1",
        occurred_at=clock.now(),
        campaign_id=code.campaign_id,
        contact_id=code.contact_id,
        code=code.code,
        kind="order",
        reference="order-1",
        amount_minor=1_999,
        currency="EUR",
    )
    return queue_event([bus_event(fact)])


def _credited_once() -> None:
    figures = [one for one in everything() if one["sk"].startswith("FIGURES#")]
    assert [one["revenue__last__EUR"] for one in figures] == [1_999]


def _one_reader() -> None:
    (item,) = [one for one in everything() if one["sk"].startswith("ENGAGEMENT#")]
    assert (item["opens"], item["human_opens"]) == (1, 1)
    assert (item["clicks"], item["human_clicks"]) == (2, 1)


MARKETING_OPERATIONS: Final[tuple[Operation, ...]] = (
    Operation("make a segment", "segment_admin", _create),
    Operation("change a segment", "segment_admin", _change, (412,)),
    Operation(
        "roll back a segment", "segment_admin", _roll_back, (412,), afterwards=_one_version_more
    ),
    Operation("fill a segment", "segment_backfill", _fill, afterwards=_filled),
    Operation(
        "hear of what segments are about", "segment_update", _happens, afterwards=_warm_in_nepal
    ),
    Operation(
        "find time has passed for a segment",
        "segment_update",
        _time_passes,
        afterwards=_nobody_called,
    ),
    Operation("write a template", "template_admin", _write_template),
    Operation("change a template", "template_admin", _rewrite_template, (412,)),
    Operation("preview a template", "template_admin", _preview),
    Operation("try a template out", "template_admin", _try_out, afterwards=_tried_once),
    Operation("plan a campaign", "campaign_admin", _plan_campaign),
    Operation("change a campaign", "campaign_admin", _change_campaign, (412,)),
    Operation("start a campaign", "campaign_admin", _move(what="start"), (412,)),
    Operation("pause a campaign", "campaign_admin", _move("start", what="pause"), (412,)),
    Operation(
        "resume a campaign", "campaign_admin", _move("start", "pause", what="resume"), (412,)
    ),
    Operation("cancel a campaign", "campaign_admin", _move("start", what="cancel"), (412,)),
    Operation("write down who gets a campaign", "campaign_plan", _freeze, afterwards=_each_once),
    Operation("notice that a campaign is done", "campaign_plan", _finish, afterwards=_finished),
    Operation(
        "decide a test of two mails",
        "campaign_plan",
        _test_is_over,
        afterwards=_first_for_the_rest,
    ),
    Operation("send a part of a campaign", "campaign_send", _send, afterwards=_each_once),
    Operation(
        "send to somebody who was put off", "campaign_send", _send_later, afterwards=_nobody_waits
    ),
    Operation("hear that a mail came back", "campaign_send", _bounced, afterwards=_followed),
    Operation("put people on a list", "campaign_send", _list, afterwards=_listed),
    Operation("place messages on pages", "campaign_send", _find_on_page, afterwards=_found_once),
    Operation("want a list as a file", "campaign_admin", _want_list),
    Operation("write a list to a file", "address_export", _write_list, afterwards=_written),
    Operation("name a response code", "campaign_admin", _use_code),
    Operation("limit what somebody gets", "campaign_admin", _limit),
    Operation("register a webhook", "campaign_admin", _register),
    Operation("say what became of a message", "campaign_admin", _settle),
    Operation(
        "cancel what waits for somebody who withdrew",
        "campaign_send",
        _revoke,
        afterwards=_nobody_waits,
    ),
    Operation(
        "hear that mails came back or are unwanted",
        "mail_events",
        _came_back,
        afterwards=_left_alone,
    ),
    Operation("set rules of sending", "campaign_admin", _set_rules, (412,)),
    Operation("unsubscribe", "unsubscribe", _unsubscribe, afterwards=_withdrawn),
    Operation("follow a link of a message", "message_track", _follow),
    Operation(
        "hear who opened a message", "engagement_record", _hear_of_hits, afterwards=_one_reader
    ),
    Operation("credit what somebody bought", "conversion_record", _buy, afterwards=_credited_once),
    Operation(
        "credit an order by its code",
        "conversion_record",
        _order_by_code,
        afterwards=_credited_once,
    ),
    Operation("hear that two are one person", "segment_update", _merged, afterwards=_one_person),
)
