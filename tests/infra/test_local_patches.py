"""Each repair of the emulator: first that it is still needed, then that it works.

When the first half turns red, the emulator got better: delete the patch and its test.
"""

import asyncio
import base64
import json
import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from infra.local import keeping, kept, mappings, patches
from infra.local.emulator import handlers, module, scope

TOUCHED = (
    "core.persistence",
    "services.apigateway",
    "services.cloudformation.provisioners",
    "services.cloudformation.stacks",
    "services.cognito",
    "services.dynamodb",
    "services.eventbridge",
    "services.lambda_svc",
    "services.s3",
    "services.ses_v2",
    "services.sns",
    "services.sqs",
)


@pytest.fixture(autouse=True)
def unpatched() -> Iterator[None]:
    """The emulator as it was installed, whatever a test applies."""
    modules = {name: dict(vars(module(name))) for name in TOUCHED}
    types = {name: dict(handler) for name, handler in handlers().items()}
    actions = dict(module("services.cloudformation.handlers")._ACTION_HANDLERS)
    with scope():
        yield
    for name, before in modules.items():
        vars(module(name)).update(before)
    handlers().clear()
    handlers().update(types)
    module("services.cloudformation.handlers")._ACTION_HANDLERS.update(actions)


def repair(name: str) -> None:
    next(patch for patch in patches.PATCHES if patch.name == name).apply()


def create(kind: str, logical_id: str, **props: Any) -> str:
    return str(handlers()[kind]["create"](logical_id, props, "test")[0])


def update(kind: str, physical_id: str, old: dict[str, Any], new: dict[str, Any], at: str) -> str:
    stacks = module("services.cloudformation.stacks")
    return str(stacks._update_resource(kind, physical_id, old, new, "test", at)[0])


def _posted(**changed: str) -> int:
    """The status of an upload by a form that was signed for `uploads/one`, with other fields."""
    s3 = module("services.s3")
    s3._buckets["files"] = {"created": "", "objects": {}, "region": None}
    made = boto3.client(
        "s3",
        region_name="us-east-1",
        aws_access_key_id="000000000000",
        aws_secret_access_key=os.environ.get("AWS_SECRET_ACCESS_KEY", "test"),
        config=Config(signature_version="s3v4"),
    ).generate_presigned_post(
        "files", "uploads/one", Conditions=[["content-length-range", 1, 10]],
        ExpiresIn=int(changed.pop("expires", "60")),
    )  # fmt: skip
    fields = {**made["fields"], **changed}
    parts = [f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
             for name, value in fields.items()]  # fmt: skip
    parts.append('--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\nx\r\n')
    body = "".join([*parts, "--b--\r\n"]).encode()
    headers = {"content-type": "multipart/form-data; boundary=b"}
    return int(s3._post_object("files", body, headers)[0])


def test_a_form_uploads_only_what_it_was_signed_for() -> None:
    assert _posted(key="uploads/other") == 204

    repair("uploads")

    assert _posted() == 204
    assert _posted(key="uploads/other") == 403
    assert _posted(policy=base64.b64encode(b'{"conditions":[]}').decode()) == 403
    assert _posted(expires="-60") == 403
    assert _posted(**{"x-amz-signature": "0" * 64}) == 403
    assert _posted(acl="public-read") == 403


def test_every_patch_is_named_once_and_says_what_aws_does() -> None:
    names = [patch.name for patch in patches.PATCHES]

    assert len(set(names)) == len(names)
    assert all(patch.aws_does for patch in patches.PATCHES)


def _an_api_answering(status: int) -> str:
    gateway = module("services.apigateway")
    api = create("AWS::ApiGatewayV2::Api", "Api", Name="t")
    integration = create("AWS::ApiGatewayV2::Integration", "I", ApiId=api)
    create("AWS::ApiGatewayV2::Stage", "S", ApiId=api)
    create("AWS::ApiGatewayV2::Route", "R", ApiId=api, RouteKey="OPTIONS /a",
           Target=f"integrations/{integration}")  # fmt: skip

    async def _answer(*args: Any, **_: Any) -> Any:
        return status, {"method": args[4]}, b""

    gateway._invoke_lambda_proxy = _answer
    return api


def _preflight(api: str) -> Any:
    execute = module("services.apigateway").handle_execute
    return asyncio.run(execute(api, "$default", "/a", "OPTIONS", {}, b"", {}))


def test_preflights_reach_their_route() -> None:
    api = _an_api_answering(204)
    assert _preflight(api)[0] == 403

    repair("preflight")

    assert _preflight(api)[:2] == (204, {"method": "OPTIONS"})


