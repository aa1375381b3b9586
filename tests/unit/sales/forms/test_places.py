"""Nobody is sent where the form does not lead."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.errors import Malformed
from shared.platform.settings import settings
from shared.sales.forms.places import return_url
from tests.forms import sample_form

FORM = sample_form("contact")
BASE = "https://crm.example.com"
ALPHABET = "ab.:/\\@?#%2eE \t\r\n\x00;é*"
STARTS = [
    "",
    "/",
    "/assets/",
    "https://www.example.com/welcome/",
    "https://www.example.com/thanks",
    "https://www.example.com",
    "https://crm.example.com/forms/contact?sent=1",
]


@pytest.fixture(autouse=True, scope="module")
def _base() -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CRM_PUBLIC_BASE_URL", BASE)
        settings.cache_clear()
        yield
    settings.cache_clear()


@given(st.sampled_from(STARTS), st.text(ALPHABET, max_size=12))
def test_every_accepted_address_is_on_a_listed_site_below_the_listed_path(
    start: str, rest: str
) -> None:
    try:
        place = return_url(FORM, "contact", start + rest)
    except Malformed:
        return

    parts = urlsplit(place)
    assert place.isprintable() and "\\" not in place and " " not in place
    assert ".." not in parts.path.lower().replace("%2e", ".").split("/")
    assert (parts.scheme, parts.netloc) in {
        ("https", "www.example.com"),
        ("https", urlsplit(BASE).netloc),
    }
    if parts.netloc == "www.example.com":
        assert parts.path == "/thanks" or parts.path.startswith("/welcome/")
    else:
        assert parts.path.startswith(("/assets/", "/forms/contact"))


@given(st.text(max_size=40))
def test_addresses_made_up_from_nothing_are_refused(text: str) -> None:
    if text in ("",) or text.startswith("/assets/"):
        return
    with pytest.raises(Malformed):
        return_url(FORM, "contact", text)
