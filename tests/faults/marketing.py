"""What must hold of segments whatever broke on the way."""

from collections import Counter
from typing import Any

from shared.marketing.attribution.models import MODELS
from shared.marketing.attribution.repository import from_item as conversion_from
from shared.marketing.campaigns.repository import COUNTED
from shared.marketing.reports.engagement import COUNTED as COUNTED_OF_MESSAGES
from shared.marketing.reports.engagement import LINK_COUNTED, counts_of, link_counts_of
from shared.marketing.reports.report import revenue_name
from shared.marketing.reports.repository import from_item as engagement_from
from shared.marketing.segments.repository import shard_of
from shared.marketing.sending.recipient import Recipient, from_item
from shared.marketing.sending.recipient import from_item as recipient_from
from shared.marketing.sending.rows import figure
from tests.pump import carried
from tests.sending import mailed, texted

Item = dict[str, Any]


def check(found: list[Item]) -> None:
    """Check all of them over everything stored."""
    segments_count_who_is_in_them(found)
    who_entered_and_did_not_leave_is_in(found)
    campaigns_add_up(found)
    nobody_got_a_message_twice(found)
    figures_are_what_came_of_messages(found)
    channels_add_up(found)
    revenue_is_what_was_credited(found)
    campaigns_on_their_way_are_known(found)


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


def campaigns_add_up(found: list[Item]) -> None:
    """What a campaign counts is what its recipients say, of several messages to a person the last
    one, and nobody is counted who is not meant."""
    last: dict[tuple[str, str], Recipient] = {}
    for item in found:
        if item["pk"].startswith("RECIPIENT#"):
            one = from_item(item)
            known = last.setdefault((one.campaign_id, one.contact_id), one)
            if one.number > known.number:
                last[one.campaign_id, one.contact_id] = one
    states: Counter[tuple[str, str]] = Counter()
    for one in last.values():
        if one.counts_as:
            states[one.campaign_id, one.counts_as] += 1
    counted: Counter[tuple[str, str]] = Counter()
    for item in found:
        if item["sk"].startswith("PROGRESS#"):
            for name in COUNTED:
                counted[item["pk"].removeprefix("CAMPAIGN#"), name] += int(item.get(name, 0))
    erased = any(item["sk"] == "ERASED" for item in found)
    assert erased or {one: n for one, n in counted.items() if n} == dict(states)
    meant = {
        (item["pk"].removeprefix("CAMPAIGN#"), contact_id)
        for item in found
        if item["pk"].startswith("CAMPAIGN#") and item["sk"].startswith("PAGE#")
        for contact_id in item["ids"]
    }
    sizes = Counter(campaign for campaign, _ in meant)
    for item in found:
        if item["sk"] == "CAMPAIGN":
            campaign = item["pk"].removeprefix("CAMPAIGN#")
            assert item["audience_size"] == sizes[campaign]
    assert {
        (item["campaign_id"], item["contact_id"])
        for item in found
        if item["pk"].startswith("RECIPIENT#")
    } <= meant


def campaigns_on_their_way_are_known(found: list[Item]) -> None:
    """By priority there are those that have begun and are not over, and those that start by
    themselves."""
    listed = {
        (name, item["sk"])
        for item in found
        if item["pk"] == "ON_THE_WAY"
        for name in item
        if name.startswith("campaign_")
    }
    assert listed == {
        (item["pk"].removeprefix("CAMPAIGN#"), str(item["priority"]))
        for item in found
        if item["sk"] == "CAMPAIGN"
        and (
            item["state"] in ("active", "paused")
            or (item["state"] == "planned" and {"start_at", "local_at"} & item.keys())
        )
    }


def nobody_got_a_message_twice(found: list[Item]) -> None:
    """Of each address there are as many mails as recipients' items that say so, or one more where
    an item says that nobody knows; and of each number as many text messages."""
    _each_once(found, "email", "emails", "address", mailed())
    _each_once(found, "sms", "phones", "number", Counter(number for number, _ in texted()))