def test_claims_are_handed_on_as_text() -> None:
    gateway, claims = module("services.apigateway"), {"cognito:groups": ["rep", "admin"], "exp": 1}

    async def _validate(*_: Any) -> Any:
        return claims, [], None

    import inspect

    # The emulator hands the parsed token on as it is.
    assert "return claims, token_scopes, None" in inspect.getsource(
        gateway._validate_jwt_authorizer
    )
    gateway._validate_jwt_authorizer = _validate

    repair("claims")

    told, _scopes, _refusal = asyncio.run(gateway._validate_jwt_authorizer())
    assert told == {"cognito:groups": "[rep admin]", "exp": "1"}


def test_queues_of_a_template_have_their_dead_letter_queue() -> None:
    policy = {"deadLetterTargetArn": "arn:aws:sqs:us-east-1:000000000000:d", "maxReceiveCount": 3}
    queues = module("services.sqs")._queues

    url = create("AWS::SQS::Queue", "Q", QueueName="q", RedrivePolicy=policy)
    assert "RedrivePolicy" not in queues[url]["attributes"]

    repair("queues")

    url = create("AWS::SQS::Queue", "Q", QueueName="q", RedrivePolicy=policy)
    assert json.loads(queues[url]["attributes"]["RedrivePolicy"]) == policy


TABLE: dict[str, Any] = {
    "TableName": "t",
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "TimeToLiveSpecification": {"AttributeName": "expires_at", "Enabled": True},
}


def test_tables_of_a_template_expire_items() -> None:
    dynamodb = module("services.dynamodb")

    create("AWS::DynamoDB::GlobalTable", "T", **TABLE)
    assert "t" not in dynamodb._ttl_settings

    repair("tables")

    create("AWS::DynamoDB::GlobalTable", "T", **TABLE)
    assert dynamodb._ttl_settings["t"]["TimeToLiveStatus"] == "ENABLED"


class _Watched(defaultdict[str, dict[str, Any]]):
    """A table's items that note whenever somebody goes through all of them."""

    gone_through = 0

    def values(self) -> Any:
        self.gone_through += 1
        return super().values()


def _put_two() -> tuple[int, int]:
    """How often the items of a table were gone through for two writes; how many it tells then."""
    dynamodb = module("services.dynamodb")
    name = create("AWS::DynamoDB::Table", "Counted", **TABLE)
    items = dynamodb._tables[name]["items"] = _Watched(dict)
    for pk in ("1", "2"):
        dynamodb._put_item({"TableName": name, "Item": {"pk": {"S": pk}}})
    seen = items.gone_through
    described = json.loads(dynamodb._describe_table({"TableName": name})[2])
    dynamodb._tables.pop(name)
    return seen, described["Table"]["ItemCount"]


def test_a_write_does_not_count_the_whole_table() -> None:
    assert _put_two() == (2, 2)
    repair("counts")
    assert _put_two() == (0, 2)


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


def test_a_pool_of_a_template_mails_in_its_own_words() -> None:
    pools, words = module("services.cognito")._user_pools, {"EmailMessage": "Use {####}."}
    props = {"PoolName": "p", "VerificationMessageTemplate": words}
    assert (
        "VerificationMessageTemplate" not in pools[create("AWS::Cognito::UserPool", "P", **props)]
    )

    repair("pool mail")

    pool = pools[create("AWS::Cognito::UserPool", "P", **props)]
    assert pool["VerificationMessageTemplate"] == words


def test_text_messages_can_be_read() -> None:
    sns = module("services.sns")
    params = {"PhoneNumber": ["+9779841234567"], "Message": ["Namaste"]}
    kept.texts.clear()
    sns._publish(params)
    assert not kept.texts

    repair("texts")

    sns._publish(params)
    assert [(one["to"], one["text"]) for one in kept.texts] == [("+9779841234567", "Namaste")]


def test_functions_keep_their_dead_letter_queue() -> None:
    functions = module("services.lambda_svc")._functions
    target = {"TargetArn": "arn:aws:sqs:us-east-1:000000000000:d"}

    create("AWS::Lambda::Function", "F", FunctionName="f", DeadLetterConfig=target)
    assert "DeadLetterConfig" not in functions["f"]["config"]

    repair("dead letters")

    create("AWS::Lambda::Function", "F", FunctionName="f", DeadLetterConfig=target)
    assert functions["f"]["config"]["DeadLetterConfig"] == target


