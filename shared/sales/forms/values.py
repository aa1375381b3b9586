"""Checking what was typed into a form, field by field."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from shared.customers.addresses import Unusable, email_of, phone_of
from shared.customers.countries import country_code
from shared.kernel.errors import FieldError, Rejected
from shared.kernel.text import plain

from .model import FieldKind, Form, FormField

_NO: Final = frozenset({"", "0", "no", "off", "false"})


@dataclass(frozen=True, slots=True)
class Filled:
    """A form filled in acceptably: the answers given, normalised, by field name."""

    answers: Mapping[str, str]
    facts: Mapping[str, str]
    consented: bool

    @property
    def email(self) -> str | None:
        """The normalised e-mail address."""
        return self.answers.get("email")

    @property
    def phone(self) -> str | None:
        """The phone number in E.164."""
        return self.answers.get("phone")


def fill(form: Form, sent: Mapping[str, str]) -> Filled:
    """The answers to `form` in what was `sent`; fields it does not declare are left out.

    Raises `Rejected`, naming every field that is wrong: `required`, `too_long`, `email_invalid`,
    `phone_invalid`, `country_invalid`, `choice_invalid`, `consent_required`.
    """
    answers: dict[str, str] = {}
    wrong: list[FieldError] = []
    typed = sent.get("country")
    region = (country_code(typed) if typed else None) or form.default_region
    for field in form.fields:
        try:
            if answer := _answer(field, sent.get(field.name, ""), region):
                answers[field.name] = answer
        except Unusable as error:
            wrong.append(error.at(field.name))
    if not wrong and not ("email" in answers or "phone" in answers):
        wrong.append(FieldError(*_nobody(form)))
    consented = form.consent is not None and _ticked(sent.get(form.consent.field, ""))
    if form.consent and form.consent.required and not consented:
        wrong.append(FieldError(form.consent.field, "consent_required", "Please agree to this"))
    if wrong:
        raise Rejected("validation_failed", fields=wrong)
    facts = {
        one.name: answers[one.name] for one in form.fields if one.is_fact & (one.name in answers)
    }
    return Filled(answers, facts, consented)


def _answer(field: FormField, typed: str, region: str | None) -> str:
    text = plain(typed, multiline=field.kind is FieldKind.TEXTAREA)
    if field.kind is FieldKind.CHECKBOX:
        text = "yes" if _ticked(text) else ""
    if not text:
        if field.required:
            raise Unusable("required", "Please fill this in")
        return ""
    if len(text) > field.limit:
        raise Unusable("too_long", f"At most {field.limit} characters")
    match field.kind:
        case FieldKind.EMAIL:
            return email_of(text)
        case FieldKind.PHONE:
            return phone_of(text, region)
        case FieldKind.COUNTRY:
            if not (country := country_code(text)):
                raise Unusable("country_invalid", "A country's two letters, such as NP")
            return country
        case FieldKind.CHOICE if text not in field.choices:
            raise Unusable("choice_invalid", "Please choose one of the options")
    return text


def _ticked(text: str) -> bool:
    return text.strip().lower() not in _NO


def _nobody(form: Form) -> tuple[str, str, str]:
    names = [one.name for one in form.fields if one.kind in (FieldKind.EMAIL, FieldKind.PHONE)]
    return names[0], "required", "Please tell us how to reach you"
