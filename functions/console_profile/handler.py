"""`/console/profile`: who I am here, and how I sign in."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from shared.console.authenticator import kept_secret, qr_path, secret_kept, setup_address
from shared.console.entry import Answer, Console, PageRequest
from shared.console.session import STAFF, setup_cookie, setup_token_in
from shared.console.sign_in import proved
from shared.directory.sessions import end_sessions
from shared.kernel.errors import CrmError, Unauthorised
from shared.platform import staff_pool
from shared.platform.passwords import RULES

console = Console(Path(__file__).parent / "templates", "/console/profile")

_TOO_LATE = "That took too long. Start again"


@console.get("/console/profile")
def profile(request: PageRequest) -> Answer:
    """Name, roles, hours, and how to change one's sign-in."""
    hours = request.person.working_hours.model_dump(mode="json")["hours"]
    return request.page("profile.html", has_app=_has_app(request), hours=hours)


@console.get("/console/profile/password")
def new_password(request: PageRequest) -> Answer:
    """The page to change one's password."""
    return request.page("password.html", has_app=_has_app(request), rules=RULES)


@console.post("/console/profile/password")
def password_changed(request: PageRequest) -> Answer:
    """Change one's password; sessions elsewhere end."""
    before, chosen = (request.form.get(name, "") for name in ("password", "new_password"))
    try:
        staff_pool.change_password(_own_token(request), before, chosen)
    except CrmError as error:
        return request.refused("password.html", error, has_app=_has_app(request), rules=RULES)
    _end_other_sessions(request)
    return request.redirect("/console/profile", done="Password changed. Other devices signed out")


@console.get("/console/profile/authenticator")
def authenticator(request: PageRequest) -> Answer:
    """The page to set up an authenticator app, or to remove it."""
    return request.page("authenticator.html", has_app=_has_app(request))


@console.post("/console/profile/authenticator")
def authenticator_wanted(request: PageRequest) -> Answer:
    """Show the secret for an authenticator app, and ask for a code."""
    try:
        token = _own_token(request)
        secret = staff_pool.new_authenticator(token)
    except CrmError as error:
        return request.refused("authenticator.html", error, has_app=_has_app(request))
    request.set_cookies.append(setup_cookie(token, request.person.staff_id))
    return _scan(request, secret)


@console.post("/console/profile/authenticator/verify")
def authenticator_shown(request: PageRequest) -> Answer:
    """From now on ask for a code too."""
    token = setup_token_in(request.cookies, request.person.staff_id)
    secret = secret_kept(request.form.get("kept", ""))
    if not (token and secret):
        return request.redirect("/console/profile/authenticator", done=_TOO_LATE)
    try:
        staff_pool.use_authenticator(token, request.form.get("code", ""))
    except Unauthorised:
        return request.redirect("/console/profile/authenticator", done=_TOO_LATE)
    except CrmError as error:
        return _scan(request, secret, error)
    request.set_cookies.append(setup_cookie("", request.person.staff_id))
    return request.redirect("/console/profile", done="Your authenticator app is set up")


@console.post("/console/profile/authenticator/remove")
def authenticator_removed(request: PageRequest) -> Answer:
    """Ask for a password only."""
    try:
        staff_pool.drop_authenticator(_own_token(request))
    except CrmError as error:
        return request.refused("authenticator.html", error, has_app=_has_app(request))
    return request.redirect("/console/profile", done="Your authenticator app is removed")


@console.post("/console/profile/sign-out-everywhere")
def signed_out_everywhere(request: PageRequest) -> Answer:
    """End every session, this one too."""
    me = request.person.staff_id
    end_sessions(me, request.now, request.now, by=me)
    request.set_cookies.append(STAFF.end())
    return request.redirect("/console/sign-in", done="You are signed out everywhere")


def _has_app(request: PageRequest) -> bool:
    return staff_pool.has_authenticator(request.person.staff_id)


def _own_token(request: PageRequest) -> str:
    password, code = request.form.get("password", ""), request.form.get("code", "")
    return proved(request.person, password, code, request.client_address, request.now).access_token


def _end_other_sessions(request: PageRequest) -> None:
    me = request.person.staff_id
    end_sessions(me, request.now - timedelta(milliseconds=1), request.now, by=me)
    request.set_cookies.append(STAFF.begin(me, request.now))


def _scan(request: PageRequest, secret: str, error: CrmError | None = None) -> Answer:
    path, size = qr_path(setup_address(request.person.email, secret))
    context: dict[str, Any] = {
        "secret": secret,
        "kept": kept_secret(secret),
        "path": path,
        "size": size,
    }
    if error:
        return request.refused("scan.html", error, **context)
    return request.page("scan.html", **context)


handle = console
