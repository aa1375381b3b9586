"""DynamoDB the way this product uses it: conditional writes, named conditions, one call a save.

An item is a plain `dict`; numbers come back as `int` where whole, else `Decimal`. The repository
module of each noun knows keys and shapes; this one knows only how to talk to the table.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from .codec import decode, encode
from .json_api import DYNAMODB
from .requests import Item, Key, Op, requests_for
from .settings import settings
from .writes import send, wait

__all__ = ["IndexSpec", "Item", "Key", "Page", "Table", "TableSpec"]

BATCH_GET_LIMIT: Final = 100


@dataclass(frozen=True, slots=True)
class IndexSpec:
    """A global secondary index. `include` is what it projects besides keys, never `_events`."""

    name: str
    pk: str
    sk: str
    include: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TableSpec:
    """One area's table: CDK deploys it and the tests create it from this.

    Keys are the strings `pk` and `sk`; on demand; point-in-time recovery; a stream of new and
    old images; items with `expires_at` (epoch seconds) go some time after it. `timers` says
    that items may carry a deadline (index `by_timer`, see `platform.timers`).
    """

    name: str
    indexes: tuple[IndexSpec, ...] = ()
    timers: bool = False
    ttl: str = "expires_at"

    @property
    def setting(self) -> str:
        """The `Settings` field that holds the deployed table's name."""
        return f"{self.name}_table"


@dataclass(frozen=True, slots=True)
class Page:
    """Some items of a query and where it continues (`None`: nowhere)."""

    items: list[Item] = field(default_factory=list)
    after: Item | None = None


