"""A campaign on the deployed stack: a segment fills by itself, mails leave once each with their
headers although the sender dies, and the link in one stops the next."""

import re
from typing import Any
from uuid import uuid4

import pytest

from .stack import Stack

pytestmark = pytest.mark.journey

OUT = '<a href="{{ unsubscribe_url }}">No more mails</a> <a href="{{ preferences_url }}">Choose</a>'
PEOPLE = 12


def done(answer: Any, status: int = 200) -> Any:
    assert answer.status == status, answer.text
    return answer.json


def somebody(
    stack: Stack, tag: str, number: int, *, agrees: bool = True, **facts: str
) -> tuple[str, str]:
    """A contact with a tag, who allows mails or not: id and address."""
    email = f"c{number}.{uuid4().hex[:10]}@example.com"
    body: dict[str, Any] = {
        "first_name": f"Ann {number}",
        "emails": [{"address": email}],
        "tags": [tag],
    }
    body |= facts
    contact = done(stack.call("POST", "/v1/contacts", body, who="marketer"), 201)["contact_id"]
    if agrees:
        yes = {"purpose": "marketing", "channel": "email", "state": "granted"}
        said = stack.call("POST", f"/v1/contacts/{contact}/consents", yes, who="rep")
        assert said.status == 201, said.text
    return contact, email


def test_a_campaign_reaches_everybody_of_a_segment_once_although_its_sender_dies(
    stack: Stack,
) -> None:
    tag = f"fair-{uuid4().hex[:8]}"
    people = [somebody(stack, tag, number) for number in range(PEOPLE)]
    silent, _ = somebody(stack, tag, PEOPLE, agrees=False)
    known = stack.call("GET", "/v1/sending-rules", who="marketer").json
    always = {**known["rules"], "quiet_from": "00:00", "quiet_to": "00:00"}
    rules = {"version": known["version"], "rules": always}
    done(stack.call("PUT", "/v1/sending-rules", rules, who="marketer"))
    segment = done(
        stack.call(
            "POST", "/v1/segments", {"name": tag, "rule": {"type": "tag", "tag": tag}},
            who="marketer",
        ),
        201,
    )["segment_id"]  # fmt: skip
    stack.tick("2m")
    shown = done(stack.get(f"/v1/segments/{segment}", "marketer"))
    assert (shown["members"], shown["filling"]["done"]) == (PEOPLE + 1, True)
    template = done(
        stack.call(
            "POST",
            "/v1/templates",
            {"name": tag, "subject": "For {{ first_name }}", "html": f"<p>Hi</p>{OUT}"},
            who="marketer",
        ),
        201,
    )["template_id"]
    plan = {"name": tag, "audience": {"segment_id": segment}, "template_id": template}
    campaign = done(stack.call("POST", "/v1/campaigns", plan, who="marketer"), 201)["campaign_id"]
    path = f"/v1/campaigns/{campaign}"
    told = done(stack.call("POST", f"{path}/preflight", {}, who="marketer"))
    assert (told["sendable"], told["why_not"]) == (PEOPLE, {"no_consent": 1})

    stack.crash("campaign_send", "during")
    done(stack.call("POST", f"{path}/moves", {"move": "start", "version": 1}, who="marketer"))
    stack.rest()
    stack.tick("2m")

    progress = done(stack.get(path, "marketer"))
    assert progress["state"] == "done", progress
    assert progress["progress"]["skipped"] == 1
    assert progress["progress"]["unknown"] <= 1
    assert progress["progress"]["sent"] + progress["progress"]["unknown"] == PEOPLE
    boxes = [stack.mail(email) for _, email in people]
    assert max(map(len, boxes)) == 1
    assert sum(map(len, boxes)) >= progress["progress"]["sent"]
    why = done(stack.get(f"{path}/recipients/{silent}", "marketer"))
    assert (why["state"], why["reason"]) == ("skipped", "no_consent")

    (contact, _), box = next((one, box) for one, box in zip(people, boxes, strict=True) if box)
    token = re.search(r"/u/([\w.~-]+)", box[0].text)
    assert token, box[0].text
    address = f"/u/{token[1]}"
    assert stack.get(address).status == 200
    assert consent(stack, contact) == "granted"
    one_click = stack.call("POST", address, form={"List-Unsubscribe": "One-Click"})
    assert one_click.status == 200, one_click.text
    assert consent(stack, contact) == "withdrawn"
    assert stack.get(f"{address}x").status == 404
    again = {"purpose": "marketing", "channel": "email", "granted": "yes", "rendered": "now"}
    choices = f"{address}/preferences"
    assert choices in box[0].text and stack.get(choices).status == 200
    assert consent(stack, contact) == "withdrawn"
    elsewhere = stack.call("POST", choices, form=again, headers={"origin": "https://x.example"})
    assert elsewhere.status == 403
    chosen = stack.call("POST", choices, form=again, headers={"origin": stack.url})
    assert chosen.status == 200 and "is on" in chosen.text
    assert consent(stack, contact) == "granted"


def test_what_a_form_was_told_counts_once_the_mailed_link_was_pressed(stack: Stack) -> None:
    form_id, email = f"news-{uuid4().hex[:8]}", f"news.{uuid4().hex[:10]}@example.com"
    known = done(stack.get("/v1/forms/contact", "admin"))["form"]
    fields = [{"name": "email", "label": "E-mail", "kind": "email", "required": True}]
    asked = {**known["consent"], "purpose": "marketing", "channel": "email", "double_opt_in": True}
    form = {**known, "fields": fields, "consent": asked}
    body = {"version": 0, "form": form}
    done(stack.call("PUT", f"/v1/forms/{form_id}", body, who="admin"), 201)
    told = {"email": email, asked["field"]: "yes"}
    script = {"accept": "application/json"}
    sent = stack.call("POST", f"/v1/forms/{form_id}/submissions", form=told, headers=script)
    contact = sent.json["lead_id"].replace("lead_", "contact_")
    stack.rest()

    (letter,) = stack.mail(email)
    token = re.search(r"/u/confirm/([\w.~-]+)", letter.text)
    assert token, letter.text
    assert stack.get(f"/u/confirm/{token[1]}").status == 200
    assert consent(stack, contact) == "pending"
    pressed = stack.call("POST", f"/u/confirm/{token[1]}", form={}, headers={"origin": stack.url})
    assert pressed.status == 200, pressed.text
    assert consent(stack, contact) == "granted"


def consent(stack: Stack, contact: str) -> str:
    found = done(stack.get(f"/v1/contacts/{contact}/consents", "rep"))
    (stands,) = [one for one in found["items"] if one["channel"] == "email"]
    return str(stands["state"])
