"""Each repair of the emulator: first that it is still needed, then that it works.

When the first half turns red, the emulator got better: delete the patch and its test. Here are those
of what comes from outside; others have modules of their own beside this one.
"""

import asyncio
import base64
import os
from typing import Any

import boto3
from botocore.config import Config

from infra.local import patches
from infra.local.emulator import module
from tests.emulated import create, repair


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
