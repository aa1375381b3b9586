"""Forms as data: what cannot be one is refused before it is stored."""

import pytest
from pydantic import ValidationError

from shared.sales.forms.model import FieldKind, Form, FormField


def a_form(**how: object) -> Form:
    email = FormField(name="email", label="E-mail", kind=FieldKind.EMAIL)
    return Form.model_validate({"title": "Contact", "fields": [email], **how})


@pytest.mark.parametrize(
    "url",
    [
        "https://www.example.com; script-src 'unsafe-inline'/thanks",
        "https://www.example.com:port/thanks",
        "https://ann@www.example.com/thanks",
        "/thanks",
    ],
)
def test_the_host_of_a_return_url_is_a_host_and_nothing_else(url: str) -> None:
    with pytest.raises(ValidationError):
        a_form(return_urls=[url])
    with pytest.raises(ValidationError):
        a_form(default_return_url=url)


def test_a_return_url_may_name_a_port() -> None:
    assert a_form(return_urls=["http://localhost:8080/*"]).return_urls
