"""Who may call what through the gateway, and how often."""

import json
from collections.abc import Sequence

from infra.synthesized import POOL, ROUTE, Deployed, Resource, Synthesized
from shared.platform.auth import ROLES

ROUTES_PER_API = 300
PUBLIC = {
    "GET /c/{token}",
    "GET /forms/{form_id}",
    "GET /o/{token}",
    "GET /v1/forms/{form_id}/definition",
    "HEAD /c/{token}",
    "HEAD /o/{token}",
    "OPTIONS /v1/events",
    "OPTIONS /v1/forms/{form_id}/definition",
    "OPTIONS /v1/forms/{form_id}/submissions",
    "POST /v1/events",
    "POST /v1/partner/interactions",
    "POST /v1/forms/{form_id}/submissions",
    "POST /v1/portal/sign-in",
    "POST /v1/portal/sign-in/code",
    "POST /v1/privacy/certificates/verify",
    "POST /v1/tickets",
    "OPTIONS /v1/tickets",
    "POST /v1/tickets/uploads",
    "OPTIONS /v1/tickets/uploads",
}
"""Written out: making a route public takes a second decision, here."""

PAGES = (
    "/console",
    "/console/accounts",
    "/console/assignment",
    "/console/campaigns",
    "/console/changes",
    "/console/channels",
    "/console/contacts",
    "/console/exports",
    "/console/duplicates",
    "/console/fields",
    "/console/forms",
    "/console/imports",
    "/console/keys",
    "/console/leads",
    "/console/lists",
    "/console/people",
    "/console/privacy",
    "/console/profile",
    "/console/quarantine",
    "/console/scoring",
    "/console/segments",
    "/console/sign-in",
    "/console/support",
    "/console/system",
    "/console/templates",
    "/console/tickets",
    "/u",
    "/portal",
    "/portal/sign-in",
    "/portal/tickets",
)
"""Groups of pages: the gateway cannot read their cookie, the functions do."""

ALONE = (
    "/console/reports",
    "/console/search",
    "/console/session",
    "/console/sign-out",
    "/portal/objection",
    "/portal/session",
    "/portal/sign-out",
)
"""Pages with nothing below them."""

WITHOUT_TOKEN = (
    PUBLIC
    | {"GET /"}
    | {f"ANY {prefix}{rest}" for prefix in PAGES for rest in ("", "/{proxy+}")}
    | {f"ANY {one}" for one in ALONE}
)


OF_MESSAGES = {"GET /c/{token}", "HEAD /c/{token}", "GET /o/{token}", "HEAD /o/{token}"}
"""After a campaign many people follow links at once, and each must get there."""


def keys(of: Synthesized, authorization: str) -> set[str]:
    return {
        one.properties["RouteKey"]
        for one in of.of_type(ROUTE)
        if one.properties["AuthorizationType"] == authorization
    }


def test_only_these_routes_are_public(prod: Synthesized) -> None:
    assert keys(prod, "NONE") == WITHOUT_TOKEN


def test_every_other_route_needs_a_token_of_staff_or_of_a_customer(prod: Synthesized) -> None:
    routes = prod.of_type(ROUTE)
    authorizers = prod.of_type("AWS::ApiGatewayV2::Authorizer")
    known = {one.address: one.properties["Name"] for one in authorizers}

    assert sorted(known.values()) == ["customers", "staff"]
    assert keys(prod, "JWT") == {one.properties["RouteKey"] for one in routes} - WITHOUT_TOKEN
    for one in routes:
        if one.properties["AuthorizationType"] == "JWT":
            found = prod.follow(one.stack, one.properties["AuthorizerId"])
            path = one.properties["RouteKey"].partition(" ")[2]
            whose = "customers" if path.startswith("/v1/portal/") else "staff"
            assert known[found.partition(".")[0]] == whose, path


def test_each_token_is_taken_from_its_own_pool_and_client(prod: Synthesized) -> None:
    seen = set()
    for one in prod.of_type("AWS::ApiGatewayV2::Authorizer"):
        jwt = one.properties["JwtConfiguration"]
        pool = prod.follow(one.stack, jwt["Issuer"])
        (client,) = (prod.follow(one.stack, each) for each in jwt["Audience"])
        client_of = prod.at(client)
        assert pool.endswith(prod.follow(client_of.stack, client_of.properties["UserPoolId"]))
        seen.add(prod.at(pool.partition("amazonaws.com/")[2]).properties["UserPoolName"])

    assert seen == {"crm-prod-staff", "crm-prod-customers"}


