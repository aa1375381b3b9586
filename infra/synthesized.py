"""The synthesized templates as one picture: which function is triggered by what and may do what.

Read by the catalogue and by the guardrail tests; it looks at what would be deployed, not at the
code that makes it.
"""

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from aws_cdk import Validations
from cdk_nag import AwsSolutionsChecks

from infra.app import build, make_app

FUNCTION: Final = "AWS::Lambda::Function"
TABLE: Final = "AWS::DynamoDB::GlobalTable"
RULE: Final = "AWS::Events::Rule"
QUEUE: Final = "AWS::SQS::Queue"
MAPPING: Final = "AWS::Lambda::EventSourceMapping"
ROUTE: Final = "AWS::ApiGatewayV2::Route"
INTEGRATION: Final = "AWS::ApiGatewayV2::Integration"
POOL: Final = "AWS::Cognito::UserPool"


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource of a template. `address` is `<stack>/<logical id>`."""

    address: str
    type: str
    properties: Mapping[str, Any]
    metadata: Mapping[str, Any]

    @property
    def stack(self) -> str:
        """The stack it belongs to."""
        return self.address.partition("/")[0]


class Synthesized:
    """The templates of all stacks, with references followed across them."""

    def __init__(self, templates: Mapping[str, Mapping[str, Any]]) -> None:
        self.templates = templates
        self.resources = [
            Resource(
                f"{stack}/{name}",
                body["Type"],
                body.get("Properties", {}),
                body.get("Metadata", {}),
            )
            for stack, template in templates.items()
            for name, body in template["Resources"].items()
        ]

    def of_type(self, *types: str) -> list[Resource]:
        """The resources of these types."""
        return [resource for resource in self.resources if resource.type in types]

    def at(self, address: str) -> Resource:
        """The resource at an address. Raises `KeyError` when there is none."""
        return self._by_address[address]

    def follow(self, stack: str, value: Any) -> str:
        """What an expression in `stack` points at: an address where it names a resource (its
        name and ARN alike), `<address>.<attribute>` for other attributes, else its text."""
        match value:
            case str():
                return value
            case {"Ref": str(name)}:
                return f"<{name}>" if name.startswith("AWS::") else f"{stack}/{name}"
            case {"Fn::GetAtt": [name, "Arn"]}:
                return f"{stack}/{name}"
            case {"Fn::GetAtt": [name, attribute]}:
                return f"{stack}/{name}.{attribute}"
            case {"Fn::ImportValue": name}:
                return self.follow(*self._exports[name])
            case {"Fn::Join": [separator, parts]}:
                return str(separator).join(self.follow(stack, part) for part in parts)
            case _:
                return json.dumps(value, sort_keys=True)

    @cached_property
    def _by_address(self) -> dict[str, Resource]:
        return {resource.address: resource for resource in self.resources}

    @cached_property
    def _exports(self) -> dict[str, tuple[str, Any]]:
        return {
            output["Export"]["Name"]: (stack, output["Value"])
            for stack, template in self.templates.items()
            for output in template.get("Outputs", {}).values()
            if "Export" in output
        }


def synthesize(*, nag: bool = False, **context: str) -> Synthesized:
    """Synthesize in a folder of its own (about ten seconds). With `nag` a finding that is not
    acknowledged raises `RuntimeError`, as it does before a deployment."""
    with tempfile.TemporaryDirectory() as folder:
        app = make_app(folder, **context)
        build(app)
        if nag:
            Validations.of(app).add_plugins(AwsSolutionsChecks(app))
        app.synth()
        return read(Path(folder))


def read(folder: Path) -> Synthesized:
    """The templates in a cloud assembly's folder."""
    suffix = ".template.json"
    return Synthesized(
        {
            path.name.removesuffix(suffix): json.loads(path.read_text())
            for path in sorted(folder.glob(f"*{suffix}"))
        }
    )


@dataclass(frozen=True, slots=True)
class Grant:
    """One action a role allows on one resource, as `Synthesized.follow` writes it."""

    action: str
    resource: str


def _is_below(route: str, whole: str) -> bool:
    """Whether a route is among those the gateway knows as `ANY …/{proxy+}`."""
    address = whole.removeprefix("ANY ").removesuffix("{proxy+}")
    return route.partition(" ")[2].startswith(address)


