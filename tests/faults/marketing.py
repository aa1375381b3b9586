"""What must hold of segments whatever broke on the way."""

from collections import Counter
from typing import Any

from shared.marketing.segments.repository import shard_of
from tests.pump import carried

Item = dict[str, Any]


def check(found: list[Item]) -> None:
    """Check all of them over everything stored."""
    segments_count_who_is_in_them(found)
    who_entered_and_did_not_leave_is_in(found)


def segments_count_who_is_in_them(found: list[Item]) -> None:
    """Each part of a segment's count is the number of members in it, as its index lists them."""
    members = Counter(
        (item["sk"], shard_of(item["pk"].removeprefix("CONTACT#")))
        for item in found
        if item.get("member") and item["sk"].startswith("SEGMENT#")
    )
    counted = {
        (item["pk"], int(item["sk"].removeprefix("COUNT#"))): int(item["members"])
        for item in found
        if item["pk"].startswith("SEGMENT#") and item["sk"].startswith("COUNT#")
    }
    listed = Counter(
        (segment, int(shard))
        for item in found
        if "segment_pk" in item
        for segment, _, shard in [item["segment_pk"].rpartition("#")]
    )
    assert {one: number for one, number in counted.items() if number} == dict(members)
    assert listed == members


def who_entered_and_did_not_leave_is_in(found: list[Item]) -> None:
    """Of each contact and segment the events are entered, left, entered … and the last of them is
    what holds."""
    balance: Counter[tuple[str, str]] = Counter()
    for fact in carried():
        if fact.type in ("SegmentEntered", "SegmentLeft"):
            more = 1 if fact.type == "SegmentEntered" else -1
            balance[fact.detail["contact_id"], fact.detail["segment_id"]] += more
    members = {
        (item["pk"].removeprefix("CONTACT#"), item["sk"].removeprefix("SEGMENT#"))
        for item in found
        if item.get("member") and item["sk"].startswith("SEGMENT#")
    }
    erased = {item["pk"].removeprefix("ERASED#") for item in found if item["sk"] == "ERASED"}
    inside = {one for one, times in balance.items() if times == 1 and one[0] not in erased}
    assert set(balance.values()) <= {0, 1}
    assert inside == {one for one in members if one[0] not in erased}
