"""Shapes that requests about contacts and accounts have in common."""

from typing import Annotated, Any, Final

from pydantic import Field, StringConstraints

MAX_TAGS: Final = 20
MAX_EXTERNAL_IDS: Final = 10

AccountId = Annotated[str, StringConstraints(pattern=r"^account_[0-9A-HJKMNP-TV-Z]{26}$")]
ContactId = Annotated[str, StringConstraints(pattern=r"^contact_[0-9A-HJKMNP-TV-Z]{26}$")]
StaffId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]{0,63}$")]

Tags = Annotated[
    list[Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]],
    Field(max_length=MAX_TAGS),
]
ExternalIds = Annotated[
    dict[
        Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,39}$")],
        Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)],
    ],
    Field(max_length=MAX_EXTERNAL_IDS),
]
"""What other systems call a record, by system."""

CustomInput = Annotated[
    dict[Annotated[str, StringConstraints(max_length=40)], Any], Field(max_length=100)
]
"""Custom fields by name; what may be in them, their definitions say."""
