"""Repairs of what becomes of things when a stack is updated, and of keeping them: each is still needed, and works."""

from pathlib import Path
from typing import Any

import pytest

from infra.local import control, keeping
from infra.local.emulator import handlers, module
from tests.emulated import TABLE, create, repair, update


def test_what_changes_while_it_is_saved_is_saved(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    persistence = module("core.persistence")
    monkeypatch.setattr(persistence, "PERSIST_STATE", True)
    monkeypatch.setattr(persistence, "STATE_DIR", str(tmp_path))
    state: dict[str, Any] = {}

    def changing(_: object) -> str:
        state[str(len(state))] = "new"
        return "bytes"

    monkeypatch.setattr(persistence, "_json_default", changing)
    state["first"] = b""

    persistence.save_state("s3", state)
    assert [*tmp_path.iterdir()] == []
    repair("saving")
    persistence.save_state("s3", state)
    assert persistence.load_state("s3")["first"] == "bytes"


def test_a_state_that_changes_while_it_is_gathered_is_gathered_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    saved: dict[str, Any] = {}
    others = [True, True, False]

    def state() -> str:
        if others.pop(0):
            raise RuntimeError("dictionary changed size during iteration")
        return "all of it"

    monkeypatch.setattr(module("app"), "_build_persistence_save_dict", lambda: {"s3": state})
    monkeypatch.setattr(module("core.persistence"), "save_state", saved.__setitem__)

    control.save()

    assert saved == {"s3": "all of it"}


def test_an_update_keeps_what_a_table_holds() -> None:
    dynamodb, new = module("services.dynamodb"), {**TABLE, "BillingMode": "PAY_PER_REQUEST"}
    name = create("AWS::DynamoDB::GlobalTable", "T", **TABLE)
    dynamodb._tables[name]["items"]["a"]["-"] = {"pk": {"S": "a"}}
    update("AWS::DynamoDB::GlobalTable", name, TABLE, new, "T")
    assert not dynamodb._tables[name]["items"]

    repair("keeping")

    dynamodb._tables[name]["items"]["a"]["-"] = {"pk": {"S": "a"}}
    assert update("AWS::DynamoDB::GlobalTable", name, TABLE, new, "T") == name
    assert dynamodb._tables[name]["items"]["a"]["-"] == {"pk": {"S": "a"}}
    with pytest.raises(ValueError, match="keys of a table"):
        other = [{"AttributeName": "x", "KeyType": "HASH"}]
        update("AWS::DynamoDB::GlobalTable", name, TABLE, {**TABLE, "KeySchema": other}, "T")


def test_an_update_keeps_a_pool_its_people_and_its_clients() -> None:
    cognito = module("services.cognito")
    pool = create("AWS::Cognito::UserPool", "P", PoolName="p")
    client = create("AWS::Cognito::UserPoolClient", "C", UserPoolId=pool)
    cognito._user_pools[pool]["_users"]["asha"] = {"Username": "asha"}
    assert update("AWS::Cognito::UserPool", pool, {"PoolName": "p"}, {"PoolName": "q"}, "P") != pool

    repair("keeping")

    assert update("AWS::Cognito::UserPool", pool, {"PoolName": "p"}, {"PoolName": "q"}, "P") == pool
    kept = cognito._user_pools[pool]
    assert (kept["Name"], list(kept["_users"]), list(kept["_clients"])) == ("q", ["asha"], [client])


@pytest.mark.parametrize("kept", keeping.KEPT, ids=lambda kept: kept.type)
def test_the_emulator_itself_does_not_update_in_place(kept: keeping.Kept) -> None:
    assert "update" not in handlers()[kept.type]


def test_what_an_update_replaces_is_deleted() -> None:
    gateway = module("services.apigateway")
    api = create("AWS::ApiGatewayV2::Api", "Api", Name="t")
    old = {"ApiId": api, "RouteKey": "GET /a"}
    route = create("AWS::ApiGatewayV2::Route", "R", **old)
    update("AWS::ApiGatewayV2::Route", route, old, {**old, "OperationName": "x"}, "R")
    assert len(gateway._routes[api]) == 2

    repair("keeping")

    update("AWS::ApiGatewayV2::Route", route, old, {**old, "OperationName": "y"}, "R")
    assert route.split("/")[1] not in gateway._routes[api]


def test_a_failed_update_can_be_repeated() -> None:
    cloudformation = module("services.cloudformation")
    actions = module("services.cloudformation.handlers")._ACTION_HANDLERS
    cloudformation._stacks["s"] = {"StackName": "s", "StackId": "s", "StackStatus": "UPDATE_FAILED"}
    asked = {"StackName": ["s"]}
    assert b"cannot be updated" in actions["UpdateStack"](asked)[2]

    repair("repeat")

    assert b"TemplateBody" in actions["UpdateStack"](asked)[2]
