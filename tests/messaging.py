"""People who are written to by mail and text message, and what a campaign to them came to."""

from typing import Any

from shared.marketing.events import MessageBounced
from shared.platform import clock as platform_clock
from tests.calls import bus_event, invoke, queue_event
from tests.pump import Pump, overlook
from tests.sending import (
    a_campaign,
    a_text,
    agree,
    campaigns,
    move,
    people,
    rows,
)

ONE = "/v1/campaigns/{campaign_id}"


def with_phones(count: int, prefix: str = "p", **facts: Any) -> list[str]:
    """People with an address and a phone, who agreed to mails and text messages."""
    found = []
    for number in range(count):
        phone = {"phones": [{"number": f"+9779841{ord(prefix[0]):03d}5{number:02d}"}]}
        found += people(1, f"{prefix}{number}x", **{**phone, **facts})
        agree(found[-1], channel="sms")
    return found


def started(contact_ids: list[str], **more: Any) -> str:
    """A campaign to them that was started and went as far as it goes; its id."""
    one = a_campaign(contact_ids, **more).campaign_id
    overlook()
    move(one, "start")
    Pump().run()
    return one


def by_sms(**more: Any) -> dict[str, Any]:
    """The way of a text message."""
    return {"channel": "sms", "template_id": a_text(), **more}


def mail_then_sms() -> dict[str, Any]:
    """A mail, and a text message where that is none."""
    return {"fallbacks": [by_sms()]}


def proof(campaign: str, contact_id: str) -> Any:
    """What became of somebody in a campaign, and why."""
    path, route = f"/{campaign}/recipients/{contact_id}", f"{ONE}/recipients/{{contact_id}}"
    return campaigns("GET", path, route=route).json


def bounced(campaign: str, contact_id: str, *, permanent: bool = True, copies: int = 1) -> None:
    """The provider says that a mail came back."""
    fact = MessageBounced(
        event_id="b",
        occurred_at=platform_clock.now(),
        campaign_id=campaign,
        contact_id=contact_id,
        channel="email",
        claim=rows(campaign)[contact_id]["claim"],
        permanent=permanent,
        reason="General",
    )
    for _ in range(copies):
        invoke("campaign_send", queue_event([bus_event(fact)]))
