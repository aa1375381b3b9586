"""What each function really asks of AWS, recorded while the tests call it.

`recording(function)` is wrapped around every invocation (`tests.calls.invoke`). Each AWS call is
noted as IAM sees it (a transaction as its parts), on the setting whose value names the resource;
so is each setting the function needs and each event it stores. `tests/infra/test_permissions.py`
compares all that with the synthesized policies.
"""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from botocore.signers import RequestSigner, S3PostPresigner

from shared.platform import keys
from shared.platform.settings import PREFIX, Settings
from tests.aws_calls import Make, asked, is_aside

ROOT: Final = Path(__file__).resolve().parents[1]
RECORDINGS: Final = ROOT / ".crm" / "recorded-calls"

_IN_TRANSACTION: Final = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
    "Get": "GetItem",
}
_IAM_NAMES: Final = {
    "SendMessageBatch": "SendMessage",
    "DeleteMessageBatch": "DeleteMessage",
    "ChangeMessageVisibilityBatch": "ChangeMessageVisibility",
    "ListObjectsV2": "ListBucket",
    "CreateMultipartUpload": "PutObject",
    "UploadPart": "PutObject",
    "CompleteMultipartUpload": "PutObject",
    "Invoke": "InvokeFunction",
}
_SERVICES: Final = {"sesv2": "ses"}
_SETTINGS: Final = {
    "dynamodb": "_table",
    "sqs": "_queue_url",
    "events": "bus_name",
    "s3": "_bucket",
    "secretsmanager": "secret_id",
    "ses": "mail_",
    "cognito-idp": "_pool_id",
}
"""What the names of settings look like that hold names of a service's resources."""

_current: ContextVar[str | None] = ContextVar("function", default=None)
_written: set[str] = set()
_watching: Final = ExitStack()
_previous: str | None = None


class Call(NamedTuple):
    """An IAM action on the resource a setting names; `part` is an index or the key's prefix."""

    function: str
    action: str
    setting: str
    part: str = ""


@contextmanager
def recording(function: str) -> Iterator[None]:
    """Note what is asked of AWS meanwhile as asked by `function`."""
    global _previous
    watch()
    if function != _previous:
        # Another function is another process: it has to read the secret for itself.
        keys._secret.cache_clear()
        keys.key.cache_clear()
        _previous = function
    token = _current.set(function)
    try:
        yield
    finally:
        _current.reset(token)


def invoking() -> bool:
    """Whether a function is being invoked right now."""
    return _current.get() is not None


