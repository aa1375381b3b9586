"""Uploads by a signed form: the emulator's S3 takes them whatever their policy says, but for the
size ("Browser-Based Uploads Using POST", Amazon S3 API reference)."""

import base64
import functools
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from .emulator import module

_UNSAID = frozenset({"policy", "x-amz-signature", "file", "bucket"})
"""Fields of a form that its policy need not name."""


def check_policies() -> None:
    """Refuse a form whose signature is not ours, whose time is over, or that says other than what
    was signed."""
    s3 = module("services.s3")
    post = s3._post_object

    @functools.wraps(post)
    def _post(bucket: str, body: bytes, headers: Mapping[str, str]) -> Any:
        parts = s3._parse_multipart_form(headers.get("content-type", ""), body)
        fields = {
            name.lower(): value.decode("utf-8", "replace")
            for name, _, _, value in parts
            if name != "file"
        }
        wrong = refusal({**fields, "bucket": bucket}, s3)
        return s3._error("AccessDenied", wrong, 403) if wrong else post(bucket, body, headers)

    s3._post_object = _post


def refusal(fields: Mapping[str, str], s3: Any) -> str | None:
    """Why S3 refuses a form; `None` when it does not."""
    policy = fields.get("policy", "")
    scope = fields.get("x-amz-credential", "").split("/")
    if len(scope) != 5:
        return "Access Denied"
    secret = s3._resolve_presign_secret(scope[0])
    key = s3._sigv4_signing_key(secret, *scope[1:4])
    signed = hmac.new(key, policy.encode(), "sha256").hexdigest()
    if not hmac.compare_digest(signed, fields.get("x-amz-signature", "")):
        return "Invalid according to Policy: signature"
    said = json.loads(base64.b64decode(policy))
    if datetime.fromisoformat(said["expiration"]) < datetime.now(UTC):
        return "Invalid according to Policy: Policy expired."
    exact: dict[str, str] = {}
    for condition in said["conditions"]:
        if isinstance(condition, dict):
            exact |= {name.lower(): value for name, value in condition.items()}
    for name, value in exact.items():
        if fields.get(name) != value:
            return f"Invalid according to Policy: {name}"
    if extra := fields.keys() - exact.keys() - _UNSAID:
        return f"Invalid according to Policy: Extra input fields: {', '.join(sorted(extra))}"
    return None
