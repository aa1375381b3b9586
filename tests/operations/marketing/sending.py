"""Messages: sent, put off, followed by another one, cancelled, settled."""

from typing import Any, Final

from shared.customers.consents.model import ConsentState
from shared.customers.events import ConsentWithdrawn
from shared.marketing.campaigns.planning import parts_of
from shared.marketing.events import CampaignStarted, MessageBounced
from shared.marketing.segments.repository import marketing
from shared.marketing.sending import rows
from shared.marketing.sending.recipient import Row, from_item
from shared.platform import clock
from tests import sending
from tests.calls import bus_event, invoke, queue_event, request
from tests.cloud import everything
from tests.mail_provider import Provider
from tests.marketing import NABIN
from tests.operations.operation import Operation, Payload
from tests.pump import Pump, drained, overlook

from .campaigns import SEND_QUEUE, each_once, the_campaign, to_freeze


def a_part() -> Payload:
    invoke("campaign_plan", to_freeze())
    campaign = the_campaign()["pk"].removeprefix("CAMPAIGN#")
    (page,) = [item for item in everything() if item["sk"].startswith("PAGE#")]
    drained(SEND_QUEUE)
    return queue_event([next(iter(parts_of(page["ids"], 1, campaign)))])


def _send_later() -> Payload:
    """A week later the one who got enough may get it."""
    invoke("campaign_send", a_part())
    (late,) = [item for item in everything() if item.get("state") == "deferred"]
    fake: Any = clock.now
    fake.tick(days=7)
    return queue_event([{"pk": late["pk"], "sk": late["sk"], "due": "…"}])


def nobody_waits() -> None:
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
    last = next(iter(sending.rows(the_campaign()["pk"].removeprefix("CAMPAIGN#")).values()))
    assert (last["number"], last["channel"]) == (2, "sms")
    assert last["state"] in ("sent", "unknown")


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
    sent = sending.sums(the_campaign()["pk"].removeprefix("CAMPAIGN#"))
    assert sent == {"sent": 2, "failed": 1}


def _settle() -> Payload:
    invoke("campaign_send", a_part())
    found = next(from_item(item) for item in everything() if item.get("state") == "sent")
    marketing.write(*rows.ops_of([(found, found.next(Row.UNKNOWN))]))
    base = f"/v1/campaigns/{found.campaign_id}/recipients/{found.contact_id}"
    route = "/v1/campaigns/{campaign_id}/recipients/{contact_id}/settlement"
    body = {"outcome": "sent"}
    return request("POST", f"{base}/settlement", body=body, staff=NABIN, route=route)


def _revoke() -> Payload:
    """Somebody who got enough withdraws their consent; a message waits for them."""
    invoke("campaign_send", a_part())
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
        for row in [from_item(item)]
        if row.claim == next(tag["Value"] for tag in first["EmailTags"] if tag["Name"] == "claim")
    )
    marketing.write(*rows.ops_of([(found, found.next(Row.UNKNOWN))]))
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


SENDING: Final[tuple[Operation, ...]] = (
    Operation("send a part of a campaign", "campaign_send", a_part, afterwards=each_once),
    Operation(
        "send to somebody who was put off", "campaign_send", _send_later, afterwards=nobody_waits
    ),
    Operation("hear that a mail came back", "campaign_send", _bounced, afterwards=_followed),
    Operation("place messages on pages", "campaign_send", _find_on_page, afterwards=_found_once),
    Operation("say what became of a message", "campaign_admin", _settle),
    Operation(
        "cancel what waits for somebody who withdrew",
        "campaign_send",
        _revoke,
        afterwards=nobody_waits,
    ),
    Operation(
        "hear that mails came back or are unwanted",
        "mail_events",
        _came_back,
        afterwards=_left_alone,
    ),
)
