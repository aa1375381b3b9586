"""`/console/sign-in`, `/console/sign-out`, `/console/session`: signing in to the pages."""

from pathlib import Path

from shared.console import session as sessions
from shared.console.entry import Answer, Console, PageRequest, local_address
from shared.console.sign_in import with_password
from shared.kernel.errors import CrmError
from shared.platform.entry.http import reply
from shared.platform.staff_pool import SignedIn

console = Console(
    Path(__file__).parent / "templates",
    "/console/sign-in",
    "/console/sign-out",
    "/console/session",
)


@console.get("/console/sign-in", public=True)
def asked(request: PageRequest) -> Answer:
    """The page that asks who you are."""
    return request.page("sign_in.html", next=local_address(request.query.get("next", "")))


@console.get("/console/sign-in/again", public=True)
def asked_again(request: PageRequest) -> Answer:
    """The same as the content of a dialog, over a page whose session has ended."""
    return request.page("again.html")


@console.post("/console/sign-in", public=True)
def signed_in(request: PageRequest) -> Answer:
    """Check address and password."""
    form = request.form
    again = form.get("again") == "yes"
    template, following = "again.html" if again else "sign_in.html", form.get("next", "")
    try:
        found = with_password(
            form.get("email", ""), form.get("password", ""), request.client_address, request.now
        )
    except CrmError as error:
        return request.refused(template, error, next=local_address(following))
    assert isinstance(found, SignedIn)
    request.set_cookies.append(sessions.set_cookie(sessions.begun(found.staff_id, request.now)))
    if again:
        return reply(204, headers={"hx-trigger": "signed-in"})
    return request.redirect(local_address(following))


@console.post("/console/sign-out")
def signed_out(request: PageRequest) -> Answer:
    """End the session in this browser."""
    request.set_cookies.append(sessions.end_cookie())
    return request.redirect("/console/sign-in")


@console.get("/console/session")
def kept(request: PageRequest) -> Answer:
    """Nothing, but the session goes on (the page asks while somebody types)."""
    return reply(204)


handle = console
