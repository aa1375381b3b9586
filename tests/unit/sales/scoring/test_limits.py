"""Limits stay bounded themselves, whatever is reported."""

import pytest

from shared.sales.scoring import limits
from shared.sales.scoring.limits import within


def test_objects_are_counted_over_all_rules_of_a_lead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_OBJECTS", 3)
    used = {"pricing": {"o:a": 1, "l": 7}, "blog": {"o:a": 1}}

    assert within({"o:b": 1}, "pricing", used)
    assert within({"o:a": 2}, "blog", {**used, "docs": {"o:a": 1}})
    assert not within({"o:b": 1}, "pricing", {**used, "docs": {"o:a": 1}})
    assert not within({"o:b": 1}, "new", {**used, "docs": {"o:a": 1}})
    assert within({"l": 8}, "pricing", {**used, "docs": {"o:a": 1}})
