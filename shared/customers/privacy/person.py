"""Everything by which one person is known to us: what an export and an erasure go by."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Final, Self

from shared.customers.identity import AddressKind, lead_id_of, symbols_of

Address = tuple[AddressKind, str]
"""Kind and normalised address."""

MOST_IDS: Final = 400
"""Of each kind. Nobody has as many; more would be a mistake that erases strangers."""


@dataclass(frozen=True, slots=True)
class Person:
    """`contact_ids`: the record that counts first, then those that were merged into it and those
    that the person's addresses stand for. `lead_ids`: their leads, in every state, aliases of
    their addresses included. `addresses` are normalised.

    What they began anew after `until` (ISO text) is not meant. Of an erasure, `kept` is what
    legal holds keep of them, as `<store>.<entity>`, at the request `request_id`.
    """

    contact_ids: tuple[str, ...]
    lead_ids: tuple[str, ...] = ()
    addresses: tuple[Address, ...] = ()
    until: str = "~"
    kept: frozenset[str] = field(default_factory=frozenset)
    request_id: str = ""

    @property
    def contact_id(self) -> str:
        """The record that counts."""
        return self.contact_ids[0]

    @property
    def symbols(self) -> frozenset[str]:
        """The 26 symbols that ids of this person end in."""
        return frozenset(map(symbols_of, (*self.contact_ids, *self.lead_ids, *self._of_addresses)))

    @property
    def _of_addresses(self) -> list[str]:
        return [lead_id_of(*one) for one in self.addresses]

    def known_also(
        self,
        *,
        contact_ids: Iterable[str] = (),
        lead_ids: Iterable[str] = (),
        addresses: Iterable[Address] = (),
    ) -> Self:
        """The same person, with what was found out. Raises `ValueError` beyond `MOST_IDS`."""
        wider = replace(
            self,
            contact_ids=tuple(dict.fromkeys((*self.contact_ids, *contact_ids))),
            lead_ids=tuple(dict.fromkeys((*self.lead_ids, *lead_ids))),
            addresses=tuple(dict.fromkeys((*self.addresses, *addresses))),
        )
        if max(len(wider.contact_ids), len(wider.lead_ids), len(wider.addresses)) > MOST_IDS:
            raise ValueError("too many ids for one person")
        return wider

    def without(self, addresses: Iterable[Address]) -> Self:
        """The same person, not known by these addresses."""
        others = frozenset(addresses)
        return replace(self, addresses=tuple(one for one in self.addresses if one not in others))

    def anew(self, created_at: str | None) -> bool:
        """Whether a record made at `created_at` is of after the person asked."""
        return (created_at or "") > self.until

    def keeps(self, store: str, entity: str) -> bool:
        """Whether a legal hold keeps this entity of a store."""
        return f"{store}.{entity}" in self.kept

    @property
    def held_partition(self) -> str:
        """The key of everything that holds keep of this person: it tells the request alone."""
        return f"HELD#{self.request_id}"

    def stored(self) -> dict[str, Any]:
        """As an item keeps it."""
        return {
            "contact_ids": list(self.contact_ids),
            "lead_ids": list(self.lead_ids),
            "addresses": [list(one) for one in self.addresses],
            "until": self.until,
            "kept": sorted(self.kept),
            "request_id": self.request_id,
        }

    @classmethod
    def of(cls, stored: dict[str, Any]) -> Self:
        """The person that `stored` describes."""
        return cls(
            contact_ids=tuple(stored["contact_ids"]),
            lead_ids=tuple(stored["lead_ids"]),
            addresses=tuple((kind, address) for kind, address in stored["addresses"]),
            until=stored["until"],
            kept=frozenset(stored["kept"]),
            request_id=stored["request_id"],
        )
