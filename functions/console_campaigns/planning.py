"""The form of a campaign, as long as it is planned."""

from typing import Any, Final

from shared.console.entry import Answer, PageRequest
from shared.customers.lists.repository import lists_by_name
from shared.kernel.differences import differences
from shared.kernel.errors import Conflict, CrmError, Stale
from shared.marketing.campaigns.changes import change_campaign, create_campaign
from shared.marketing.campaigns.model import State
from shared.marketing.campaigns.repository import need, need_in
from shared.marketing.channels.webhooks import stored_webhooks
from shared.marketing.segments.repository import definitions
from shared.marketing.templates.repository import stored_templates

from .measuring import EVENTS, METRICS, OTHERWISE, PRIORITIES, TRIED
from .schemas import CURRENCIES, FURTHER, LISTED, Draft, number, placed

_HOME: Final = "/console/campaigns"
BY_LIST: Final = {"post": "Letters, by a list of addresses", "phone": "Calls, by a list of numbers"}
KINDS: Final = (("email", "E-mails"), ("sms", "Text messages"), ("text", "For programs"))


def begun(request: PageRequest) -> Answer:
    """An empty form; `?segment_id=`, `?list_id=` and `?template_id=` are filled in."""
    query = request.query
    audience = next(
        (f"{kind}:{query[f'{kind}_id']}" for kind in ("segment", "list") if f"{kind}_id" in query),
        "",
    )
    draft = Draft(audience=audience, ways=((query.get("template_id", ""), ""),))
    return _form(request, "", draft, version=0)


def edited(request: PageRequest, campaign_id: str) -> Answer:
    """The form of a campaign that is planned."""
    one = need_in(request.found)
    if one.state is not State.PLANNED:
        raise Conflict("campaign_started", "Only what is planned can be changed")
    return _form(request, campaign_id, Draft.of(one, request.zone), version=one.version)


def made(request: PageRequest) -> Answer:
    """Plan a campaign; sent twice, it is one."""
    draft = Draft.posted(request.form)
    try:
        given = draft.campaign(request.zone, _kinds())
        body, key = given.model_dump_json().encode(), request.form.get("key") or None
        one = create_campaign(given, request.by.staff_id, body, key, request.now)
    except CrmError as error:
        return _form(request, "", draft, version=0, error=error)
    return request.redirect(f"{_HOME}/{one.campaign_id}", done="Planned. Nothing is sent yet")


def changed(request: PageRequest, campaign_id: str) -> Answer:
    """Put what was typed in the place of the version it began with."""
    stored, version = need(campaign_id), number(request.form.get("version", ""))
    draft = Draft.posted(request.form)
    try:
        given = draft.campaign(request.zone, _kinds())
        change_campaign(campaign_id, given, version)
    except Stale as stale:
        known = Draft.of(stored, request.zone).campaign(request.zone, _kinds())
        differ = differences(known.model_dump(mode="json"), given.model_dump(mode="json"))
        view = {"version": stored.version, "differ": differ, "error": stale}
        return _form(request, campaign_id, draft, **view)
    except CrmError as error:
        return _form(request, campaign_id, draft, version=version, error=error)
    return request.redirect(f"{_HOME}/{campaign_id}", done="Saved")


def _form(request: PageRequest, campaign_id: str, draft: Draft, **view: Any) -> Answer:
    error: CrmError | None = view.pop("error", None)
    segments = [
        (f"segment:{one.segment_id}", one.segment.name)
        for one in definitions(request.now).in_order
        if not one.segment.archived
    ]
    lists = [(f"list:{list_id}", name) for list_id, name in lists_by_name()]
    templates: dict[str, list[tuple[str, str]]] = {}
    for one in sorted(stored_templates.all_active(), key=lambda one: one.value.name.casefold()):
        if not one.value.archived:
            templates.setdefault(one.value.kind, []).append((one.name, one.value.name))
    programs = _programs() if "text" in templates else []
    context = {
        "campaign_id": campaign_id,
        "draft": draft,
        "key": request.form.get("key") if request.method == "POST" else request.id,
        "audiences": [("Segments", sorted(segments, key=_by_name)), ("Lists", lists)],
        "templates": [
            *((title, templates[kind]) for kind, title in KINDS if kind in templates),
            ("Lists to work by", [(name, BY_LIST[name]) for name in LISTED]),
        ],
        "programs": programs,
        "mails": templates.get("email", []),
        "tried": TRIED,
        "events": EVENTS,
        "metrics": METRICS,
        "otherwise": OTHERWISE,
        "priorities": PRIORITIES,
        "further": FURTHER,
        "currencies": [(one, one) for one in CURRENCIES],
        "errors": placed(error.fields) if error else {},
        "problem": error.message if error else "",
        "differ": None,
        **view,
    }
    return request.page("edit.html", error.status if error else 200, **context)


def _kinds() -> dict[str, str]:
    """Of which kind each template is."""
    return {one.name: one.value.kind for one in stored_templates.all_active()}


def _programs() -> list[tuple[str, str]]:
    """The programs that take messages, to choose from."""
    found = [one for one in stored_webhooks.all_active() if not one.value.archived]
    return sorted(((one.name, one.value.name) for one in found), key=_by_name)


def _by_name(option: tuple[str, str]) -> str:
    return option[1].casefold()