class Deployed:
    """One deployed function and all that surrounds it."""

    def __init__(self, of: Synthesized, resource: Resource) -> None:
        self.of = of
        self.resource = resource
        self.name: str = resource.metadata["crm"]["function"]
        self.emits: Sequence[str] = resource.metadata["crm"]["emits"]
        self.gathered: Sequence[str] = resource.metadata["crm"].get("routes", ())
        self.description: str = resource.properties["Description"]

    @property
    def environment(self) -> dict[str, str]:
        """Its environment variables, references followed."""
        variables = self.resource.properties["Environment"]["Variables"]
        return {name: self._follow(value) for name, value in variables.items()}

    @property
    def routes(self) -> list[str]:
        """The route keys it answers; of what the gateway sends it as a whole, those it knows."""
        mine = {
            f"integrations/{one.address}"
            for one in self.of.of_type(INTEGRATION)
            if self._is_me(one.stack, one.properties["IntegrationUri"])
        }
        own = [
            one.properties["RouteKey"]
            for one in self.of.of_type(ROUTE)
            if self.of.follow(one.stack, one.properties["Target"]) in mine
        ]
        whole = {
            one
            for one in own
            if one.startswith("ANY ") and any(_is_below(route, one) for route in self.gathered)
        }
        return [*(one for one in own if one not in whole), *self.gathered]

    @property
    def mappings(self) -> list[Resource]:
        """The mappings of queues and streams to it."""
        return [
            one
            for one in self.of.of_type(MAPPING)
            if self._is_me(one.stack, one.properties["FunctionName"])
        ]

    @property
    def queues(self) -> list[Resource]:
        """The queues it reads."""
        return [one for one in self._sources if one.type == QUEUE]

    @property
    def streams(self) -> list[Resource]:
        """The tables whose streams it reads."""
        return [one for one in self._sources if one.type == TABLE]

    @property
    def rules(self) -> list[Resource]:
        """The rules whose events or ticks reach it, directly or through its queues."""
        targets = {self.resource.address, *(queue.address for queue in self.queues)}
        return [
            rule
            for rule in self.of.of_type(RULE)
            if any(
                self.of.follow(rule.stack, target["Arn"]) in targets
                for target in rule.properties["Targets"]
            )
        ]

    @property
    def hears(self) -> list[str]:
        """The types of our own events that reach it."""
        return sorted(
            {
                name
                for pattern in self._patterns
                if "aws.s3" not in pattern.get("source", ())
                for name in pattern.get("detail-type", ())
            }
        )

    @property
    def arrivals(self) -> list[str]:
        """The prefixes of files whose arrival it hears of."""
        return [
            str(key["prefix"])
            for pattern in self._patterns
            if "aws.s3" in pattern.get("source", ())
            for key in pattern["detail"]["object"]["key"]
        ]

    @property
    def schedules(self) -> list[str]:
        """The schedules that call it."""
        given = [rule.properties.get("ScheduleExpression") for rule in self.rules]
        return [expression for expression in given if expression]

    @property
    def pool_triggers(self) -> list[tuple[str, Resource]]:
        """What it is asked by sign-in pools: the trigger and the pool."""
        return [
            (trigger, pool)
            for pool in self.of.of_type(POOL)
            for trigger, value in pool.properties.get("LambdaConfig", {}).items()
            if self._is_me(pool.stack, value)
        ]

    @property
    def grants(self) -> set[Grant]:
        """Everything its role allows."""
        role = self.of.at(self._follow(self.resource.properties["Role"]))
        return {
            Grant(action, self.of.follow(role.stack, resource))
            for policy in role.properties["Policies"]
            for statement in policy["PolicyDocument"]["Statement"]
            for action in _many(statement["Action"])
            for resource in _many(statement["Resource"])
        }

    @property
    def _patterns(self) -> list[Mapping[str, Any]]:
        return [rule.properties.get("EventPattern", {}) for rule in self.rules]

    @property
    def _sources(self) -> Iterator[Resource]:
        for mapping in self.mappings:
            source = self.of.follow(mapping.stack, mapping.properties["EventSourceArn"])
            yield self.of.at(source.removesuffix(".StreamArn"))

    def _is_me(self, stack: str, value: Any) -> bool:
        return self.of.follow(stack, value) == self.resource.address

    def _follow(self, value: Any) -> str:
        return self.of.follow(self.resource.stack, value)


def functions(of: Synthesized) -> list[Deployed]:
    """The functions of the product, in the order they are deployed."""
    return [Deployed(of, one) for one in of.of_type(FUNCTION) if "crm" in one.metadata]


def _many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
