"""What the provider says of mails on the deployed stack: who is left alone from then on, and what
became of the mail whose sender died."""

from typing import Any
from uuid import uuid4

import pytest

from .campaigning import (
    at_any_hour,
    done,
    listed,
    moved,
    planned,
    post,
    put_rules,
    recipient,
    rules_of,
    somebody,
    template,
)
from .stack import Stack

pytestmark = pytest.mark.journey

SIMULATOR = "simulator.amazonses.com"


def somebody_at(stack: Stack, box: str) -> tuple[str, str]:
    """A contact who agreed to mails, whose address behaves as the provider's simulator says: id and
    address."""
    email = f"{box}+{uuid4().hex[:10]}@{SIMULATOR}"
    return somebody(stack, box, 0, emails=[{"address": email}])[0], email


def sent(stack: Stack, audience: dict[str, str], template_id: str) -> tuple[str, Any]:
    """A campaign that was sent: its path, and how it ended."""
    path = planned(stack, audience, template_id)
    moved(stack, path, "start")
    stack.rest()
    stack.tick("2m")
    return path, done(stack.get(path, "marketer"))


def test_who_bounces_or_complains_is_left_alone_and_a_lost_answer_is_settled(stack: Stack) -> None:
    put_rules(stack, at_any_hour(rules_of(stack)))
    people = {box: somebody_at(stack, box) for box in ("success", "bounce", "complaint")}
    everybody = listed(stack, *(contact for contact, _ in people.values()))
    words = template(stack, "Hello")

    stack.crash("campaign_send", "during")
    path, first = sent(stack, everybody, words)

    assert first["state"] == "done", first
    told = {name: number for name, number in first["progress"].items() if number}
    assert told == {"audience": 3, "sent": 3, "delivered": 2, "bounced": 1, "complained": 1}
    assert max(len(stack.mail(email)) for _, email in people.values()) == 1
    contact, email = people["bounce"]
    proof = recipient(stack, path, contact)
    assert (proof["state"], proof["permanent"]) == ("sent", True)
    asked = {"email": email, "purpose": "invoices"}
    found = post(stack, "/v1/suppressions/check", asked, "rep", 200)
    assert (found["suppressed"], found["reasons"]) == (True, ["hard_bounce"])
    contact, _ = people["complaint"]
    consents = done(stack.get(f"/v1/contacts/{contact}/consents", "rep"))
    assert [(one["state"], one["channel"]) for one in consents["items"]] == [("withdrawn", "email")]
    history = done(stack.get(f"/v1/contacts/{contact}/history", "rep"))["entries"]
    assert {"message_sent", "message_delivered", "message_complained"} <= {
        one["kind"] for one in history
    }

    path, second = sent(stack, everybody, words)

    assert (second["progress"]["sent"], second["progress"]["skipped"]) == (1, 2)
    for box in ("bounce", "complaint"):
        proof = recipient(stack, path, people[box][0])
        assert proof["reason"] == "suppressed", proof
