"""Where the emulator falls short of AWS, and what we do about it. One place, one list.

Each patch has a test that shows the shortcoming in the unpatched emulator; when that test turns
red, upstream fixed it and the patch goes. `STUBS` are resource types the emulator does not know:
they are accepted and do nothing. A test compares them with the synthesized templates. Nothing in the product knows about any of this.
"""

import functools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from . import keeping, kept, mail_events, mappings, queueing, signing_in, storing, uploads
from .emulator import handlers, module

Properties = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Patch:
    """One shortcoming: what AWS does that the emulator does not, and the repair."""

    name: str
    aws_does: str
    apply: Callable[[], None]


def _preflight_is_a_route() -> None:
    # The built-in answer to preflights looks for the exact word "OPTIONS"; the lower-case word
    # slips past it to the route table, where it is written large again.
    api = module("services.apigateway")
    execute, match, invoke = (
        api._handle_execute_in_scope,
        api._match_route,
        api._invoke_lambda_proxy,
    )

    @functools.wraps(execute)
    async def _execute(api_id: str, stage: str, path: str, method: str, *rest: Any) -> Any:
        own = not (api._apis.get(api_id) or {}).get("corsConfiguration")
        said = method.lower() if method == "OPTIONS" and own else method
        return await execute(api_id, stage, path, said, *rest)

    async def _invoke(integration: Any, api_id: str, stage: str, path: str, method: str, *rest: Any,
                      **named: Any) -> Any:  # fmt: skip
        return await invoke(integration, api_id, stage, path, method.upper(), *rest, **named)

    api._handle_execute_in_scope = _execute
    api._match_route = lambda api_id, method, path: match(api_id, method.upper(), path)
    api._invoke_lambda_proxy = _invoke


def _claims_are_text() -> None:
    api = module("services.apigateway")
    validate = api._validate_jwt_authorizer

    @functools.wraps(validate)
    async def _validate(*args: Any) -> Any:
        claims, scopes, refusal = await validate(*args)
        return claims and {k: claim_text(v) for k, v in claims.items()}, scopes, refusal

    api._validate_jwt_authorizer = _validate


def claim_text(value: object) -> str:
    """A claim as an HTTP API hands it on: lists as `[a b]`, the rest as JSON would write it."""
    if isinstance(value, list):
        return f"[{' '.join(claim_text(part) for part in value)}]"
    return value if isinstance(value, str) else json.dumps(value)


def _queues_are_complete() -> None:
    queues = handlers()["AWS::SQS::Queue"]
    create, sqs = queues["create"], module("services.sqs")

    def _create(logical_id: str, props: Properties, stack: str) -> tuple[str, dict[str, Any]]:
        url, attributes = create(logical_id, props, stack)
        for key in ("RedrivePolicy", "RedriveAllowPolicy"):
            if key in props:
                sqs._queues[url]["attributes"][key] = json.dumps(props[key])
        return url, attributes

    queues["create"] = _create


def _tables_are_complete() -> None:
    dynamodb, provisioners = (
        module("services.dynamodb"),
        module("services.cloudformation.provisioners"),
    )
    create = provisioners._ddb_create

    def _create(logical_id: str, props: Properties, stack: str) -> tuple[str, dict[str, Any]]:
        name, attributes = create(logical_id, props, stack)
        if spec := props.get("TimeToLiveSpecification"):
            dynamodb._update_ttl({"TableName": name, "TimeToLiveSpecification": spec})
        return name, attributes

    provisioners._ddb_create = _create
    handlers()["AWS::DynamoDB::Table"]["create"] = _create


def _pools_mail_in_their_own_words() -> None:
    pools, cognito = handlers()["AWS::Cognito::UserPool"], module("services.cognito")
    create = pools["create"]

    def _create(logical_id: str, props: Properties, stack: str) -> tuple[str, dict[str, Any]]:
        name, attributes = create(logical_id, props, stack)
        mail = ("VerificationMessageTemplate", "EmailVerificationMessage", "EmailConfiguration")
        cognito._user_pools[name] |= {key: props[key] for key in mail if key in props}
        return name, attributes

    pools["create"] = _create


