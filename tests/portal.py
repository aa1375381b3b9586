"""Customers who sign in: the pool with its triggers, their mailbox, their browser and token.

moto does not ask the triggers of a pool. Here they are asked as Cognito asks them: define, create,
and for an answer verify, define.
"""

import os
import re
from collections.abc import Mapping
from functools import cache
from itertools import count
from typing import Any, Final

from moto.backends import get_backend
from moto.cognitoidp.exceptions import NotAuthorizedError
from moto.cognitoidp.models import CognitoIdpBackend
from moto.core import DEFAULT_ACCOUNT_ID

from shared.customers.contacts.creation import create_contact
from shared.customers.contacts.model import Contact, NewContact
from shared.customers.portal.access import address_mark
from shared.platform import clock
from shared.portal.entry import CUSTOMERS
from tests import cloud
from tests.calls import Answer, http, invoke, queue_event
from tests.cloud import REGION
from tests.pages import Page, browse

ANN: Final = "ann@example.com"
BEN: Final = "ben@example.com"
NETWORK: Final = "203.0.113.7"

_CREATE_FLOW: Final = "CUSTOM_AUTH"
_numbers = count(1)
_asked: dict[str, tuple[str, str, str]] = {}
"""Session of Cognito → pool, client and user."""


def customer(email: str = ANN, **more: Any) -> Contact:
    """A contact with this address."""
    given: dict[str, Any] = {"first_name": "Ann", "last_name": "Lee"}
    given |= {"emails": [{"address": email}], **more}
    return create_contact(NewContact.model_validate(given), "asha", None, clock.now()).contact


def mails_to(email: str) -> list[Any]:
    """What was mailed to an address, oldest first."""
    sent = get_backend("sesv2")[DEFAULT_ACCOUNT_ID][REGION].core_backend.sent_messages  # type: ignore[attr-defined]
    return [one for one in sent if email in one.destinations["ToAddresses"]]


def posted() -> None:
    """Have what waits in the queue mailed."""
    sqs = cloud.client("sqs")
    url = os.environ["CRM_PORTAL_MAIL_QUEUE_URL"]
    while found := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for one in found:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=one["ReceiptHandle"])
        assert invoke("portal_mail", queue_event([one["Body"] for one in found])) == {
            "batchItemFailures": []
        }


def code_for(email: str = ANN) -> str:
    """The code mailed last to an address; fails without one."""
    posted()
    found = re.search(r"\b(\d{6})\b", mails_to(email)[-1].subject)
    assert found
    return found.group(1)


def ask(email: str = ANN, *, network: str = NETWORK) -> Answer:
    """Ask the API for a code."""
    asking_triggers()
    body, headers = {"email": email}, {"x-viewer-address": network}
    return http("portal_token", "POST", "/v1/portal/sign-in", body=body, headers=headers)


def enter(sign_in: str, code: str, *, network: str = NETWORK) -> Answer:
    """Show the API a code."""
    asking_triggers()
    body, headers = {"sign_in": sign_in, "code": code}, {"x-viewer-address": network}
    return http("portal_token", "POST", "/v1/portal/sign-in/code", body=body, headers=headers)


def wrong(code: str) -> str:
    """Another code."""
    return f"{(int(code) + 1) % 1_000_000:06d}"


def me(method: str, path: str, contact: Contact, body: Any = None, **more: Any) -> Answer:
    """Ask the portal's API as a customer."""
    at = f"/v1/portal/me{path}"
    return http("portal_query", method, at, body=body, customer=contact.contact_id, **more)


def cookie_of(contact: Contact, email: str | None = None) -> str:
    """The cookie of a customer who has just signed in by an address of theirs."""
    mark = address_mark(email or contact.email or "")
    return CUSTOMERS.begin(contact.contact_id, clock.now(), mark).partition(";")[0]