def test_a_function_that_fails_on_an_event_gets_it_again() -> None:
    bus, svc = module("services.eventbridge"), module("services.lambda_svc")
    create("AWS::Lambda::Function", "F", FunctionName="f")
    arn, retried = svc._functions["f"]["config"]["FunctionArn"], []
    svc.invoke_async_with_retry = lambda _function, event: retried.append(event)
    svc._execute_function_with_config_scope = lambda *_: None

    bus._dispatch_to_lambda(arn, '{"a": 1}')
    assert not retried

    repair("event retries")

    bus._dispatch_to_lambda(arn, '{"a": 1}')
    assert retried == [{"a": 1}]


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


def _stream_position_after(answer: dict[str, Any]) -> int:
    """How far a stream mapping has read once its function answered so about the one record."""
    svc, dynamodb = module("services.lambda_svc"), module("services.dynamodb")
    stream = {"StreamSpecification": {"StreamViewType": "NEW_IMAGE"}}
    name = create("AWS::DynamoDB::GlobalTable", "T", **TABLE, **stream)
    create("AWS::Lambda::Function", "F", FunctionName="f")
    svc._ensure_poller = lambda: None
    mapping = create(
        "AWS::Lambda::EventSourceMapping",
        "M",
        FunctionName="f",
        EventSourceArn=dynamodb._tables[name]["LatestStreamArn"],
        StartingPosition="TRIM_HORIZON",
    )
    dynamodb._emit_stream_event(name, "INSERT", None, {"pk": {"S": "a"}})
    svc._execute_function = lambda *_: answer
    svc._poll_dynamodb_streams()
    position = int(svc._dynamodb_stream_positions[mapping])
    del svc._esms[mapping]
    return position


def test_the_emulator_takes_a_partial_failure_of_a_stream_for_success() -> None:
    failed = {"body": {"batchItemFailures": [{"itemIdentifier": "1"}]}}

    assert _stream_position_after(failed) == 1


def record(sequence: str) -> dict[str, Any]:
    return {"eventSource": "aws:dynamodb", "dynamodb": {"SequenceNumber": sequence}}


def test_a_partial_failure_of_a_stream_brings_the_batch_again() -> None:
    failed = {"body": {"batchItemFailures": [{"itemIdentifier": "1"}]}}

    result = mappings.stream_batch({"UUID": "m"}, lambda _batch: failed, [record("1")])

    assert result["error"]


def test_what_fails_to_the_end_is_parked_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    parked: list[Any] = []
    s3 = module("services.s3")
    monkeypatch.setattr(
        s3, "_put_object", lambda bucket, key, body, _: parked.append((bucket, body))
    )
    mapping = {
        "UUID": "m2",
        "MaximumRetryAttempts": 1,
        "BisectBatchOnFunctionError": True,
        "DestinationConfig": {"OnFailure": {"Destination": "arn:aws:s3:::parked"}},
    }
    bad = record("2")

    def run(batch: list[dict[str, Any]]) -> dict[str, Any]:
        return {"error": True} if bad in batch else {"body": None}

    batch = [record("1"), bad, record("3")]
    first, last = (mappings.stream_batch(mapping, run, batch) for _ in range(2))

    assert first["error"]
    assert "error" not in last
    [(bucket, body)] = parked
    assert bucket == "parked"
    assert json.loads(body)["payload"]["Records"] == [bad]


def _somebody() -> tuple[Any, dict[str, str]]:
    """The emulator's Cognito, and a pool where asha signs in with `Kathmandu-2025!`."""
    cognito = module("services.cognito")
    pool = create("AWS::Cognito::UserPool", "P", PoolName="p", MfaConfiguration="OPTIONAL",
                  Policies={"PasswordPolicy": {"MinimumLength": 12}})  # fmt: skip
    known = {"UserPoolId": pool, "Username": "asha"}
    cognito._admin_create_user({**known, "MessageAction": "SUPPRESS"})
    cognito._admin_set_user_password({**known, "Password": "Kathmandu-2025!", "Permanent": True})
    return cognito, {
        "UserPoolId": pool,
        "ClientId": create("AWS::Cognito::UserPoolClient", "C", UserPoolId=pool),
    }


def _sign_in(cognito: Any, at: dict[str, str], password: str = "Kathmandu-2025!") -> Any:
    parameters = {"USERNAME": "asha", "PASSWORD": password}
    flow = {"AuthFlow": "ADMIN_USER_PASSWORD_AUTH", "AuthParameters": parameters}
    return json.loads(cognito._admin_initiate_auth({**at, **flow})[2])


def _answered(cognito: Any, at: dict[str, str], asked: Any, **said: str) -> Any:
    named = {"ChallengeName": asked["ChallengeName"], "Session": asked["Session"]}
    responses = {"ChallengeResponses": {"USERNAME": "asha", **said}}
    return cognito._admin_respond_to_auth_challenge({**at, **named, **responses})[0]


