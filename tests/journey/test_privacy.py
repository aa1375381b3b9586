"""Rows D2 and X8 on the deployed stack: somebody known through every door there is asks to be
forgotten; then everything is read, and nothing is found but what the certificate says."""

import csv
import io
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from infra.local.importing import run, send_file
from infra.local.seed.api import Api

from .company import visits
from .everything import everything, listening
from .pages import signed_in, visiting
from .seen import looked_at
from .stack import Reply, Stack

pytestmark = pytest.mark.journey

SYLLABLES = ("ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu")
"""Of names that nobody else has, in letters only: search looks at letters."""


@dataclass(frozen=True)
class Person:
    """Somebody nobody else is like: whatever mentions a mark is about them."""

    first: str
    last: str
    email: str
    second: str
    third: str
    phone: str
    contact_id: str = ""
    lead_id: str = ""

    @property
    def marks(self) -> tuple[str, ...]:
        """In small letters and digits only."""
        return (self.first, self.last, self.email, self.second, self.third, self.phone[-8:])

    @property
    def called(self) -> dict[str, str]:
        """Their names as people write them."""
        return {"first_name": self.first.title(), "last_name": self.last.title()}

    @property
    def own_mail(self) -> tuple[str, ...]:
        """How `everything` tells of mail to them."""
        return tuple(f"mail to {one}" for one in (self.email, self.second, self.third))

    def mails(self, stack: Stack) -> int:
        """How many mails went to them."""
        return sum(len(stack.mail(one)) for one in (self.email, self.second, self.third))

    def found_in(self, text: str) -> list[str]:
        """The marks that a text holds, however numbers are spaced."""
        said = text.lower()
        digits = re.sub(r"[\s()./+-]+", "", said)
        return [one for one in self.marks if one in said or (one.isdecimal() and one in digits)]


def somebody() -> Person:
    number = uuid4().int
    first = "".join(SYLLABLES[int(one)] for one in f"{number % 10**5:05d}")
    last = "".join(SYLLABLES[int(one)] for one in f"{number // 10**5 % 10**5:05d}")
    return Person(
        first,
        last,
        f"{first}@{last}.example",
        f"work.{first}@{last}.example",
        f"new.{first}@{last}.example",
        f"+977984{number % 10**7:07d}",
    )


def done(answer: Reply) -> Any:
    """What a request that succeeded answered."""
    assert answer.status < 300, (answer.status, answer.text)
    return answer.json if answer.body else None


def known_through_every_door(stack: Stack, who: Person, folder: Path) -> Person:
    """They look at pages, fill in forms, are called, buy, agree, sign in, come in files and go out
    in files, are two records that become one, and stand on a list."""
    lead_id = captured(stack, who)
    contact_id, tag = dealt_with(stack, who)
    signed = {"authorization": f"Bearer {stack.customer_token(who.email)}"}
    wanted = {"email": who.third}
    done(stack.call("POST", "/v1/portal/me/email-changes", wanted, headers=signed))
    done(stack.call("POST", "/v1/portal/me/export", headers=signed))
    merged(stack, who, contact_id)
    a_list = done(stack.call("POST", "/v1/lists", {"name": f"List {tag}"}, who="rep"))
    people = {"contact_ids": [contact_id]}
    done(stack.call("POST", f"/v1/lists/{a_list['list_id']}/members", people, who="rep"))
    imported(stack, who, folder / "people.csv")
    exported(stack, tag)
    stack.rest()
    return Person(**{**vars(who), "contact_id": contact_id, "lead_id": lead_id})


def captured(stack: Stack, who: Person) -> str:
    """They visit pages and fill in forms, once like a robot; sales plans to call them. Their lead."""
    visitor = f"visitor-{uuid4().hex}"
    visits(stack, visitor, 2, f"https://x.example/{who.first}")
    form = {**who.called, "email": who.email, "phone": who.phone, "message": f"I am {who.first}"}
    script, path = {"accept": "application/json"}, "/v1/forms/contact/submissions"
    sent = {**form, "_visitor": visitor, "consent": "yes"}
    lead_id = done(stack.call("POST", path, form=sent, headers=script))["lead_id"]
    robot = {**form, "email": who.second, "website": "https://spam.example"}
    done(stack.call("POST", path, form=robot, headers=script))
    task = {"title": f"Call {who.first}", "note": f"On {who.phone}", "due_on": "2030-01-01"}
    done(stack.call("POST", f"/v1/leads/{lead_id}/tasks", task, who="sales_manager"))
    return str(lead_id)


