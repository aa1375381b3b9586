"""Whatever happens with people is in one of the groups that staff choose from."""

from collections import Counter

from functions.console_contacts.kinds import KINDS
from shared.customers.history.words import DEALINGS, TITLES


def test_every_kind_of_entry_is_in_exactly_one_group() -> None:
    grouped = Counter(kind for _, _, kinds in KINDS for kind in kinds)

    assert set(grouped) == {*TITLES, *DEALINGS}
    assert set(grouped.values()) == {1}
