"""Doing an operation as its trigger does, trying again as the trigger tries again."""

from typing import Any, Final

from tests.calls import invoke
from tests.cloud import forget
from tests.operations.operation import Operation, Payload
from tests.pump import Killed

TRIES: Final = 5


def carry_out(operation: Operation, payload: Payload) -> Any:
    """Do it until its trigger is content; the last answer.

    A client sends the same request again after a server error or none; a queue and a stream
    deliver again what failed; an event and a schedule come again when the invocation failed.
    """
    left = payload
    for _ in range(TRIES):
        try:
            answer = invoke(operation.function, left)
        except Killed:
            forget()
            continue
        except Exception:
            continue
        again = _to_repeat(left, answer)
        if again is None:
            return answer
        left = again
    raise AssertionError(f"{operation} does not come through")


def _to_repeat(payload: Payload, answer: Any) -> Payload | None:
    if "requestContext" in payload:
        return payload if answer["statusCode"] >= 500 else None
    if "Records" not in payload:
        return None
    records = payload["Records"]
    failed = {one["itemIdentifier"] for one in (answer or {}).get("batchItemFailures", ())}
    if not failed:
        return None
    if "dynamodb" in records[0]:
        numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
        return {"Records": records[min(map(numbers.index, failed)) :]}
    return {"Records": [record for record in records if record["messageId"] in failed]}
