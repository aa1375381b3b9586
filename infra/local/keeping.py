"""Updating resources of a stack without losing what they hold.

The emulator updates most resources by creating them again under the same name: a table would lose
its items, a pool its people, a secret its value. Here the fresh resource lends its settings to the
old one, which keeps its identity and contents.
"""

from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any, Final

from .emulator import handlers, module

Record = MutableMapping[str, Any]
Store = Callable[[Mapping[str, Any]], MutableMapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Kept:
    """A resource type whose records survive an update.

    `store` gives the records by physical id, `keeps` names the fields the old record keeps; all
    others come from the new one.
    """

    type: str
    store: Store
    keeps: tuple[str, ...]


def _of(service: str, attribute: str) -> Store:
    return lambda _props: getattr(module(f"services.{service}"), attribute)


def _in_pool(attribute: str) -> Store:
    def store(props: Mapping[str, Any]) -> MutableMapping[str, Any]:
        found: MutableMapping[str, Any] = module("services.cognito")._user_pools[
            props["UserPoolId"]
        ][attribute]
        return found

    return store


_TABLE: Final = ("TableArn", "TableId", "CreationDateTime", "items", "ItemCount", "TableSizeBytes",
                 "LatestStreamArn", "LatestStreamLabel")  # fmt: skip
_FUNCTION: Final = ("versions", "next_version", "policy", "event_invoke_config",
                    "event_invoke_configs", "aliases", "concurrency")  # fmt: skip

KEPT: Final = (
    Kept("AWS::DynamoDB::Table", _of("dynamodb", "_tables"), _TABLE),
    Kept("AWS::DynamoDB::GlobalTable", _of("dynamodb", "_tables"), _TABLE),
    Kept("AWS::SQS::Queue", _of("sqs", "_queues"), ("messages", "dedup_cache", "fifo_seq")),
    Kept("AWS::SNS::Topic", _of("sns", "_topics"), ("subscriptions", "messages")),
    Kept("AWS::SES::ConfigurationSet", _of("ses", "_configuration_sets"), ("EventDestinations",)),
    Kept("AWS::Lambda::Function", _of("lambda_svc", "_functions"), _FUNCTION),
    Kept("AWS::Logs::LogGroup", _of("cloudwatch_logs", "_log_groups"),
         ("creationTime", "streams", "subscriptionFilters")),
    Kept("AWS::SecretsManager::Secret", _of("secretsmanager", "_secrets"),
         ("ARN", "CreatedDate", "Versions")),
    Kept("AWS::Cognito::UserPool", _of("cognito", "_user_pools"),
         ("Id", "Arn", "CreationDate", "EstimatedNumberOfUsers", "Domain",
          "_clients", "_users", "_groups", "_resource_servers")),
    Kept("AWS::Cognito::UserPoolClient", _in_pool("_clients"),
         ("ClientId", "ClientSecret", "CreationDate")),
    Kept("AWS::Cognito::UserPoolGroup", _in_pool("_groups"), ("CreationDate", "_members")),
    Kept("AWS::ApiGatewayV2::Api", _of("apigateway", "_apis"),
         ("apiId", "apiEndpoint", "createdDate")),
    Kept("AWS::Events::EventBus", _of("eventbridge", "_event_buses"), ("CreationTime",)),
)  # fmt: skip

# A layer's earlier versions stay: functions of other stacks may still use them.
_NEVER_REPLACED: Final = ("AWS::Lambda::LayerVersion", "AWS::Lambda::Version")


def apply() -> None:
    """Teach the emulator to update these types in place and to delete what it replaced."""
    for kept in KEPT:
        handlers()[kept.type]["update"] = _updater(kept)
        handlers()[kept.type]["update_with_logical_id"] = True
    _delete_what_was_replaced()


def _updater(kept: Kept) -> Callable[..., tuple[str, dict[str, Any]]]:
    def update(
        physical_id: str,
        old_props: Mapping[str, Any],
        props: Mapping[str, Any],
        stack: str,
        logical_id: str,
    ) -> tuple[str, dict[str, Any]]:
        create, store = handlers()[kept.type]["create"], kept.store(props)
        if "KeySchema" in props and props["KeySchema"] != old_props.get("KeySchema"):
            raise ValueError("the keys of a table cannot change; `crm reset` starts afresh")
        # Taken out while its successor is made: some refuse a name that is in use.
        old = store.pop(physical_id, None)
        try:
            fresh_id, attributes = create(logical_id, props, stack)
        except ValueError:
            if old is not None:
                store[physical_id] = old
            raise
        if old is None:
            return fresh_id, attributes
        fresh = store.pop(fresh_id)
        fresh.update({field: old[field] for field in kept.keeps if field in old})
        store[physical_id] = fresh
        return physical_id, _own(attributes, fresh, fresh_id, physical_id)

    return update


def _own(
    attributes: Mapping[str, Any], record: Record, fresh_id: str, physical_id: str
) -> dict[str, Any]:
    """The attributes `Fn::GetAtt` sees, speaking of the kept resource instead of the fresh one."""
    same = {
        name: value.replace(fresh_id, physical_id) if isinstance(value, str) else value
        for name, value in attributes.items()
    }
    if "StreamArn" in same and record.get("LatestStreamArn"):
        same["StreamArn"] = record["LatestStreamArn"]
    if "ARN" in record:
        same["Arn"] = record["ARN"]
    return same


def _delete_what_was_replaced() -> None:
    stacks = module("services.cloudformation.stacks")
    update = stacks._update_resource

    def _update(kind: str, physical_id: str, old_props: Any, *rest: Any) -> Any:
        new_id, attributes = update(kind, physical_id, old_props, *rest)
        if new_id != physical_id and kind not in _NEVER_REPLACED and kind in handlers():
            handlers()[kind].get("delete", lambda *_: None)(physical_id, old_props)
        return new_id, attributes

    stacks._update_resource = _update
