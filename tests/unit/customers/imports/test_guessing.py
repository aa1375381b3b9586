"""What columns are taken to mean."""

import pytest

from shared.customers.imports.fields import TargetField, values_of
from shared.customers.imports.guessing import guessed
from shared.customers.imports.model import Mapping

FIELDS = [
    TargetField("first_name", "First name", ("vorname", "given name")),
    TargetField("last_name", "Last name", ("nachname", "surname")),
    TargetField("name", "Full name", ("full name",)),
    TargetField("email", "E-mail", ("email", "e mail address"), many=True, apart=r"[;,\n]| ::: "),
    TargetField("phone", "Phone", ("telephone", "mobile"), many=True, apart=r"[;\n]| ::: "),
    TargetField("company", "Company", ("organisation",)),
    TargetField("job_title", "Job title", ("title",)),
    TargetField("country", "Country"),
    TargetField("tags", "Tags", many=True, apart=r"[;,\n]| ::: "),
    TargetField("external_ids.hubspot", "HubSpot's id"),
    TargetField("external_ids.salesforce", "Salesforce's id"),
]

GOOGLE = [
    "First Name",
    "Middle Name",
    "Last Name",
    "Phonetic First Name",
    "Nickname",
    "File As",
    "Organization Name",
    "Organization Title",
    "Organization Department",
    "Birthday",
    "Notes",
    "Photo",
    "Labels",
    "E-mail 1 - Label",
    "E-mail 1 - Value",
    "E-mail 2 - Label",
    "E-mail 2 - Value",
    "Phone 1 - Label",
    "Phone 1 - Value",
]
HUBSPOT = [
    "Record ID",
    "First Name",
    "Last Name",
    "Email",
    "Phone Number",
    "Contact owner",
    "Lead Status",
    "Create Date",
    "Associated Company",
    "Country/Region",
]
SALESFORCE = [
    "Contact ID",
    "Salutation",
    "First Name",
    "Last Name",
    "Title",
    "Account Name",
    "Phone",
    "Mobile",
    "Email",
    "Mailing Street",
    "Mailing Country",
]
DATA_LOADER = [
    "Id",
    "IsDeleted",
    "AccountId",
    "LastName",
    "FirstName",
    "Phone",
    "MobilePhone",
    "Email",
    "Title",
]


def meant(headers: list[str]) -> tuple[str | None, dict[str, str]]:
    preset, columns = guessed(headers, FIELDS)
    return preset, {h: c for h, c in zip(headers, columns, strict=True) if c}


def test_google_contacts() -> None:
    assert meant(GOOGLE) == (
        "google_contacts",
        {
            "First Name": "first_name",
            "Last Name": "last_name",
            "Organization Name": "company",
            "Organization Title": "job_title",
            "Labels": "tags",
            "E-mail 1 - Value": "email",
            "E-mail 2 - Value": "email",
            "Phone 1 - Value": "phone",
        },
    )


def test_google_contacts_as_exported_before_2024() -> None:
    preset, columns = meant(
        ["Name", "Given Name", "Family Name", "E-mail 1 - Type", "E-mail 1 - Value"]
    )

    assert preset == "google_contacts"
    assert columns["Given Name"] == "first_name"
    assert columns["E-mail 1 - Value"] == "email"


def test_hubspot() -> None:
    preset, columns = meant(HUBSPOT)

    assert preset == "hubspot"
    assert columns == {
        "Record ID": "external_ids.hubspot",
        "First Name": "first_name",
        "Last Name": "last_name",
        "Email": "email",
        "Phone Number": "phone",
        "Associated Company": "company",
        "Country/Region": "country",
    }


@pytest.mark.parametrize(
    ("headers", "preset", "identifier"),
    [(SALESFORCE, "salesforce", "Contact ID"), (DATA_LOADER, "salesforce_data", "Id")],
)
def test_salesforce(headers: list[str], preset: str, identifier: str) -> None:
    found, columns = meant(headers)

    assert found == preset
    assert columns[identifier] == "external_ids.salesforce"
    assert [header for header, name in columns.items() if name == "phone"] == [
        header for header in headers if header in ("Phone", "Mobile", "MobilePhone")
    ]


def test_other_files_are_guessed_by_how_alike_names_are() -> None:
    preset, columns = meant(
        [
            "Vorname",
            "NACHNAME",
            "E-Mail-Adress",
            "Telephone 2",
            "Titel",
            "Shoe size",
            "Organization",
        ]
    )

    assert preset is None
    assert columns == {
        "Vorname": "first_name",
        "NACHNAME": "last_name",
        "E-Mail-Adress": "email",
        "Telephone 2": "phone",
        "Organization": "company",
    }


def test_a_field_that_takes_one_value_is_guessed_once_and_the_best_name_wins() -> None:
    _, columns = meant(["Countryy", "Country", "Email", "Email 2"])

    assert columns == {"Country": "country", "Email": "email", "Email 2": "email"}


def test_what_we_add_to_rows_that_failed_means_nothing() -> None:
    assert meant(["Email", "import_row", "import_reason"]) == (None, {"Email": "email"})


def test_cells_become_values() -> None:
    mapping = Mapping(columns=["email", None, "email", "phone", "first_name", "first_name"])
    fields = {field.name: field for field in FIELDS}
    cells = ["a@x.com ::: b@x.com", "ignored", " b@x.com;c@x.com", "'+977 1", " ", "Ann"]

    assert values_of(cells, mapping, fields) == {
        "email": ["a@x.com", "b@x.com", "c@x.com"],
        "phone": ["+977 1"],
        "first_name": ["Ann"],
    }
