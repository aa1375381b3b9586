"""Channels on the deployed stack: a mail comes back and a text message follows, a household gets
one letter whose code an order names, a program gets its signed messages, and none inside."""

import base64
import csv
import hashlib
import hmac
import io
import json
import urllib.request
from random import randrange
from typing import Any
from uuid import uuid4

import pytest

from .pages import visiting
from .seen import looked_at
from .stack import Stack
from .test_portal import sign_in

pytestmark = pytest.mark.journey

OUT = '<a href="{{ unsubscribe_url }}">No more mails</a>'
SIMULATOR = "simulator.amazonses.com"


def done(answer: Any, status: int = 200) -> Any:
    assert answer.status == status, answer.text
    return answer.json


def post(stack: Stack, path: str, body: Any, status: int = 201, who: str = "marketer") -> Any:
    return done(stack.call("POST", path, body, who=who), status)


def somebody(stack: Stack, *agrees: str, **facts: Any) -> str:
    contact = post(stack, "/v1/contacts", {"first_name": "Ann", **facts})["contact_id"]
    for channel in agrees:
        yes = {"purpose": "marketing", "channel": channel, "state": "granted"}
        post(stack, f"/v1/contacts/{contact}/consents", yes, who="rep")
    return str(contact)


def a_list(stack: Stack, contacts: list[str]) -> dict[str, str]:
    one = post(stack, "/v1/lists", {"name": uuid4().hex})["list_id"]
    added = stack.call(
        "POST", f"/v1/lists/{one}/members", {"contact_ids": contacts}, who="marketer"
    )
    assert added.status in (200, 204), added.text
    return {"list_id": one}


def a_template(stack: Stack, **parts: Any) -> str:
    return str(post(stack, "/v1/templates", {"name": uuid4().hex, **parts})["template_id"])


def always(stack: Stack) -> None:
    known = done(stack.get("/v1/sending-rules", "marketer"))
    rules = {**known["rules"], "quiet_from": "00:00", "quiet_to": "00:00"}
    body = {"version": known["version"], "rules": rules}
    done(stack.call("PUT", "/v1/sending-rules", body, who="marketer"))


def finished(stack: Stack, contacts: list[str], **plan: Any) -> str:
    """A campaign that was sent: its path."""
    given = {"name": uuid4().hex, "audience": a_list(stack, contacts), **plan}
    path = f"/v1/campaigns/{post(stack, '/v1/campaigns', given)['campaign_id']}"
    post(stack, f"{path}/moves", {"move": "start", "version": 1}, 200)
    stack.rest()
    stack.tick("2m")
    shown = done(stack.get(path, "marketer"))
    assert shown["state"] == "done", shown
    return path


def a_phone() -> str:
    return f"+9779841{randrange(10**6):06d}"


def test_a_mail_that_comes_back_is_followed_by_a_text_message_to_whoever_agreed(
    stack: Stack,
) -> None:
    always(stack)
    agreed, silent = a_phone(), a_phone()
    box = {"emails": [{"address": f"bounce+{uuid4().hex[:10]}@{SIMULATOR}"}]}
    other = {"emails": [{"address": f"bounce+{uuid4().hex[:10]}@{SIMULATOR}"}]}
    ann = somebody(stack, "email", "sms", **box, phones=[{"number": agreed}])
    bob = somebody(stack, "email", **other, phones=[{"number": silent}])
    mail = a_template(stack, subject="Hello", html=f"<p>Hi</p>{OUT}")
    text = a_template(stack, kind="sms", text="Namaste {{ first_name }} नमस्ते")

    path = finished(
        stack,
        [ann, bob],
        template_id=mail,
        fallbacks=[{"channel": "sms", "template_id": text}],
    )

    assert stack.texts(agreed) == ["Namaste Ann नमस्ते"]
    assert stack.texts(silent) == []
    progress = done(stack.get(path, "marketer"))["progress"]
    told = {name: number for name, number in progress.items() if number}
    assert (told["audience"], told["sent"], told["bounced"]) == (2, 2, 2)
    proof = done(stack.get(f"{path}/recipients/{ann}", "marketer"))
    assert (proof["channel"], proof["state"]) == ("sms", "sent")
    assert [one["channel"] for one in proof["earlier"]] == ["email"]
    proof = done(stack.get(f"{path}/recipients/{bob}", "marketer"))
    assert (proof["channel"], proof["earlier"]) == ("email", [])


