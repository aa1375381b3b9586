"""What a customer is known by here, and changing it."""

from typing import Final

from shared.customers.accounts.repository import in_short
from shared.customers.portal.email import ask_change, confirm_change
from shared.customers.portal.profile import ProfileChange, change_profile
from shared.kernel.errors import CrmError, NotFound
from shared.pages.reading import read
from shared.pages.zones import zones
from shared.portal.entry import Answer, PageRequest
from shared.portal.pressing import CHANNELS

from .schemas import profile_values

PROFILE: Final = "/portal/profile"


def shown(request: PageRequest) -> Answer:
    """Name, addresses, and how to be reached."""
    companies = in_short(one.account_id for one in request.me.accounts)
    return request.page("profile.html", channels=dict(CHANNELS), companies=companies)


def edited(request: PageRequest) -> Answer:
    """The form to change it."""
    return request.page("profile_edit.html", channels=CHANNELS)


def zones_to_choose(request: PageRequest) -> Answer:
    """The time zones that the form proposes: a part of it that is asked for when it is needed."""
    return request.page("zones.html", zones=zones())


def saved(request: PageRequest) -> Answer:
    """Change it. What cannot be used is told; what somebody else changed meanwhile is not lost."""
    try:
        change = read(ProfileChange, profile_values(request.form, request.me))
        found = change_profile(request.me, change, request.client_address, request.now)
    except CrmError as error:
        return request.refused("profile_edit.html", error, channels=CHANNELS)
    said = " ".join(one.message for one in found.warnings)
    return request.redirect(PROFILE, done=f"Your profile is saved. {said}".strip())


def new_email(request: PageRequest) -> Answer:
    """The form to change one's address."""
    return request.page("email.html")


def email_wanted(request: PageRequest) -> Answer:
    """Mail a code to the new address, and ask for it."""
    email = request.form.get("email", "")
    try:
        change_id = ask_change(request.me, email, request.client_address, request.now)
    except CrmError as error:
        return request.refused("email.html", error)
    return request.page("email_code.html", change_id=change_id, email=email)


def email_confirmed(request: PageRequest, change_id: str) -> Answer:
    """Change the address with the code. This browser stays signed in; others do not."""
    code = request.form.get("code", "")
    try:
        after = confirm_change(request.me, change_id, code, request.now)
    except NotFound:
        raise
    except CrmError as error:
        email = request.form.get("email", "")
        return request.refused("email_code.html", error, change_id=change_id, email=email)
    request.begin_session(after)
    return request.redirect(PROFILE, done=f"From now on you sign in by {after.email}")