class Table:
    """The deployed table of a `TableSpec`."""

    def __init__(self, spec: TableSpec) -> None:
        self.spec = spec

    @property
    def name(self) -> str:
        """The deployed name, from the settings."""
        return settings().need(self.spec.setting)

    def get(self, key: Key, *, consistent: bool = True) -> Item | None:
        """The item at `key`, or `None`. One read."""
        answer = DYNAMODB.call(
            "GetItem", TableName=self.name, Key=encode(key), ConsistentRead=consistent
        )
        return decode(answer["Item"]) if "Item" in answer else None

    def get_many(self, keys: Iterable[Key], *, consistent: bool = True) -> list[Item]:
        """The items that exist among `keys`, in no order. One call per hundred keys.

        Raises `Busy` when the table stays throttled.
        """
        wanted = [encode(key) for key in keys]
        found: list[Item] = []
        refused = 0
        while wanted:
            chunk, wanted = wanted[:BATCH_GET_LIMIT], wanted[BATCH_GET_LIMIT:]
            asked = {self.name: {"Keys": chunk, "ConsistentRead": consistent}}
            answer = DYNAMODB.call("BatchGetItem", RequestItems=asked)
            found += [decode(item) for item in answer["Responses"].get(self.name, ())]
            left = answer.get("UnprocessedKeys", {}).get(self.name, {}).get("Keys", [])
            wanted += left
            refused = refused + 1 if len(left) == len(chunk) else 0
            if refused:
                wait(refused)
        return found

    def query(
        self,
        pk: str,
        *,
        index: str | None = None,
        begins: str | None = None,
        between: tuple[str, str] | None = None,
        before: str | None = None,
        beyond: str | None = None,
        limit: int | None = None,
        forward: bool = True,
        after: Mapping[str, Any] | None = None,
        consistent: bool = False,
    ) -> Page:
        """Items of one partition in sort-key order; one call, at most 1 MB.

        At most one of `begins` (prefix), `between` (inclusive), `before` (<) and `beyond` (>)
        restricts the sort key. `after` is the `Page.after` of the page before.
        """
        pk_name, sk_name = self._key_names(index)
        values: Item = {":pk": pk}
        condition = "#pk = :pk"
        if begins is not None:
            condition, values[":a"] = f"{condition} AND begins_with(#sk, :a)", begins
        elif between is not None:
            condition = f"{condition} AND #sk BETWEEN :a AND :b"
            values[":a"], values[":b"] = between
        elif before is not None:
            condition, values[":a"] = f"{condition} AND #sk < :a", before
        elif beyond is not None:
            condition, values[":a"] = f"{condition} AND #sk > :a", beyond
        names = {"#pk": pk_name} | ({"#sk": sk_name} if ":a" in values else {})
        request: dict[str, Any] = {
            "TableName": self.name,
            "KeyConditionExpression": condition,
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": encode(values),
            "ScanIndexForward": forward,
            "ConsistentRead": consistent,
        }
        if index:
            request["IndexName"] = index
        if limit:
            request["Limit"] = limit
        if after:
            request["ExclusiveStartKey"] = encode(after)
        answer = DYNAMODB.call("Query", **request)
        rest = answer.get("LastEvaluatedKey")
        return Page([decode(item) for item in answer["Items"]], decode(rest) if rest else None)

    def query_all(self, pk: str, **how: Any) -> list[Item]:
        """Every item of one partition that `query(pk, **how)` would page through."""
        items: list[Item] = []
        page = Page()
        while True:
            page = self.query(pk, after=page.after, **how)
            items += page.items
            if page.after is None:
                return items

    def scan(
        self,
        part: int,
        parts: int,
        *,
        sk: str,
        limit: int,
        after: Mapping[str, Any] | None = None,
    ) -> Page:
        """Items with the sort key `sk` in one of `parts` parts of the whole table, among the next
        `limit` items there are: for work in the background that is about everything, never for a
        request. Each part may be read at the same time as the others. One strong read, whose cost
        is that of all items looked at."""
        request: dict[str, Any] = {
            "TableName": self.name,
            "Segment": part,
            "TotalSegments": parts,
            "Limit": limit,
            "FilterExpression": "#sk = :sk",
            "ExpressionAttributeNames": {"#sk": "sk"},
            "ExpressionAttributeValues": encode({":sk": sk}),
            "ConsistentRead": True,
        }
        if after:
            request["ExclusiveStartKey"] = encode(after)
        answer = DYNAMODB.call("Scan", **request)
        rest = answer.get("LastEvaluatedKey")
        return Page([decode(item) for item in answer["Items"]], decode(rest) if rest else None)

    def write(self, *ops: Op, beside: Sequence[tuple["Table", Op]] = ()) -> None:
        """Do all of `ops` or none, in one call: a single one as itself, several (≤ 100) as one
        transaction. `beside` are further operations, each on a table of its own.

        Raises `ConditionFailed` when a condition does not hold and `Busy` when the table stays
        contended or throttled; nothing was written then.
        """
        requests = requests_for(self.name, ops)
        for table, op in beside:
            requests += requests_for(table.name, [op])
        send(requests, [*ops, *(op for _, op in beside)])

    def _key_names(self, index: str | None) -> tuple[str, str]:
        if index is None:
            return "pk", "sk"
        specs: Sequence[IndexSpec] = [spec for spec in self.spec.indexes if spec.name == index]
        return specs[0].pk, specs[0].sk


def get_across(*wanted: tuple[Table, Key]) -> list[Item | None]:
    """The items at keys of several tables, in the order asked, `None` where there is none. One
    strong read for up to a hundred. A key may be asked for twice, which DynamoDB refuses.

    Raises `Busy` when a table stays throttled.
    """
    asked: dict[str, dict[str, Any]] = {}
    places = {(table.name, key["pk"], key["sk"]): key for table, key in wanted}
    for (name, _, _), key in places.items():
        request = asked.setdefault(name, {"Keys": [], "ConsistentRead": True})
        request["Keys"].append(encode(key))
    found: dict[tuple[str, str, str], Item] = {}
    refused = 0
    while asked:
        answer = DYNAMODB.call("BatchGetItem", RequestItems=asked)
        for name, items in answer["Responses"].items():
            found |= {(name, item["pk"], item["sk"]): item for item in map(decode, items)}
        asked = answer.get("UnprocessedKeys", {})
        if asked:
            refused += 1
            wait(refused)
    return [found.get((table.name, key["pk"], key["sk"])) for table, key in wanted]
