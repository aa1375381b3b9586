"""A campaign on the deployed stack: a segment fills by itself, mails leave once each with their
headers although the sender dies, and the link in one stops the next."""

import re
from uuid import uuid4

import pytest

from .campaigning import (
    at_any_hour,
    done,
    moved,
    planned,
    post,
    progress,
    put_rules,
    recipient,
    rules_of,
    somebody,
    template,
)
from .stack import Stack

pytestmark = pytest.mark.journey

PEOPLE = 12


def test_a_campaign_reaches_everybody_of_a_segment_once_although_its_sender_dies(
    stack: Stack,
) -> None:
    tag = f"fair-{uuid4().hex[:8]}"
    people = [somebody(stack, tag, number) for number in range(1, PEOPLE)]
    people.append(somebody(stack, tag, PEOPLE, first_name="<b>"))
    silent, _ = somebody(stack, tag, 0, agrees=False)
    rule = {"type": "tag", "tag": tag}
    segment = post(stack, "/v1/segments", {"name": tag, "rule": rule})["segment_id"]
    put_rules(stack, at_any_hour(rules_of(stack)))
    shown = done(stack.get(f"/v1/segments/{segment}", "marketer"))
    assert (shown["members"], shown["filling"]["done"]) == (PEOPLE + 1, True)
    hi = '<p>Hi {{ first_name or "there" }}</p>'
    words = template(stack, "For {{ first_name }}", hi)
    path = planned(stack, {"segment_id": segment}, words)
    told = post(stack, f"{path}/preflight", {}, status=200)
    assert (told["sendable"], told["why_not"]) == (PEOPLE, {"no_consent": 1})

    stack.crash("campaign_send", "during")
    moved(stack, path, "start")
    stack.rest()
    stack.tick("2m")

    assert done(stack.get(path, "marketer"))["state"] == "done"
    counts = {"unknown": 0, **progress(stack, path)}
    assert counts["skipped"] == 1
    assert counts["unknown"] <= 1
    assert counts["sent"] + counts["unknown"] == PEOPLE
    boxes = [stack.mail(email) for _, email in people]
    assert max(map(len, boxes)) == 1
    assert sum(map(len, boxes)) >= counts["sent"]
    for letter in boxes[-1]:
        assert (letter.subject, "Hi &lt;b&gt;<" in letter.html) == ("For <b>", True), letter.html
        assert "Hi <b>\n" in letter.text
    why = recipient(stack, path, silent)
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
