"""Operations of customers, for `tests.operations`: signing in, and deciding about oneself."""

import re
from collections.abc import Callable
from typing import Any, Final

from shared.customers.contacts.repository import load
from shared.customers.events import EmailReplaced
from shared.platform import clock
from tests import cloud
from tests.calls import bus_event, queue_event, request
from tests.operations.operation import Operation, Payload
from tests.portal import ANN, ask, asking_triggers, code_for, customer, mails_to, me, posted

NEW: Final = "ann.lee@example.org"
_ERASE: Final = "/v1/portal/me/erasure/{erasure_id}/confirmation"
_CONFIRM: Final = "/v1/portal/me/email-changes/{change_id}/confirmation"


def asks_for_code() -> Payload:
    """Ann asks for a code."""
    asking_triggers()
    customer()
    return request("POST", "/v1/portal/sign-in", body={"email": ANN})


def shows_code() -> Payload:
    """Ann shows hers, for the first time."""
    asking_triggers()
    customer()
    sign_in = ask().json["sign_in"]
    body = {"sign_in": sign_in, "code": code_for()}
    return request("POST", "/v1/portal/sign-in/code", body=body)


def let_in_once() -> None:
    """The code is spent, and the pool knows one customer."""
    (code,) = [one for one in cloud.everything() if one["sk"].startswith("CODE#")]
    users = cloud.client("cognito-idp").list_users(UserPoolId=cloud.customer_pool())["Users"]
    assert "used_at" in code
    assert [one["Username"] for one in users] == [code["contact_id"]]


def mails_code() -> Payload:
    """A code waits to be mailed."""
    asking_triggers()
    customer()
    ask()
    (code,) = [one for one in cloud.everything() if one["sk"].startswith("CODE#")]
    code_id = code["sk"].removeprefix("CODE#")
    return queue_event([{"purpose": "sign_in", "partition": code["pk"], "code_id": code_id}])


def mailed_once() -> None:
    """A mail has one claim, whatever became of it, and went out once at most."""
    claims = [one for one in cloud.everything() if one["sk"].startswith("MAIL#")]
    assert len(claims) == 1


def changes_profile() -> Payload:
    """Ann gives her number."""
    ann = customer()
    body = {"version": 1, "phones": [{"number": "+9779841234567"}]}
    return _mine("PATCH", "", ann.contact_id, body)


def decides(*, granted: bool) -> Callable[[], Payload]:
    """Ann allows something, or takes it back."""

    def arrange() -> Payload:
        ann = customer()
        choice = {"purpose": "marketing", "channel": "email"}
        me("PUT", "/consents", ann, {**choice, "granted": not granted})
        _later()
        body = {**choice, "granted": granted}
        payload = _mine("PUT", "/consents", ann.contact_id, body)
        payload["headers"]["idempotency-key"] = "key-1"
        return payload

    return arrange


def wants_address() -> Payload:
    """Ann wants to sign in by another address."""
    ann = customer()
    return _mine("POST", "/email-changes", ann.contact_id, {"email": NEW})


def confirms_address() -> Payload:
    """She shows the code from there."""
    ann = customer()
    change_id = me("POST", "/email-changes", ann, {"email": NEW}).json["change_id"]
    path = f"/email-changes/{change_id}/confirmation"
    return _mine("POST", path, ann.contact_id, {"code": code_for(NEW)}, route=_CONFIRM)


def signs_in_by_new_address() -> None:
    """The change is done, the new address is hers alone and the former one free."""
    (change,) = [one for one in cloud.everything() if one["sk"].startswith("EMAIL_CHANGE#")]
    contact = load(change["contact_id"])
    assert contact is not None
    assert (change["state"], contact.email, change["old"]) == ("done", NEW, ANN)
    claims = [one for one in cloud.everything() if one["sk"] == "IDENTITY"]
    assert sorted("released" in one for one in claims) == [False, True]


def tells_former_address() -> Payload:
    """The former address is to hear of it."""
    payload = _confirmed()
    fact = EmailReplaced(
        event_id="event-1", occurred_at=clock.now(), contact_id=payload[0], change_id=payload[1]
    )
    return queue_event([bus_event(fact)])


