"""`/console/sign-in`, `/console/sign-out`, `/console/session`: signing in to the pages."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from shared.console import sign_in
from shared.console.entry import Answer, Console, PageRequest
from shared.console.session import STAFF
from shared.console.sign_in import Pending
from shared.kernel.errors import CrmError, Rejected, Unauthorised
from shared.pages.request import CSRF_HEADER
from shared.pages.session import csrf_matches
from shared.platform import staff_pool
from shared.platform.entry.http import reply
from shared.platform.passwords import RULES
from shared.platform.staff_pool import Challenge, SignedIn

console = Console(
    Path(__file__).parent / "templates",
    "/console/sign-in",
    "/console/sign-out",
    "/console/session",
)

STEPS: Final = {"SOFTWARE_TOKEN_MFA": "code.html", "NEW_PASSWORD_REQUIRED": "new_password.html"}
"""What is asked of somebody whose password was right, by Cognito's name for it."""


@console.get("/console/sign-in", public=True)
def asked(request: PageRequest) -> Answer:
    """The page that asks who you are."""
    return _step(request, "sign_in.html", next=request.query.get("next", ""))


@console.get("/console/sign-in/again", public=True)
def asked_again(request: PageRequest) -> Answer:
    """The same as the content of a dialog, over a page whose session has ended."""
    return _step(request, "sign_in.html", again=True)


@console.post("/console/sign-in", public=True)
def signed_in(request: PageRequest) -> Answer:
    """Check address and password."""
    email, password = request.form.get("email", ""), request.form.get("password", "")
    try:
        found = sign_in.with_password(email, password, request.client_address, request.now)
        return _let_in(request, found)
    except CrmError as error:
        return _step(request, "sign_in.html", error)


@console.post("/console/sign-in/code", public=True)
def code_said(request: PageRequest) -> Answer:
    """Check the code of an authenticator app."""
    said = request.form.get("code", "")
    return _go_on(request, lambda challenge: staff_pool.code(challenge, said))


@console.post("/console/sign-in/new-password", public=True)
def password_chosen(request: PageRequest) -> Answer:
    """Take the first password of somebody who was invited."""
    chosen = request.form.get("new_password", "")
    return _go_on(request, lambda challenge: staff_pool.new_password(challenge, chosen))


@console.get("/console/sign-in/forgotten", public=True)
def forgotten(request: PageRequest) -> Answer:
    """The page that asks where to mail a code."""
    return request.page("forgotten.html")


@console.post("/console/sign-in/forgotten", public=True)
def code_wanted(request: PageRequest) -> Answer:
    """Mail a code, and ask for it. The answer is the same for people there are not."""
    email = request.form.get("email", "")
    try:
        sign_in.send_code(email, request.client_address, request.now)
    except CrmError as error:
        return request.refused("forgotten.html", error)
    return request.page("reset.html", email=email, rules=RULES)


@console.post("/console/sign-in/reset", public=True)
def password_set(request: PageRequest) -> Answer:
    """Set a new password with the mailed code."""
    email, code, chosen = (request.form.get(name, "") for name in ("email", "code", "new_password"))
    try:
        sign_in.set_with_code(email, code, chosen, request.client_address, request.now)
    except CrmError as error:
        return request.refused("reset.html", error, email=email, rules=RULES)
    return request.redirect("/console/sign-in", done="Your password is changed. Sign in with it")


@console.post("/console/sign-out")
def signed_out(request: PageRequest) -> Answer:
    """End the session in this browser."""
    request.set_cookies.append(STAFF.end())
    return request.redirect("/console/sign-in")


@console.get("/console/session")
def kept(request: PageRequest) -> Answer:
    """Nothing, but the session goes on (the page asks while somebody types)."""
    return reply(204)


def _go_on(request: PageRequest, answer: Callable[[Challenge], SignedIn | Challenge]) -> Answer:
    sealed = request.form.get("pending", "")
    try:
        pending = sign_in.pending_in(sealed, request.now)
        found = sign_in.go_on(pending, answer, request.client_address, request.now)
        return _let_in(request, found)
    except Unauthorised:
        late = Rejected("sign_in_expired", "That took too long. Sign in again")
        return _step(request, "sign_in.html", late)
    except CrmError as error:
        return _step(request, STEPS[pending.challenge.name], error, pending=sealed)


def _let_in(request: PageRequest, found: SignedIn | Pending) -> Answer:
    if isinstance(found, Pending):
        return _step(request, STEPS[found.challenge.name], pending=found.sealed())
    person = sign_in.admitted(found, request.now)
    request.set_cookies.append(STAFF.begin(person.staff_id, request.now))
    if not _in_dialog(request):
        return request.redirect(request.address(request.form.get("next", "")))
    # The page below the dialog, and what was typed there, is the one person's it was made for.
    token = request.headers.get(CSRF_HEADER, "")
    same = csrf_matches(token, person.staff_id, request.now)
    return reply(204, headers={"hx-trigger": "signed-in"} if same else {"hx-redirect": "/console"})


def _step(
    request: PageRequest, template: str, error: CrmError | None = None, **more: Any
) -> Answer:
    context = {"again": _in_dialog(request), "pending": "", "rules": RULES, **more}
    context["next"] = request.address(more.get("next") or request.form.get("next", ""))
    return (
        request.refused(template, error, **context) if error else request.page(template, **context)
    )


def _in_dialog(request: PageRequest) -> bool:
    return request.form.get("again") == "yes"


handle = console
