"""Reaching into the emulator (MiniStack), which runs in our process and has no types."""

import contextlib
import importlib
import os
from collections.abc import Iterator, Mapping
from typing import Any

from .home import ACCOUNT, REGION, Home, tools_environment


def environment(home: Home) -> dict[str, str]:
    """The emulator's settings. They must be set before its first import.

    Functions inherit them, hence no credentials of the person at the keyboard.
    """
    data = home.state / "data"
    return {
        **tools_environment(),
        "GATEWAY_PORT": str(home.gateway_port),
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_HOST": "127.0.0.1",
        "MINISTACK_REGION": REGION,
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        "PERSIST_STATE": "1",
        "STATE_DIR": str(data / "state"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(data / "s3"),
        # Only the gateway may listen.
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "LAMBDA_EXECUTOR": "local",
        "LOG_LEVEL": os.environ.get("LOG_LEVEL", "INFO"),
        "TMPDIR": str(home.state / "tmp"),
        "AWS_ACCESS_KEY_ID": ACCOUNT,
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_XRAY_SDK_ENABLED": "false",
        "CRM_HOME": str(home.state),
        "CRM_PORT": str(home.port),
        "CRM_GATEWAY_PORT": str(home.gateway_port),
        "CRM_MAIL_PORT": str(home.mail_port),
    }


def module(name: str) -> Any:
    """A module of the emulator, such as `services.sqs`."""
    return importlib.import_module(f"ministack.{name}")


def handlers() -> dict[str, dict[str, Any]]:
    """CloudFormation's resource types and what creates, updates and deletes them."""
    found: dict[str, dict[str, Any]] = module(
        "services.cloudformation.provisioners"
    )._RESOURCE_HANDLERS
    return found


@contextlib.contextmanager
def scope(account: str = ACCOUNT, region: str = REGION) -> Iterator[None]:
    """Act as this account and region; the emulator keeps them in context variables."""
    with module("core.responses").request_scope(account, region):
        yield


def function_called(noun: str) -> Mapping[str, Any] | None:
    """The deployed function of the folder `functions/<noun>`."""
    with scope():
        for record in module("services.lambda_svc")._functions.values():
            if record["config"].get("Handler", "").split(".")[0] == noun:
                found: Mapping[str, Any] = record
                return found
    return None
