"""Templates are tried out by mail to oneself and colleagues: marked, limited, counted nowhere."""

from typing import Any

import pytest

from shared.marketing.templates import testing
from shared.marketing.templates.model import Template
from shared.platform import clock
from tests import dealings
from tests.calls import Answer, http
from tests.cloud import everything
from tests.conftest import FakeClock
from tests.mail_provider import Provider
from tests.marketing import NABIN
from tests.sending import a_template, a_text, mailed, mails
from tests.staffing import employed

ROUTE = "/v1/templates/{template_id}/tests"


@pytest.fixture(autouse=True)
def _company(tables: None, clock: FakeClock) -> None:
    employed(*NABIN)
    employed("asha", ["rep"])


def tried(template: str | None = None, by: Any = NABIN, key: str = "k", **body: Any) -> Answer:
    one = template or a_template()
    contact = body.pop("contact_id", dealings.ANN_ID)
    path = f"/v1/templates/{one}/tests"
    given = {"contact_id": contact, **body}
    headers = {"idempotency-key": key}
    return http("template_admin", "POST", path, body=given, headers=headers, staff=by, route=ROUTE)


def test_a_test_goes_to_whoever_asks_as_the_contact_would_get_it() -> None:
    dealings.a_contact()
    provider, before = Provider(), len(mails())

    answer = tried()
    again = tried()

    assert answer.json == {"items": [{"staff_id": "nabin", "outcome": "sent"}]}
    assert again.json == answer.json
    (request,) = provider.requests
    assert len(mails()) - before == 1
    assert request["Destination"]["ToAddresses"] == ["nabin@example.com"]
    simple = request["Content"]["Simple"]
    assert simple["Subject"]["Data"] == "[Test] Spring, Ann"
    assert "/u/preview" in simple["Body"]["Html"]["Data"]
    assert [tag["Name"] for tag in request["EmailTags"]] == ["test"]
    kinds = ("RECIPIENT#", "CAP#", "CAMPAIGN#")
    assert [item for item in everything() if item["pk"].startswith(kinds)] == []


def test_a_test_goes_to_colleagues_who_are_named_and_to_nobody_else() -> None:
    dealings.a_contact()

    answer = tried(to=["asha", "nabin", "asha"])
    stranger = tried(to=["asha", "nobody"], key="k2")
    address = tried(to=["ann@example.com"], key="k3")

    assert [one["staff_id"] for one in answer.json["items"]] == ["asha", "nabin"]
    assert (stranger.status, stranger.fields) == (422, {"to.1": "staff_unknown"})
    assert address.fields == {"to.0": "staff_unknown"}
    assert mailed() == {"asha@example.com": 1, "nabin@example.com": 1}


def test_what_may_have_left_is_not_sent_again_and_what_surely_did_not_is() -> None:
    dealings.a_contact()
    provider = Provider()
    provider.trouble = (429, "TooManyRequestsException")
    assert tried().status == 503
    provider.trouble = (500, "InternalFailure")

    lost, again = tried(), tried()

    assert lost.json["items"][0]["outcome"] == again.json["items"][0]["outcome"] == "unknown"
    assert len(provider.requests) == 2


def test_nobody_mails_a_campaign_as_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(testing, "A_DAY", 2)
    dealings.a_contact()
    fake: Any = clock.now

    answers = [tried(key=f"k{number}") for number in range(3)]
    repeated = tried(key="k0")
    fake.tick(days=1)
    tomorrow = tried(key="k9")

    assert [one.status for one in answers] == [200, 200, 409]
    assert answers[2].code == "too_many_tests"
    assert (repeated.status, tomorrow.status) == (200, 200)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"contact_id": "contact_01JWQ6Y3M8Z4T0V5B7C9D1E2F9"}, "contact_not_found"),
        ({"to": ["x"] * 11}, "validation_failed"),
    ],
)
def test_a_test_for_nobody_is_refused(body: Any, code: str) -> None:
    assert tried(**body).code == code
    assert mailed() == {}


def test_what_a_contact_lacks_is_said() -> None:
    dealings.a_contact(first_name=None)

    answer = tried()

    assert (answer.status, answer.fields) == (422, {"first_name": "value_missing"})


def test_only_mails_of_marketers_are_tried_out() -> None:
    dealings.a_contact()

    assert tried(a_text()).code == "template_unusable"
    assert tried(by=("asha", ["rep"])).status == 403


def test_a_template_of_two_lines_of_subject_stays_one() -> None:
    dealings.a_contact(last_name="Lee")
    given = Template(name="x", subject="{{ last_name }}", html="<p>{{ unsubscribe_url }}</p>")

    assert tried(a_template(given)).status == 200
    assert mails()[-1].subject == "[Test] Lee"
