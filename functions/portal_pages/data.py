"""A customer's data: a file with all of it, and having it deleted."""

from typing import Any, Final

from shared.customers.portal.own_data import (
    ask_erasure,
    ask_export,
    confirm_erasure,
    own_export,
    own_exports,
)
from shared.customers.privacy.reading import download_url
from shared.kernel.errors import CrmError, NotFound
from shared.portal.entry import Answer, PageRequest

DATA: Final = "/portal/data"


def shown(request: PageRequest) -> Answer:
    """What may be asked, and the files that were asked for."""
    return request.page("data.html", **_exports(request))


def progress(request: PageRequest) -> Answer:
    """The files again, while one is being made."""
    return request.page("exports.html", **_exports(request))


def wanted(request: PageRequest) -> Answer:
    """Have the file made."""
    try:
        ask_export(request.me, request.form.get("rendered") or None, request.now)
    except CrmError as error:
        return request.refused("data.html", error, **_exports(request))
    return request.redirect(DATA, done="Your file is being made")


def fetched(request: PageRequest, request_id: str) -> Answer:
    """Download a file: its address is made when it is asked for, as it is good for minutes."""
    address = download_url(own_export(request.me, request_id), request.now)
    if address is None:
        raise NotFound("file_gone", "This file is not there any more. Ask for another")
    return request.redirect(address)


def erasure(request: PageRequest) -> Answer:
    """What deleting means, before anything happens."""
    return request.page("erasure.html")


def erasure_wanted(request: PageRequest) -> Answer:
    """Mail a code, and ask for it."""
    try:
        erasure_id = ask_erasure(request.me, request.client_address, request.now)
    except CrmError as error:
        return request.refused("erasure.html", error)
    return request.page("erasure_code.html", erasure_id=erasure_id)


def erased(request: PageRequest, erasure_id: str) -> Answer:
    """Begin, and end the session."""
    try:
        code = request.form.get("code", "")
        begun = confirm_erasure(request.me, erasure_id, code, request.now)
    except NotFound:
        raise
    except CrmError as error:
        return request.refused("erasure_code.html", error, erasure_id=erasure_id)
    request.set_cookies.append(request.sessions.end())
    return request.page("erased.html", request_id=begun.request_id)


def _exports(request: PageRequest) -> dict[str, Any]:
    found = own_exports(request.me)
    return {
        "exports": [(one, download_url(one, request.now) is not None) for one in found],
        "under_way": any(one.completed_at is None for one in found),
        "rendered": request.id,
    }