def takes_address_back() -> Payload:
    """Whoever reads mail there follows the link."""
    from urllib.parse import urlencode

    from tests.calls import invoke

    invoke("portal_mail", tells_former_address())
    found = re.search(r"objection\?token=([\w.-]+)", mails_to(ANN)[-1].body)
    assert found
    return request(
        "POST",
        "/portal/objection",
        body=urlencode({"token": found.group(1)}),
        headers={
            "content-type": "application/x-www-form-urlencoded",
            "origin": cloud.SETTINGS["public_base_url"],
        },
        route="/portal/objection",
    )


def has_address_back() -> None:
    """The address is Ann's again, and the other is nobody's."""
    (change,) = [one for one in cloud.everything() if one["sk"].startswith("EMAIL_CHANGE#")]
    contact = load(change["contact_id"])
    assert contact is not None
    assert (change["state"], [one.address for one in contact.emails]) == ("undone", [ANN])


def wants_copy() -> Payload:
    """Ann wants a copy of everything."""
    payload = _mine("POST", "/export", customer().contact_id, {})
    payload["headers"]["idempotency-key"] = "key-1"
    return payload


def made_one_copy() -> None:
    """One request, done, with its file."""
    (request_item,) = [one for one in cloud.everything() if one["sk"] == "REQUEST"]
    assert request_item["state"] == "done"


def wants_erasure() -> Payload:
    """Ann asks for everything to be deleted."""
    return _mine("POST", "/erasure", customer().contact_id, {})


def confirms_erasure() -> Payload:
    """She shows the code."""
    ann = customer()
    erasure_id = me("POST", "/erasure", ann, {}).json["erasure_id"]
    path = f"/erasure/{erasure_id}/confirmation"
    body = {"code": code_for()}
    return _mine("POST", path, ann.contact_id, body, route=_ERASE)


def is_gone() -> None:
    """Nothing has her address any more, but the request that looks for her once again."""
    left = [one["sk"] for one in cloud.everything() if ANN in str(one) or one["sk"] == "CONTACT"]
    assert left == ["PERSON"]


def _confirmed() -> tuple[str, str]:
    ann = customer()
    change_id = me("POST", "/email-changes", ann, {"email": NEW}).json["change_id"]
    body = {"code": code_for(NEW)}
    answer = me("POST", f"/email-changes/{change_id}/confirmation", ann, body)
    assert answer.status == 200, answer.text
    return ann.contact_id, change_id


def _mine(
    method: str, path: str, contact_id: str, body: Any, *, route: str | None = None
) -> Payload:
    where = f"/v1/portal/me{path}"
    posted()
    return request(method, where, body=body, customer=contact_id, route=route or where)


def _later() -> None:
    fake: Any = clock.now
    fake.tick(seconds=1)


PORTAL_OPERATIONS: Final = (
    Operation("ask for a code", "portal_token", asks_for_code),
    # Whoever never heard that they are in has spent their code, and asks for another.
    Operation("sign in with a code", "portal_token", shows_code, (422,), afterwards=let_in_once),
    Operation("mail a code", "portal_mail", mails_code, afterwards=mailed_once),
    Operation("change one's profile", "portal_query", changes_profile, (412,)),
    Operation("allow something", "portal_query", decides(granted=True)),
    Operation("take it back", "portal_query", decides(granted=False)),
    Operation("want another address", "portal_query", wants_address),
    Operation(
        "confirm another address",
        "portal_query",
        confirms_address,
        (404,),
        afterwards=signs_in_by_new_address,
    ),
    Operation("tell the former address", "portal_mail", tells_former_address),
    Operation(
        "take an address back",
        "portal_sign_in",
        takes_address_back,
        (404,),
        afterwards=has_address_back,
    ),
    Operation("want a copy of everything", "portal_query", wants_copy, afterwards=made_one_copy),
    Operation("want to be deleted", "portal_query", wants_erasure),
    # Whoever never heard that it began finds the code spent, or themselves gone.
    Operation(
        "confirm to be deleted", "portal_query", confirms_erasure, (401, 422), afterwards=is_gone
    ),
)