def dealt_with(stack: Stack, who: Person) -> tuple[str, str]:
    """They become a contact, are called, buy, agree; the contact and its tag."""
    tag = f"tag-{uuid4().hex[:8]}"
    new = {
        **who.called,
        "emails": [{"address": who.email}],
        "phones": [{"number": who.phone}],
        "external_ids": {"erp": f"{who.last}-1"},
        "tags": [tag],
        "zone": "Asia/Kathmandu",
    }
    contact_id = done(stack.call("POST", "/v1/contacts", new, who="rep"))["contact_id"]
    call = {"id": uuid4().hex, "email": who.email, "channel": "call_centre", "kind": "call",
            "subject": f"{who.first} asks", "text": f"Call back on {who.phone}",
            "promises": [{"text": f"Write to {who.last}"}]}  # fmt: skip
    done(stack.call("POST", "/v1/interactions", call, who="rep"))
    purchase = {"currency": "EUR", "lines": [{"sku": "cup", "name": "Cup", "amount": 500}]}
    bought = {"id": uuid4().hex, "email": who.email, "channel": "point_of_sale",
              "kind": "purchase", "text": f"For {who.first}", "purchase": purchase}  # fmt: skip
    key = {"x-write-key": stack.write_key()}
    done(stack.call("POST", "/v1/partner/interactions", bought, headers=key))
    agreed = {"purpose": "marketing", "channel": "email", "state": "granted"}
    done(stack.call("POST", f"/v1/contacts/{contact_id}/consents", agreed, who="rep"))
    return str(contact_id), tag


def merged(stack: Stack, who: Person, contact_id: str) -> None:
    """A second record of theirs becomes one with the first."""
    other = {**who.called, "emails": [{"address": who.second}]}
    twin = done(stack.call("POST", "/v1/contacts", other, who="rep"))
    now = done(stack.get(f"/v1/contacts/{contact_id}", who="rep"))
    versions = {"winner": now["version"], "loser": twin["version"]}
    merge = {"loser": twin["contact_id"], "versions": versions}
    done(stack.call("POST", f"/v1/contacts/{contact_id}/merge", merge, who="sales_manager"))


def imported(stack: Stack, who: Person, file: Path) -> None:
    """They stand in a file, once in a row that fails."""
    api = Api(stack.url, stack.token("marketer"))
    with file.open("w", newline="") as out:
        write = csv.writer(out).writerow
        write(("First name", "Last name", "Email", "Phone"))
        write((who.first.title(), who.last.title(), who.email.upper(), who.phone))
        write((who.first.title(), who.last.title(), "no address", who.phone))
    run(api, send_file(api, file, "contacts"), dry_run=False, progress=lambda *_: None)


def exported(stack: Stack, tag: str) -> None:
    """Whoever has a tag is written to a file."""
    selection = {"format": "csv", "selection": {"tag": tag}}
    export = done(stack.call("POST", "/v1/exports", selection, who="marketer"))["export_id"]
    state = f"/v1/exports/{export}"
    stack.eventually(lambda: stack.get(state, who="marketer").json["state"] == "finished")


def places_of(stack: Stack, *people: Person) -> list[dict[str, list[str]]]:
    """Where each is found, and by which marks; mail to themselves is theirs."""
    found: list[dict[str, list[str]]] = [{} for _ in people]
    for where, text in everything(stack):
        for who, places in zip(people, found, strict=True):
            if not where.startswith(who.own_mail) and (marks := who.found_in(text)):
                places.setdefault(where, []).extend(marks)
    return found