def _each_once(found: list[Item], channel: str, field: str, part: str, mails: Counter[str]) -> None:
    addresses = {
        item["pk"].removeprefix("CONTACT#"): item[field][0][part]
        for item in found
        if item["sk"] == "CONTACT" and item.get(field)
    }
    sure: Counter[str] = Counter()
    perhaps: Counter[str] = Counter()
    for item in found:
        if not item["pk"].startswith("RECIPIENT#") or item["channel"] != channel:
            continue
        if item["contact_id"] in addresses:
            address = addresses[item["contact_id"]]
            sure[address] += item["state"] == "sent"
            perhaps[address] += item["state"] in ("sent", "unknown", "claimed")
    for address in perhaps:
        assert sure[address] <= mails[address] <= perhaps[address], address


def figures_are_what_came_of_messages(found: list[Item]) -> None:
    """A campaign's figures and those of its links are the sums over its messages, and a message is
    what came of its hits."""
    if any(item["sk"] == "ERASED" for item in found):
        return
    summed: Counter[tuple[str, str, str]] = Counter()
    kept: Counter[tuple[str, str, str]] = Counter()
    judged = Counter(
        (item["pk"], item["sk"].split("#")[1], item["kind"])
        for item in found
        if item["sk"].startswith("HIT#") and "human" in item
    )
    for item in found:
        if item["sk"].startswith("ENGAGEMENT#"):
            one = engagement_from(item)
            for name, number in counts_of(one).items():
                summed[one.campaign_id, "", name] += number
            for link, tally in one.links.items():
                for name, number in link_counts_of(tally).items():
                    summed[one.campaign_id, f"{link:03d}", name] += number
            hits = {"opened": one.opens, "clicked": one.clicks}
            assert {kind: judged[item["pk"], one.campaign_id, kind] for kind in hits} == hits
        if item["sk"].startswith("FIGURES"):
            kind, first, *_ = item["sk"].split("#")
            campaign = item["pk"].removeprefix("CAMPAIGN#")
            names = COUNTED_OF_MESSAGES if kind == "FIGURES" else LINK_COUNTED
            for name in names:
                link = "" if kind == "FIGURES" else first
                kept[campaign, link, name] += int(item.get(name, 0))
    assert {one: n for one, n in kept.items() if n} == {one: n for one, n in summed.items() if n}


def channels_add_up(found: list[Item]) -> None:
    """What a campaign counts by channel and variant, costs among it, is what its messages say."""
    if any(item["sk"] == "ERASED" for item in found):
        return
    messages: Counter[tuple[str, str]] = Counter()
    counted: Counter[tuple[str, str]] = Counter()
    for item in found:
        if item["pk"].startswith("RECIPIENT#"):
            one = recipient_from(item)
            for name, number in one.amounts.items():
                messages[one.campaign_id, figure(name, one.channel, one.variant)] += number
        if item["sk"].startswith("PROGRESS#"):
            campaign = item["pk"].removeprefix("CAMPAIGN#")
            for name, number in item.items():
                if "__" in name:
                    counted[campaign, name] += int(number)
    assert {one: n for one, n in counted.items() if n} == {
        one: n for one, n in messages.items() if n
    }


def revenue_is_what_was_credited(found: list[Item]) -> None:
    """By each model campaigns have what deeds gave them, which is all of each deed's amount."""
    if any(item["sk"] == "ERASED" for item in found):
        return
    credited: Counter[tuple[str, str]] = Counter()
    kept: Counter[tuple[str, str]] = Counter()
    for item in found:
        if item["sk"].startswith("CONVERSION#"):
            one = conversion_from(item)
            for model in MODELS:
                shared = sum(of.get(model, 0) for of in one.credit.values())
                assert one.deed.returned or shared == one.deed.amount
            for (campaign, _, _), of in one.credit.items():
                for model, number in of.items():
                    credited[campaign, revenue_name(model, one.deed.currency)] += number
        if item["sk"].startswith("FIGURES#"):
            for name, number in item.items():
                if name.startswith("revenue__"):
                    kept[item["pk"].removeprefix("CAMPAIGN#"), name] += int(number)
    assert {one: n for one, n in kept.items() if n} == {one: n for one, n in credited.items() if n}
