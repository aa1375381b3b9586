"""What the customers' sign-in pool asks its triggers."""

from typing import Any

import pytest

from shared.customers.portal import proofs
from shared.customers.portal.codes import Code, digits_of
from tests.calls import invoke
from tests.conftest import FakeClock, Logs
from tests.portal import (
    began,
    customer,
    waiting,
)

pytestmark = pytest.mark.usefixtures("tables")


def trigger(function: str, request: dict[str, Any], who: str = "contact_x") -> dict[str, Any]:
    source = {"define": "Define", "create": "Create", "verify": "VerifyAuthChallengeResponse"}
    event = {
        "version": "1",
        "triggerSource": f"{source[function.rpartition('_')[2]]}_Authentication",
        "userName": who,
        "userPoolId": "eu-central-1_customers",
        "request": request,
        "response": {},
    }
    answer = invoke(function, event)
    assert {name: answer[name] for name in event if name != "response"} == {
        name: event[name] for name in event if name != "response"
    }
    return dict(answer["response"])


def result(right: bool | None, name: str = "CUSTOM_CHALLENGE") -> dict[str, Any]:
    return {"challengeName": name, "challengeResult": right, "challengeMetadata": None}


@pytest.mark.parametrize(("session", "unknown", "let_in", "asked"), [
    ([], False, False, True),
    ([], True, False, False),
    ([result(True)], False, True, False),
    ([result(True)], True, False, False),
    ([result(False)], False, False, False),
    ([result(None)], False, False, False),
    ([result(False), result(True)], False, False, False),
    ([result(True, "SRP_A")], False, False, False),
    ([result(True, "PASSWORD_VERIFIER"), result(True)], False, False, False),
])  # fmt: skip
def test_the_pool_asks_once_and_lets_in_on_a_right_answer_only(
    session: list[dict[str, Any]], unknown: bool, let_in: bool, asked: bool
) -> None:
    answer = trigger("customer_auth_define", {"session": session, "userNotFound": unknown})

    assert answer["issueTokens"] is let_in
    assert answer["failAuthentication"] is not (let_in or asked)
    assert ("challengeName" in answer) is asked


def test_the_question_is_the_same_for_everybody() -> None:
    found = [
        trigger("customer_auth_create", {"session": [], "userNotFound": unknown}, who)
        for unknown, who in ((False, "contact_a"), (True, "contact_b"))
    ]

    assert found[0] == found[1]


def test_the_pool_takes_a_proof_once_and_from_its_customer_only(
    clock: FakeClock, logs: Logs
) -> None:
    ann = customer()
    began()
    message = waiting()
    code = Code(message["partition"], message["code_id"])
    shown = proofs.proof(code, ann.contact_id, clock())

    def right(answer: str, who: str = ann.contact_id) -> bool:
        return bool(
            trigger("customer_auth_verify", {"challengeAnswer": answer}, who)["answerCorrect"]
        )

    assert not right(shown, "contact_00000000000000000000000000")
    assert not right(digits_of(code)), "the digits alone are no proof"
    for forged in ("", "x", shown[:-1], shown.swapcase(), "\u0000", "a" * 10_000):
        assert not right(forged)
    assert right(shown)
    assert right(shown), "Cognito may ask again when it did not hear the answer"
    assert not right(proofs.proof(code, ann.contact_id, clock()))
    clock.tick(minutes=1)
    assert not right(shown)
    assert shown not in logs.text
