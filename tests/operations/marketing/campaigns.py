"""Campaigns: planned, moved, written down, ended; and the rules that they are sent by."""

from collections import Counter
from collections.abc import Callable
from typing import Any, Final

from shared.kernel.clock import iso
from shared.marketing.events import CampaignStarted
from shared.marketing.segments.repository import marketing
from shared.marketing.sending import rows
from shared.marketing.sending.caps import cap_key
from shared.marketing.sending.recipient import Row, from_item
from shared.marketing.sending.rules import Cap
from shared.platform import clock
from shared.platform.requests import Put
from tests import dealings, sending, tracking
from tests.calls import bus_event, invoke, queue_event, request
from tests.cloud import everything
from tests.marketing import NABIN
from tests.operations.operation import Operation, Payload
from tests.pump import Pump, overlook
from tests.staffing import employed

SEND_QUEUE: Final = "campaign-send"


KEY: Final = {"idempotency-key": "key-1"}


TEN: Final = 10


def campaign_to_ten() -> str:
    """A campaign to ten people, of whom one has no name, one no address, and one got enough."""
    employed(*NABIN)
    sending.rules(sending.ALWAYS.model_copy(update={"caps": (Cap(times=1, days=7),)}))
    people = sending.people(TEN - 3)
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
    campaign_to_ten()
    listed = sending.a_list([])
    given = {"name": "Summer", "audience": {"list_id": listed}, "template_id": sending.TEMPLATE}
    return request("POST", "/v1/campaigns", body=given, headers=KEY, staff=NABIN)


def _change_campaign() -> Payload:
    one = campaign_to_ten()
    listed = sending.a_list([])
    given = {"name": "Summer", "audience": {"list_id": listed}, "template_id": sending.TEMPLATE}
    path, route = f"/v1/campaigns/{one}", "/v1/campaigns/{campaign_id}"
    return request("PUT", path, body={**given, "version": 1}, staff=NABIN, route=route)


def _move(*before: Any, what: str) -> Callable[[], Payload]:
    def arrange() -> Payload:
        one = campaign_to_ten()
        for step in before:
            sending.move(one, step)
        path, route = f"/v1/campaigns/{one}/moves", "/v1/campaigns/{campaign_id}/moves"
        body = {"move": what, "version": 1 + len(before)}
        return request("POST", path, body=body, staff=NABIN, route=route)

    return arrange


def to_freeze() -> Payload:
    one = campaign_to_ten()
    sending.move(one, "start")
    fact = CampaignStarted(event_id="s", occurred_at=clock.now(), campaign_id=one, by="nabin")
    return queue_event([bus_event(fact)])


def _finish() -> Payload:
    payload = to_freeze()
    invoke("campaign_plan", payload)
    Pump().run()
    for one in [item for item in everything() if item.get("state") == "deferred"]:
        found = from_item(one)
        marketing.write(*rows.ops_of([(found, found.next(Row.SKIPPED, reason="capped"))]))
    key = {name: the_campaign()[name] for name in ("pk", "sk")}
    fake: Any = clock.now
    fake.tick(minutes=1)
    return queue_event([{**key, "due": "…"}])


def the_campaign() -> Any:
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
    key = {name: the_campaign()[name] for name in ("pk", "sk")}
    due = queue_event([{**key, "due": "…"}])
    fake: Any = clock.now
    fake.tick(minutes=1)
    invoke("campaign_plan", due)
    overlook()
    fake.tick(days=1)
    return due


def _first_for_the_rest() -> None:
    assert the_campaign()["ab_test"]["winner"] == "a"
    found = [item for item in everything() if item["pk"].startswith("RECIPIENT#")]
    assert Counter(item["state"] for item in found) == {"sent": 8}


def _finished() -> None:
    assert the_campaign()["state"] == "done"


def each_once() -> None:
    """Everybody has a message or a reason, and at most one message is unknown."""
    states = Counter(item["state"] for item in everything() if item["pk"].startswith("RECIPIENT#"))
    assert sum(states.values()) == TEN
    assert (states["skipped"], states["failed"], states["deferred"]) == (1, 1, 1)
    assert states["sent"] + states["unknown"] == TEN - 3
    assert states["unknown"] <= 1


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
    return request("POST", "/v1/webhooks", body=body, headers=KEY, staff=NABIN)


def _set_rules() -> Payload:
    employed(*NABIN)
    body = {"version": 0, "rules": {"overflow": "drop"}}
    return request("PUT", "/v1/sending-rules", body=body, staff=NABIN)


CAMPAIGNS: Final[tuple[Operation, ...]] = (
    Operation("plan a campaign", "campaign_admin", _plan_campaign),
    Operation("change a campaign", "campaign_admin", _change_campaign, (412,)),
    Operation("start a campaign", "campaign_admin", _move(what="start"), (412,)),
    Operation("pause a campaign", "campaign_admin", _move("start", what="pause"), (412,)),
    Operation(
        "resume a campaign", "campaign_admin", _move("start", "pause", what="resume"), (412,)
    ),
    Operation("cancel a campaign", "campaign_admin", _move("start", what="cancel"), (412,)),
    Operation("write down who gets a campaign", "campaign_plan", to_freeze, afterwards=each_once),
    Operation("notice that a campaign is done", "campaign_plan", _finish, afterwards=_finished),
    Operation(
        "decide a test of two mails",
        "campaign_plan",
        _test_is_over,
        afterwards=_first_for_the_rest,
    ),
    Operation("limit what somebody gets", "campaign_admin", _limit),
    Operation("register a webhook", "campaign_admin", _register),
    Operation("set rules of sending", "campaign_admin", _set_rules, (412,)),
)
