"""What the pages of lists and exports take: forms as browsers send them."""

from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field

from shared.customers.exports.model import FileFormat, Selection

MAY_EDIT: Final = ("rep", "sales_manager", "agent", "supervisor", "marketer")
"""Who works with people, and so may put them on lists."""

PAGE_SIZE: Final = 50
MAX_ADDRESSES: Final = 20

_FORM: Final = ConfigDict(extra="ignore")


class VersionForm(BaseModel):
    """A form about a list as it was read in `version`."""

    model_config = _FORM

    version: int = Field(ge=1)


class AddressesForm(BaseModel):
    """Whom to put on a list: an e-mail address or a phone number in each line."""

    model_config = _FORM

    addresses: str = Field(min_length=1, max_length=5_000)

    def each(self) -> list[str]:
        """The addresses."""
        return [one.strip() for one in self.addresses.splitlines() if one.strip()]


class ExportForm(BaseModel):
    """Which contacts are written to a file, and to what kind of file."""

    model_config = _FORM

    format: FileFormat = "csv"
    list_id: str = Field(default="", max_length=200)
    owner: str = Field(default="", max_length=200)
    tag: str = Field(default="", max_length=200)
    name_begins: str = Field(default="", max_length=200)

    def selection(self) -> Selection:
        """The same for the use case; what is empty narrows nothing."""
        given: dict[str, Any] = self.model_dump(exclude={"format"})
        return Selection(**{name: text.strip() for name, text in given.items() if text.strip()})
