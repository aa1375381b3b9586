"""The owner of a lead is told once, and managers of a lead without owner."""

import json
from datetime import UTC, datetime

import pytest
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError

from shared.sales.events import LeadAssigned, LeadUnassigned
from shared.sales.hand_offs.repository import load_case, sales
from tests.builders import a_lead, lead_id
from tests.calls import bus_event, http, invoke, queue_event
from tests.mail_provider import Provider
from tests.pump import carried
from tests.staffing import FRIDAY_AFTERNOON, a_team, hire, person, ready, sales_team

LEAD = {
    "form_first_name": "Ann\r\nBcc: all@example.com",
    "form_last_name": "<b>Rai</b>",
    "form_company": "Himal Bank",
    "form_job_title": "Branch Manager",
    "form_country": "NP",
    "score": "105.00",
}
PERSONAL = ("Ann", "Rai", "Himal", "Branch Manager", "person1@example.com")
"""What a mail must not say: nobody can take it back out of a mailbox."""


class Killed(BaseException):
    """The process ends here: nothing that follows runs."""


@pytest.fixture
def provider(tables, clock):
    clock.at(FRIDAY_AFTERNOON)
    return Provider()


def notify(fact):
    """Deliver the event; what is to come again, if it is."""
    answer = invoke("hand_off_notice", queue_event([bus_event(fact)]))
    return answer["batchItemFailures"] or None


def the_event(kind):
    facts = [fact for fact in carried() if fact.type == kind.__name__]
    return kind.model_validate(facts[-1].detail)


def assigned(**people):
    sales_team(**(people or {"asha": 1}))
    a_lead(1, **LEAD)
    invoke("lead_assign", queue_event([bus_event(ready(1))], group="leads"))
    return the_event(LeadAssigned)


def claim(event_id, staff_id):
    return sales.get({"pk": f"NOTICE#{event_id}", "sk": staff_id})


def test_the_owner_is_told_until_when_and_where_and_never_who(provider):
    fact = assigned()

    assert notify(fact) is None

    (request,) = provider.requests
    assert request["Destination"] == {"ToAddresses": ["asha@example.com"]}
    assert request["ConfigurationSetName"] == "crm-test"
    simple = request["Content"]["Simple"]
    assert simple["Headers"] == [{"Name": "Auto-Submitted", "Value": "auto-generated"}]
    deadline = "Sunday 8 June 2025, 12:00 (Asia/Kathmandu)"
    assert simple["Subject"]["Data"] == f"A lead for you, to accept by {deadline}"
    text, html = simple["Body"]["Text"]["Data"], simple["Body"]["Html"]["Data"]
    for part in (text, html):
        assert deadline in part
        assert f"https://crm.example.com/console/leads/{lead_id(1)}" in part
        assert "105.00" in part
        assert "from NP" in part
        assert [one for one in PERSONAL if one in part] == []
    assert "did not answer" not in text
    stored = claim(fact.event_id, "asha")
    assert (stored["state"], bool(stored["provider_id"])) == ("sent", True)


def test_the_event_five_times_is_one_mail(provider):
    fact = assigned()

    for _ in range(5):
        assert notify(fact) is None

    assert len(provider.requests) == 1


def test_a_throttled_mail_is_sent_when_the_event_comes_again(provider):
    fact = assigned()
    provider.trouble = (429, "TooManyRequestsException")

    assert notify(fact) is not None
    assert claim(fact.event_id, "asha")["state"] == "released"
    provider.trouble = None
    assert notify(fact) is None

    assert claim(fact.event_id, "asha")["state"] == "sent"
    assert len(provider.requests) == 2


def test_a_provider_that_cannot_be_reached_got_nothing(provider):
    fact = assigned()
    provider.trouble = EndpointConnectionError(endpoint_url="https://mail")

    assert notify(fact) is not None

    assert claim(fact.event_id, "asha")["state"] == "released"


