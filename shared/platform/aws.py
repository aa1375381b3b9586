"""Where AWS is for this process and who asks: region, addresses, credentials, botocore's clients.

Most calls go out through `json_api`, which needs no client. Clients are botocore's own: importing
the `boto3` package brings in its S3 transfer manager and `asyncio`, a sixth of a cold start that
no function uses. Importing botocore and making a first client is half of one, so that happens only
in functions that need a client.
"""

import json
import os
import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, NamedTuple, Protocol

CONNECT_SECONDS: Final = 2
READ_SECONDS: Final = 10
"""A hanging call must leave time to answer the caller."""

ATTEMPTS: Final = 4
"""Tries of one call in all. Repeated writes stay safe because every write of ours is conditional
and transactions carry a client token."""

_NOT_REPEATABLE: Final = frozenset({"sns"})
"""Services whose calls must not be repeated by the SDK: a message that timed out may be on its
way."""


class Credentials(NamedTuple):
    """What requests are signed with."""

    access_key: str
    secret_key: str
    token: str | None


class _Holder(Protocol):
    """Whatever has credentials, and renews them where they end."""

    def get_frozen_credentials(self) -> Any: ...


class _Given(NamedTuple):
    """Credentials of the environment, which hold as long as the process."""

    credentials: Credentials

    def get_frozen_credentials(self) -> Credentials:
        return self.credentials


@cache
def _session() -> Any:
    from botocore.session import get_session

    return get_session()


@cache
def client(service: str) -> Any:
    """The client of `service` ("s3", "sqs" …), made on first use and kept."""
    from botocore.config import Config

    attempts = 1 if service in _NOT_REPEATABLE else ATTEMPTS
    config = Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        retries={"mode": "standard", "total_max_attempts": attempts},
        # Response bodies we read are small and come over TLS: a second checksum buys nothing.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    if service == "s3":
        # Addresses that people get must name the bucket's region: S3's global name redirects, and
        # a redirect loses what was posted. They are signed in the one way that all regions take.
        regional: Any = {"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"}
        config = config.merge(Config(signature_version="s3v4", s3=regional))
    return _session().create_client(service, config=config)


def credentials() -> Credentials:
    """What to sign with now."""
    return Credentials(*_holder().get_frozen_credentials()[:3])


@cache
def _holder() -> _Holder:
    # The environment comes first in botocore's own chain too; Lambda gives credentials there.
    known = os.environ
    access, secret = known.get("AWS_ACCESS_KEY_ID"), known.get("AWS_SECRET_ACCESS_KEY")
    if access and secret and "AWS_CREDENTIAL_EXPIRATION" not in known:
        return _Given(Credentials(access, secret, known.get("AWS_SESSION_TOKEN")))
    found: _Holder | None = _session().get_credentials()
    if found is None:
        from botocore.exceptions import NoCredentialsError

        raise NoCredentialsError
    return found


@cache
def region() -> str:
    """The region this process works in."""
    found = os.environ.get("AWS_DEFAULT_REGION") or _session().get_config_variable("region")
    if not found:
        from botocore.exceptions import NoRegionError

        raise NoRegionError
    return str(found)


@cache
def endpoint(prefix: str, service_id: str) -> str:
    """The address of a service: what the environment says, else `<prefix>.<region>…`.

    `service_id` is its name in the SDKs ("Secrets Manager"), which the variable goes by.
    """
    variable = f"AWS_ENDPOINT_URL_{service_id.upper().replace(' ', '_')}"
    given = os.environ.get(variable) or os.environ.get("AWS_ENDPOINT_URL")
    return given.rstrip("/") if given else f"https://{prefix}.{region()}.{_domain(region())}"


@cache
def certificates() -> str:
    """The file of authorities that vouch for AWS."""
    return os.environ.get("AWS_CA_BUNDLE") or str(_botocore() / "cacert.pem")


def _domain(region: str) -> str:
    # As botocore tells: a region nobody knows yet is one of the first, ordinary partition.
    partitions = json.loads((_botocore() / "data" / "partitions.json").read_text())["partitions"]
    matching = [one for one in partitions if re.match(one["regionRegex"], region)]
    return str((matching or partitions)[0]["outputs"]["dnsSuffix"])


def _botocore() -> Path:
    # Found, not imported: all that is wanted are files beside its modules.
    spec = find_spec("botocore")
    assert spec and spec.origin
    return Path(spec.origin).parent
