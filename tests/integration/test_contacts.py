"""Contacts as they are kept: one record per person, by key (runs on each backend)."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from shared.customers.contacts.changes import change_contact, delete_contact, restore_contact
from shared.customers.contacts.creation import Saved, create_contact
from shared.customers.contacts.find import find_by_address, find_by_external
from shared.customers.contacts.model import Contact, ContactChange, NewContact
from shared.customers.contacts.persons import contacts_of
from shared.customers.contacts.repository import LIST, customers, load
from shared.customers.identity import contact_id_of, lead_id_of
from shared.kernel.errors import Conflict, NotFound, Rejected, Stale
from tests.staffing import hire, person

pytestmark = [pytest.mark.conformance, pytest.mark.usefixtures("tables")]

ANN = {"first_name": "Ann", "last_name": "Lee", "emails": [{"address": "Ann@EXAMPLE.com"}]}


def made(now: datetime, key: str | None = None, **facts: Any) -> Contact:
    return creating(now, key, **facts).contact


def creating(now: datetime, key: str | None = None, **facts: Any) -> Saved:
    return create_contact(NewContact.model_validate(ANN | facts), "asha", key, now)


def changed(contact: Contact, now: datetime, **facts: Any) -> Contact:
    change = ContactChange.model_validate({"version": contact.version, **facts})
    return change_contact(contact.contact_id, change, "asha", now).contact


def emails(*addresses: str) -> list[dict[str, str]]:
    return [{"address": one} for one in addresses]


def test_what_is_stored_is_what_was_answered(now: datetime) -> None:
    contact = made(
        now,
        phones=[{"number": "9841234567"}, {"number": "+4930901820", "primary": True}],
        country="np",
        external_ids={"erp": "4711"},
        tags=["VIP", "vip", "Kathmandu"],
        zone="Asia/Kathmandu",
        language="NE-np",
        preferred_channel="phone",
    )

    assert load(contact.contact_id) == contact
    assert (contact.email, contact.phone) == ("ann@example.com", "+4930901820")
    assert [one.number for one in contact.phones] == ["+9779841234567", "+4930901820"]
    assert (contact.country, contact.language, contact.zone) == ("NP", "ne-NP", "Asia/Kathmandu")
    assert contact.tags == ["vip", "Kathmandu"]


def test_the_same_address_however_written_is_one_contact(now: datetime) -> None:
    first = made(now)

    with pytest.raises(Conflict) as refused:
        made(now, emails=emails("ann@example.com"))

    assert refused.value.code == "address_taken"
    assert refused.value.extra == {"contact_id": first.contact_id}


def test_a_further_address_is_the_contact_s_too(now: datetime) -> None:
    first = made(now, emails=emails("ann@example.com", "ann@work.example"))

    with pytest.raises(Conflict) as refused:
        made(now, emails=emails("new@example.com", "ANN@work.example"))

    assert refused.value.extra == {"contact_id": first.contact_id}
    assert [one.field for one in refused.value.fields] == ["emails.1.address"]
    assert find_by_address("email", "new@example.com") is None, "nothing half written"


def test_an_id_of_another_system_is_one_contact_s(now: datetime) -> None:
    first = made(now, external_ids={"erp": "4711"})

    with pytest.raises(Conflict) as refused:
        made(now, emails=emails("other@example.com"), external_ids={"erp": "4711"})

    assert refused.value.extra == {"contact_id": first.contact_id}
    assert find_by_external("erp", "4711") == first
    assert find_by_external("erp", "4712") is None


def test_a_request_sent_again_with_its_key_gives_the_same_contact(now: datetime) -> None:
    first = made(now, "key-1")

    assert made(now, "key-1") == first
    with pytest.raises(Rejected) as refused:
        made(now, "key-1", last_name="Other")
    assert refused.value.code == "idempotency_key_reused"
    with pytest.raises(Conflict):
        made(now, "key-2")


def test_a_contact_without_an_address_has_the_id_of_its_key(now: datetime) -> None:
    first = made(now, "key-1", emails=[])

    assert made(now, "key-1", emails=[]) == first
    assert made(now, "key-2", emails=[]).contact_id != first.contact_id
    assert made(now, emails=[]).contact_id != made(now, emails=[]).contact_id


def test_nobody_is_a_contact_without_a_name_or_an_address(now: datetime) -> None:
    with pytest.raises(Rejected) as refused:
        create_contact(NewContact(job_title="Manager", first_name=" "), "asha", None, now)

    assert [one.field for one in refused.value.fields] == ["last_name"]


def test_everything_unacceptable_is_named_at_once(now: datetime) -> None:
    with pytest.raises(Rejected) as refused:
        made(
            now,
            emails=[
                {"address": "no address"},
                {"address": "a@example.com", "primary": True},
                {"address": "A@example.com", "primary": True},
            ],
            phones=[{"number": "12"}],
            country="Atlantis",
        )

    assert {one.field: one.code for one in refused.value.fields} == {
        "country": "country_invalid",
        "emails.0.address": "email_invalid",
        "emails.2.address": "duplicate",
        "emails.2.primary": "several_primary",
        "phones.0.number": "phone_invalid",
    }


def test_a_zone_or_language_nobody_knows_is_the_default_with_a_warning(now: datetime) -> None:
    saved = creating(now, zone="Mars/Phobos", language="klingonese")

    assert (saved.contact.zone, saved.contact.language) == ("UTC", "en")
    assert [(one.field, one.code) for one in saved.warnings] == [
        ("language", "language_unknown"),
        ("zone", "zone_unknown"),
    ]


def test_only_somebody_who_works_here_looks_after_a_contact(now: datetime) -> None:
    hire(person("asha"), person("left", disabled=True))

    assert made(now, owner_id="asha").owner_id == "asha"
    for owner in ("left", "nobody"):
        with pytest.raises(Rejected) as refused:
            made(now, emails=emails("b@example.com"), owner_id=owner)
        assert [(one.field, one.code) for one in refused.value.fields] == [
            ("owner_id", "staff_not_found")
        ]


def test_a_change_replaces_what_is_given_and_nothing_else(now: datetime) -> None:
    before = made(now, job_title="Buyer", phones=[{"number": "+9779841234567"}])

    after = changed(
        before,
        now + timedelta(hours=1),
        job_title=None,
        emails=[{"address": "ann@example.com"}, {"address": "new@example.com", "primary": True}],
    )

    assert load(before.contact_id) == after
    assert (after.job_title, after.email, after.phone) == (
        None,
        "new@example.com",
        "+9779841234567",
    )
    assert (after.version, after.created_at) == (2, before.created_at)


def test_a_stale_change_is_refused_and_one_without_effect_is_none(now: datetime) -> None:
    contact = made(now)
    changed(contact, now, job_title="Buyer")

    with pytest.raises(Stale) as refused:
        changed(contact, now, job_title="Seller")

    assert refused.value.extra == {"version": 2}
    newest = load(contact.contact_id)
    assert newest is not None
    assert changed(newest, now, job_title="Buyer") == newest


def test_an_address_given_up_may_be_another_s(now: datetime) -> None:
    ann = changed(made(now), now, emails=emails("ann@new.example"))

    other = made(now, first_name="Another", last_name="Ann")

    assert find_by_address("email", "ann@example.com") == other
    assert other.contact_id != ann.contact_id
    assert find_by_address("email", "ann@new.example") == ann
    with pytest.raises(Conflict):
        changed(ann, now, emails=emails("ann@example.com"))


def test_what_was_changed_is_written_down_with_who_and_when(now: datetime) -> None:
    contact = changed(made(now, job_title="Buyer"), now, job_title="Director")

    (change,) = customers.query_all(f"CONTACT#{contact.contact_id}", begins="CHANGE#")

    assert (change["by"], change["before"], change["after"]) == (
        "asha",
        {"job_title": "Buyer"},
        {"job_title": "Director"},
    )


def test_a_contact_put_away_keeps_its_addresses_and_comes_back(now: datetime) -> None:
    contact = made(now)

    gone = delete_contact(contact.contact_id, 1, "asha", now)

    assert customers.query_all(LIST, index="by_list") == []
    assert gone.deleted_at and gone.version == 2
    with pytest.raises(Conflict) as refused:
        made(now)
    assert refused.value.extra == {"contact_id": contact.contact_id}
    with pytest.raises(Conflict):
        changed(gone, now, job_title="Buyer")
    back = restore_contact(contact.contact_id, 2, "asha", now)
    assert back == load(contact.contact_id)
    assert (back.deleted_at, back.version) == (None, 3)
    assert [one["pk"] for one in customers.query_all(LIST, index="by_list")] == [
        f"CONTACT#{contact.contact_id}"
    ]


def test_a_contact_that_is_not_there_is_told_so(now: datetime) -> None:
    nobody = contact_id_of("email", "nobody@example.com")

    assert load(nobody) is None
    assert load("contact_nonsense") is None
    with pytest.raises(NotFound):
        change_contact(nobody, ContactChange(version=1), "asha", now)


def test_a_lead_s_person_is_the_contact_with_its_address(now: datetime) -> None:
    contact = made(now, emails=emails("ann@example.com", "ann@work.example"))
    own, further, stranger = (
        lead_id_of("email", one) for one in ("ann@example.com", "ann@work.example", "x@x.example")
    )

    persons = contacts_of([own, further, stranger])

    assert persons[own] == persons[further] == contact.contact_id
    assert persons[stranger] == contact_id_of("email", "x@x.example")
