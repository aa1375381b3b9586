"""Each test meets the emulator as it was installed."""

from collections.abc import Iterator

import pytest

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
