"""Changing the facts of a lead (`shared.sales.leads.changes`)."""

from datetime import datetime
from typing import Any

import pytest

from shared.kernel.errors import Conflict, NotFound, Rejected, Stale
from shared.kernel.ids import StaffId
from shared.platform.auth import Staff
from shared.platform.requests import Update
from shared.sales.leads.changes import change_facts
from shared.sales.leads.repository import lead_key, load, sales
from tests.builders import a_lead, lead_id
from tests.forms import ANN, leads, post, store_form
from tests.pump import carried

REP = Staff(StaffId("staff_1"), frozenset({"rep"}))


@pytest.fixture(autouse=True)
def _tables(tables: None) -> None:
    store_form("contact")


def captured_lead(**sent: str) -> str:
    """A lead that came by the contact form."""
    return str(post(body={**ANN, **sent}).json["lead_id"])


def test_staffs_word_wins_and_can_be_taken_back(now: datetime) -> None:
    one = captured_lead()

    set_ = change_facts(one, {"first_name": "Annapurna", "job_title": "Manager"}, 1, REP, now)
    back = change_facts(one, {"first_name": None}, 2, REP, now)

    assert set_.facts["first_name"] == "Annapurna"
    assert back.facts["first_name"] == "Ann"
    assert back == load(one)
    event = carried()[-1]
    assert event.type == "LeadChanged"
    assert (event.detail["version"], event.detail["fields"]) == (3, ["first_name"])
    assert "Ann" not in str(event.detail)


def test_without_a_change_nothing_is_written(now: datetime) -> None:
    one = captured_lead()

    lead = change_facts(one, {"company": None, "country": ""}, 1, REP, now)

    assert lead.version == 1
    assert [event.type for event in carried()] == ["LeadCaptured"]


def test_a_stale_version_is_refused_with_the_newest(now: datetime) -> None:
    one = captured_lead()
    change_facts(one, {"company": "Acme"}, 1, REP, now)

    with pytest.raises(Stale) as stale:
        change_facts(one, {"company": "Other"}, 1, REP, now)

    assert stale.value.extra == {"version": 2}


def test_a_new_address_leads_to_the_lead_and_so_does_the_old_one(now: datetime) -> None:
    one = captured_lead()
    changes = {"email": "Ann.Rai@EXAMPLE.com", "phone": "+977 9812345678"}

    lead = change_facts(one, changes, 1, REP, now)
    post(body={**ANN, "message": "from the old address"})
    post(body={**ANN, "email": "ann.rai@example.com"})

    assert lead.facts["email"] == "ann.rai@example.com"
    (stored,) = leads()
    assert (stored["lead_id"], stored["submissions"]) == (one, 3)


def test_an_address_of_another_lead_is_409_with_its_id(now: datetime) -> None:
    one, other = captured_lead(), captured_lead(email="bob@example.com", phone="+9779812345678")

    for facts in ({"email": "bob@example.com"}, {"phone": "+9779812345678"}):
        with pytest.raises(Conflict) as conflict:
            change_facts(one, facts, 1, REP, now)
        assert conflict.value.code == "address_taken"
        assert conflict.value.extra == {"lead_id": other}
    assert {lead["version"] for lead in leads()} == {1}


def test_an_address_can_be_changed_back(now: datetime) -> None:
    one = captured_lead()
    change_facts(one, {"email": "new@example.com"}, 1, REP, now)

    lead = change_facts(one, {"email": "ann@example.com"}, 2, REP, now)

    assert lead.facts["email"] == "ann@example.com"


@pytest.mark.parametrize(
    ("facts", "code"),
    [({"email": "x"}, "email_invalid"), ({"country": "XX"}, "country_invalid")],
)
def test_unacceptable_facts_are_named(facts: dict[str, Any], code: str, now: datetime) -> None:
    one = captured_lead()

    with pytest.raises(Rejected) as rejected:
        change_facts(one, facts, 1, REP, now)

    assert [field.code for field in rejected.value.fields] == [code]


def test_the_last_address_cannot_be_taken_back(now: datetime) -> None:
    a_lead(1, staff_email="ann@example.com")
    sales.write(Update(lead_key(lead_id(1)), remove=["form_email"]))

    with pytest.raises(Rejected):
        change_facts(lead_id(1), {"email": None}, 1, REP, now)


def test_an_unknown_lead_is_not_found(now: datetime) -> None:
    with pytest.raises(NotFound):
        change_facts(lead_id(9), {"company": "Acme"}, 1, REP, now)
