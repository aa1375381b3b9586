"""A web form as data: what it asks, where it may be used, what consent it asks for."""

import re
from enum import StrEnum
from typing import Annotated, Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

FORM_ID: Final = r"^[a-z][a-z0-9-]{0,39}$"
RETURN_URL: Final = "return_url"
"""The field in which a page says where to go afterwards."""

RESERVED: Final = frozenset({RETURN_URL})
_RESERVED_PREFIXES: Final = ("_", "utm_")

Text = Annotated[str, StringConstraints(max_length=500)]


class FieldKind(StrEnum):
    """What a field holds, which decides how it is read, checked and drawn."""

    TEXT = "text"
    TEXTAREA = "textarea"
    EMAIL = "email"
    PHONE = "phone"
    COUNTRY = "country"
    CHOICE = "choice"
    CHECKBOX = "checkbox"


MAX_LENGTH: Final = {
    FieldKind.TEXT: 200,
    FieldKind.TEXTAREA: 5_000,
    FieldKind.EMAIL: 254,
    FieldKind.PHONE: 40,
    FieldKind.COUNTRY: 2,
    FieldKind.CHOICE: 200,
    FieldKind.CHECKBOX: 20,
}
"""Characters a field may have unless it says otherwise."""


class FormField(BaseModel):
    """One question. Its answer becomes a fact of the lead, except long texts, which stay with
    the submission."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")
    label: str = Field(min_length=1, max_length=200)
    kind: FieldKind = FieldKind.TEXT
    required: bool = False
    max_length: int | None = Field(default=None, ge=1, le=10_000)
    choices: tuple[Text, ...] = Field(default=(), max_length=300)

    @property
    def limit(self) -> int:
        """How many characters the answer may have."""
        return self.max_length or MAX_LENGTH[self.kind]

    @property
    def is_fact(self) -> bool:
        """Whether the lead itself keeps the answer."""
        return self.kind is not FieldKind.TEXTAREA

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.name in RESERVED or self.name.startswith(_RESERVED_PREFIXES):
            raise ValueError(f"the name {self.name} is reserved")
        if (self.kind is FieldKind.CHOICE) != bool(self.choices):
            raise ValueError("a choice has choices, and nothing else has")
        return self


class Consent(BaseModel):
    """What a visitor agrees to by ticking the box named `field`. `version` names this wording:
    change both together. With `double_opt_in` it counts once they confirmed it by a link that is
    mailed to them: nobody signs up others."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    field: str = Field(default="consent", pattern=r"^[a-z][a-z0-9_]{0,39}$")
    required: bool = False
    text: str = Field(min_length=1, max_length=2_000)
    version: str = Field(min_length=1, max_length=40)
    purpose: str = Field(min_length=1, max_length=80)
    channel: Literal["email", "phone", "sms", "any"] = "email"
    double_opt_in: bool = False


class Form(BaseModel):
    """A form. Origins are `https://host[:port]`; pages of the product itself are always allowed.

    A return URL is allowed when it equals an entry of `return_urls`, or starts with an entry
    that ends in `/*` (without the star). `page_key` is the public write key the snippet carries. `minimum_fill_seconds` counts only for posts that carry
    the signed timestamp of the definition. `default_region` is where phone numbers without a
    country code are from (ISO 3166).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = Field(min_length=1, max_length=200)
    introduction: str = Field(default="", max_length=2_000)
    submit_label: str = Field(default="Send", min_length=1, max_length=80)
    thanks: str = Field(default="Thank you. We will be in touch.", max_length=2_000)
    language: str = Field(default="en", pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")
    fields: tuple[FormField, ...] = Field(min_length=1, max_length=40)
    consent: Consent | None = None
    allowed_origins: tuple[Text, ...] = Field(default=(), max_length=50)
    return_urls: tuple[Text, ...] = Field(default=(), max_length=50)
    default_return_url: Text | None = None
    honeypot: str = Field(default="website", pattern=r"^[a-z][a-z0-9_]{0,39}$")
    minimum_fill_seconds: int = Field(default=2, ge=0, le=600)
    submissions_per_minute: int = Field(default=20, ge=1, le=10_000)
    default_campaign: str | None = Field(default=None, max_length=100)
    default_region: str | None = Field(default=None, pattern=r"^[A-Z]{2}$")
    hand_off: Literal["scored", "now"] = "scored"
    page_key: str | None = Field(default=None, pattern=r"^[A-Za-z0-9_-]{1,100}$")

    def field(self, name: str) -> FormField | None:
        """The field of that name."""
        return next((one for one in self.fields if one.name == name), None)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        names = [one.name for one in self.fields] + [self.honeypot]
        names += [self.consent.field] if self.consent else []
        if len(set(names)) != len(names):
            raise ValueError("fields, consent and honeypot need different names")
        for kind in (FieldKind.EMAIL, FieldKind.PHONE, FieldKind.COUNTRY):
            used = [one.name for one in self.fields if one.kind is kind]
            if used not in ([], [kind.value]):
                raise ValueError(f"the one field of kind {kind} is named {kind}")
        if not {FieldKind.EMAIL, FieldKind.PHONE} & {one.kind for one in self.fields}:
            raise ValueError("a form asks for an e-mail address or a phone number")
        if self.consent and self.consent.double_opt_in:
            address = self.field(FieldKind.EMAIL.value)
            if address is None or not address.required:
                raise ValueError("what is confirmed by mail needs a required e-mail address")
        for origin in self.allowed_origins:
            _check_origin(origin)
        if self.default_return_url and self.default_return_url.endswith("*"):
            raise ValueError("the default return URL is one address")
        for url in (*self.return_urls, *filter(None, [self.default_return_url])):
            _check_url(url)
        return self


def _check_origin(origin: str) -> None:
    if not re.fullmatch(r"https?://[a-z0-9.-]+(:\d{1,5})?", origin):
        raise ValueError("an origin is https://host or https://host:port, in lower case")


def _check_url(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
        raise ValueError("a return URL is absolute and names no user")
    # It also stands in the page's content security policy, where `;` would begin a new rule.
    if not re.fullmatch(r"[A-Za-z0-9.-]+(:\d{1,5})?", parts.netloc):
        raise ValueError("the host of a return URL is of letters, digits, dots and hyphens")
    if "*" in url and not (url.endswith("/*") and url.count("*") == 1):
        raise ValueError("a star ends a return URL, after a slash")
    if not parts.path.startswith("/"):
        raise ValueError("a return URL has a path, at least /")