def test_routes_are_unique_and_fewer_than_the_gateway_takes(prod: Synthesized) -> None:
    routes = [one.properties["RouteKey"] for one in prod.of_type(ROUTE)]

    assert len(routes) == len(set(routes)) < ROUTES_PER_API


def test_public_routes_have_throttles_of_their_own(prod: Synthesized) -> None:
    (stage,) = prod.of_type("AWS::ApiGatewayV2::Stage")

    assert set(stage.properties["RouteSettings"]) == WITHOUT_TOKEN
    routes = {"": stage.properties["DefaultRouteSettings"], **stage.properties["RouteSettings"]}
    for route, settings in routes.items():
        most = 1_000 if route in OF_MESSAGES else 200
        assert 0 < settings["ThrottlingRateLimit"] <= settings["ThrottlingBurstLimit"] <= most


def test_the_access_log_names_nobody(prod: Synthesized) -> None:
    (stage,) = prod.of_type("AWS::ApiGatewayV2::Stage")
    written = stage.properties["AccessLogSettings"]["Format"]

    assert "$context.requestId" in written
    for personal in ("sourceIp", "userAgent", "$context.path", "authorizer"):
        assert personal not in written


def test_the_gateway_decides_no_cors(prod: Synthesized) -> None:
    (api,) = prod.of_type("AWS::ApiGatewayV2::Api")

    assert "CorsConfiguration" not in api.properties


def test_staff_are_invited_and_have_the_product_s_roles(prod: Synthesized) -> None:
    pool = pool_called(prod, "crm-prod-staff")
    groups = prod.of_type("AWS::Cognito::UserPoolGroup")

    invited = pool.properties["AdminCreateUserConfig"]
    assert invited["AllowAdminCreateUserOnly"]
    message = json.dumps(invited["InviteMessageTemplate"]["EmailMessage"])
    assert "/console" in message and "{####}" in message
    assert pool.properties["AliasAttributes"] == ["email"]
    assert pool.properties["Policies"]["PasswordPolicy"]["MinimumLength"] >= 12
    assert pool.properties["EnabledMfas"] == ["SOFTWARE_TOKEN_MFA"]
    assert {group.properties["GroupName"] for group in groups} == set(ROLES)


def pool_called(of: Synthesized, name: str) -> Resource:
    (found,) = [one for one in of.of_type(POOL) if one.properties["UserPoolName"] == name]
    return found


def test_customers_have_no_password_and_the_pool_knows_nothing_of_them(
    prod: Synthesized, deployed: Sequence[Deployed]
) -> None:
    pool = pool_called(prod, "crm-prod-customers")
    (client,) = [
        one
        for one in prod.of_type("AWS::Cognito::UserPoolClient")
        if prod.follow(one.stack, one.properties["UserPoolId"]) == pool.address
    ]
    asked = {trigger: one.name for one in deployed for trigger, _ in one.pool_triggers}

    assert pool.properties["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"]
    assert pool.properties["DeletionProtection"] == "ACTIVE"
    assert "AliasAttributes" not in pool.properties and "Schema" not in pool.properties
    assert set(client.properties["ExplicitAuthFlows"]) == {
        "ALLOW_CUSTOM_AUTH",
        "ALLOW_REFRESH_TOKEN_AUTH",
    }
    assert client.properties["PreventUserExistenceErrors"] == "ENABLED"
    assert client.properties["AuthSessionValidity"] == 15
    assert client.properties["AccessTokenValidity"] == 15
    assert asked == {
        "DefineAuthChallenge": "customer_auth_define",
        "CreateAuthChallenge": "customer_auth_create",
        "VerifyAuthChallengeResponse": "customer_auth_verify",
    }
    for one in deployed:
        if one.pool_triggers:
            assert not [name for name in one.environment if "POOL" in name], "a dependency cycle"


def test_visitors_reach_one_origin_and_cannot_forge_their_address(prod: Synthesized) -> None:
    (distribution,) = prod.of_type("AWS::CloudFront::Distribution")
    config = distribution.properties["DistributionConfig"]
    (function,) = prod.of_type("AWS::CloudFront::Function")

    assert [one["PathPattern"] for one in config["CacheBehaviors"]] == ["/assets/*"]
    (association,) = config["DefaultCacheBehavior"]["FunctionAssociations"]
    named = association["FunctionARN"]
    assert prod.follow(distribution.stack, named).startswith(function.address)
    assert (
        "['x-viewer-address'] = { value: event.viewer.ip }" in function.properties["FunctionCode"]
    )
