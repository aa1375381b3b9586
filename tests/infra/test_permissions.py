"""The proof of permissions: what the functions asked of AWS in all other tests is what their
roles allow, no less and no more. The same for settings and for the events they store.

Runs last, and needs the recordings of a whole run (see `tests/permissions.py`); with only some
tests selected it is skipped, unless this file is named on the command line.
"""

import os
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from infra.synthesized import Deployed, Grant
from shared.platform.settings import PREFIX
from tests.permissions import ROOT, Call, recorded

SERVICE_SIDE = {
    "xray:PutTraceSegments",
    "xray:PutTelemetryRecords",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "sqs:ReceiveMessage",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "dynamodb:DescribeStream",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:ListStreams",
    "s3:ListBucket",
}
"""Done by Lambda in the function's name: tracing, log delivery, reading queues and streams."""

ALWAYS_GIVEN = {"stage", "clock_file", "webhook_sink"}


@pytest.fixture(scope="module")
def seen(request: pytest.FixtureRequest) -> Mapping[str, set[Any]]:
    """What was recorded, if the run was one that records everything."""
    chosen = [Path(arg.partition("::")[0]).resolve() for arg in request.config.args]
    enough = {Path(__file__), ROOT, ROOT / "tests"} & set(chosen)
    if "PYTEST_XDIST_WORKER" in os.environ or not enough:
        pytest.skip("needs the recordings of a whole run")
    return recorded()


def test_every_function_was_exercised(
    deployed: Sequence[Deployed], seen: Mapping[str, set[Any]]
) -> None:
    asked = {call.function for call in seen["calls"]}

    assert asked >= {one.name for one in deployed if own(one)}, "nothing asked of AWS"


def test_every_recorded_call_is_allowed(
    deployed: Sequence[Deployed], seen: Mapping[str, set[Any]]
) -> None:
    by_name = {one.name: one for one in deployed}
    refused = [
        call
        for call in sorted(seen["calls"])
        if call.function in by_name
        and not any(
            covers(grant, call, by_name[call.function]) for grant in by_name[call.function].grants
        )
    ]

    assert not refused, "add to the function's access:\n" + "\n".join(map(str, refused))


def test_every_allowed_action_is_used(
    deployed: Sequence[Deployed], seen: Mapping[str, set[Any]]
) -> None:
    unused = [
        f"{one.name}: {grant.action} on {grant.resource}"
        for one in deployed
        for grant in sorted(own(one), key=str)
        if not any(covers(grant, call, one) for call in seen["calls"] if call.function == one.name)
    ]

    assert not unused, "take away, or test:\n" + "\n".join(unused)


def test_every_function_is_given_the_settings_it_reads(
    deployed: Sequence[Deployed], seen: Mapping[str, set[Any]]
) -> None:
    read: dict[str, set[str]] = {one.name: set() for one in deployed}
    for function, setting in seen["settings"]:
        read.setdefault(function, set()).add(setting)

    given = {
        one.name: {name.removeprefix(PREFIX).lower() for name in one.environment if PREFIX in name}
        for one in deployed
    }
    differing = {
        name: (settings - ALWAYS_GIVEN, read[name] - ALWAYS_GIVEN)
        for name, settings in given.items()
        if settings - ALWAYS_GIVEN != read[name] - ALWAYS_GIVEN
    }
    assert not differing, "given, read"


def test_every_function_stores_the_events_it_says(
    deployed: Sequence[Deployed], seen: Mapping[str, set[Any]]
) -> None:
    stored: dict[str, set[str]] = {one.name: set() for one in deployed}
    for function, event in seen["events"]:
        stored.setdefault(function, set()).add(event)
    said = {one.name: set(one.emits) for one in deployed}

    differing = {name: (said[name], stored[name]) for name in said if said[name] != stored[name]}
    assert not differing, "said, stored"


@cache
def own(function: Deployed) -> frozenset[Grant]:
    """What the role allows beyond what Lambda does in the function's name."""
    dead_letters = {
        f"{one.address}" for one in function.of.resources if "DeadLetters" in one.address
    }
    return frozenset(
        grant
        for grant in function.grants
        if grant.action not in SERVICE_SIDE
        and not (grant.action == "sqs:SendMessage" and grant.resource in dead_letters)
        and not (grant.action == "s3:PutObject" and grant.resource.endswith("/aws/*"))
        # The sender is known to SES by its address or its domain: which, the operator decides.
        and not (grant.action == "ses:SendEmail" and ":identity/" in grant.resource)
    )


def covers(grant: Grant, call: Call, function: Deployed) -> bool:
    """Whether `grant` allows `call`: the same action on what the call's setting points at."""
    if grant.action != call.action:
        return False
    resource = function.environment.get(f"{PREFIX}{call.setting.upper()}", call.setting)
    if call.action.startswith("dynamodb:") and call.part:
        return grant.resource == f"{resource}/index/{call.part}"
    if call.action.startswith("s3:") and call.part:
        return grant.resource == f"{resource}/{call.part}/*"
    if call.action == "ses:SendEmail":
        kind = "identity" if call.setting == "mail_sender" else "configuration-set"
        return grant.resource.endswith(f":{kind}/{resource}")
    if call.action == "sns:Publish" and not call.setting:
        return grant.resource == "*"  # to a phone, which has no ARN
    if call.action == "lambda:InvokeFunction":
        return grant.resource.endswith(f":function:{call.setting.replace('-test-', '-prod-')}")
    # What failed may go back to any queue of the stage.
    any_queue = call.action.startswith("sqs:") and grant.resource.endswith(":crm-prod-*")
    return any_queue or grant.resource == resource
