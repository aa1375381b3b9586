"""What the provider says of mails on the deployed stack: who is left alone from then on, and what
became of the mail whose sender died."""

from typing import Any
from uuid import uuid4

import pytest

from .stack import Stack

pytestmark = pytest.mark.journey

SIMULATOR = "simulator.amazonses.com"
OUT = '<a href="{{ unsubscribe_url }}">No more mails</a>'


def done(answer: Any, status: int = 200) -> Any:
    assert answer.status == status, answer.text
    return answer.json


def somebody(stack: Stack, box: str) -> tuple[str, str]:
    """A contact who agreed to mails, whose address behaves as the provider's simulator says: id and
    address."""
    email = f"{box}+{uuid4().hex[:10]}@{SIMULATOR}"
    body = {"first_name": box.title(), "emails": [{"address": email}]}
    contact = done(stack.call("POST", "/v1/contacts", body, who="marketer"), 201)["contact_id"]
    yes = {"purpose": "marketing", "channel": "email", "state": "granted"}
    done(stack.call("POST", f"/v1/contacts/{contact}/consents", yes, who="rep"), 201)
    return contact, email


def sent(stack: Stack, plan: dict[str, Any]) -> tuple[str, Any]:
    """A campaign that was sent: its path, and how it ended."""
    campaign = done(stack.call("POST", "/v1/campaigns", plan, who="marketer"), 201)["campaign_id"]
    path = f"/v1/campaigns/{campaign}"
    done(stack.call("POST", f"{path}/moves", {"move": "start", "version": 1}, who="marketer"))
    stack.rest()
    stack.tick("2m")
    return path, done(stack.get(path, "marketer"))


def test_who_bounces_or_complains_is_left_alone_and_a_lost_answer_is_settled(stack: Stack) -> None:
    known = done(stack.get("/v1/sending-rules", "marketer"))
    always = {**known["rules"], "quiet_from": "00:00", "quiet_to": "00:00"}
    rules = {"version": known["version"], "rules": always}
    done(stack.call("PUT", "/v1/sending-rules", rules, who="marketer"))
    people = {box: somebody(stack, box) for box in ("success", "bounce", "complaint")}
    listed = done(stack.call("POST", "/v1/lists", {"name": "Three"}, who="marketer"), 201)
    members = {"contact_ids": [contact for contact, _ in people.values()]}
    added = stack.call("POST", f"/v1/lists/{listed['list_id']}/members", members, who="marketer")
    assert added.status in (200, 204), added.text
    mail = {"name": "Three", "subject": "Hello", "html": f"<p>Hi</p>{OUT}"}
    template = done(stack.call("POST", "/v1/templates", mail, who="marketer"), 201)["template_id"]
    audience = {"list_id": listed["list_id"]}
    plan = {"name": "Three", "audience": audience, "template_id": template}

    stack.crash("campaign_send", "during")
    path, first = sent(stack, plan)

    assert first["state"] == "done", first
    told = {name: number for name, number in first["progress"].items() if number}
    assert told == {"audience": 3, "sent": 3, "delivered": 2, "bounced": 1, "complained": 1}
    assert max(len(stack.mail(email)) for _, email in people.values()) == 1
    contact, email = people["bounce"]
    proof = done(stack.get(f"{path}/recipients/{contact}", "marketer"))
    assert (proof["state"], proof["permanent"]) == ("sent", True)
    asked = {"email": email, "purpose": "invoices"}
    found = done(stack.call("POST", "/v1/suppressions/check", asked, who="rep"))
    assert (found["suppressed"], found["reasons"]) == (True, ["hard_bounce"])
    contact, _ = people["complaint"]
    consents = done(stack.get(f"/v1/contacts/{contact}/consents", "rep"))
    assert [(one["state"], one["channel"]) for one in consents["items"]] == [("withdrawn", "email")]
    history = done(stack.get(f"/v1/contacts/{contact}/history", "rep"))["entries"]
    assert {"message_sent", "message_delivered", "message_complained"} <= {
        one["kind"] for one in history
    }

    path, second = sent(stack, plan)

    assert (second["progress"]["sent"], second["progress"]["skipped"]) == (1, 2)
    for box in ("bounce", "complaint"):
        proof = done(stack.get(f"{path}/recipients/{people[box][0]}", "marketer"))
        assert proof["reason"] == "suppressed", proof
