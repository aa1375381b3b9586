"""What failed for good: looking at it, and sending it back to where it failed.

Dead-letter queues are known by their names: what failed of `scoring` is in `scoring-dlq`, of
`lead-assign.fifo` in `lead-assign-dlq.fifo`. What a rule could not deliver says itself where it
was to go, and anything else was the call of a function of that name.
"""

import json
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

PER_CALL: Final = 10
FIFO: Final = ".fifo"
_DEAD: Final = "-dlq"
_NO_GROUP: Final = "redriven"

_SHOWN: Final = ("pk", "sk", "due", "table", "shard", "month", "cycle", "attempt", "version")
_PLAIN: Final = re.compile(r"[A-Za-z0-9_.:#-]{1,100}")
"""What an id looks like: no name, address or sentence passes."""


@dataclass(frozen=True, slots=True)
class Queues:
    """The queues of one stage: `nouns` as in `lead-assign.fifo`, which with `url_prefix` in front
    is a queue's address, and with `function_prefix` a function's name. `client` makes clients."""

    client: Callable[[str], Any]
    url_prefix: str
    function_prefix: str
    nouns: Collection[str]

    def url(self, noun: str) -> str:
        """The address of a queue."""
        return self.url_prefix + noun

    @property
    def dead_letters(self) -> list[str]:
        """Those that hold what failed."""
        return sorted(noun for noun in self.nouns if is_dead_letter(noun))


@dataclass(frozen=True, slots=True)
class FailedMessage:
    """A failed message without anything personal: its type (an event's name), the ids it is
    about, how often it was tried, and the error's name where it is known."""

    message_id: str
    sent_at: datetime
    received: int
    type: str | None
    error: str | None
    ids: Mapping[str, str | int] = field(default_factory=dict)


def is_dead_letter(noun: str) -> bool:
    """Whether a queue holds what failed."""
    return noun.removesuffix(FIFO).endswith(_DEAD)


def dead_letters_of(noun: str) -> str:
    """The queue for what failed of a queue or function."""
    return f"{noun.removesuffix(FIFO)}{_DEAD}{FIFO if noun.endswith(FIFO) else ''}"


def source_of(dead: str) -> str:
    """The queue or function whose failures `dead` holds."""
    return dead.removesuffix(FIFO).removesuffix(_DEAD) + (FIFO if dead.endswith(FIFO) else "")


def look(queues: Queues, dead: str) -> list[FailedMessage]:
    """Up to ten of the messages in `dead`, oldest first; they stay there. One call."""
    return sorted(map(_shown, _receive(queues, dead, hide=0)), key=lambda one: one.sent_at)


def redrive(queues: Queues, dead: str, *, at_most: int) -> int:
    """Send up to `at_most` messages of `dead` back to where they failed; returns how many.

    Three calls per ten. A message is deleted here only after it was taken there: what is sent
    twice because this was interrupted does no harm to consumers that see things at least once.
    """
    done = 0
    while done < at_most and (messages := _receive(queues, dead, hide=None)):
        source = source_of(dead)
        if source in queues.nouns:
            _send(queues, queues.url(source), messages)
        else:
            for message in messages:
                _send_where_it_says(queues, source, message)
        entries = [
            {"Id": str(number), "ReceiptHandle": message["ReceiptHandle"]}
            for number, message in enumerate(messages)
        ]
        queues.client("sqs").delete_message_batch(QueueUrl=queues.url(dead), Entries=entries)
        done += len(messages)
    return done


def _receive(queues: Queues, dead: str, *, hide: int | None) -> list[dict[str, Any]]:
    request: dict[str, Any] = {
        "QueueUrl": queues.url(dead),
        "MaxNumberOfMessages": PER_CALL,
        # Asks all of SQS's servers: a short poll may miss what is there.
        "WaitTimeSeconds": 1,
        "MessageSystemAttributeNames": ["All"],
        "MessageAttributeNames": ["All"],
    }
    if hide is not None:
        request["VisibilityTimeout"] = hide
    found: list[dict[str, Any]] = (
        queues.client("sqs").receive_message(**request).get("Messages", [])
    )
    return found


def _send(queues: Queues, url: str, messages: Sequence[Mapping[str, Any]]) -> None:
    entries: list[dict[str, Any]] = []
    for number, message in enumerate(messages):
        entry = {"Id": str(number), "MessageBody": message["Body"]}
        if url.endswith(FIFO):
            entry["MessageGroupId"] = message["Attributes"].get("MessageGroupId") or _NO_GROUP
            # Not the first id, which may still be within its five minutes.
            entry["MessageDeduplicationId"] = message["MessageId"]
        entries.append(entry)
    answer = queues.client("sqs").send_message_batch(QueueUrl=url, Entries=entries)
    if refused := answer.get("Failed"):
        raise NotSentBack(f"{len(refused)} messages were not taken")


class NotSentBack(Exception):
    """Some messages were not taken back; all are still where they were."""


def _send_where_it_says(queues: Queues, function: str, message: Mapping[str, Any]) -> None:
    told = message.get("MessageAttributes", {}).get("TARGET_ARN", {}).get("StringValue", "")
    if ":sqs:" in told:
        name = told.rpartition(":")[2]
        _send(queues, queues.url_prefix.rpartition("/")[0] + "/" + name, [message])
        return
    body = json.loads(message["Body"])
    # A destination wraps the event, a dead-letter queue holds it bare.
    event = body.get("requestPayload", body)
    queues.client("lambda").invoke(
        FunctionName=told or queues.function_prefix + function,
        InvocationType="Event",
        Payload=json.dumps(event).encode(),
    )


def _shown(message: Mapping[str, Any]) -> FailedMessage:
    attributes, told = message["Attributes"], message.get("MessageAttributes", {})
    body = _body(message["Body"])
    detail = body.get("detail") if isinstance(body.get("detail"), dict) else body
    codes = (told.get(name, {}).get("StringValue") for name in ("ERROR_CODE", "ErrorMessage"))
    error = next(filter(None, codes), None)
    return FailedMessage(
        message_id=message["MessageId"],
        sent_at=datetime.fromtimestamp(int(attributes["SentTimestamp"]) / 1000, UTC),
        received=int(attributes.get("ApproximateReceiveCount", 0)),
        type=_plain(body.get("detail-type")),
        error=_plain(error),
        ids={
            name: value
            for name, value in (detail or {}).items()
            if (name.endswith("_id") or name in _SHOWN) and _plain(str(value))
        },
    )


def _body(text: str) -> dict[str, Any]:
    try:
        body = json.loads(text)
    except ValueError:
        return {}
    if not isinstance(body, dict):
        return {}
    inner = body.get("requestPayload", body)
    return inner if isinstance(inner, dict) else {}


def _plain(value: Any) -> str | None:
    """`value` if it looks like an id or the name of something."""
    if not isinstance(value, str):
        return None
    text = value.replace(" ", "_")
    return text if _PLAIN.fullmatch(text) else None