def visit(
    method: str,
    path: str,
    contact: Contact | None = None,
    *,
    function: str = "portal_pages",
    form: Mapping[str, str] | None = None,
    **more: Any,
) -> Page:
    """Ask for a page as a customer."""
    if contact:
        more |= {"session": (contact.contact_id, cookie_of(contact))}
    return browse(function, method, path, form=form, **more)


def getting_in(method: str, path: str, **more: Any) -> Page:
    """Ask for a page of signing in."""
    asking_triggers()
    return visit(method, path, function="portal_sign_in", **more)


@cache
def asking_triggers() -> None:
    """See that the pool asks its triggers, as moto's does not by itself."""
    initiate = CognitoIdpBackend.admin_initiate_auth
    respond = CognitoIdpBackend.admin_respond_to_auth_challenge

    def initiated(self: Any, pool_id: str, client_id: str, flow: str, given: Any) -> Any:
        if flow != _CREATE_FLOW:
            return initiate(self, pool_id, client_id, flow, given)
        user = self.admin_get_user(pool_id, given["USERNAME"])
        if not user.enabled:
            raise NotAuthorizedError("User is disabled.")
        session = f"session-{next(_numbers):020d}"
        _asked[session] = (pool_id, client_id, user.username)
        return _next(self, session, [])

    def responded(self: Any, session: str, client_id: str, name: str, given: Any) -> Any:
        if session not in _asked:
            return respond(self, session, client_id, name, given)
        answer = given["ANSWER"]
        said = _question(session, "VerifyAuthChallengeResponse", [], challengeAnswer=answer)
        result = {"challengeName": name, "challengeResult": said["answerCorrect"]}
        return _next(self, session, [result])

    CognitoIdpBackend.admin_initiate_auth = initiated  # type: ignore[method-assign]
    CognitoIdpBackend.admin_respond_to_auth_challenge = responded  # type: ignore[method-assign]


def _next(backend: Any, session: str, so_far: list[dict[str, Any]]) -> Any:
    step = _question(session, "DefineAuthChallenge", so_far)
    if step.get("issueTokens"):
        pool_id, client_id, username = _asked.pop(session)
        found = backend.describe_user_pool(pool_id)
        return backend._log_user_in(found, found.clients[client_id], username)
    if step.get("failAuthentication"):
        del _asked[session]
        raise NotAuthorizedError("Incorrect username or password.")
    shown = _question(session, "CreateAuthChallenge", so_far)
    return {
        "ChallengeName": step["challengeName"],
        "ChallengeParameters": shown["publicChallengeParameters"],
        "Session": session,
    }


_TRIGGERS: Final = {
    "DefineAuthChallenge": "customer_auth_define",
    "CreateAuthChallenge": "customer_auth_create",
    "VerifyAuthChallengeResponse": "customer_auth_verify",
}


def _question(session: str, trigger: str, so_far: list[dict[str, Any]], **more: Any) -> Any:
    pool_id, client_id, username = _asked[session]
    asked = {"userAttributes": {}, "session": so_far, "userNotFound": False, **more}
    event = {
        "version": "1",
        "triggerSource": f"{trigger}_Authentication",
        "region": REGION,
        "userPoolId": pool_id,
        "userName": username,
        "callerContext": {"awsSdkVersion": "test", "clientId": client_id},
        "request": asked,
        "response": {},
    }
    return invoke(_TRIGGERS[trigger], event)["response"]


def began(email: str = ANN, **more: Any) -> str:
    """Ask for a code; what has to come back with it."""
    answer = ask(email, **more)
    assert answer.status == 202, answer.text
    return str(answer.json["sign_in"])


def waiting() -> dict[str, Any]:
    """The message that waits to be mailed."""
    (item,) = [one for one in cloud.everything() if one["sk"].startswith("CODE#")]
    code_id = item["sk"].removeprefix("CODE#")
    return {"purpose": item["purpose"], "partition": item["pk"], "code_id": code_id}