def _functions_keep_their_dead_letter_queue() -> None:
    functions, svc = handlers()["AWS::Lambda::Function"], module("services.lambda_svc")
    create = functions["create"]

    def _create(logical_id: str, props: Properties, stack: str) -> tuple[str, dict[str, Any]]:
        name, attributes = create(logical_id, props, stack)
        if target := props.get("DeadLetterConfig"):
            svc._functions[name]["config"]["DeadLetterConfig"] = target
        return name, attributes

    functions["create"] = _create


def _events_are_retried() -> None:
    bus, svc = module("services.eventbridge"), module("services.lambda_svc")

    def _dispatch(arn: str, payload: str) -> None:
        function, config, _ = svc._get_func_record_for_ref(arn)
        if function and config:
            record = svc._execution_record_for_config(function, config)
            svc.invoke_async_with_retry(record, json.loads(payload))

    bus._dispatch_to_lambda = _dispatch


def _failed_updates_can_be_repeated() -> None:
    # We deploy without rollback, because the emulator's rollback deletes what it should restore.
    actions = module("services.cloudformation.handlers")._ACTION_HANDLERS
    update, stacks = actions["UpdateStack"], module("services.cloudformation")._stacks

    def _update(params: Mapping[str, Any]) -> Any:
        name = params.get("StackName")
        stack = stacks.get(name[0] if isinstance(name, list) else name)
        if stack and stack["StackStatus"] in ("UPDATE_FAILED", "CREATE_FAILED"):
            stack["StackStatus"] = "UPDATE_ROLLBACK_COMPLETE"
        return update(params)

    actions["UpdateStack"] = _update


PATCHES: Final = (
    Patch("preflight", "routes OPTIONS like any other method", _preflight_is_a_route),
    Patch("claims", "hands JWT claims on as text, lists as [a b]", _claims_are_text),
    Patch("queues", "gives queues of a template their dead-letter queue", _queues_are_complete),
    Patch("tables", "switches on TTL of a template's tables", _tables_are_complete),
    Patch("pool mail", "mails codes in the pool's own words", _pools_mail_in_their_own_words),
    Patch(
        "dead letters",
        "keeps a function's DeadLetterConfig",
        _functions_keep_their_dead_letter_queue,
    ),
    Patch("event retries", "retries an event's function, then its DLQ", _events_are_retried),
    Patch("keeping", "updates a resource in place, keeping its data", keeping.apply),
    Patch("repeat", "lets a failed update be repeated", _failed_updates_can_be_repeated),
    Patch("queue races", "loses no message that arrives while another leaves", queueing.apply),
    Patch("mappings", "polls mappings side by side and honours failures", mappings.apply),
    Patch("app codes", "takes codes of the authenticator app only", signing_in.check_codes),
    Patch("mailed codes", "takes the code it mailed, once", signing_in.check_mailed_codes),
    Patch("uploads", "takes files by a form as its policy says only", uploads.check_policies),
    Patch("texts", "brings text messages to phones, to be read there", kept.keep_texts),
    Patch("passwords", "asks for the present password", signing_in.check_passwords),
    Patch("mail events", "tells a topic what became of a mail", mail_events.apply),
    Patch("counts", "writes to a full table as fast", storing.count_when_asked),
    Patch("saving", "loses nothing that changes while it is saved", storing.save_at_once),
    Patch("stream records", "keeps stream records over a restart", mappings.keep_stream_records),
)


def _accept(logical_id: str, _props: Properties, stack: str) -> tuple[str, dict[str, Any]]:
    """A resource that exists in name only. Its attributes are made from that name."""
    name = f"{stack}-{logical_id}"[:64]
    return name, {"Id": name, "Arn": f"arn:aws:local:::{name}", "Name": name}


def _forget(*_: Any) -> None:
    """Deleting what never was."""


_NOTHING: Final = {"create": _accept, "delete": _forget}

STUBS: Final[Mapping[str, Mapping[str, Any]]] = {
    "AWS::CloudFront::Function": _NOTHING,
    "AWS::CloudFront::OriginAccessControl": _NOTHING,
    "AWS::CloudFront::ResponseHeadersPolicy": _NOTHING,
    "AWS::Events::Archive": _NOTHING,
    "AWS::SES::ReceiptRule": _NOTHING,
    "AWS::SES::ReceiptRuleSet": _NOTHING,
}


def apply() -> None:
    """Repair the emulator of this process. Call once, before it serves."""
    for patch in PATCHES:
        patch.apply()
    handlers().update({name: dict(stub) for name, stub in STUBS.items()})