def test_codes_are_those_of_the_app() -> None:
    import pyotp

    cognito, at = _somebody()
    token = {"AccessToken": _sign_in(cognito, at)["AuthenticationResult"]["AccessToken"]}
    assert cognito._verify_software_token({**token, "UserCode": "000000"})[0] == 200
    asked = _sign_in(cognito, at)
    assert _answered(cognito, at, asked, SOFTWARE_TOKEN_MFA_CODE="000000") == 200

    repair("app codes")

    secret = json.loads(cognito._associate_software_token(token)[2])["SecretCode"]
    app = pyotp.TOTP(secret)
    wrong = "000000" if app.now() != "000000" else "111111"
    assert cognito._verify_software_token({**token, "UserCode": wrong})[0] == 400
    assert cognito._verify_software_token({**token, "UserCode": app.now()})[0] == 200
    preference = {"SoftwareTokenMfaSettings": {"Enabled": True, "PreferredMfa": True}}
    cognito._set_user_mfa_preference({**token, **preference})
    asked = _sign_in(cognito, at)
    assert _answered(cognito, at, asked, SOFTWARE_TOKEN_MFA_CODE=wrong) == 400
    assert _answered(cognito, at, asked, SOFTWARE_TOKEN_MFA_CODE=app.now()) == 200


def test_a_mailed_code_works_once() -> None:
    cognito, at = _somebody()
    known = {"ClientId": at["ClientId"], "Username": "asha", "Password": "Pokhara-2026-lake"}
    cognito._forgot_password(known)
    assert cognito._confirm_forgot_password({**known, "ConfirmationCode": "000000"})[0] == 200

    repair("mailed codes")

    mailed = cognito._user_pools[at["UserPoolId"]]["_users"]["asha"]["_reset_code"]
    statuses = [
        cognito._confirm_forgot_password({**known, "ConfirmationCode": code})[0]
        for code in ("000000", mailed, mailed)
    ]
    assert statuses == [400, 200, 400]


def test_the_present_password_is_asked_for_and_first_ones_are_checked() -> None:
    cognito, at = _somebody()
    token = {"AccessToken": _sign_in(cognito, at)["AuthenticationResult"]["AccessToken"]}
    change = {**token, "PreviousPassword": "wrong", "ProposedPassword": "Pokhara-2026-lake"}
    assert cognito._change_password(change)[0] == 200

    repair("passwords")

    assert cognito._change_password(change)[0] == 400
    first = {"UserPoolId": at["UserPoolId"], "Username": "asha", "Permanent": False}
    cognito._admin_set_user_password({**first, "Password": "Kathmandu-2025!"})
    asked = _sign_in(cognito, at)
    forged = {**asked, "Session": "made-up"}
    assert _answered(cognito, at, asked, NEW_PASSWORD="weak") == 400
    assert _answered(cognito, at, forged, NEW_PASSWORD="Pokhara-2026-lake") == 400
    assert _answered(cognito, at, asked, NEW_PASSWORD="Pokhara-2026-lake") == 200


class Busy(list[dict[str, Any]]):
    """A queue's messages to which another thread adds one while they are being looked through."""

    def __iter__(self) -> Iterator[dict[str, Any]]:
        found = list.copy(self)
        if len(found) == 1:
            self.append({"id": "meanwhile", "receive_count": 0, "visible_at": 0})
        return iter(found)


def _left_after_delete() -> list[str]:
    sqs = module("services.sqs")
    url = create("AWS::SQS::Queue", "Q", QueueName="busy")
    sqs._queues[url]["messages"] = Busy([{"id": "done", "receipt_handle": "r"}])
    sqs._delete_messages_for_esm(url, {"r"})
    return [message["id"] for message in sqs._queues[url]["messages"]]


def _left_after_sweep() -> list[str]:
    sqs = module("services.sqs")
    dead = create("AWS::SQS::Queue", "D", QueueName="busy-dlq")
    policy = {"deadLetterTargetArn": sqs._queues[dead]["attributes"]["QueueArn"],
              "maxReceiveCount": 1}  # fmt: skip
    queue = sqs._queues[create("AWS::SQS::Queue", "Q", QueueName="busy")]
    queue["attributes"]["RedrivePolicy"] = json.dumps(policy)
    queue["messages"] = Busy([{"id": "failed", "receive_count": 1, "visible_at": 0}])
    sqs._dlq_sweep(queue)
    assert [message["id"] for message in sqs._queues[dead]["messages"]] == ["failed"]
    return [message["id"] for message in queue["messages"]]


