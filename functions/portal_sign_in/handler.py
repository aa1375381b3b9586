"""`/portal/sign-in`, `/portal/sign-out`, `/portal/session`, `/portal/objection`: getting in."""

from pathlib import Path
from typing import Any

from shared.customers.portal import email as emails
from shared.customers.portal import sign_in
from shared.kernel.errors import CrmError
from shared.pages.request import CSRF_HEADER
from shared.pages.session import csrf_matches
from shared.platform.entry.http import reply
from shared.portal.entry import CUSTOMERS, Answer, PageRequest, Portal

portal = Portal(
    Path(__file__).parent / "templates",
    "/portal/sign-in",
    "/portal/sign-out",
    "/portal/session",
    "/portal/objection",
)


@portal.get("/portal/sign-in", public=True)
def asked(request: PageRequest) -> Answer:
    """The page that asks for an address."""
    return _step(request, "sign_in.html", next=request.query.get("next", ""))


@portal.get("/portal/sign-in/again", public=True)
def asked_again(request: PageRequest) -> Answer:
    """The same as the content of a dialog, over a page whose session has ended."""
    return _step(request, "sign_in.html", again=True)


@portal.post("/portal/sign-in", public=True)
def code_wanted(request: PageRequest) -> Answer:
    """Mail a code, and ask for it. The answer is the same for an address nobody has."""
    email = request.form.get("email", "")
    try:
        pending = sign_in.ask(email, request.client_address, request.now)
    except CrmError as error:
        return _step(request, "sign_in.html", error)
    return _step(request, "code.html", pending=pending, email=email)


@portal.post("/portal/sign-in/code", public=True)
def code_said(request: PageRequest) -> Answer:
    """Let in whoever knows the code."""
    pending, code, email = (request.form.get(name, "") for name in ("pending", "code", "email"))
    try:
        found = sign_in.enter(pending, code, request.client_address, request.now)
    except CrmError as error:
        return _step(request, "code.html", error, pending=pending, email=email)
    who = found.contact.contact_id
    request.set_cookies.append(CUSTOMERS.begin(who, request.now, found.mark))
    if not _in_dialog(request):
        return request.redirect(request.address(request.form.get("next", "")))
    # The page below the dialog, and what was typed there, is the one customer's it was made for.
    token = request.headers.get(CSRF_HEADER, "")
    same = csrf_matches(token, who, request.now)
    return reply(
        204, headers={"hx-trigger": "signed-in"} if same else {"hx-redirect": request.home}
    )


@portal.post("/portal/sign-out")
def signed_out(request: PageRequest) -> Answer:
    """End the session in this browser."""
    request.set_cookies.append(CUSTOMERS.end())
    return request.redirect(request.sign_in_at, done="You are signed out")


@portal.get("/portal/session")
def kept(request: PageRequest) -> Answer:
    """Nothing, but the session goes on (the page asks while somebody types)."""
    return reply(204)


@portal.get("/portal/objection", public=True)
def objection(request: PageRequest) -> Answer:
    """The page that the mail about a changed address leads to. Only looking changes nothing: mail
    programs follow links too."""
    token = request.query.get("token", "")
    emails.objected_to(token, request.now)
    return request.page("objection.html", token=token)


@portal.post("/portal/objection", public=True)
def objected(request: PageRequest) -> Answer:
    """Give the former address back."""
    emails.object_to(request.form.get("token", ""), request.now)
    request.set_cookies.append(CUSTOMERS.end())
    done = "Your address is yours again. Sign in by it"
    return request.redirect(request.sign_in_at, done=done)


def _step(
    request: PageRequest, template: str, error: CrmError | None = None, **more: Any
) -> Answer:
    context = {"again": _in_dialog(request), "pending": "", "email": "", **more}
    context["next"] = request.address(more.get("next") or request.form.get("next", ""))
    return (
        request.refused(template, error, **context) if error else request.page(template, **context)
    )


def _in_dialog(request: PageRequest) -> bool:
    return request.form.get("again") == "yes"


handle = portal
