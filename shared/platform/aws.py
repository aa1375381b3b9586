"""AWS clients, made on first use and kept for the life of the process.

They are boto3's low-level clients, made by botocore itself: importing the `boto3` package brings
in its S3 transfer manager and `asyncio`, a sixth of a cold start that no function uses.
"""

from functools import cache
from typing import Any

from botocore.config import Config
from botocore.session import Session, get_session

# Short connect and read limits: a hanging call must leave time to answer the caller.
# `standard` retries three times in all; conditional writes stay safe because every write of
# ours is conditional and transactions carry a client token.
_CONFIG = Config(
    connect_timeout=2,
    read_timeout=10,
    retries={"mode": "standard", "max_attempts": 3},
    # Response bodies we read are small and come over TLS: a second checksum buys nothing.
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
)

_NOT_REPEATABLE = frozenset({"sesv2"})
"""Services whose calls must not be repeated by the SDK: a mail that timed out may be on its way."""

# Addresses that people get must name the bucket's region: S3's global name redirects, and a
# redirect loses what was posted. They are signed in the one way that all regions take.
_REGIONAL = Config(
    signature_version="s3v4",
    s3={"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"},
)


@cache
def _session() -> Session:
    return get_session()


@cache
def client(service: str) -> Any:
    """The client of `service` ("dynamodb", "sqs" …)."""
    config = _CONFIG
    if service in _NOT_REPEATABLE:
        config = config.merge(Config(retries={"mode": "standard", "total_max_attempts": 1}))
    if service == "s3":
        config = config.merge(_REGIONAL)
    return _session().create_client(service, config=config)