def calls_of(service: str, operation: str, asked: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """(action, value that names the resource, part) of one AWS call, as IAM checks them."""
    match service, operation:
        case "dynamodb", "TransactWriteItems" | "TransactGetItems":
            for item in asked["TransactItems"]:
                for kind, one in item.items():
                    yield f"dynamodb:{_IN_TRANSACTION[kind]}", one["TableName"], ""
        case "dynamodb", "BatchGetItem" | "BatchWriteItem":
            for table in asked["RequestItems"]:
                yield f"dynamodb:{operation}", table, ""
        case "dynamodb", _:
            yield f"dynamodb:{operation}", asked["TableName"], asked.get("IndexName", "")
        case "sqs", _:
            yield f"sqs:{_IAM_NAMES.get(operation, operation)}", asked["QueueUrl"], ""
        case "events", "PutEvents":
            for entry in asked["Entries"]:
                yield "events:PutEvents", entry["EventBusName"], ""
        case "s3", "CopyObject":
            source = asked["CopySource"]
            key = source["Key"] if isinstance(source, Mapping) else source.partition("/")[2]
            yield "s3:GetObject", asked["Bucket"], key.partition("/")[0]
            yield "s3:PutObject", asked["Bucket"], asked["Key"].partition("/")[0]
        case "s3", _:
            yield (
                f"s3:{_IAM_NAMES.get(operation, operation)}",
                asked["Bucket"],
                asked.get("Key", "").partition("/")[0],
            )
        case "lambda", _:
            yield f"lambda:{_IAM_NAMES.get(operation, operation)}", asked["FunctionName"], ""
        case "secretsmanager", _:
            yield f"secretsmanager:{operation}", asked["SecretId"], ""
        case "sesv2", "SendEmail":
            yield "ses:SendEmail", asked["FromEmailAddress"], ""
            if "ConfigurationSetName" in asked:
                yield "ses:SendEmail", asked["ConfigurationSetName"], ""
        case "sns", "Publish" if "PhoneNumber" in asked:
            yield "sns:Publish", "", ""
        case "cognito-idp", _ if "UserPoolId" not in asked:
            return  # anybody may ask: a token or a code in the request is the permission
        case "cognito-idp", _:
            yield f"cognito-idp:{operation}", asked["UserPoolId"], ""
        case _:
            yield f"{_SERVICES.get(service, service)}:{operation}", "", ""


def events_in(asked: Any) -> Iterator[str]:
    """Types of the events carried by the items of a DynamoDB call (see `platform.outbox`)."""
    if isinstance(asked, Mapping):
        carried = asked.get("M")
        if isinstance(carried, Mapping) and {"id", "source", "type", "detail"} == set(carried):
            yield carried["type"]["S"]
        else:
            for value in asked.values():
                yield from events_in(value)
    elif isinstance(asked, list | tuple):
        for value in asked:
            yield from events_in(value)


def recorded() -> dict[str, set[Any]]:
    """Everything recorded for the code as it is now: `calls`, `settings`, `events`."""
    found: dict[str, set[Any]] = {"calls": set(), "settings": set(), "events": set()}
    for file in sorted(_folder().glob("*.jsonl")):
        for line in file.read_text().splitlines():
            kind, *facts = json.loads(line)
            found[kind].add(Call(*facts) if kind == "calls" else tuple(facts))
    return found


@lru_cache(maxsize=1)
def _folder() -> Path:
    """Recordings belong to the code and the tests that made them: any change starts afresh."""
    digest = hashlib.sha256()
    for part in ("shared", "functions", "tests"):
        for path in sorted((ROOT / part).rglob("*.py")):
            if (ROOT / "tests" / "infra") not in path.parents:
                digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return RECORDINGS / digest.hexdigest()[:16]


def _note(kind: str, *facts: str) -> None:
    line = json.dumps([kind, *facts])
    if line in _written:
        return
    _written.add(line)
    _folder().mkdir(parents=True, exist_ok=True)
    with (_folder() / f"{os.getpid()}.jsonl").open("a") as file:
        file.write(line + "\n")


def _note_signed(action: str, address: str) -> None:
    """An address that is handed out works only as long as whoever signed it may do the same."""
    if function := _current.get():
        url = urlsplit(address)
        bucket, key = url.netloc.partition(".")[0], url.path.lstrip("/")
        _note("calls", function, action, _setting_of(action, bucket), key.partition("/")[0])


_found: Final[dict[tuple[str, str], str]] = {}
"""The variable in which a value was last found: there are many, and most calls are alike."""


def _setting_of(action: str, value: str) -> str:
    look = _SETTINGS.get(action.partition(":")[0], "")
    if value and os.environ.get(_found.get((look, value), "")) == value:
        return _found[look, value].removeprefix(PREFIX).lower()
    for variable, given in os.environ.items():
        name = variable.removeprefix(PREFIX).lower()
        if value and given == value and variable.startswith(PREFIX) and look in name:
            _found[look, value] = variable
            return name
    return value


@lru_cache(maxsize=1)
def watch() -> None:
    """Begin to look at what is asked, for the rest of the process. Before anything else looks: what
    is put around calls within something else ends with it."""
    need = Settings.need

    def noted_call(service: str, operation: str, parameters: Mapping[str, Any], make: Make) -> Any:
        global _previous
        function = _current.get()
        if function is None and service == "secretsmanager":
            _previous = None  # what a test read itself, no function may profit from
        if function and not is_aside():
            for action, resource, part in calls_of(service, operation, parameters):
                _note("calls", function, action, _setting_of(action, resource), part)
            if service == "dynamodb":
                for event in events_in(parameters):
                    _note("events", function, event)
        return make(operation, parameters)

    def noted_need(self: Settings, field: str) -> str:
        if function := _current.get():
            _note("settings", function, field)
        return need(self, field)

    get, post = RequestSigner.generate_presigned_url, S3PostPresigner.generate_presigned_post

    def noted_get(self: Any, **how: Any) -> Any:
        _note_signed(f"s3:{how['operation_name']}", how["request_dict"]["url"])
        return get(self, **how)

    def noted_post(self: Any, **how: Any) -> Any:
        _note_signed("s3:PutObject", f"{how['request_dict']['url']}{how['fields']['key']}")
        return post(self, **how)

    RequestSigner.generate_presigned_url = noted_get  # type: ignore[method-assign]
    S3PostPresigner.generate_presigned_post = noted_post  # type: ignore[method-assign]
    _watching.enter_context(asked(noted_call))
    Settings.need = noted_need  # type: ignore[method-assign]
