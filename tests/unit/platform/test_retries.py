"""Calls are tried again when, and about as late as, botocore's clients would try them again."""

import itertools
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError
from botocore.retries import quota, standard
from hypothesis import given
from hypothesis import strategies as st

from shared.platform import retries as module
from shared.platform.aws import ATTEMPTS
from shared.platform.retries import Store, Tries

CODES = sorted(
    {
        *standard.TransientRetryableChecker._TRANSIENT_ERROR_CODES,
        *standard.ThrottledRetryableChecker._THROTTLED_ERROR_CODES,
        "ConditionalCheckFailedException",
        "TransactionCanceledException",
        "400",
    }
)


class Botocore:
    """botocore's own standard mode for one service."""

    def __init__(self, service: str) -> None:
        detector = standard.ThrottlingErrorDetector(standard.RetryEventAdapter())
        self._conditions = standard.StandardRetryConditions(ATTEMPTS)
        self._store = quota.RetryQuota()
        self._quota = standard.RetryQuotaChecker(self._store, detector)
        self._backoff = standard.ExponentialBackoff(
            service_name=service, throttling_detector=detector, random=lambda: 1.0
        )
        self._service = SimpleNamespace(service_name=service)
        self.context: dict[str, Any] = {}

    def wait(self, attempt: int, status: int, code: str, after: str) -> float | None:
        headers = {"x-amz-retry-after": after} if after else {}
        http = SimpleNamespace(status_code=status, headers=headers, content=b"")
        context = standard.RetryContext(
            attempt,
            operation_model=SimpleNamespace(service_model=self._service, error_shapes=[]),
            parsed_response={"Error": {"Code": code}} if status else None,
            http_response=http if status else None,
            caught_exception=None if status else ReadTimeoutError(endpoint_url=""),
            request_context=self.context,
        )
        if self._conditions.is_retryable(context) and self._quota.acquire_retry_quota(context):
            return self._backoff.delay_amount(context)
        return None

    @property
    def tokens(self) -> int:
        return self._store.available_capacity

    def succeeded(self) -> None:
        self._quota.release_retry_quota(self.context, SimpleNamespace(status_code=200))


@pytest.fixture(autouse=True)
def _the_longest_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module.random, "random", lambda: 1.0)


@pytest.mark.parametrize("service", ["dynamodb", "sqs"])
def test_a_failure_is_judged_as_botocore_judges_it(service: str) -> None:
    statuses = (400, 404, 413, 429, 500, 501, 502, 503, 504)
    afters = ("", "0", "20", "3000", "60000", "-5", "soon")

    for status, code, after in [(0, "", ""), *itertools.product(statuses, CODES, afters)]:
        ours, theirs = Tries(service, Store()), Botocore(service)
        for attempt in range(1, ATTEMPTS + 1):
            found = ours.again(status, code, after)
            assert found == pytest.approx(theirs.wait(attempt, status, code, after))
        assert found is None


@given(st.lists(st.sampled_from(["fails", "throttled", "late", "late throttled", "at once"])))
def test_a_service_in_trouble_is_left_alone_when_botocore_would_leave_it_alone(
    story: list[str],
) -> None:
    store, theirs = Store(), Botocore("dynamodb")
    for happened in story * 10:
        ours = Tries("dynamodb", store)
        theirs.context.clear()
        if happened != "at once":
            answer = (400, "ThrottlingException") if "throttled" in happened else (500, "500")
            waits = ours.again(*answer), theirs.wait(1, *answer, "")
            assert (waits[0] is None) == (waits[1] is None)
        if happened.startswith(("late", "at once")):
            ours.succeeded()
            theirs.succeeded()
        assert store.tokens == theirs.tokens


def test_the_wait_is_somewhere_between_none_and_the_longest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module.random, "random", lambda: 0.5)

    assert Tries("dynamodb", Store()).again(500, "500") == 0.0125
