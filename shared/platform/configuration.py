"""Rules, forms and other configuration as versioned data: changed without a deploy.

Every version is kept with who made it and when. One version is active; activating an older one
is the roll-back. Keys in the area's table:

| item | pk | sk |
|---|---|---|
| head: newest and active version with its body | `CONFIG#<kind>` | `<name>` |
| version | `CONFIG#<kind>#<name>` | `V#<000001>` |
| activation: what was in force from when on | `CONFIG#<kind>#<name>` | `A#<instant>` |
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Generic, TypeVar

from pydantic import BaseModel

from shared.kernel.clock import iso
from shared.kernel.errors import NotFound, Stale
from shared.kernel.events import DomainEvent

from .requests import Condition, Put, Update
from .tables import Item, Table
from .writes import ConditionFailed

Model = TypeVar("Model", bound=BaseModel)

CACHE_SECONDS: Final = 30
"""How long a process may go on using a configuration after another one was activated."""


@dataclass(frozen=True, slots=True)
class Version(Generic[Model]):
    """One version of a configuration. `active_since` is set on the active one."""

    name: str
    number: int
    value: Model
    saved_by: str
    saved_at: str
    active_since: str | None = None


class Configuration(Generic[Model]):
    """The configurations of one kind, each a `model`."""

    def __init__(self, table: Table, kind: str, model: type[Model]) -> None:
        self._table = table
        self._kind = kind
        self._model = model
        self._cache: dict[str, tuple[datetime, Version[Model]]] = {}

    def active(self, name: str, now: datetime) -> Version[Model]:
        """The active version; up to 30 s old. One read when not cached. Raises `NotFound`."""
        cached = self._cache.get(name)
        if cached and abs((now - cached[0]).total_seconds()) < CACHE_SECONDS:
            return cached[1]
        head = self._head(name)
        if "active" not in head:
            raise self._missing(name)
        version = self._active(head)
        self._cache[name] = (now, version)
        return version

    def all_active(self) -> list[Version[Model]]:
        """The active version of every name that has one."""
        heads = self._table.query_all(f"CONFIG#{self._kind}")
        return [self._active(head) for head in heads if "active" in head]

    def history(self, name: str) -> list[Version[Model]]:
        """Every version of `name`, newest first. Raises `NotFound` when there is none."""
        head = self._head(name)
        items = self._table.query_all(self._versions(name), begins="V#", forward=False)
        return [self._version(item, head) for item in items]

    def newest(self, name: str) -> int:
        """The number of the newest version; 0 when there is none. One read."""
        return int((self._table.get(self._head_key(name)) or {}).get("newest", 0))

    def history_page(
        self, name: str, *, limit: int, before: int | None = None
    ) -> tuple[list[Version[Model]], int | None]:
        """Up to `limit` versions older than `before`, newest first, and what to give as `before`
        for the next page (`None`: there is none). Raises `NotFound` when there is no version."""
        head = self._head(name)
        upto = head["newest"] if before is None else before - 1
        page = self._table.query(
            self._versions(name),
            between=("V#", f"V#{upto:06d}"),
            forward=False,
            limit=limit,
            consistent=True,
        )
        found = [self._version(item, head) for item in page.items]
        more = bool(found) and found[-1].number > 1
        return found, found[-1].number if more else None

    def version(self, name: str, number: int) -> Version[Model]:
        """One version of `name`. Raises `NotFound`."""
        item = self._table.get(self._key(name, number))
        if item is None:
            raise self._missing(name)
        return self._version(item, self._head(name))

    def active_at(self, name: str, instant: datetime) -> Version[Model] | None:
        """The version that was active at `instant`; `None` when none was yet. Three reads."""
        activations = self._table.query(
            self._versions(name), between=("A#", f"A#{iso(instant)}"), forward=False, limit=1
        ).items
        return self.version(name, activations[0]["number"]) if activations else None

    def save(
        self,
        name: str,
        value: Model,
        *,
        by: str,
        at: datetime,
        after: int,
        activate: bool = False,
        events: Sequence[DomainEvent] = (),
    ) -> int:
        """Store `value` as version `after + 1`, where `after` is the newest the caller knows
        (0: none), and return that number. Raises `Stale` when somebody else saved meanwhile."""
        number = after + 1
        body = value.model_dump_json()
        version = {
            **self._key(name, number),
            "name": name,
            "number": number,
            "body": body,
            "saved_by": by,
            "saved_at": iso(at),
        }
        newest = Condition(
            "newest_version_known",
            "attribute_not_exists(#newest) OR #newest = :after"
            if after == 0
            else "#newest = :after",
            "two people saving at once must not overwrite each other",
            {"after": after},
        )
        unused = Condition(
            "version_unused", "attribute_not_exists(#pk)", "a version never changes once stored"
        )
        head: Item = {"newest": number}
        log: list[Put] = []
        if activate:
            head |= self._activation(version, by, at)
            log.append(self._activated(name, number, by, at))
        try:
            self._table.write(
                Update(self._head_key(name), set=head, condition=newest, events=events),
                Put(version, condition=unused),
                *log,
            )
        except ConditionFailed as refused:
            found = refused.found(0) or {}
            raise Stale("version_stale", version=int(found.get("newest", 0))) from refused
        self._cache.pop(name, None)
        return number

    def activate(
        self,
        name: str,
        number: int,
        *,
        by: str,
        at: datetime,
        events: Sequence[DomainEvent] = (),
    ) -> None:
        """Make version `number` the active one. Raises `NotFound`."""
        item = self._table.get(self._key(name, number))
        if item is None:
            raise self._missing(name)
        self._table.write(
            Update(self._head_key(name), set=self._activation(item, by, at), events=events),
            self._activated(name, number, by, at),
        )
        self._cache.pop(name, None)

    def _activation(self, version: Item, by: str, at: datetime) -> Item:
        return {
            "active": version["number"],
            "body": version["body"],
            "name": version["name"],
            "saved_by": version["saved_by"],
            "saved_at": version["saved_at"],
            "activated_by": by,
            "active_since": iso(at),
        }

    def _activated(self, name: str, number: int, by: str, at: datetime) -> Put:
        # Unconditional: of two activations within a millisecond the later one holds.
        key = {"pk": self._versions(name), "sk": f"A#{iso(at)}"}
        return Put({**key, "number": number, "activated_by": by})

    def _head(self, name: str) -> Item:
        head = self._table.get(self._head_key(name))
        if head is None:
            raise self._missing(name)
        return head

    def _active(self, head: Item) -> Version[Model]:
        return self._version(head | {"number": head["active"]}, head)

    def _version(self, item: Item, head: Item) -> Version[Model]:
        active = head.get("active") == item["number"]
        return Version(
            name=item["name"],
            number=item["number"],
            value=self._model.model_validate_json(item["body"]),
            saved_by=item["saved_by"],
            saved_at=item["saved_at"],
            active_since=head.get("active_since") if active else None,
        )

    def _key(self, name: str, number: int) -> dict[str, str]:
        return {"pk": self._versions(name), "sk": f"V#{number:06d}"}

    def _versions(self, name: str) -> str:
        return f"CONFIG#{self._kind}#{name}"

    def _head_key(self, name: str) -> dict[str, str]:
        return {"pk": f"CONFIG#{self._kind}", "sk": name}

    def _missing(self, name: str) -> NotFound:
        return NotFound(f"{self._kind}_not_found", f"There is no {self._kind} of that name")
