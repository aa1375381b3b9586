"""Where custom fields are kept: configuration of kind `custom_fields` in the customers table, one
for each noun (platform/configuration).

| question | asked by |
|---|---|
| the fields in force (up to 30 s old) | whoever shows or stores contacts or accounts |
| the same as just read, its next version | custom_field_admin, console_changes |

The values are kept with their records and are no configuration: a field that is gone leaves them
where they are, to be seen again should it come back.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from shared.customers.tables import CUSTOMERS
from shared.directory.audit import recorded
from shared.platform.configuration import Configuration
from shared.platform.tables import Table

from .model import CustomFields, Noun

NONE: Final = CustomFields()

stored_fields = Configuration(Table(CUSTOMERS), "custom_fields", CustomFields, audit=recorded)


def fields_of(noun: Noun, now: datetime, naming: Iterable[str] = ()) -> CustomFields:
    """The custom fields in force; no read within 30 seconds, unless one of those in `naming` is
    not known: it may just have been added."""
    found = stored_fields.settled(noun, now)
    if not (found.value if found else NONE).named().keys() >= set(naming):
        found = stored_fields.settled(noun, now, afresh=True)
    return found.value if found else NONE