def test_a_household_gets_one_letter_whose_code_an_order_names(stack: Stack) -> None:
    always(stack)
    street = f"{randrange(10**6)} Jyatha Marg"
    lines = [f"{street}\nKathmandu", f"{street.upper()},\nkathmandu", f"{street}; Kathmandu"]
    family = [
        somebody(stack, "post", country="NP", postal_address=address, last_name=f"Rai {number}")
        for number, address in enumerate(lines)
    ]
    prefix = f"S{uuid4().hex[:6].upper()}"

    path = finished(stack, family, channel="post", code_prefix=prefix, one_per="household")

    made = post(stack, f"{path}/files", {}, 202)
    stack.rest()
    shown = done(stack.get(f"{path}/files/{made['file_id']}", "marketer"))
    (address,) = shown["addresses"]
    with urllib.request.urlopen(address, timeout=30) as answer:
        text = answer.read().decode().removeprefix("\ufeff")
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert (row["code"], row["contact_id"] in family) == (f"{prefix}-0001", True)
    worth = {"amount_minor": 2_000, "currency": "EUR"}
    use = {"kind": "order", "reference": "order-1", **worth}
    for _ in range(2):
        named = post(stack, f"/v1/response-codes/{row['code']}/uses", use, 200, who="rep")
    stack.rest()
    report = done(stack.get(f"{path}/report", "marketer"))
    assert (report["money"]["revenue"], report["total"]["converted"]) == (2_000, 1)
    assert (path.endswith(named["campaign_id"]), named["contact_id"]) == (True, row["contact_id"])
    progress = done(stack.get(path, "marketer"))["progress"]
    assert (progress["sent"], progress["skipped"]) == (1, 2)


def test_a_program_gets_signed_messages_and_nothing_inside_is_called(stack: Stack) -> None:
    always(stack)
    tag = uuid4().hex[:8]
    for inside in ("https://169.254.169.254/latest", "http://127.0.0.1:8080/v1"):
        refused = stack.call("POST", "/v1/webhooks", {"name": "x", "url": inside}, who="marketer")
        assert refused.status == 422, refused.text
    given = {"name": tag, "url": f"{stack.home.webhook_sink}/{tag}"}
    hook = post(stack, "/v1/webhooks", given)
    ann = somebody(stack, "chat", emails=[{"address": f"{tag}@example.com"}])
    text = a_template(stack, kind="text", text="Hi {{ first_name }}")

    way = {"channel": "webhook", "webhook_id": hook["webhook_id"], "template_id": text}
    finished(stack, [ann], **way)

    (came,) = stack.webhooks(tag)
    headers, body = came["headers"], came["body"]
    assert json.loads(body)["text"] == "Hi Ann"
    secret = base64.b64decode(hook["secret"].removeprefix("whsec_"))
    said = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{body}".encode()
    proof = base64.b64encode(hmac.digest(secret, said, hashlib.sha256)).decode()
    assert headers["webhook-signature"] == f"v1,{proof}"


def test_a_customer_finds_a_message_where_they_arrive_and_puts_it_away(
    stack: Stack, browser: Any
) -> None:
    always(stack)
    email = f"{uuid4().hex[:10]}@example.com"
    ann = somebody(stack, "any", emails=[{"address": email}])
    text = a_template(
        stack,
        kind="text",
        subject="A kettle for {{ first_name }}",
        text="{{ offer }}\n\nOnly <b>this</b> week.",
        offers=[{"field": "first_name", "value": "ann", "text": "30 % off all kettles"}],
    )
    path = finished(stack, [ann], channel="web", template_id=text)

    with visiting(browser, stack) as visitor:
        sign_in(stack, visitor, email)
        page = visitor.page
        page.wait_for_selector("#message section")
        said = page.inner_text("#message")
        seen = looked_at(visitor)
        page.click("#message button")
        page.wait_for_selector("#message section", state="detached")

    assert "A kettle for Ann".casefold() in said.casefold()
    assert "30 % off all kettles" in said
    assert "Only <b>this</b> week." in said
    assert seen == []
    assert done(stack.get(path, "marketer"))["progress"]["delivered"] == 1
