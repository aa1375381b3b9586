"""The customers table. Each repository's docstring lists its own keys."""

from shared.platform.tables import TableSpec

CUSTOMERS = TableSpec(name="customers")
