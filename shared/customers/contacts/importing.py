"""Contacts as what the rows of a file become (see `imports.target`)."""

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from pydantic import ValidationError

from shared.customers.accounts.importing import accounts_called, put_away_unused
from shared.customers.countries import country_called
from shared.customers.custom_fields.model import CustomField
from shared.customers.custom_fields.repository import fields_of
from shared.customers.custom_fields.visibility import sees
from shared.customers.identity import normalise_phone
from shared.customers.imports.fields import TargetField, Values
from shared.customers.imports.model import Problem, TargetName
from shared.customers.imports.target import Prepared, Result, Work
from shared.customers.names import folded
from shared.directory.repository import staff_member
from shared.kernel.errors import CrmError, FieldError, Rejected
from shared.kernel.ids import derived_id
from shared.platform.auth import Staff
from shared.platform.entry.problems import from_validation
from shared.platform.keys import key
from shared.platform.requests import Check, Item, Op

from .addresses import addresses_of
from .creation import Draft, Origin, drafted
from .model import NewContact
from .removal import take_back
from .repository import customers

_APART: Final = r"[;,\n]| ::: "
_NUMBERS_APART: Final = r"[;\n]| ::: "

CUSTOM: Final = "custom."
_NO_COMPANY: Final = Problem(
    code="company_not_made",
    message="An account needs more than a name here, so the company was left out",
    field="company",
)

SYSTEMS: Final = ("hubspot", "salesforce", "vcard", "other")
"""Whose ids of people a file may hold."""

FIELDS: Final = (
    TargetField("first_name", "First name", ("vorname", "prenom", "nombre", "given name")),
    TargetField(
        "last_name",
        "Last name",
        ("nachname", "nom", "nom de famille", "apellido", "apellidos", "surname", "family name"),
    ),
    TargetField("name", "Full name", ("name", "contact name", "display name")),
    TargetField(
        "email",
        "E-mail",
        ("email", "mail", "e mail address", "email address", "courriel", "correo electronico"),
        many=True,
        apart=_APART,
    ),
    TargetField(
        "phone",
        "Phone",
        (
            "phone number",
            "telephone",
            "telefon",
            "telefono",
            "mobile",
            "mobile phone",
            "mobil",
            "handy",
            "portable",
            "cell",
            "work phone",
            "home phone",
        ),
        many=True,
        apart=_NUMBERS_APART,
    ),
    TargetField(
        "company",
        "Company",
        (
            "company name",
            "account name",
            "organisation",
            "organization",
            "firma",
            "societe",
            "empresa",
            "employer",
        ),
    ),
    TargetField("job_title", "Job title", ("title", "position", "role", "funktion", "poste")),
    TargetField("country", "Country", ("land", "pays", "pais", "country code")),
    TargetField("language", "Language", ("sprache", "langue", "idioma", "preferred language")),
    TargetField("zone", "Time zone", ("timezone", "zeitzone")),
    TargetField("preferred_channel", "Preferred channel"),
    TargetField(
        "postal_address",
        "Postal address",
        ("mailing address", "street address", "adresse", "direccion"),
    ),
    TargetField("owner_id", "Owner (staff id)", ("owner", "contact owner")),
    TargetField("tags", "Tags", ("labels", "schlagworte"), many=True, apart=_APART),
    *(TargetField(f"external_ids.{one}", f"Id ({one})") for one in SYSTEMS),
)

_TEXTS: Final = (
    "first_name",
    "last_name",
    "job_title",
    "language",
    "zone",
    "owner_id",
    "postal_address",
)
_OF_FILE: Final = {"emails": "email", "phones": "phone", "accounts": "company"}
"""Fields of contacts by what a file calls them."""


class ContactKind:
    """Contacts as a target."""

    name: TargetName = "contacts"

    def fields(self, now: datetime, by: Staff | None = None) -> list[TargetField]:
        """The fields a column can be mapped to, custom ones included; `by` is offered those
        whose values they may see. One read where custom fields are not cached."""
        custom = fields_of("contact", now)
        return [*FIELDS, *(_custom(one) for one in custom.fields if not by or sees(one, by))]

    def opened(self, work: Work, values: Sequence[Values]) -> "ContactTarget":
        """The target for a chunk. One read per member of staff that its rows name, and what
        `accounts_called` takes for its companies."""
        owners = {owner for row in values for owner in row.get("owner_id", ())}
        unknown = frozenset(owner for owner in owners if not _works_here(owner))
        companies = [row["company"][0] for row in values if "company" in row]
        accounts = accounts_called(companies, work) if companies else {}
        lists = frozenset(one.name for one in self.fields(work.now) if one.many)
        return ContactTarget(work, unknown, accounts, lists)


