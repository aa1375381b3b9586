"""boto3 clients: of the local stack, or of the AWS account the operator is signed in to."""

from functools import cache
from typing import Any

import boto3
from botocore.config import Config

from .home import ACCOUNT, REGION, Home


@cache
def _session() -> Any:
    return boto3.Session(
        aws_access_key_id=ACCOUNT, aws_secret_access_key="local", region_name=REGION
    )


@cache
def client(home: Home | None, service: str) -> Any:
    """The client of `service` on the stack of `home`; `None` means AWS itself."""
    if home is None:
        return boto3.client(service)  # type: ignore[call-overload]
    config = Config(retries={"mode": "standard", "max_attempts": 2}, read_timeout=90)
    return _session().client(service, endpoint_url=home.gateway, config=config)
