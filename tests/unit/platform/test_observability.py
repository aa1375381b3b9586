"""The line of an invocation, written as the logger writes its own."""

import pytest

from shared.platform.observability import answered, begin
from tests.conftest import Logs


def test_the_line_of_a_done_invocation_is_as_the_logger_writes_it(
    logs: Logs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(
        "_X_AMZN_TRACE_ID", "Root=1-5759e988-bd862e3fe1be46a9;Parent=53995c3f;Sampled=1"
    )
    log = begin("request-1", route="GET /v1/leads")
    log.info("answered", extra={"status": 200})
    answered(status=200)

    by_logger, by_hand = logs.lines
    # Where in the code it was is the same place each time.
    del by_logger["location"]
    assert by_hand.keys() == by_logger.keys()
    timeless = [{**line, "timestamp": ""} for line in (by_logger, by_hand)]
    assert timeless[0] == timeless[1]
    assert len(by_hand["timestamp"]) == len(by_logger["timestamp"])
    assert by_hand["timestamp"][-6:] == by_logger["timestamp"][-6:]


def test_ids_of_one_invocation_are_not_in_the_line_of_the_next(logs: Logs) -> None:
    begin("request-1", route="GET /v1/leads")
    begin("request-2")
    answered()

    (line,) = logs.lines
    assert line["correlation_id"] == "request-2"
    assert "route" not in line
