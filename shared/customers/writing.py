"""Writing a record and all that hangs on it in one transaction, where each operation knows what
it means when it is the one that is refused."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from shared.customers.names import folded
from shared.directory.repository import directory, staff_key
from shared.kernel.errors import Conflict, CrmError, FieldError, NotFound, Rejected, Stale
from shared.platform.requests import Check, Condition, Delete, Item, Op, Put
from shared.platform.tables import Table
from shared.platform.writes import TRANSACTION_LIMIT, ConditionFailed

from .tables import CUSTOMERS

Noun = Literal["contact", "account"]

EMPLOYED: Final = Condition(
    "owner_employed",
    "attribute_exists(#pk) AND #disabled = :no",
    "somebody who works here looks after a contact or account",
    {"no": False},
)

customers = Table(CUSTOMERS)


@dataclass(frozen=True, slots=True)
class Part:
    """One operation of a write, and what it means when the item found there refuses it."""

    op: Op
    refused: Callable[[Item], CrmError]


def write(parts: Sequence[Part], *, owner: str | None = None) -> None:
    """Do all of `parts` or none, as long as `owner` (if given) works here. One call.

    Raises what the first refused part means, and `Rejected` for more than a transaction takes.
    """
    fits(len(parts) + 1)
    try:
        customers.write(*(one.op for one in parts), beside=owner_check(owner))
    except ConditionFailed as failed:
        raise reason(parts, failed.failures) from failed


def fits(operations: int) -> None:
    """Raise `Rejected` for more operations than a transaction takes."""
    if operations > TRANSACTION_LIMIT:
        raise Rejected("too_many_changes", "Change fewer addresses, accounts or tags at once")


def owner_check(owner: str | None) -> list[tuple[Table, Op]]:
    """What has to hold beside a write that makes `owner` look after something."""
    return [(directory, Check(staff_key(owner), EMPLOYED))] if owner else []


def reason(parts: Sequence[Part], failures: Mapping[int, Item]) -> CrmError:
    """What it means that operations of a write were refused, of which `parts` came first."""
    for position, found in sorted(failures.items()):
        if position < len(parts):
            return parts[position].refused(found)
    return unacceptable("owner_id", "staff_not_found", "No such person works here")


def stale(noun: Noun) -> Callable[[Item], CrmError]:
    """What a refused record means: somebody changed it, or it is not there."""

    def refused(found: Item) -> CrmError:
        if "version" not in found:
            return NotFound(f"{noun}_not_found", f"There is no such {noun}")
        return Stale("version_stale", version=found["version"])

    return refused


def taken(noun: Noun, code: str, path: str) -> Callable[[Item], CrmError]:
    """What a refused claim means: the value at `path` is another record's, which is named."""

    def refused(found: Item) -> CrmError:
        wrong = FieldError(path, code, f"Another {noun} has this")
        owner = {f"{noun}_id": found.get(f"{noun}_id")}
        return Conflict(code, f"This belongs to another {noun}", [wrong], **owner)

    return refused


def missing(path: str, code: str, message: str) -> Callable[[Item], CrmError]:
    """What it means that something named at `path` is not there."""
    return lambda _: unacceptable(path, code, message)


def unacceptable(field: str, code: str, message: str) -> Rejected:
    """One value is not acceptable."""
    return Rejected("validation_failed", fields=[FieldError(field, code, message)])


def tag_partition(noun: Noun, tag: str) -> str:
    """The key under which everything of a noun is listed that has a tag."""
    return f"TAG#{noun.upper()}#{folded(tag)}"


def tag_parts(
    noun: Noun, record_id: str, before: Iterable[str], after: Iterable[str]
) -> Iterator[Part]:
    """What makes a record's tags be found, from what they were to what they are."""
    old, new = ({folded(one) for one in tags} for tags in (before, after))
    for tag in sorted(new - old):
        yield Part(Put({"pk": tag_partition(noun, tag), "sk": record_id}), stale(noun))
    for tag in sorted(old - new):
        yield Part(Delete({"pk": tag_partition(noun, tag), "sk": record_id}), stale(noun))
