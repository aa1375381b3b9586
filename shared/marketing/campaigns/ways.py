"""Whether a campaign's ways to reach people can be gone."""

from collections.abc import Iterable, Iterator

from shared.kernel.errors import Conflict, FieldError, NotFound
from shared.marketing.ab_tests.model import AbTest
from shared.marketing.channels.model import CHANNELS
from shared.marketing.channels.webhooks import need_webhook
from shared.marketing.templates.repository import need_template
from shared.marketing.tracking.links import MOST, links_in

from .model import CampaignInput, Way, WayInput


def check_ways(given: CampaignInput) -> Iterator[FieldError]:
    """What is wrong with the ways of a campaign. A read for each template and program."""
    places: list[tuple[str, WayInput]] = [("", given)]
    places += [(f"fallbacks.{number}.", one) for number, one in enumerate(given.fallbacks)]
    seen: set[str] = set()
    coded = any(CHANNELS[one.channel].coded for _, one in places)
    if coded and given.code_prefix is None:
        message = "Rows of lists have response codes: say how they begin"
        yield FieldError("code_prefix", "code_prefix_missing", message)
    if not coded and given.code_prefix is not None:
        yield FieldError("code_prefix", "code_prefix_unusable", "Only rows of lists have codes")
    if given.one_per == "household" and not all(CHANNELS[one.channel].coded for _, one in places):
        message = "Households are known for post and phone"
        yield FieldError("one_per", "household_unknown", message)
    for place, one in places:
        if one.channel in seen:
            message = "Each channel once"
            yield FieldError(f"{place}channel", "channel_repeated", message)
        seen.add(one.channel)
        for field, code, message in _wrong(one.channel, one.template_id, one.webhook_id):
            yield FieldError(f"{place}{field}", code, message)


def check_test(given: CampaignInput) -> Iterator[FieldError]:
    """What is wrong with the test of a campaign. A read for each of its templates."""
    if given.ab_test is None:
        return
    if given.channel != "email":
        yield FieldError("ab_test", "test_unusable", "Only mails are tried against each other")
    if not given.tracking:
        message = "Without tracking nobody knows which mail is better"
        yield FieldError("tracking", "tracking_needed", message)
    for number, template_id in enumerate(given.ab_test.templates):
        for _, code, message in _wrong("email", template_id, None):
            yield FieldError(f"ab_test.templates.{number}", code, message)


def versions_of(test: AbTest) -> tuple[int, ...]:
    """The versions of a test's templates that are in force now. Raises `Conflict` where one cannot
    be sent any more."""
    ways = (with_version(Way(channel="email", template_id=one)) for one in test.templates)
    return tuple(one.template_version or 1 for one in ways)


def with_version(way: Way) -> Way:
    """A way with the version of its template that is in force now. Raises `Conflict` where it
    cannot be gone any more."""
    for _, code, message in _wrong(way.channel, way.template_id, way.webhook_id):
        raise Conflict(code, message)
    if way.template_id is None:
        return way
    return way.model_copy(update={"template_version": need_template(way.template_id).number})


def links_of_ways(ways: Iterable[Way]) -> list[str]:
    """The links of the mails among the messages of a campaign, each once. A read per mail."""
    found: dict[str, None] = {}
    for way in ways:
        if way.channel == "email" and way.template_id:
            found |= dict.fromkeys(links_in(need_template(way.template_id).value.html))
    return list(found)[:MOST]


def _wrong(
    channel: str, template_id: str | None, webhook_id: str | None
) -> Iterator[tuple[str, str, str]]:
    kind = CHANNELS[channel].template
    try:
        if kind is None:
            if template_id is not None:
                yield "template_id", "template_unusable", "This channel takes no template"
        elif template_id is None:
            yield "template_id", "template_missing", "This channel needs a template"
        elif (found := need_template(template_id).value).archived or found.kind != kind:
            yield "template_id", "template_unusable", f"This template cannot be sent by {channel}"
    except NotFound as error:
        yield "template_id", error.code, error.message
    if channel != "webhook":
        if webhook_id is not None:
            yield "webhook_id", "webhook_unusable", "This channel needs no webhook"
        return
    try:
        if webhook_id is None:
            yield "webhook_id", "webhook_missing", "Say which program takes the messages"
        elif need_webhook(webhook_id).value.archived:
            yield "webhook_id", "webhook_unusable", "This webhook was put away"
    except NotFound as error:
        yield "webhook_id", error.code, error.message
