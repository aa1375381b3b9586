"""How likely it is that a person opened a message or followed a link, and why (row X5). Pure.

Scanners of mail servers open every mail and follow its links, mail programs fetch images ahead:
both come soon after the mail, follow everything, or say who they are. The first rule that holds
decides. Percentages are an order, not a measured frequency; `hits.HUMAN` is where counting begins.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, Literal, NamedTuple

from .hits import Hit
from .programs import program_of

TOO_SOON: Final = {"opened": timedelta(seconds=2), "clicked": timedelta(seconds=5)}
"""Nobody is that fast after a message left."""

BURST: Final = timedelta(seconds=10)
BURST_LINKS: Final = 3
"""So many different links, or all there are if that is less (but not one), followed within `BURST`
are not followed by a person."""

BESIDE_ROBOT: Final = timedelta(minutes=1)
"""So close to a hit of the hidden link it is the same program's."""

Reason = Literal[
    "hidden_link",
    "fetched_ahead",
    "nameless",
    "robot",
    "mail_privacy",
    "too_soon",
    "beside_hidden_link",
    "burst",
    "image_proxy",
    "person",
]


class Judgement(NamedTuple):
    """How likely a person, in percent, and what that follows from."""

    human: int
    reason: Reason


def judge(hit: Hit, all_hits: Sequence[Hit], sent_at: datetime | None, links: int) -> Judgement:
    """Judge one of the hits of a message that has so many `links` and left at `sent_at`."""
    if hit.kind == "clicked" and hit.link == 0:
        return Judgement(0, "hidden_link")
    if hit.ahead or hit.method != "GET":
        return Judgement(0, "fetched_ahead")
    program = program_of(hit.agent)
    if program == "nameless":
        return Judgement(5, "nameless")
    if program == "robot":
        return Judgement(0, "robot")
    if program == "mail_privacy":
        return Judgement(10, "mail_privacy")
    if sent_at is not None and hit.at - sent_at < TOO_SOON[hit.kind]:
        return Judgement(5, "too_soon")
    if any(_hidden(one) and abs(one.at - hit.at) <= BESIDE_ROBOT for one in all_hits):
        return Judgement(5, "beside_hidden_link")
    if hit.kind == "clicked" and _in_burst(hit, all_hits, links):
        return Judgement(5, "burst")
    if program == "image_proxy":
        # They fetch images when somebody looks; links they only follow by themselves.
        return Judgement(80 if hit.kind == "opened" else 5, "image_proxy")
    return Judgement(95 if hit.kind == "clicked" else 90, "person")


def _hidden(one: Hit) -> bool:
    return one.kind == "clicked" and one.link == 0


def _in_burst(hit: Hit, all_hits: Sequence[Hit], links: int) -> bool:
    enough = min(BURST_LINKS, links)
    clicks = [one for one in all_hits if one.kind == "clicked" and abs(one.at - hit.at) <= BURST]
    # Any window of that length the hit is in.
    return enough > 1 and any(
        len({one.link for one in clicks if start.at <= one.at <= start.at + BURST}) >= enough
        for start in clicks
        if start.at <= hit.at
    )
