"""Tables: one conditional write a save, with its events, on every DynamoDB there is."""

import threading
from decimal import Decimal
from typing import Any

import pytest

from shared.kernel.errors import Busy
from shared.platform.codec import encode
from shared.platform.requests import Check, Condition, Delete, Op, Put, Update
from shared.platform.tables import Table
from shared.platform.writes import TRANSACTION_LIMIT, ConditionFailed
from shared.sales.tables import SALES
from tests.aws_calls import asked
from tests.builders import captured
from tests.pump import carried

pytestmark = [pytest.mark.conformance, pytest.mark.usefixtures("tables")]

table = Table(SALES)
KEY = {"pk": "A", "sk": "1"}
ABSENT = Condition("absent", "attribute_not_exists(#pk)", "there is one of each")
UNUSED = Condition("unused", "attribute_not_exists(#sk)", "it is somebody else's")


def stored(*sks: str, pk: str = "A", **more: Any) -> None:
    for sk in sks:
        table.write(Put({"pk": pk, "sk": sk, **more}))


def test_values_of_every_kind_come_back_as_they_were() -> None:
    item = {
        **KEY,
        "text": "Ünïcødé \U0001f600",
        "empty": "",
        "number": -7,
        "big": 10**37,
        "share": Decimal("0.25"),
        "yes": True,
        "no": False,
        "none": None,
        "list": ["a", 1, {"b": [Decimal("1.5")]}],
        "map": {"nested": {"deep": 1}},
        "set": {"x", "y"},
        "raw": b"\0\xff",
    }

    table.write(Put(item))

    assert table.get(KEY) == item


def test_what_is_not_there_is_none() -> None:
    assert table.get(KEY) is None
    assert table.get_many([KEY]) == []


def test_a_refused_put_says_why_and_what_it_found_and_changes_nothing() -> None:
    table.write(Put({**KEY, "owner": "ann"}, condition=ABSENT))

    with pytest.raises(ConditionFailed) as refused:
        table.write(Put({**KEY, "owner": "bob"}, condition=ABSENT))

    assert refused.value.conditions == {"absent"}
    assert refused.value.found(0) == {**KEY, "owner": "ann"}
    assert refused.value.found(1) is None
    assert (table.get(KEY) or {})["owner"] == "ann"


def test_a_refused_transaction_names_each_refusal_and_changes_nothing() -> None:
    stored("2", owner="ann")

    with pytest.raises(ConditionFailed) as refused:
        table.write(
            Put({"pk": "A", "sk": "1"}, condition=ABSENT),
            Put({"pk": "A", "sk": "2"}, condition=UNUSED),
            Check(
                {"pk": "A", "sk": "3"},
                Condition("present", "attribute_exists(#pk)", "it must be there"),
            ),
        )

    assert refused.value.conditions == {"unused", "present"}
    assert refused.value.failures == {1: {"pk": "A", "sk": "2", "owner": "ann"}, 2: {}}
    assert table.get(KEY) is None


def test_an_update_sets_sets_once_adds_and_removes_in_one_write() -> None:
    table.write(Put({**KEY, "kept": "first", "gone": 1, "count": 2, "tags": {"a"}}))

    table.write(
        Update(
            KEY,
            set={"name": "new", "value": 0},
            set_once={"kept": "second", "made": "now"},
            add={"count": 5, "tags": {"b"}, "fresh": 1},
            remove=["gone"],
        )
    )

    assert table.get(KEY) == {
        **KEY,
        "name": "new",
        "value": 0,
        "kept": "first",
        "made": "now",
        "count": 7,
        "tags": {"a", "b"},
        "fresh": 1,
    }


def test_an_update_of_nothing_makes_the_item() -> None:
    table.write(Update(KEY, set={"a": 1}))

    assert table.get(KEY) == {**KEY, "a": 1}


def test_a_condition_may_use_the_words_and_values_of_its_update() -> None:
    table.write(Put({**KEY, "version": 3}))
    newest = Condition("newest", "#version = :seen", "nobody changed it meanwhile", {"seen": 3})

    table.write(Update(KEY, set={"version": 4}, condition=newest))
    with pytest.raises(ConditionFailed) as refused:
        table.write(Update(KEY, set={"version": 4}, condition=newest))

    assert refused.value.found(0) == {**KEY, "version": 4}


def test_a_delete_may_be_refused_too() -> None:
    stored("1", state="open")
    closed = Condition("closed", "#state = :closed", "open ones are kept", {"closed": "closed"})

    with pytest.raises(ConditionFailed):
        table.write(Delete(KEY, condition=closed))
    table.write(Delete(KEY))

    assert table.get(KEY) is None


