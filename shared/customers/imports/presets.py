"""Files of well-known programs, recognised by the names of their columns.

Only names are kept here, as these programs write them:
- Google Contacts, "Export contacts" as Google CSV: `First Name` …, `E-mail 1 - Label`,
  `E-mail 1 - Value` (since 2024); `Given Name` …, `E-mail 1 - Type` (before). Several values of
  one label stand in one cell, apart by ` ::: `.
- HubSpot, export of contacts: the labels of HubSpot's default contact properties (Knowledge Base,
  "HubSpot's default contact properties"), with `Record ID` first.
- Salesforce, export of a report on contacts: the labels of the standard fields of Contact
  (`Contact ID`, `Account Name`, `Mailing Country` …); Data Export and Data Loader: their API
  names (Object Reference, "Contact"; `Id`, `FirstName`, `AccountId` …).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

_NUMBERED: Final = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Preset:
    """A program's files: which columns tell that it is one (each of `all_of` and one of
    `any_of`), and what its columns mean. Names are folded; a number in them is `#`."""

    name: str
    all_of: frozenset[str]
    any_of: frozenset[str]
    columns: Mapping[str, str]

    def fits(self, headers: Sequence[str]) -> bool:
        """Whether a file with these columns is of this program."""
        given = {known_as(one) for one in headers}
        return self.all_of <= given and bool(self.any_of & given or not self.any_of)


def known_as(header: str) -> str:
    """A column's name as presets list it."""
    return _NUMBERED.sub("#", " ".join(header.casefold().split()))


PRESETS: Final = (
    Preset(
        "google_contacts",
        frozenset({"e-mail # - value"}),
        frozenset({"first name", "given name", "name"}),
        {
            "first name": "first_name",
            "given name": "first_name",
            "last name": "last_name",
            "family name": "last_name",
            "name": "name",
            "e-mail # - value": "email",
            "phone # - value": "phone",
            "organization name": "company",
            "organization # - name": "company",
            "organization title": "job_title",
            "organization # - title": "job_title",
            "address # - country": "country",
            "labels": "tags",
            "group membership": "tags",
            "language": "language",
        },
    ),
    Preset(
        "hubspot",
        frozenset({"record id", "email"}),
        frozenset(
            {
                "first name",
                "phone number",
                "contact owner",
                "lifecycle stage",
                "lead status",
                "create date",
                "associated company",
            }
        ),
        {
            "record id": "external_ids.hubspot",
            "first name": "first_name",
            "last name": "last_name",
            "email": "email",
            "work email": "email",
            "phone number": "phone",
            "mobile phone number": "phone",
            "job title": "job_title",
            "company name": "company",
            "associated company": "company",
            "country/region": "country",
            "preferred language": "language",
            "time zone": "zone",
        },
    ),
    Preset(
        "salesforce",
        frozenset({"last name", "email"}),
        frozenset({"contact id", "account name", "mailing country", "account id"}),
        {
            "contact id": "external_ids.salesforce",
            "first name": "first_name",
            "last name": "last_name",
            "title": "job_title",
            "account name": "company",
            "email": "email",
            "phone": "phone",
            "mobile": "phone",
            "mailing country": "country",
        },
    ),
    Preset(
        "salesforce_data",
        frozenset({"lastname", "email"}),
        frozenset({"accountid", "mailingcountry", "ownerid", "leadsource"}),
        {
            "id": "external_ids.salesforce",
            "firstname": "first_name",
            "lastname": "last_name",
            "title": "job_title",
            "email": "email",
            "phone": "phone",
            "mobilephone": "phone",
            "homephone": "phone",
            "mailingcountry": "country",
            "company": "company",
            "country": "country",
        },
    ),
    Preset(
        "vcard",
        frozenset({"e-mail", "organisation", "uid", "time zone"}),
        frozenset(),
        {
            "first name": "first_name",
            "last name": "last_name",
            "name": "name",
            "e-mail": "email",
            "phone": "phone",
            "organisation": "company",
            "job title": "job_title",
            "country": "country",
            "language": "language",
            "time zone": "zone",
            "tags": "tags",
            "uid": "external_ids.vcard",
        },
    ),
)


def preset_of(headers: Sequence[str]) -> Preset | None:
    """The program whose file this is."""
    return next((one for one in PRESETS if one.fits(headers)), None)