@dataclass(frozen=True, slots=True)
class ContactTarget:
    """The contacts of one chunk. Whom the rows name as owners was looked up before: a check in
    each transaction would let the workers of one import stand in each other's way."""

    work: Work
    unknown_owners: frozenset[str]
    accounts: Mapping[str, str]
    lists: frozenset[str]
    table = customers

    def prepare(self, row: int, values: Values) -> Prepared:
        """Check a row. Raises `Rejected`, naming fields of the file."""
        try:
            new = NewContact.model_validate(self._given(values))
            draft = drafted(
                new,
                self.work.run.by,
                _own_id(values),
                self.work.now,
                origin=Origin(self.work.of.import_id, row),
            )
        except ValidationError as error:
            raise _of_file(from_validation(error)) from None
        except Rejected as error:
            raise _of_file(error) from error
        if new.owner_id in self.unknown_owners:
            message = "No such person works here"
            raise Rejected("x", fields=[FieldError("owner_id", "staff_not_found", message)])
        notes = [
            Problem(code=one.code, message=one.message, field=one.field)
            for one in draft.found.warnings
        ]
        if "company" in values and not new.accounts:
            notes.append(_NO_COMPANY)
        return _prepared(draft, row, 0, tuple(notes))

    def in_the_way(self, op: Op, found: Item) -> bool:
        """An address given up is free; everything else that is there stays."""
        return "released" not in found

    def remove(self, created: Sequence[Result]) -> list[Result]:
        """Take back the contacts that the import created and nobody touched since."""
        found = [take_back(one, self.work) for one in created]
        put_away_unused((one for back in found for one in back.account_ids), self.work)
        return [back.result for back in found]

    def _given(self, values: Values) -> dict[str, Any]:
        mapping = self.work.run.mapping
        assert mapping
        given: dict[str, Any] = {"source": "import"}
        given |= {name: values[name][0] for name in _TEXTS if name in values}
        given |= split_name(values)
        if "country" in values:
            country = values["country"][0]
            given["country"] = country_called(country) or country
        if "preferred_channel" in values:
            given["preferred_channel"] = values["preferred_channel"][0].casefold()
        if "email" in values:
            given["emails"] = [{"address": one} for one in values["email"]]
        if "phone" in values:
            region = given.get("country") or mapping.region
            given["phones"] = [{"number": dialled(one, region)} for one in values["phone"]]
        if tags := [*values.get("tags", ()), *mapping.tags]:
            given["tags"] = list(dict.fromkeys(tags))
        if account_id := self.accounts.get(folded(values.get("company", ("",))[0])):
            given["accounts"] = [{"account_id": account_id}]
        custom = {name: said for name, said in values.items() if name.startswith(CUSTOM)}
        if custom:
            given["custom"] = {
                name.removeprefix(CUSTOM): list(said) if name in self.lists else said[0]
                for name, said in custom.items()
            }
        ids = {name: values[name][0] for name in values if name.startswith("external_ids.")}
        if ids:
            given["external_ids"] = {name.partition(".")[2]: one for name, one in ids.items()}
        return given


def _prepared(draft: Draft, row: int, number: int, notes: tuple[Problem, ...]) -> Prepared:
    """The row under the `number`-th of its ids."""
    contact = draft.contact(draft.ids[number])
    # Accounts and owners were looked up for the whole chunk.
    ops = tuple(one.op for one in draft.parts(contact) if not isinstance(one.op, Check))
    assert draft.origin

    def judge(failures: Mapping[int, Item]) -> Result | Prepared:
        stored = failures.get(0)
        if stored and (stored.get("import_id"), stored.get("import_row")) == (
            contact.import_id,
            contact.import_row,
        ):
            # Stored when the chunk came before.
            return Result(row, "created", contact.contact_id, notes=notes)
        holders = [str(item["contact_id"]) for at, item in sorted(failures.items()) if at]
        other = next((one for one in holders if one not in draft.ids[1:]), None)
        if other:
            return Result(row, "existing", other)
        if number + 1 < len(draft.ids):
            return _prepared(draft, row, number + 1, notes)
        return Result(row, "existing", contact.contact_id)

    return Prepared(row, contact.contact_id, ops, judge, notes, tuple(addresses_of(contact)))


def _own_id(values: Values) -> str:
    """The id of a row's contact that has no address: the same row, sent again, is the same one."""
    said = json.dumps({name: list(values[name]) for name in sorted(values)})
    return derived_id("contact", hmac.digest(key("import-row"), said.encode(), hashlib.sha256))


def split_name(values: Values) -> dict[str, str]:
    """First and last name of a full one, where they are not given apart: the last word is the
    family's."""
    if "name" not in values or "first_name" in values or "last_name" in values:
        return {}
    first, _, last = " ".join(values["name"][0].split()).rpartition(" ")
    return {"first_name": first, "last_name": last} if first else {"last_name": last}


def dialled(text: str, region: str | None) -> str:
    """A number of a country, as all the world dials it; what is none stays as it is."""
    if text.startswith("+") or not region:
        return text
    try:
        return normalise_phone(text, region)
    except ValueError:
        return text


def _custom(one: CustomField) -> TargetField:
    several = one.type == "multi_choice"
    return TargetField(
        f"{CUSTOM}{one.name}", one.label, many=several, apart=_APART if several else ""
    )


def _works_here(staff_id: str) -> bool:
    person = staff_member(staff_id)
    return person is not None and not person.disabled


def _of_file(error: CrmError) -> Rejected:
    """The same, naming fields as a file's columns mean them."""
    return Rejected(error.code, error.message, _renamed(error.fields))


def _renamed(fields: Sequence[FieldError]) -> Iterator[FieldError]:
    for one in fields:
        first, _, rest = one.field.partition(".")
        named = first in ("external_ids", "custom") and rest
        yield FieldError(one.field if named else _OF_FILE.get(first, first), one.code, one.message)
