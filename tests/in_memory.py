"""AWS in the memory of the test process, made once and put back to new for every test.

The tables are ours (`tests.dynamodb`), everything else is moto's. Making queues, bus and sign-in
pool through their API takes longer than most tests: the first test of a process makes them, a
copy is kept, and each further test starts from such a copy. Nothing a test did is left for the
next.
"""

import copy
import copyreg
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, Final
from unittest.mock import patch

import jsonpath_ng.ext
from botocore.awsrequest import AWSPreparedRequest
from moto.core import responses as core_responses
from moto.core.base_backend import BackendDict, BaseBackend
from moto.core.config import default_user_config
from moto.core.model_instances import reset_model_data
from moto.core.models import botocore_stubber
from moto.sqs import models as sqs_models

from tests import cloud, kept_clients
from tests.aws_calls import answered_by_moto
from tests.dynamodb.tables import State

Place = tuple[BackendDict[Any], str, str]
"""Where moto keeps the resources of one service: its backends, the account, the region."""

_made: Final[dict[Place, dict[str, Any]]] = {}
_told: Final[dict[str, str]] = {}
"""The variables that name what was made."""


@contextmanager
def account(elsewhere: str | None = None) -> Iterator[None]:
    """An account as the stacks leave it, in memory; the tables of the endpoint `elsewhere`, if
    given, are asked for there, those of `MOTO` are moto's."""
    core = default_user_config["core"]
    before = dict(core)
    botocore_stubber.enabled = True
    try:
        _put_back()
        if elsewhere == cloud.MOTO:
            cloud.create_tables()
        elif elsewhere:
            core["passthrough"] = {"urls": [f"{elsewhere}.*"], "services": []}
            cloud.create_tables()
        with answered_by_moto():
            yield
    finally:
        botocore_stubber.enabled = False
        core.clear()
        core.update(before)  # type: ignore[typeddict-item]
        reset_model_data()
        kept_clients.unhook()


def _put_back() -> None:
    cloud.memory().put_back({name: State() for name in cloud.memory().tables})
    if not _made:
        BackendDict.reset()
        with patch.dict(os.environ, cloud.CREDENTIALS):
            _told.update(cloud.create_everything())
        _made.update({place: copy.deepcopy(vars(backend)) for place, backend in _backends()})
    else:
        for place, backend in _backends():
            if place in _made:
                backend.__dict__ = copy.deepcopy(_made[place])
            else:
                backend.reset()
    os.environ.update(_told)


def _backends() -> Iterator[tuple[Place, BaseBackend]]:
    for backends in BackendDict._instances:
        for account_id, region, backend in backends.iter_backends():
            yield (backends, account_id, region), backend


# A queue has one; a copy of the queue has its own.
copyreg.pickle(threading.Condition, lambda _: (threading.Condition, ()))  # type: ignore[arg-type]


# moto's bus builds this parser anew for each event it passes on.
jsonpath_ng.ext.parse = cache(jsonpath_ng.ext.parse)

# And a service's addresses, and a class's methods, for each request.
_addresses: Final[dict[type, Any]] = {}
_addresses_of: Final[Any] = BaseBackend.urls


def _kept_addresses(backend: BaseBackend) -> Any:
    kind = type(backend)
    if kind not in _addresses:
        _addresses[kind] = _addresses_of.fget(backend)
    return _addresses[kind]


BaseBackend.urls = property(_kept_addresses)  # type: ignore[assignment,method-assign]
core_responses.method_names_from_class = cache(core_responses.method_names_from_class)
sqs_models.camelcase_to_underscores = cache(sqs_models.camelcase_to_underscores)

_asked_of_moto: Final = botocore_stubber.process_request


def _answered(request: AWSPreparedRequest) -> Any:
    """Status, headers and body of an answer: of the tables in memory, or of moto."""
    target = request.headers.get("X-Amz-Target", "")
    name = target.decode() if isinstance(target, bytes) else target
    ours = name.startswith("DynamoDB_") and request.url.endswith(".amazonaws.com/")
    if not ours or cloud.elsewhere():
        return _asked_of_moto(request)
    status, members = cloud.memory().answer(name.rpartition(".")[2], json.loads(request.body))
    headers = {"content-type": "application/x-amz-json-1.0", "x-amzn-requestid": "memory"}
    return status, headers, json.dumps(members)


botocore_stubber.process_request = _answered  # type: ignore[method-assign]