def test_a_message_that_arrives_while_another_leaves_is_kept() -> None:
    assert (_left_after_delete(), _left_after_sweep()) == ([], [])

    repair("queue races")

    assert (_left_after_delete(), _left_after_sweep()) == (["meanwhile"], ["meanwhile"])


def test_messages_of_a_fifo_queue_tell_their_group() -> None:
    url = create("AWS::SQS::Queue", "Q", QueueName="q.fifo", FifoQueue=True)
    queue = module("services.sqs")._queues[url]
    queue["messages"].append({"id": "1", "group_id": "g", "seq": "7", "dedup_id": "d"})
    received = {
        "messageId": "1",
        "eventSourceARN": queue["attributes"]["QueueArn"],
        "attributes": {},
    }

    mappings.name_groups([received])

    assert received["attributes"]["MessageGroupId"] == "g"


def test_unread_stream_records_are_saved(monkeypatch: pytest.MonkeyPatch) -> None:
    dynamodb = module("services.dynamodb")
    assert "streams" not in dynamodb.get_state()
    stream = {"StreamSpecification": {"StreamViewType": "NEW_IMAGE"}}
    name = create("AWS::DynamoDB::GlobalTable", "T", **{**TABLE, "TableName": "s"}, **stream)
    dynamodb._emit_stream_event(name, "INSERT", None, {"pk": {"S": "a"}})
    esm = {"UUID": "m", "EventSourceArn": dynamodb._tables[name]["LatestStreamArn"]}
    everywhere = [("000000000000", "us-east-1", esm)]
    svc = module("services.lambda_svc")
    monkeypatch.setattr(svc, "_esms_everywhere", lambda: everywhere, raising=False)

    repair("stream records")

    [kept] = [entry for entry in dynamodb.get_state()["streams"] if entry[0][2] == "s"]
    assert len(kept[1]) == 1
    svc._dynamodb_stream_positions["m"] = 1
    [kept] = [entry for entry in dynamodb.get_state()["streams"] if entry[0][2] == "s"]
    assert (kept[1], kept[2]) == ([], 1)


def _told_of_a_mail_to(address: str) -> list[tuple[str, str | None]]:
    """What arrives in a queue of a mail's configuration set: the event, and a bounce's type."""
    url = create("AWS::SQS::Queue", "Q", QueueName="told")
    queue = module("services.sqs")._queues[url]
    queue["messages"].clear()
    topic = create("AWS::SNS::Topic", "T", TopicName="told")
    create("AWS::SNS::Subscription", "S", TopicArn=topic, Protocol="sqs",
           Endpoint=queue["attributes"]["QueueArn"], RawMessageDelivery=True)  # fmt: skip
    create("AWS::SES::ConfigurationSet", "C", Name="told")
    where = {"Name": "events", "Enabled": True, "SnsDestination": {"TopicARN": topic},
             "MatchingEventTypes": ["delivery", "bounce", "complaint"]}  # fmt: skip
    at = {"ConfigurationSetName": "told", "EventDestination": where}
    create("AWS::SES::ConfigurationSetEventDestination", "D", **at)
    mail = {
        "FromEmailAddress": "crm@example.com",
        "Destination": {"ToAddresses": [address]},
        "Content": {"Simple": {"Subject": {"Data": "x"}, "Body": {"Text": {"Data": "x"}}}},
        "ConfigurationSetName": "told",
        "EmailTags": [{"Name": "claim", "Value": "c1"}],
    }
    send = module("services.ses_v2").handle_request
    asyncio.run(send("POST", "/v2/email/outbound-emails", {}, json.dumps(mail).encode(), {}))
    events = [json.loads(message["body"]) for message in queue["messages"]]
    module("services.sns")._topics.clear()
    assert all(event["mail"]["tags"]["claim"] == ["c1"] for event in events)
    return [(one["eventType"], one.get("bounce", {}).get("bounceType")) for one in events]


def test_what_becomes_of_a_mail_is_told() -> None:
    assert _told_of_a_mail_to("ann@example.com") == []

    repair("mail events")

    told = _told_of_a_mail_to
    assert told("ann@example.com") == [("Delivery", None)]
    assert told("bounce+ann@simulator.amazonses.com") == [("Bounce", "Permanent")]
    assert told("soft-bounce@simulator.amazonses.com") == [("Bounce", "Transient")]
    assert [kind for kind, _ in told("complaint@simulator.amazonses.com")] == [
        "Delivery",
        "Complaint",
    ]
