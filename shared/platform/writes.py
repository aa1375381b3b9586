"""Sending a write: one call, retried only while nothing of it can have happened."""

import random
import time
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import uuid4

from botocore.exceptions import ClientError

from shared.kernel.errors import Busy

from .codec import decode
from .json_api import DYNAMODB
from .requests import Item, Op

TRANSACTION_LIMIT: Final = 100
_ATTEMPTS: Final = 7
_FIRST_WAIT_SECONDS: Final = 0.02

_CALLS: Final = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem"}
_CONTENDED: Final = {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}
"""Cancellation reasons of one item of a transaction that pass by themselves."""

_CONTENDED_CALLS: Final = {
    "TransactionConflictException",
    "TransactionInProgressException",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ThrottlingException",
}
"""Error codes of a whole call that pass by themselves."""


class ConditionFailed(Exception):
    """A condition of a write did not hold; nothing was written.

    `failures` maps the position of each refused operation to the item found there (`{}` when
    there was none).
    """

    def __init__(self, ops: Sequence[Op], failures: Mapping[int, Item]) -> None:
        named = [op.condition.name for i in failures if (op := ops[i]).condition]
        super().__init__(", ".join(named))
        self.failures = dict(failures)
        self.conditions = frozenset(named)

    def found(self, position: int) -> Item | None:
        """The item that refused the operation at `position`; `None` if that one would do."""
        return self.failures.get(position)


def send(requests: Sequence[Mapping[str, Any]], ops: Sequence[Op]) -> None:
    """Carry out the requests of `ops`. See `Table.write` for what it raises."""
    if not 1 <= len(requests) <= TRANSACTION_LIMIT:
        raise ValueError(f"a write takes 1 to {TRANSACTION_LIMIT} operations")
    for attempt in range(_ATTEMPTS):
        if attempt:
            wait(attempt)
        try:
            return _call(requests)
        except ClientError as error:
            failures, contended = _why(error)
            if failures:
                raise ConditionFailed(ops, failures) from error
            if not contended:
                raise
    raise Busy("contended", "This record is being changed by others, try again")


def wait(attempt: int) -> None:
    """Wait before the `attempt`-th repetition; raise `Busy` when there were enough of them."""
    if attempt >= _ATTEMPTS:
        raise Busy("throttled", "Too much at once, try again")
    # Full jitter, so that callers who collided once part ways.
    time.sleep(random.uniform(0, _FIRST_WAIT_SECONDS * 2**attempt))


def _call(requests: Sequence[Mapping[str, Any]]) -> None:
    if len(requests) == 1:
        ((kind, request),) = requests[0].items()
        if kind in _CALLS:
            DYNAMODB.call(_CALLS[kind], **request)
            return
    # By its token DynamoDB knows a transaction again whose answer was lost.
    DYNAMODB.call(
        "TransactWriteItems", TransactItems=list(requests), ClientRequestToken=str(uuid4())
    )


def _why(error: ClientError) -> tuple[dict[int, Item], bool]:
    """The refused operations, and whether contention is what stood in the way."""
    response: dict[str, Any] = dict(error.response)
    code = response["Error"]["Code"]
    if code == "ConditionalCheckFailedException":
        return {0: decode(response.get("Item", {}))}, False
    if code in _CONTENDED_CALLS:
        return {}, True
    if code != "TransactionCanceledException":
        return {}, False
    reasons = response.get("CancellationReasons", ())
    failures = {
        position: decode(reason.get("Item") or {})
        for position, reason in enumerate(reasons)
        if reason.get("Code") == "ConditionalCheckFailed"
    }
    return failures, any(reason.get("Code") in _CONTENDED for reason in reasons)
