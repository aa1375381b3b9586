"""Signing in as a customer: a code to the mailbox, five tries, ten minutes, once."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from shared.customers.contacts.addresses import release_address
from shared.customers.contacts.changes import delete_contact
from shared.customers.contacts.model import Contact
from shared.customers.contacts.repository import contact_key, customers, load
from shared.customers.portal.codes import Code, digits_of
from shared.customers.suppression.changes import suppress
from shared.customers.suppression.model import Reason
from shared.platform.requests import Put, Update
from tests import cloud
from tests.aws_calls import Answer as Exchanged
from tests.aws_calls import Call, Send, intercepted
from tests.calls import Answer, http, invoke, queue_event
from tests.conftest import FakeClock, Logs
from tests.portal import (
    ANN,
    BEN,
    ask,
    began,
    code_for,
    customer,
    enter,
    mails_to,
    posted,
    waiting,
    wrong,
)

pytestmark = pytest.mark.usefixtures("tables")

NOBODY = "nobody@example.com"


def calls_of(do: Callable[[], Any]) -> list[str]:
    """The AWS calls that `do` makes, in order."""
    made: list[str] = []

    def note(call: Call, send: Send) -> Exchanged:
        made.append(call.name)
        return send()

    with intercepted(note):
        do()
    return made


def test_a_code_from_the_mailbox_lets_in() -> None:
    ann = customer()
    sign_in = began("Ann@EXAMPLE.com")

    answer = enter(sign_in, code_for())

    assert answer.status == 200, answer.text
    assert answer.json["token_type"] == "Bearer" and answer.json["expires_in"] > 0
    users = cloud.client("cognito-idp").list_users(UserPoolId=cloud.customer_pool())["Users"]
    assert [one["Username"] for one in users] == [ann.contact_id]
    assert ANN not in json.dumps(users, default=str), "the pool knows nothing but ids"


def test_the_mail_says_what_it_is_and_comes_once() -> None:
    customer()
    began()
    posted()
    posted()

    (mail,) = mails_to(ANN)

    assert mail.subject.endswith("is your code for Jaladhara")
    assert "sign in to Jaladhara" in mail.body
    assert "10 minutes" in mail.body


def test_a_mail_delivered_twice_is_sent_once() -> None:
    customer()
    began()
    message = waiting()

    for _ in range(3):
        invoke("portal_mail", queue_event([message]))

    assert len(mails_to(ANN)) == 1


@pytest.mark.parametrize(
    ("purpose", "reason", "mailed"),
    [(None, "hard_bounce", 0), ("marketing", "complaint", 1), ("marketing", "soft_bounces", 1)],
)
def test_a_code_goes_to_whoever_wants_no_marketing_and_not_where_mail_comes_back(
    purpose: str | None, reason: str, mailed: int, clock: FakeClock
) -> None:
    customer()
    suppress([("email", ANN)], purpose, Reason(reason), clock())

    began()
    invoke("portal_mail", queue_event([waiting()]))

    assert len(mails_to(ANN)) == mailed


def test_a_further_address_signs_in_too_and_gets_the_mail() -> None:
    customer(emails=[{"address": ANN}, {"address": "ann@work.example"}])
    sign_in = began("ann@work.example")

    assert enter(sign_in, code_for("ann@work.example")).status == 200
    assert mails_to(ANN) == []


@pytest.mark.parametrize("typed", ["", "ann", "ann@", "@example.com", "a b@example.com",
                                   "ann@example.com\r\nbcc: x@y.z", "x" * 400])  # fmt: skip
def test_what_is_no_address_is_refused_at_its_field(typed: str) -> None:
    answer = ask(typed)

    assert answer.status == 422
    assert "email" in answer.fields


def test_nobody_learns_whether_an_address_is_known() -> None:
    customer()
    customer(BEN, emails=[{"address": "x@example.com"}, {"address": BEN}], last_name="Rai")
    answers: dict[str, Answer] = {}
    asking: dict[str, list[str]] = {}
    guessing: dict[str, list[str]] = {}
    enter(began("somebody@example.com"), "000000")  # the network is known from here on
    for email in (ANN, BEN, NOBODY):
        asking[email] = calls_of(lambda email=email: answers.update({email: ask(email)}))
        said = answers[email].json["sign_in"]
        guessing[email] = calls_of(lambda said=said: enter(said, "000000"))

    assert asking[ANN] == asking[BEN] == asking[NOBODY]
    assert guessing[ANN] == guessing[BEN] == guessing[NOBODY]
    shapes = {
        (one.status, tuple(one.json), len(one.json["sign_in"]), tuple(sorted(one.headers)))
        for one in answers.values()
    }
    assert len(shapes) == 1
    refusals = {email: enter(answers[email].json["sign_in"], "000001") for email in answers}
    assert len({(one.status, one.code, one.json["detail"]) for one in refusals.values()}) == 1
    posted()
    assert mails_to(NOBODY) == []


def test_not_even_the_right_digits_let_nobody_in() -> None:
    sign_in = began(NOBODY)
    message = waiting()

    answer = enter(sign_in, digits_of(Code(message["partition"], message["code_id"])))

    assert (answer.status, answer.code) == (422, "code_wrong")


def test_after_five_wrong_tries_the_right_code_is_no_good() -> None:
    customer()
    sign_in = began()
    code = code_for()

    answers = [enter(sign_in, wrong(code)) for _ in range(5)]
    last = enter(sign_in, code)

    assert {(one.status, one.code) for one in answers} == {(422, "code_wrong")}
    assert (last.status, last.code) == (422, "code_over")
    assert enter(began(), code_for()).status == 200


def test_the_fifth_try_may_be_right() -> None:
    customer()
    sign_in = began()
    code = code_for()
    for _ in range(4):
        enter(sign_in, wrong(code))

    assert enter(sign_in, f"{code[:3]} {code[3:]}").status == 200


def test_a_code_lets_in_once() -> None:
    customer()
    sign_in = began()
    code = code_for()
    assert enter(sign_in, code).status == 200

    again = enter(sign_in, code)

    assert (again.status, again.code) == (422, "code_over")


def test_a_code_is_good_for_ten_minutes(clock: FakeClock) -> None:
    customer()
    early, late = began(), began()
    code = {one: code_of(one) for one in (early, late)}
    clock.tick(minutes=9, seconds=59)
    assert enter(early, code[early]).status == 200

    clock.tick(seconds=1)

    answer = enter(late, code[late])
    assert (answer.status, answer.code) == (422, "code_over")


def code_of(sign_in: str) -> str:
    """The digits of the code that belongs to what was given for it."""
    import base64

    body = sign_in.partition(".")[0]
    parts = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return digits_of(Code(parts["p"], parts["c"]))


def test_a_code_is_good_for_the_sign_in_it_was_made_for() -> None:
    customer()
    customer(BEN, last_name="Rai")
    hers = began()
    code = code_for()
    his = began(BEN)

    assert enter(his, code).status == 422
    assert enter(hers, code).status == 200


def test_asking_again_leaves_an_earlier_code_good() -> None:
    customer()
    first = began()
    code = code_for()
    began()

    assert enter(first, code).status == 200, "somebody else cannot take a customer's code away"


@pytest.mark.parametrize("change", [
    lambda s: s[:-1], lambda s: s.swapcase(), lambda s: "", lambda s: "x.y",
    lambda s: s.partition(".")[0] + ".", lambda s: "." + s.partition(".")[2],
    lambda s: "A" * 1_900, lambda s: s + "\x00", lambda s: "\u00e4.\u00e4",
])  # fmt: skip
def test_a_tampered_sign_in_is_refused(change: Callable[[str], str]) -> None:
    customer()
    sign_in = began()

    answer = enter(change(sign_in), code_for())

    assert (answer.status, answer.code) == (422, "code_over")


@pytest.mark.parametrize("code", ["", "1", "12345", "1234567", "abcdef", "\u0967\u0968\u0969\u096a\u096b\u096c",
                                  "' OR 1=1", "000000\n"])  # fmt: skip
def test_what_is_no_code_counts_as_a_wrong_one(code: str) -> None:
    customer()

    answer = enter(began(), code)

    assert (answer.status, answer.fields) == (422, {"code": "code_wrong"})


def test_codes_are_not_asked_for_without_end(clock: FakeClock) -> None:
    customer()
    statuses = [ask(ANN, network=f"198.51.100.{n}").status for n in range(6)]
    unknown = [ask(NOBODY, network=f"198.51.101.{n}").status for n in range(6)]

    assert statuses == unknown == [202] * 5 + [429]
    posted()
    assert len(mails_to(ANN)) == 5
    clock.tick(seconds=31)
    assert ask(ANN, network="198.51.100.9").status == 202


def test_a_network_does_not_ask_for_and_guess_at_many_people_without_end() -> None:
    for number in range(25):
        assert enter(began(f"person-{number}@example.com"), "000000").status == 422

    assert ask("one-more@example.com").status == 429
    assert ask("one-more@example.com", network="192.0.2.1").status == 202


def test_whoever_was_put_away_gets_no_code() -> None:
    ann = customer()
    delete_contact(ann.contact_id, ann.version, "asha", cloud_now())

    began()
    posted()

    assert mails_to(ANN) == []


def cloud_now() -> Any:
    from shared.platform import clock

    return clock.now()


def test_whoever_is_put_away_meanwhile_does_not_get_in() -> None:
    ann = customer()
    sign_in = began()
    code = code_for()
    delete_contact(ann.contact_id, ann.version, "asha", cloud_now())

    assert enter(sign_in, code).code == "code_over"


def test_an_address_that_was_given_up_signs_nobody_in() -> None:
    ann = customer()
    sign_in = began()
    code = code_for()
    customers.write(release_address("email", ANN, ann.contact_id))
    moved = ann.model_copy(update={"emails": []})
    customers.write(Update(contact_key(moved.contact_id), set={"emails": []}))

    assert enter(sign_in, code).code == "code_over"
    began()
    posted()
    assert len(mails_to(ANN)) == 1, "the first one only"


def test_a_merged_customer_is_the_one_they_became() -> None:
    ann, ben = customer(), customer(BEN, last_name="Rai")
    sign_in = began()
    code = code_for()
    merged(ann, ben)

    assert enter(sign_in, code).status == 200
    users = cloud.client("cognito-idp").list_users(UserPoolId=cloud.customer_pool())["Users"]
    assert [one["Username"] for one in users] == [ben.contact_id]


def merged(loser: Contact, winner: Contact) -> None:
    """Lead one record to the other, with its address."""
    alias = {**contact_key(loser.contact_id), "merged_into": winner.contact_id, "merge_id": "m"}
    emails = [one.model_dump() for one in [*winner.emails, *loser.emails]]
    customers.write(Put(alias), Update(contact_key(winner.contact_id), set={"emails": emails}))


def test_a_customer_the_pool_has_disabled_does_not_get_in() -> None:
    ann = customer()
    assert enter(began(), code_for()).status == 200
    known = {"UserPoolId": cloud.customer_pool(), "Username": ann.contact_id}
    cloud.client("cognito-idp").admin_disable_user(**known)

    answer = enter(began(), code_for())

    assert (answer.status, answer.code) == (422, "code_over")


def test_no_code_no_address_and_no_token_is_stored_or_logged(logs: Logs) -> None:
    customer()
    sign_in = began()
    code = code_for()
    enter(sign_in, wrong(code))
    token = enter(sign_in, code).json["access_token"]
    began(NOBODY)

    stored = json.dumps(list(cloud.everything()), default=str)
    assert NOBODY not in stored
    beside_contact = [one for one in cloud.everything() if one["pk"].startswith("SIGN_IN#")]
    assert code not in json.dumps(beside_contact, default=str)
    for secret in (code, token, ANN, NOBODY, sign_in):
        assert secret not in logs.text


def test_refused_codes_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    customer()
    sign_in = began()
    code = code_for()
    enter(sign_in, wrong(code))
    enter(sign_in, code)
    enter(sign_in, code)
    enter("forged", code)

    counted = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "_aws" in line]
    reasons = [one["why"] for one in counted if "CodeRefused" in one]
    assert reasons == ["typed", "replayed", "forged"]


def test_a_customer_s_token_is_not_a_member_of_staff_s() -> None:
    ann = customer()

    answer = http("lead_query", "GET", "/v1/leads", customer=ann.contact_id)

    assert answer.status == 401


def test_a_member_of_staff_s_token_is_not_a_customer_s() -> None:
    answer = http("portal_query", "GET", "/v1/portal/me", staff=("asha", ["admin"]))

    assert (answer.status, answer.code) == (401, "account_closed")


def test_the_address_that_was_shown_is_confirmed() -> None:
    ann = customer()
    enter(began(), code_for())

    known = load(ann.contact_id)

    assert known is not None
    assert known.emails[0].verified_at
