"""Who gets which variant: by lot, the same for ever. Pure."""

import hashlib
from collections.abc import Iterable
from typing import Final

from shared.marketing.campaigns.model import Campaign, Way

_LOTS: Final = 100
_TWENTY: Final = 20


def arm_of(campaign: Campaign, contact_id: str) -> str | None:
    """The variant somebody of the sample gets; `None` for the rest. It follows from the ids alone,
    so nobody can be in two arms, however often it is asked."""
    test = campaign.ab_test
    if test is None:
        return None
    drawn = hashlib.sha256(f"{campaign.campaign_id}.{contact_id}".encode()).digest()
    if int.from_bytes(drawn[:8]) % _LOTS >= test.sample_percent:
        return None
    return test.variants[int.from_bytes(drawn[8:16]) % len(test.variants)]


def variant_of(campaign: Campaign, contact_id: str, way: Way) -> str | None:
    """The variant somebody gets now; `None` where there is no test, or it is not decided yet. Only
    mails have variants: who gets a text message instead says nothing of them."""
    if campaign.ab_test is None or way.channel != "email":
        return None
    return arm_of(campaign, contact_id) or campaign.ab_test.winner


def due(campaign: Campaign, contact_ids: Iterable[str]) -> list[str]:
    """Those of some who may get their message now: the rest waits for the winner."""
    if campaign.ab_test is None or campaign.ab_test.winner:
        return list(contact_ids)
    return sample_of(campaign, contact_ids)


def sample_of(campaign: Campaign, contact_ids: Iterable[str]) -> list[str]:
    """Those of some who are in the sample."""
    return [one for one in contact_ids if arm_of(campaign, one)]


def sample_left(size: int, settled: int, deferred: int) -> bool:
    """Whether a sample of so many has its mails, or a reason why not: so nobody's is on its way,
    and one in twenty at most is put off. Until there is a winner a campaign counts nobody else."""
    return settled + deferred >= size and settled * _TWENTY >= size * (_TWENTY - 1)


def way_of(campaign: Campaign, way: Way, variant: str | None) -> Way:
    """A way with the words of a variant."""
    test = campaign.ab_test
    if test is None or variant is None:
        return way
    number = test.variants.index(variant)
    if number == 0:
        return way
    changed = {
        "template_id": test.templates[number - 1],
        "template_version": test.versions[number - 1],
    }
    return way.model_copy(update=changed)