def test_after_an_erasure_everything_is_read_and_nothing_of_the_person_is_found(
    stack: Stack, tmp_path: Path
) -> None:
    with listening(stack) as heard:
        ann, bob = known_through_every_door(stack, somebody(), tmp_path), somebody()
        captured(stack, bob)
        exported(stack, dealt_with(stack, bob)[1])
        mails = ann.mails(stack)

        wish = {"kind": "erasure", "contact_id": ann.contact_id, "reason": f"Letter of {ann.last}"}
        asked = done(stack.call("POST", "/v1/privacy/requests", wish, who="admin"))
        path = f"/v1/privacy/requests/{asked['request_id']}"
        stack.eventually(lambda: stack.get(path, who="admin").json["state"] == "settling")
        stack.tick("25m")
        stack.eventually(lambda: stack.get(path, who="admin").json["state"] == "done")
        stack.rest()

    found, of_bob = places_of(stack, ann, bob)
    assert found == {}, found
    # Bob, who was not erased, shows that the reading finds people.
    tables = {one for one in of_bob if "/exports/" not in one}
    assert tables >= {
        "crm-local-customers/table",
        "crm-local-customers/by_list",
        "crm-local-sales/table",
        "crm-local-sales/by_state",
    }
    assert tables != of_bob.keys()
    published = {name: marks for name, text in heard if (marks := ann.found_in(text))}
    assert {name for name, _ in heard} >= {"LeadCaptured", "ContactsMerged", "ContactErased"}
    assert published == {}
    assert ann.mails(stack) == mails

    signed = done(stack.get(f"{path}/certificate", who="admin"))
    stores = {one["store"]: one["erased"] for one in signed["certificate"]["stores"]}
    assert stores["contacts"]["contact"] >= 1 and stores["contacts"]["product"] == 1
    assert stores["leads"]["submission"] >= 1 and stores["quarantine"]
    assert stores["uploads"] and stores["import_errors"] and stores["contact_exports"]
    assert stores["sign_in"] and stores["privacy_requests"] == {"export_file": 1}
    verify = "/v1/privacy/certificates/verify"
    assert done(stack.call("POST", verify, signed)) == {"valid": True}
    signed["certificate"]["suppressed_addresses"] += 1
    assert stack.call("POST", verify, signed).status == 422
    for path in (f"/v1/contacts/{ann.contact_id}", f"/v1/leads/{ann.lead_id}"):
        assert stack.get(path, who="admin").status == 404


def test_an_administrator_exports_and_erases_somebody_by_pages(
    stack: Stack, browser: Any, tmp_path: Path
) -> None:
    who = somebody()
    new = {"first_name": who.first.title(), "emails": [{"address": who.email}]}
    contact_id = done(stack.call("POST", "/v1/contacts", new, who="rep"))["contact_id"]
    wrong: list[str] = []
    with visiting(browser, stack) as visitor:
        page = signed_in(visitor, "admin").page
        page.goto(f"/console/contacts/{contact_id}")
        page.click(".page-actions >> text=Privacy")
        page.wait_for_selector("#holds")
        page.click("text=Place a hold")
        page.fill("#f-name", "Accounting")
        page.fill("#f-reason", "Income Tax Act, section 81")
        page.check("input[value='contacts.product']")
        page.fill("#f-until", "2049-12-31")
        page.click("text=Place it")
        page.wait_for_selector("#holds >> text=Income Tax Act")
        wrong += looked_at(visitor)

        page.click("text=Export…")
        page.click("text=Begin")
        page.wait_for_selector("text=Download the file", timeout=20_000)
        with page.expect_download() as file:
            page.click("text=Download the file")
        with zipfile.ZipFile(io.BytesIO(Path(file.value.path()).read_bytes())) as archive:
            assert who.email.encode() in archive.read("contacts.json")

        page.click("text=The person")
        page.click("text=Erase…")
        page.click("text=Begin")
        page.wait_for_selector("#e-sure")
        page.check("#f-sure")
        page.click("text=Begin")
        page.wait_for_selector("text=looked for once more", timeout=20_000)
        stack.tick("25m")
        page.reload()
        page.click("#request a:has-text('Certificate')")
        page.wait_for_selector("td:has-text('1 contact')")
        wrong += looked_at(visitor)
        with page.expect_download() as file:
            page.click(".page-actions >> text=Download")
        page.goto("/console/privacy/check")
        page.set_input_files("#f-file", file.value.path())
        page.wait_for_function(
            "() => document.getElementById('f-text').value.includes('crm.erasure')"
        )
        page.click("main button:has-text('Check')")
        page.wait_for_selector("text=It is ours, unchanged")
        assert visitor.wrong == []
    assert wrong == [], "\n".join(wrong)
