"""Programs that campaigns give messages to: registered, with a secret that is shown once, tried out,
given another secret, switched off."""

from typing import Any, Final

from shared.console.entry import Answer, PageRequest
from shared.kernel.errors import CrmError, Rejected
from shared.marketing.channels.messages import try_out
from shared.marketing.channels.webhooks import (
    Webhook,
    change_webhook,
    create_webhook,
    need_webhook,
    secret_of,
    stored_webhooks,
)
from shared.pages.reading import read
from shared.platform.configuration import Version
from shared.platform.mail import Outcome

from .schemas import WRITERS, number

HOME: Final = "/console/campaigns/webhooks"

_SAID: Final = {
    Outcome.SENT: ("good", "It took the call"),
    Outcome.RELEASED: ("bad", "It was not reached, or takes nothing for now"),
    Outcome.FAILED: ("bad", "It refused the call"),
    Outcome.UNKNOWN: ("warn", "It gave no answer that says whether it took the call"),
}


def listed(request: PageRequest) -> Answer:
    """All of them by name, and the form for another one."""
    return request.page("webhooks.html", **_all(request))


def registered(request: PageRequest) -> Answer:
    """Register a program and tell its secret. Sent twice, it is one."""
    form = request.form
    try:
        given = read(Webhook, {name: form.get(name, "") for name in ("name", "url")})
        one = create_webhook(given, request.by.staff_id, form.get("key") or None, request.now)
    except CrmError as error:
        return request.refused("webhooks.html", error, **_all(request))
    return _told(request, one)


def shown(request: PageRequest, webhook_id: str) -> Answer:
    """One program, and what can be done with it."""
    return request.page("webhook.html", **_view(request, need_webhook(webhook_id)))


def changed(request: PageRequest, webhook_id: str) -> Answer:
    """Save what was typed, make another secret, or switch it off or on, by `what`."""
    form, known = request.form, need_webhook(webhook_id)
    what, value = form.get("what", ""), known.value
    try:
        if what == "save":
            value = read(Webhook, {**value.model_dump(), **_typed(form)})
        elif what == "secret":
            value = value.model_copy(update={"generation": value.generation + 1})
        elif what in ("off", "on"):
            value = value.model_copy(update={"archived": what == "off"})
        else:
            raise Rejected("validation_failed", "There is no such thing to do")
        version = number(form.get("version", ""))
        one = change_webhook(webhook_id, value, version, request.by.staff_id, request.now)
    except CrmError as error:
        return request.refused("webhook.html", error, **_view(request, need_webhook(webhook_id)))
    if what == "secret":
        return _told(request, one)
    done = {"off": "It gets no more messages", "on": "It takes messages again"}.get(what, "Saved")
    return request.redirect(f"{HOME}/{webhook_id}", done=done)


def tried(request: PageRequest, webhook_id: str) -> Answer:
    """Call it with a message to nobody, and show what it answered."""
    one = need_webhook(webhook_id)
    handed = try_out(one, request.now)
    tone, said = _SAID[handed.outcome]
    answer = {"tone": tone, "said": said, "code": handed.error or ""}
    return request.page("webhook.html", **_view(request, one) | {"answer": answer})


def _typed(form: Any) -> dict[str, str]:
    return {name: form[name] for name in ("name", "url") if name in form}


def _told(request: PageRequest, one: Version[Webhook]) -> Answer:
    secret = secret_of(one.name, one.value.generation)
    return request.page("webhook_secret.html", one=one, secret=secret)


def _all(request: PageRequest) -> dict[str, Any]:
    found = sorted(stored_webhooks.all_active(), key=lambda one: one.value.name.casefold())
    posted = request.method == "POST"
    return {
        "found": found,
        "may_edit": request.by.has(*WRITERS),
        "key": request.form.get("key") if posted else request.id,
    }


def _view(request: PageRequest, one: Version[Webhook]) -> dict[str, Any]:
    return {"one": one, "answer": None, "may_edit": request.by.has(*WRITERS)}