def test_an_item_carries_its_events_until_the_next_save_without_any() -> None:
    table.write(Put(KEY, events=[captured(1), captured(2)]))
    carrying = table.get(KEY) or {}
    table.write(Update(KEY, set={"a": 1}, events=[captured(3)]))
    next_one = table.get(KEY) or {}
    table.write(Update(KEY, set={"a": 2}))

    assert [event["id"] for event in carrying["_events"]] == ["evt_captured_1", "evt_captured_2"]
    assert carrying["_ev"] == "LeadCaptured"
    assert [event["id"] for event in next_one["_events"]] == ["evt_captured_3"]
    assert table.get(KEY) == {**KEY, "a": 2}


def test_a_query_reads_a_partition_in_order_in_each_of_its_ways() -> None:
    stored("a1", "a2", "b1", "b2", "c1")
    stored("a1", pk="B")

    def found(**how: Any) -> list[str]:
        return [item["sk"] for item in table.query("A", **how).items]

    assert found() == ["a1", "a2", "b1", "b2", "c1"]
    assert found(begins="b") == ["b1", "b2"]
    assert found(between=("a2", "b1")) == ["a2", "b1"]
    assert found(before="b1") == ["a1", "a2"]
    assert found(beyond="b1") == ["b2", "c1"]
    assert found(forward=False, limit=2) == ["c1", "b2"]
    assert found(consistent=True, begins="zz") == []


def test_pages_follow_one_another_without_gap_or_repetition() -> None:
    stored(*(f"{n:03d}" for n in range(25)))

    seen: list[str] = []
    page = table.query("A", limit=10)
    seen += [item["sk"] for item in page.items]
    while page.after:
        page = table.query("A", limit=10, after=page.after)
        seen += [item["sk"] for item in page.items]

    assert seen == [f"{n:03d}" for n in range(25)]
    assert [item["sk"] for item in table.query_all("A", limit=7)] == seen


def test_more_than_one_megabyte_is_read_to_the_end(backend: str) -> None:
    stored(*(f"{n}" for n in range(6)), body="x" * 300_000)

    assert len(table.query_all("A")) == 6
    if backend != "ministack":  # which has no limit to a page
        assert len(table.query("A").items) < 6


def test_an_index_holds_only_items_with_its_keys_and_only_what_it_projects() -> None:
    stored("1", state_pk="new", state_sk="x", score="5", secret="hidden")
    stored("2")

    items = table.query("new", index="by_state").items

    assert items == [{**KEY, "state_pk": "new", "state_sk": "x", "score": "5"}]


def test_more_than_a_hundred_items_are_got_by_key() -> None:
    keys = [{"pk": "A", "sk": f"{n}"} for n in range(130)]
    for start in range(0, 130, TRANSACTION_LIMIT):
        table.write(*(Put(key) for key in keys[start : start + TRANSACTION_LIMIT]))

    found = table.get_many([*keys, {"pk": "none", "sk": "none"}])

    assert sorted(item["sk"] for item in found) == sorted(key["sk"] for key in keys)


def test_reads_that_stay_throttled_are_given_up_after_a_while(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waited: list[float] = []
    monkeypatch.setattr("time.sleep", waited.append)

    def throttled(*_: Any) -> Any:
        return {"Responses": {}, "UnprocessedKeys": {table.name: {"Keys": [encode(KEY)]}}}

    with asked(throttled), pytest.raises(Busy):
        table.get_many([KEY])

    assert 1 < len(waited) < 10


@pytest.mark.parametrize("count", [0, TRANSACTION_LIMIT + 1])
def test_a_write_of_nothing_or_too_much_is_a_mistake_of_ours(count: int) -> None:
    with pytest.raises(ValueError, match="1 to 100"):
        table.write(*(Put({"pk": "A", "sk": f"{n}"}) for n in range(count)))


def test_a_float_is_refused_before_anything_is_sent() -> None:
    with pytest.raises(TypeError):
        table.write(Put({**KEY, "share": 0.1}))


def test_nothing_of_a_failing_transaction_with_events_reaches_the_stream() -> None:
    stored("2")

    with pytest.raises(ConditionFailed):
        table.write(Put(KEY, events=[captured(1)]), Put({"pk": "A", "sk": "2"}, condition=ABSENT))

    assert carried() == []


def test_of_many_writers_at_once_each_counts_exactly_once() -> None:
    writers = 10
    outcomes: list[Exception | None] = []

    def write(number: int) -> None:
        ops: list[Op] = [
            Update(KEY, add={"count": 1}),
            Put({"pk": "A", "sk": f"by-{number}"}, condition=ABSENT),
        ]
        try:
            table.write(*ops)
            outcomes.append(None)
        except Busy as busy:
            outcomes.append(busy)

    threads = [threading.Thread(target=write, args=(n,)) for n in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    done = outcomes.count(None)
    assert done >= 1
    assert (table.get(KEY) or {})["count"] == done
    assert len(table.query("A", begins="by-").items) == done
