"""Forms of the customers' pages, as use cases take them."""

from collections.abc import Mapping
from typing import Any, Final

from shared.customers.contacts.model import Contact

_TEXTS: Final = ("first_name", "last_name", "country", "language", "zone", "preferred_channel")


def profile_values(form: Mapping[str, str], me: Contact) -> dict[str, Any]:
    """A change of the profile from its form, which shows the primary phone number only: others
    stay as they are."""
    values: dict[str, Any] = {"version": form.get("version", "")}
    values |= {name: form[name].strip() or None for name in _TEXTS if name in form}
    if "phone" in form and form["phone"].strip() != (me.phone or ""):
        typed = form["phone"].strip()
        others = [{"number": one.number} for one in me.phones if not one.primary]
        values["phones"] = [*([{"number": typed, "primary": True}] if typed else []), *others]
    return values
