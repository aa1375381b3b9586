"""Filling a template in for one person."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from shared.customers.contacts.model import Contact
from shared.kernel.errors import FieldError
from shared.platform.mail import one_line

from .language import MissingValue, compiled
from .merge_fields import values_of
from .model import MAX_SMS, MAX_TEXT, Rendered, Template
from .offers import offer_for
from .plain_text import text_of

_EMPTY_LINES: Final = re.compile(r"\n(?: *\n){2,}")
"""Where conditions left several of them."""

MAX_RENDERED: Final = 500_000
"""Characters of a part of a message."""


class NotRendered(Exception):
    """A message cannot be made for this person: `code` and `field` say why. Nobody else is
    affected."""

    def __init__(self, code: str, field: str) -> None:
        super().__init__(f"{code} {field}")
        self.code = code
        self.field = field


def render(
    template: Template, contact: Contact, ours: Mapping[str, str], html_part: str | None = None
) -> Rendered:
    """The message for a contact; `ours` are the links and names of the message, `html_part` is
    what stands in place of the template's HTML (its links are tracked). Raises `NotRendered`."""
    offer = offer_for(contact, template.offers)
    values = values_of(contact, template.defaults, ours, offer)
    try:
        if template.kind == "sms":
            return Rendered(text=_short(template.text, values, MAX_SMS))
        subject = one_line(compiled(template.subject, False).render(values))
        if template.kind == "text":
            return Rendered(subject=subject, text=_short(template.text, values, MAX_TEXT))
        html = compiled(html_part or template.html, True).render(values)
        if template.text:
            text = compiled(template.text, False).render(values)
        else:
            made = compiled(_text_of(template.html), False, False).render(values)
            text = _EMPTY_LINES.sub("\n\n", made)
    except MissingValue as missing:
        raise NotRendered("value_missing", missing.name) from None
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        # What the values of one person make of it, such as `round` of a word.
        raise NotRendered("not_renderable", type(error).__name__) from None
    if max(len(html), len(text)) > MAX_RENDERED:
        raise NotRendered("too_long", "html")
    if not subject:
        raise NotRendered("value_missing", "subject")
    return Rendered(subject=subject, html=html, text=text)


def _short(source: str, values: Mapping[str, Any], longest: int) -> str:
    text = compiled(source, False).render(values).strip()
    if len(text) > longest:
        raise NotRendered("too_long", "text")
    return text


def problem(refused: NotRendered) -> FieldError:
    """Why a preview cannot be shown."""
    messages = {
        "value_missing": "This person has no such value, and the template no default",
        "too_long": "The message is too long",
    }
    return FieldError(
        refused.field, refused.code, messages.get(refused.code, "This cannot be filled in")
    )


@lru_cache(maxsize=32)
def _text_of(html: str) -> str:
    return text_of(html)