@pytest.mark.parametrize(
    "trouble", [(500, "InternalServiceErrorException"), ReadTimeoutError(endpoint_url="https://m")]
)
def test_a_mail_that_may_have_been_sent_is_never_sent_again(provider, trouble):
    fact = assigned()
    provider.trouble = trouble

    assert notify(fact) is None
    provider.trouble = None
    for _ in range(3):
        assert notify(fact) is None

    assert claim(fact.event_id, "asha")["state"] == "unknown"
    assert len(provider.requests) == 1


def test_a_sender_that_died_leaves_an_unknown_and_no_second_mail(provider):
    fact = assigned()
    provider.trouble = Killed()
    with pytest.raises(Killed):
        invoke("hand_off_notice", queue_event([bus_event(fact)]))
    assert claim(fact.event_id, "asha")["state"] == "claimed"

    provider.trouble = None
    for _ in range(3):
        notify(fact)

    assert claim(fact.event_id, "asha")["state"] == "unknown"
    assert len(provider.requests) == 1


def test_a_mail_the_provider_will_never_take_is_failed(provider):
    fact = assigned()
    provider.trouble = (400, "BadRequestException")

    assert notify(fact) is None

    assert claim(fact.event_id, "asha")["state"] == "failed"


def test_the_next_owner_learns_that_somebody_missed_it(provider, clock):
    assigned(asha=1, bikash=1)
    clock.at(datetime(2025, 6, 8, 6, 15, tzinfo=UTC))
    key = {"pk": f"LEAD#{lead_id(1)}", "sk": "HAND_OFF#0001#01"}
    invoke("hand_off_timeout", queue_event([key]))

    notify(the_event(LeadAssigned))

    (request,) = provider.requests
    assert request["Destination"] == {"ToAddresses": ["bikash@example.com"]}
    text = request["Content"]["Simple"]["Body"]["Text"]["Data"]
    assert "One person before you did not answer in time." in text


def test_an_owner_who_already_accepted_is_told_nothing(provider):
    fact = assigned()
    http(
        "lead_update",
        "POST",
        f"/v1/leads/{lead_id(1)}/transitions",
        body={"to": "working", "version": 2},
        staff=("asha", ["rep"]),
    )

    assert notify(fact) is None

    assert provider.requests == []


def test_somebody_who_took_a_lead_themselves_is_told_nothing(provider):
    sales_team(asha=1)
    a_lead(1)
    http(
        "lead_update",
        "POST",
        f"/v1/leads/{lead_id(1)}/transitions",
        body={"to": "assigned", "version": 1},
        staff=("asha", ["rep"]),
    )

    notify(the_event(LeadAssigned))

    assert load_case(lead_id(1)).hand_off.reason == "taken"
    assert provider.requests == []


def test_managers_are_told_of_a_lead_nobody_could_take(provider):
    sales_team()
    hire(person("noor", accepts_leads=False), person("gone", disabled=True))
    a_team("eu", manager="noor")
    a_team("old", manager="gone")
    a_lead(1, **LEAD)
    invoke("lead_assign", queue_event([bus_event(ready(1, at=FRIDAY_AFTERNOON))], group="leads"))
    fact = the_event(LeadUnassigned)

    for _ in range(2):
        assert notify(fact) is None

    told = [request["Destination"]["ToAddresses"][0] for request in provider.requests]
    assert told == ["maya@example.com", "noor@example.com"]
    text = provider.requests[0]["Content"]["Simple"]["Body"]["Text"]["Data"]
    assert "nobody to take it under rule everyone" in text
    assert [one for one in PERSONAL if one in str(provider.requests[0])] == []


def test_logs_name_nobody(provider, logs):
    notify(assigned())

    for personal in ("asha@example.com", "Rai", "Himal"):
        assert personal not in logs.text
    assert json.loads(logs.text.splitlines()[-1])["message"] == "handled"
