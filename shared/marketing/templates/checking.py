"""Whether a template can be sent: language, fields, links, headers. Said with where."""

from collections.abc import Iterator
from typing import Final

from shared.customers.custom_fields.model import CustomFields
from shared.kernel.errors import FieldError, Rejected

from .language import NotAllowed, paths_in
from .markup import doubtful, refused
from .merge_fields import OF_CONTACTS, OFFER, OURS, custom_names
from .model import CLIPPED_BYTES, Template
from .offers import TAG

PARTS: Final = ("subject", "html", "text")

_UNSUBSCRIBE: Final = "unsubscribe_url"


def check_template(template: Template, custom: CustomFields) -> set[str]:
    """The merge fields of a template. Raises `Rejected` with all that is wrong."""
    wrong: list[FieldError] = []
    found: set[str] = set()
    for part in PARTS:
        source = getattr(template, part)
        try:
            paths = paths_in(source)
        except NotAllowed as error:
            wrong.append(FieldError(part, error.code, error.message))
            continue
        found |= paths
        unknown = custom_names(paths) - custom.named().keys()
        wrong += [
            FieldError(part, "unknown_variable", f"There is no custom field {name}")
            for name in sorted(unknown)
        ]
        if template.kind == "email" and source and part != "subject" and _UNSUBSCRIBE not in paths:
            message = "A mail says how to hear no more: {{ unsubscribe_url }}"
            wrong.append(FieldError(part, "no_way_out", message))
    wrong += _wrong_parts(template, custom)
    if OFFER in found and not template.offers:
        message = "This template has no offers"
        wrong.append(FieldError("offers", "offers_missing", message))
    found |= {one.field for one in template.offers}
    if wrong:
        raise Rejected("template_invalid", fields=wrong)
    return found


def doubts(template: Template) -> list[FieldError]:
    """What somebody should look at before sending."""
    found = [FieldError("html", code, message) for code, message in doubtful(template.html)]
    if len(template.html.encode()) > CLIPPED_BYTES:
        message = "Some mail programs cut off what is longer than 102 KB, with its last links"
        found.append(FieldError("html", "clipped", message))
    return found


def _wrong_parts(template: Template, custom: CustomFields) -> Iterator[FieldError]:
    if any(ord(one) < 32 or ord(one) == 127 for one in template.subject):
        yield FieldError("subject", "line_break", "A subject is one line")
    for code, message in refused(template.html):
        yield FieldError("html", code, message)
    fillable = {*OF_CONTACTS, OFFER, *(f"custom.{name}" for name in custom.named())}
    for number, offer in enumerate(template.offers):
        if offer.field not in (*OF_CONTACTS, TAG, *(f"custom.{name}" for name in custom.named())):
            message = "There is no such field of a person"
            yield FieldError(f"offers.{number}.field", "unknown_variable", message)
    for name in template.defaults:
        if name not in fillable:
            code = "not_fillable" if name in OURS else "unknown_variable"
            yield FieldError(f"defaults.{name}", code, "There is no such field of a person")
