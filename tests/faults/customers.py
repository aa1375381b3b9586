"""What must hold of contacts and accounts whatever broke on the way."""

from collections import Counter
from typing import Any

from shared.customers.contacts.addresses import addresses_of, claim_key
from shared.customers.contacts.model import Contact
from shared.customers.contacts.repository import from_item
from shared.customers.external_ids import external_key
from shared.customers.identity import lead_id_of
from shared.customers.names import folded

Item = dict[str, Any]


def check(found: list[Item]) -> None:
    """Check all of them over everything stored."""
    contacts = [from_item(item) for item in found if item["sk"] == "CONTACT" and "version" in item]
    an_address_is_claimed_by_the_one_contact_that_has_it(found, contacts)
    one_of_several_is_the_primary_one(contacts)
    lists_of_members_and_tags_are_what_contacts_say(found, contacts)
    accounts_are_a_tree(found)


def an_address_is_claimed_by_the_one_contact_that_has_it(
    found: list[Item], contacts: list[Contact]
) -> None:
    """No address or foreign id without its claim, no claim in force without its contact."""
    claims = {
        item["pk"]: item["contact_id"]
        for item in found
        if item["pk"].startswith(("IDENTITY#", "EXTERNAL#"))
        and "contact_id" in item
        and "released" not in item
        and item.get("kind") != "lead"
    }
    had = [
        (claim_key(lead_id_of(*address))["pk"], one.contact_id)
        for one in contacts
        for address in addresses_of(one)
    ] + [
        (external_key("contact", system, external_id)["pk"], one.contact_id)
        for one in contacts
        for system, external_id in one.external_ids.items()
    ]
    assert Counter(had) == Counter(claims.items())


def one_of_several_is_the_primary_one(contacts: list[Contact]) -> None:
    """Of a contact's e-mails, phones and accounts, where it has any."""
    for contact in contacts:
        for several in (contact.emails, contact.phones, contact.accounts):
            assert sum(one.primary for one in several) == min(1, len(several)), contact.contact_id


def lists_of_members_and_tags_are_what_contacts_say(
    found: list[Item], contacts: list[Contact]
) -> None:
    """What is listed under an account or a tag is what the contacts themselves say."""
    members = {
        (item["pk"], item["sk"], item.get("role"), item["primary"])
        for item in found
        if item["pk"].startswith("ACCOUNT#") and item["sk"].startswith("CONTACT#")
    }
    assert members == {
        (f"ACCOUNT#{one.account_id}", f"CONTACT#{contact.contact_id}", one.role, one.primary)
        for contact in contacts
        for one in contact.accounts
    }
    tags = {(one["pk"], one["sk"]) for one in found if one["pk"].startswith("TAG#CONTACT#")}
    assert tags == {
        (f"TAG#CONTACT#{folded(tag)}", contact.contact_id)
        for contact in contacts
        for tag in contact.tags
    }


def accounts_are_a_tree(found: list[Item]) -> None:
    """Each part is listed under its one parent, and no way up comes back to where it began."""
    accounts = {
        item["account_id"]: item
        for item in found
        if item["sk"] == "ACCOUNT" and item["pk"].startswith("ACCOUNT#")
    }
    parents = {key: one["parent_id"] for key, one in accounts.items() if "parent_id" in one}
    listed = {
        (item["pk"].removeprefix("ACCOUNT#"), item["sk"].removeprefix("CHILD#"))
        for item in found
        if item["sk"].startswith("CHILD#")
    }
    assert listed == {(parent, child) for child, parent in parents.items()}
    for child in parents:
        way = [child]
        while (above := parents.get(way[-1])) is not None:
            assert above not in way, "a circle"
            way.append(above)
