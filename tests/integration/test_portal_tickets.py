"""Customers' own tickets: opened, followed, answered, closed; others' do not exist for them."""

import pytest

from shared.customers.contacts.changes import store_change
from shared.support.tickets.repository import need
from tests import customers, dealings
from tests.privacy import erased
from tests.pump import Pump
from tests.support import a_ticket, desk, loads, own, posted, queues_in_force, shown

pytestmark = pytest.mark.usefixtures("tables")

BODY = {"subject": "Broken", "body": "It broke."}


def opened(contact_id, **more):
    answer = own("POST", contact_id, body={**BODY, **more})
    assert answer.status == 201, answer.text
    return answer.json


def test_a_customer_opens_follows_answers_and_closes_a_ticket():
    ann = dealings.a_contact()
    ticket_id = opened(ann.contact_id)["ticket_id"]
    desk("POST", f"/{ticket_id}/replies", body={"body": "Try this.", "then": "pending"})
    desk("POST", f"/{ticket_id}/notes", body={"body": "Difficult person."})

    seen = own("GET", ann.contact_id, f"/{ticket_id}").json

    assert seen["ticket"]["state"] == "waiting_for_you"
    assert [(one["from_us"], one["body"]) for one in seen["messages"]] == [
        (False, "It broke."),
        (True, "Try this."),
    ]
    answer = own("POST", ann.contact_id, f"/{ticket_id}/replies", body={"body": "No."})
    assert answer.json["ticket"]["state"] == "open"
    assert own("POST", ann.contact_id, f"/{ticket_id}/close").json["state"] == "closed"
    assert own("POST", ann.contact_id, f"/{ticket_id}/close").status == 200
    (listed,) = own("GET", ann.contact_id).json["items"]
    assert listed["state"] == "closed"


def test_somebody_else_s_ticket_does_not_exist():
    ann, bob = dealings.a_contact(), dealings.a_contact(emails=[{"address": "bob@example.com"}])
    ticket_id = opened(ann.contact_id)["ticket_id"]

    for method, path in (("GET", ""), ("POST", "/replies"), ("POST", "/close")):
        body = {"body": "x"} if path == "/replies" else None
        answer = own(method, bob.contact_id, f"/{ticket_id}{path}", body=body)
        assert (answer.status, answer.code) == (404, "ticket_not_found")
    assert own("GET", bob.contact_id).json["items"] == []
    assert need(ticket_id).version == 1


def test_an_account_s_admin_sees_the_account_s_tickets(now):
    account_id = customers.an_account(now).account_id
    member = [{"account_id": account_id, "role": "buyer"}]
    admin = [{"account_id": account_id, "role": "admin"}]
    ann = dealings.a_contact(accounts=member)
    bob = dealings.a_contact(emails=[{"address": "bob@example.com"}], accounts=admin)
    ticket_id = opened(ann.contact_id, account_id=account_id)["ticket_id"]
    query = {"account": account_id}

    assert own("GET", bob.contact_id, f"/{ticket_id}").status == 200
    (listed,) = own("GET", bob.contact_id, query=query).json["items"]
    assert desk("GET", "", query=query).json["items"][0]["ticket_id"] == ticket_id
    assert listed["ticket_id"] == ticket_id
    assert own("GET", ann.contact_id, query=query).code == "account_not_found"
    other = own("POST", ann.contact_id, body={**BODY, "account_id": "account_01JWQ6Y3M8Z4T0V5B7C9D1E2F3"})  # fmt: skip
    assert other.fields == {"account_id": "account_not_found"}


def test_a_form_ticket_is_in_a_portal_only_once_its_address_is_proven(now):
    ann = dealings.a_contact()
    ticket_id = posted().json["ticket_id"]

    assert own("GET", ann.contact_id).json["items"] == []
    assert own("GET", ann.contact_id, f"/{ticket_id}").status == 404

    proven = [
        one.model_copy(update={"verified_at": "2025-06-02T04:15:00.000Z"}) for one in ann.emails
    ]
    store_change(ann, ann.model_copy(update={"emails": proven, "version": 2}), "portal", now)
    assert own("GET", ann.contact_id, f"/{ticket_id}").status == 200


def test_a_reply_to_a_resolved_ticket_opens_it_again(clock):
    ann = dealings.a_contact()
    ticket_id = opened(ann.contact_id)["ticket_id"]
    desk("POST", f"/{ticket_id}/moves", body={"to": "resolved"})
    clock.tick(days=3)

    answer = own("POST", ann.contact_id, f"/{ticket_id}/replies", body={"body": "Again."})

    assert answer.json["ticket"]["ticket_id"] == ticket_id
    assert (need(ticket_id).state, need(ticket_id).reopened) == ("open", 1)


def test_a_reply_to_a_closed_ticket_begins_another_that_follows_it(clock):
    ann = dealings.a_contact()
    ticket_id = opened(ann.contact_id)["ticket_id"]
    desk("PUT", f"/{ticket_id}/owner", body={"owner_id": "mina"})
    own("POST", ann.contact_id, f"/{ticket_id}/close")
    assert loads() == {"STAFF#mina": 0}
    clock.tick(days=40)
    keyed = {"idempotency-key": "k1"}

    answer = own(
        "POST", ann.contact_id, f"/{ticket_id}/replies", body={"body": "Again."}, headers=keyed
    )
    again = own(
        "POST", ann.contact_id, f"/{ticket_id}/replies", body={"body": "Again."}, headers=keyed
    )

    new_id = answer.json["ticket"]["ticket_id"]
    assert new_id != ticket_id
    assert (need(new_id).follows, need(new_id).state) == (ticket_id, "new")
    assert (need(ticket_id).state, need(ticket_id).version) == ("closed", 3)
    assert again.json["message_id"] == answer.json["message_id"]
    assert len(own("GET", ann.contact_id).json["items"]) == 2


def test_a_ticket_is_on_its_customer_s_timeline():
    ann = dealings.a_contact()
    ticket_id = opened(ann.contact_id)["ticket_id"]
    desk("POST", f"/{ticket_id}/replies", body={"body": "Try this."})
    desk("POST", f"/{ticket_id}/notes", body={"body": "Odd."})

    Pump().run()

    told = {"ticket_opened", "ticket_written", "ticket_answered", "ticket_noted"}
    assert told <= set(dealings.kinds(ann.contact_id))


def test_erasing_a_person_takes_their_tickets_and_its_load_along():
    queues_in_force()
    ann = dealings.a_contact()
    ticket_id = opened(ann.contact_id)["ticket_id"]
    others = a_ticket(email="bob@example.com")["ticket_id"]
    desk("PUT", f"/{ticket_id}/owner", body={"owner_id": "mina"})

    erased(contact_id=ann.contact_id)

    assert desk("GET", f"/{ticket_id}").status == 404
    assert loads() == {"STAFF#mina": 0}
    assert shown(others)["ticket"]["ticket_id"] == others
