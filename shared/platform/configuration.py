"""Rules, forms and other configuration as versioned data: changed without a deploy.

Every version is kept with who made it and when, and every change is recorded for the audit in the
same write. One version is active. A roll-back stores an older version's content as a new version
and activates that, so that nothing is ever taken out of the history. Keys in the area's table:

| item | pk | sk |
|---|---|---|
| head: newest and active version with its body | `CONFIG#<kind>` | `<name>` |
| version | `CONFIG#<kind>#<name>` | `V#<000001>` |
| activation: what was in force from when on | `CONFIG#<kind>#<name>` | `A#<instant>` |
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from shared.kernel.clock import iso
from shared.kernel.errors import FieldError, NotFound, Rejected, Stale
from shared.kernel.events import DomainEvent

from .audit import Action, Audit, Change
from .requests import Condition, Key, Op, Put, Update
from .tables import Item, Table
from .versions import OUTDATED, history_of, version_item, version_key
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


@lru_cache(maxsize=64)
def _parsed(model: type[Model], body: str) -> Model:
    # A version never changes: the same text is the same value, which nobody may change either.
    return model.model_validate_json(body)


@dataclass(frozen=True, slots=True)
class Standing(Generic[Model]):
    """How things stand with one configuration: its newest version's number (0: there is none) and
    the version in force, if any is."""

    newest: int
    active: Version[Model] | None


class Configuration(Generic[Model]):
    """The configurations of one kind, each a `model`. Changes are recorded by `audit`."""

    def __init__(self, table: Table, kind: str, model: type[Model], *, audit: Audit) -> None:
        self._table = table
        self._audit = audit
        self._kind = kind
        self._model = model
        self._cache: dict[str, tuple[datetime, Version[Model] | None]] = {}

    def active(self, name: str, now: datetime) -> Version[Model]:
        """The active version; up to 30 s old. One read when not cached. Raises `NotFound`."""
        cached = self._cached(name, now)
        if cached and cached[1]:
            return cached[1]
        head = self._head(name)
        if "active" not in head:
            raise self._missing(name)
        version = self._active(head)
        self._cache[name] = (now, version)
        return version

    def settled(self, name: str, now: datetime, *, afresh: bool = False) -> Version[Model] | None:
        """`active`, where having none is as good as any: that is remembered for 30 s as well.
        Only for names that callers cannot choose. `afresh` reads it in any case."""
        if not afresh and (cached := self._cached(name, now)):
            return cached[1]
        version = self.in_force(name)
        self._cache[name] = (now, version)
        return version

    def in_force(self, name: str) -> Version[Model] | None:
        """The active version as just read; `None` when there is none. One read."""
        head = self._table.get(self._head_key(name))
        return self._active(head) if head and "active" in head else None

    def head_of(self, name: str) -> tuple[Table, Key]:
        """Where what is in force is found, to be read together with other items (`in_head`)."""
        return self._table, self._head_key(name)

    def in_head(self, head: Item | None) -> Version[Model] | None:
        """The active version in what was read there; `None` when there is none."""
        return self._active(head) if head and "active" in head else None

    def standing(self, name: str) -> Standing[Model]:
        """What is newest and what is in force, read afresh. One read."""
        return self._standing(self._table.get(self._head_key(name)) or {})

    def standing_in(self, head: Item | None) -> Standing[Model]:
        """The same in what was read at `head_of`."""
        return self._standing(head or {})

    def beside(self, name: str, number: int) -> tuple[Version[Model], Standing[Model]]:
        """One version and how things stand. Two reads. Raises `NotFound`."""
        item = self._table.get(self._key(name, number))
        if item is None:
            raise self._missing(name)
        head = self._head(name)
        return self._version(item, head), self._standing(head)

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
        """The version that was active at `instant`; `None` when none was yet. Three reads, but
        none where the cached version is known to have been active then."""
        if cached := self._cache.get(name):
            read_at, version = cached
            if version and (version.active_since or "~") <= iso(instant) and instant <= read_at:
                return version
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
        restored: int | None = None,
        about: str | None = None,
        action: Action | None = None,
        also: Sequence[Op] = (),
    ) -> int:
        """Store `value` as version `after + 1`, where `after` is the newest the caller knows
        (0: none), and return that number. Raises `Stale` when somebody else saved meanwhile.

        `restored` is the older version whose content this is. The audit tells what was done to
        `about` (default: to `name`) as `action`, where the other arguments do not say it all.
        `also` is written in the same transaction; `ConditionFailed` is raised where only that was
        refused.
        """
        number = after + 1
        version = version_item(self._kind, name, number, value.model_dump_json(), by=by, at=at)
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
        done: Action = "rolled_back" if restored else "saved" if activate else "drafted"
        change = self._change(name, action or done, by, at, after, number, restored, about)
        own: list[Op] = [
            Update(self._head_key(name), set=head, condition=newest, events=events),
            Put(version, condition=unused),
            *log,
        ]
        try:
            self._table.write(*own, *also, beside=[self._audit(change)])
        except ConditionFailed as refused:
            if min(refused.failures) >= len(own):
                raise
            found = refused.found(0) or {}
            raise Stale("version_stale", version=int(found.get("newest", 0))) from refused
        self._cache.pop(name, None)
        return number

    def older(self, name: str, number: int, *, than: int) -> Model:
        """The content of version `number`, to be brought back by whoever knows version `than` as
        the newest. Raises `NotFound`, and `Rejected` when it is no older one or what it says is
        no longer possible."""
        if number >= than:
            wrong = FieldError("to_version", "not_older", "Only an older version can come back")
            raise Rejected("validation_failed", fields=[wrong])
        try:
            return self.version(name, number).value
        except ValidationError as error:
            raise Rejected("version_outdated", OUTDATED) from error

    def activate(
        self,
        name: str,
        number: int,
        *,
        by: str,
        at: datetime,
        events: Sequence[DomainEvent] = (),
    ) -> None:
        """Make version `number` the active one; when it is that already, nothing is written.

        Raises `NotFound`, and `Stale` when another one was activated meanwhile. Two reads.
        """
        item = self._table.get(self._key(name, number))
        if item is None:
            raise self._missing(name)
        before = int(self._head(name).get("active", 0))
        if before == number:
            return
        unchanged = Condition(
            "active_version_known",
            "#active = :before" if before else "attribute_not_exists(#active)",
            "the audit tells which version this one took over from",
            {"before": before} if before else {},
        )
        try:
            self._table.write(
                Update(
                    self._head_key(name),
                    set=self._activation(item, by, at),
                    condition=unchanged,
                    events=events,
                ),
                self._activated(name, number, by, at),
                beside=[self._audit(self._change(name, "activated", by, at, before, number))],
            )
        except ConditionFailed as refused:
            active = int((refused.found(0) or {}).get("active", 0))
            raise Stale("version_stale", version=active) from refused
        self._cache.pop(name, None)

    def _cached(self, name: str, now: datetime) -> tuple[datetime, Version[Model] | None] | None:
        cached = self._cache.get(name)
        recent = cached and abs((now - cached[0]).total_seconds()) < CACHE_SECONDS
        return cached if recent else None

    def _change(
        self,
        name: str,
        action: Action,
        by: str,
        at: datetime,
        before: int,
        after: int,
        restored: int | None = None,
        about: str | None = None,
    ) -> Change:
        return Change(
            at=at,
            by=by,
            area=self._table.spec.name,
            noun=self._kind,
            id=about or name,
            name=name,
            action=action,
            before=before,
            after=after,
            restored=restored,
        )

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

    def _standing(self, head: Item) -> Standing[Model]:
        active = self._active(head) if "active" in head else None
        return Standing(int(head.get("newest", 0)), active)

    def _active(self, head: Item) -> Version[Model]:
        return self._version(head | {"number": head["active"]}, head)

    def _version(self, item: Item, head: Item) -> Version[Model]:
        active = head.get("active") == item["number"]
        return Version(
            name=item["name"],
            number=item["number"],
            value=_parsed(self._model, item["body"]),
            saved_by=item["saved_by"],
            saved_at=item["saved_at"],
            active_since=head.get("active_since") if active else None,
        )

    def _key(self, name: str, number: int) -> dict[str, str]:
        return version_key(self._kind, name, number)

    def _versions(self, name: str) -> str:
        return history_of(self._kind, name)

    def _head_key(self, name: str) -> dict[str, str]:
        return {"pk": f"CONFIG#{self._kind}", "sk": name}

    def _missing(self, name: str) -> NotFound:
        return NotFound(f"{self._kind}_not_found", f"There is no {self._kind} of that name")
