"""The HTTP API: every route is signed in to, unless it says that it is public and how often."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from aws_cdk import CfnResource, Stack
from aws_cdk import aws_apigatewayv2 as gateway
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk.aws_cognito import IUserPool, IUserPoolClient
from constructs import Construct

from .nag import acknowledge

STAFF_RATE: Final = 100
STAFF_BURST: Final = 200
"""Requests per second of each route that is not public, over all callers."""

Who = Literal["staff", "customers"]
"""Whose token a route needs."""

PAGE_RATE: Final = 50
PAGE_BURST: Final = 100
"""Requests per second of each group of pages, over all visitors."""

ACCESS_LOG_FORMAT: Final = (
    '{"request_id":"$context.requestId","route":"$context.routeKey","status":"$context.status",'
    '"latency_ms":"$context.responseLatency","integration_ms":"$context.integrationLatency",'
    '"error":"$context.error.message","integration_error":"$context.integrationErrorMessage",'
    '"at":"$context.requestTime","bytes":"$context.responseLength"}'
)
"""No address and no path: both may be personal."""


@dataclass(frozen=True, slots=True)
class Route:
    """`method` and `path` of an operation, and whose token it needs (`who`). `rate` per second
    and `burst` make it public, and `why` says the reason why the gateway lets everybody through.

    With `below` the gateway sends everything below that address to the function, which knows its
    routes: an API takes 300 of them.
    """

    method: str
    path: str
    rate: int | None = None
    burst: int | None = None
    why: str = "Visitors are not signed in"
    who: Who = "staff"
    below: str | None = None

    @property
    def at_gateway(self) -> str:
        """The route key the gateway knows it by: its own, or that of all that is below."""
        return f"ANY {self.below}/{{proxy+}}" if self.below else self.key

    @property
    def key(self) -> str:
        """The gateway's route key, `POST /v1/leads`."""
        return f"{self.method} {self.path}"

    @property
    def public(self) -> bool:
        """Whether anybody may call it."""
        return self.rate is not None


def staff(*keys: str, below: str | None = None) -> tuple[Route, ...]:
    """Routes for signed-in staff: `staff("GET /v1/leads", …)`; all of them `below` one address."""
    return tuple(_gathered(_route(key), below) for key in keys)


def customers(*keys: str, below: str | None = None) -> tuple[Route, ...]:
    """Routes for signed-in customers: `customers("GET /v1/portal/me", …)`."""
    return tuple(_gathered(replace(_route(key), who="customers"), below) for key in keys)


def public(*keys: str, rate: int, burst: int) -> tuple[Route, ...]:
    """Routes anybody may call, together at most `rate` times a second each."""
    return tuple(_route(key, rate, burst) for key in keys)


def pages(*prefixes: str) -> tuple[Route, ...]:
    """Everything at and below the addresses `prefixes`, such as `/console/leads`.

    Two routes per group, because an API takes 300 routes.
    """
    return page(*(path for one in prefixes for path in (one, f"{one.rstrip('/')}/{{proxy+}}")))


def page(*addresses: str) -> tuple[Route, ...]:
    """Pages with nothing below them: a route each."""
    why = "Pages are signed in to by a cookie, which the function verifies"
    return tuple(Route("ANY", one, PAGE_RATE, PAGE_BURST, why) for one in addresses)


def _gathered(route: Route, below: str | None) -> Route:
    if below and not route.path.startswith(f"{below}/"):
        raise ValueError(f"{route.path} is not below {below}")
    return replace(route, below=below)


def _route(key: str, rate: int | None = None, burst: int | None = None) -> Route:
    method, path = key.split(" ", 1)
    return Route(method, path, rate, burst)


class Api(Construct):
    """The API itself and who may call it. Areas add routes; the stage comes last (`open`)."""

    def __init__(self, scope: Construct, *, name: str) -> None:
        super().__init__(scope, "Api")
        self.routes: list[Route] = []
        self._authorizers: dict[Who, gateway.CfnAuthorizer] = {}
        # No CORS here: each form and write key has its own list of origins.
        self.api = gateway.CfnApi(self, "Api", name=name, protocol_type="HTTP")

    def admit(self, who: Who, scope: Construct, pool: IUserPool, client: IUserPoolClient) -> None:
        """Let `who` in with tokens of a sign-in pool. The resource belongs to the stack of
        `scope`."""
        stack = Stack.of(scope)
        issuer = f"https://cognito-idp.{stack.region}.amazonaws.com/{pool.user_pool_id}"
        self._authorizers[who] = gateway.CfnAuthorizer(
            scope,
            who.capitalize(),
            api_id=self.id,
            name=who,
            authorizer_type="JWT",
            identity_source=["$request.header.Authorization"],
            jwt_configuration=gateway.CfnAuthorizer.JWTConfigurationProperty(
                issuer=issuer, audience=[client.user_pool_client_id]
            ),
        )

    @property
    def id(self) -> str:
        """The API's id."""
        return self.api.ref

    @property
    def domain(self) -> str:
        """The host name the gateway answers at."""
        stack = Stack.of(self)
        return f"{self.id}.execute-api.{stack.region}.{stack.url_suffix}"

    def serve(self, function: lambda_.IFunction, scope: Construct, routes: Sequence[Route]) -> None:
        """Send `routes` to `function`. The resources belong to the stack of `scope`."""
        stack = Stack.of(scope)
        lambda_.CfnPermission(
            scope,
            "FromApi",
            action="lambda:InvokeFunction",
            principal="apigateway.amazonaws.com",
            function_name=function.function_name,
            source_arn=f"arn:{stack.partition}:execute-api:{stack.region}:{stack.account}:{self.id}/*",
        )
        integration = gateway.CfnIntegration(
            scope,
            "Integration",
            api_id=self.id,
            integration_type="AWS_PROXY",
            integration_uri=function.function_arn,
            payload_format_version="2.0",
        )
        for route in {one.at_gateway: one for one in routes}.values():
            resource = gateway.CfnRoute(
                scope,
                route.at_gateway,
                api_id=self.id,
                route_key=route.at_gateway,
                target=f"integrations/{integration.ref}",
                authorization_type="NONE" if route.public else "JWT",
                authorizer_id=None if route.public else self._authorizers[route.who].ref,
            )
            if route.public:
                why = f"{route.why}; at most {route.rate} calls a second."
                acknowledge(resource, {"AwsSolutions-APIG4": why})
            self.routes.append(route)

    def open(self, scope: Construct, log: logs.ILogGroup) -> CfnResource:
        """Put the API live. A stage may only name routes that exist, so this comes after them."""
        settings: dict[str, Any] = {
            route.key: {"ThrottlingRateLimit": route.rate, "ThrottlingBurstLimit": route.burst}
            for route in self.routes
            if route.public
        }
        return gateway.CfnStage(
            scope,
            "ApiStage",
            api_id=self.id,
            stage_name="$default",
            auto_deploy=True,
            default_route_settings=gateway.CfnStage.RouteSettingsProperty(
                throttling_rate_limit=STAFF_RATE,
                throttling_burst_limit=STAFF_BURST,
                detailed_metrics_enabled=True,
            ),
            route_settings=settings,
            access_log_settings=gateway.CfnStage.AccessLogSettingsProperty(
                destination_arn=log.log_group_arn, format=ACCESS_LOG_FORMAT
            ),
        )
