"""Channels: a table, and one at a time to be changed. Each change is another version of the whole
list; what happened on a channel keeps its type, whatever becomes of it."""

from collections.abc import Iterable
from typing import Any, Final

from shared.console.entry import Answer, PageRequest
from shared.customers.channels.model import OURS, Channel, Channels
from shared.customers.channels.repository import channels_now, save_channels
from shared.customers.channels.touch_points import CLASS_OF, CLASSES, TITLES
from shared.kernel.differences import Difference, differences
from shared.kernel.errors import CrmError, NotFound, Stale
from shared.pages.reading import read
from shared.platform.auth import ADMIN

from .schemas import MAY_SEE_RESULTS, VersionForm, named, whole, wrong

HOME: Final = "/console/channels"


def listed(request: PageRequest) -> Answer:
    """All of them, by the type of touch point."""
    return request.page("channels.html", **_view(request))


def new(request: PageRequest) -> Answer:
    """The form for another one."""
    return _form(request, channels_now()[0], None)


def added(request: PageRequest) -> Answer:
    """Add it."""
    _, known = channels_now()
    try:
        mine = whole(Channel, _typed(request, None))
        if mine.channel_id in known.by_id():
            raise wrong("channel_id", "channel_taken", "Another channel has this name")
        _put(request, [*known.channels, mine])
    except CrmError as error:
        return _form(request, channels_now()[0], None, error)
    return request.redirect(HOME, done=f"{mine.title} can be used within half a minute")


def form(request: PageRequest, channel_id: str) -> Answer:
    """The form to change one."""
    version, known = channels_now()
    return _form(request, version, _named(known, channel_id))


def changed(request: PageRequest, channel_id: str) -> Answer:
    """Change one. Changed meanwhile: both versions, to choose."""
    version, known = channels_now()
    stored = _named(known, channel_id)
    mine: Channel | None = None
    try:
        mine = whole(Channel, _typed(request, stored))
        _put(request, [mine if one.channel_id == channel_id else one for one in known.channels])
    except Stale as error:
        version, known = channels_now()
        stored = _named(known, channel_id)
        both = (
            differences(stored.model_dump(mode="json"), mine.model_dump(mode="json"))
            if mine
            else []
        )
        return _form(request, version, stored, error, both)
    except CrmError as error:
        return _form(request, version, stored, error)
    return request.redirect(HOME, done="In force within half a minute")


def retired(request: PageRequest, channel_id: str) -> Answer:
    """Nobody reports under it any more; what was reported stays."""
    _, known = channels_now()
    gone = _named(known, channel_id)
    try:
        if channel_id in OURS:
            raise wrong("channel_id", "channel_ours", "The product itself reports under it")
        _put(request, [one for one in known.channels if one.channel_id != channel_id])
    except CrmError as error:
        return request.refused("channels.html", error, **_view(request))
    return request.redirect(HOME, done=f"{gone.title} is retired; going back brings it back")


def _typed(request: PageRequest, known: Channel | None) -> dict[str, Any]:
    form = request.form
    title = form.get("title", "")
    given = form.get("channel_id", "").strip() or named(title)
    return {
        "channel_id": known.channel_id if known else given,
        "title": title,
        "touch_point": form.get("touch_point", ""),
    }


def _put(request: PageRequest, channels: Iterable[Channel]) -> None:
    after = read(VersionForm, request.form).version
    listed = whole(Channels, {"channels": tuple(channels)})
    save_channels(listed, by=request.by.staff_id, at=request.now, after=after)


def _form(
    request: PageRequest,
    version: int,
    one: Channel | None,
    error: CrmError | None = None,
    both: list[Difference] | None = None,
) -> Answer:
    points = [(point.value, TITLES[point]) for point in CLASS_OF]
    view: dict[str, Any] = {
        "one": one,
        "version": version,
        "points": points,
        "both": both,
        "ours": OURS,
    }
    if error:
        return request.refused("channel.html", error, **view)
    return request.page("channel.html", **view)


def _view(request: PageRequest) -> dict[str, Any]:
    version, known = channels_now()
    of_point: dict[str, list[Channel]] = {}
    for one in sorted(known.channels, key=lambda one: one.title.casefold()):
        of_point.setdefault(one.touch_point, []).append(one)
    return {
        "classes": [
            (kind, [(TITLES[point], of_point[point]) for point in points if point in of_point])
            for kind, points in CLASSES.items()
        ],
        "version": version,
        "ours": OURS,
        "may_edit": request.by.has(ADMIN),
        "may_see": request.by.has(*MAY_SEE_RESULTS),
    }


def _named(known: Channels, channel_id: str) -> Channel:
    found = known.by_id().get(channel_id)
    if found is None:
        raise NotFound("channel_not_found", "There is no such channel, or no more")
    return found
