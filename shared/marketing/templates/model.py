"""A template: an e-mail or a text message with merge fields."""

from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

MAX_SOURCE: Final = 200_000
"""Characters of a part; with everything else an item has 400 KB."""

CLIPPED_BYTES: Final = 102 * 1024
"""Gmail cuts a mail's HTML off there, the unsubscribe link with it."""

MAX_SMS: Final = 1_600
"""What SNS takes as one message, in parts of 140 bytes (Amazon SNS, "Publish", 2025)."""

MAX_TEXT: Final = 10_000
"""Characters of a text for other programs and pages."""

TemplateName = Annotated[
    str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True)
]
Source = Annotated[str, StringConstraints(max_length=MAX_SOURCE)]
FieldName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$", max_length=60)]  # fmt: skip
Default = Annotated[str, StringConstraints(max_length=200)]


class Offer(BaseModel):
    """What `{{ offer }}` says to whoever has a value: of a `field` of the contact, of
    `custom.<name>`, or as a `tag`. Case makes no difference."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    field: FieldName
    value: Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
    text: Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True)]


class Template(BaseModel):
    """What a message says, in Jinja2 without calls, loops within loops and whatever else could
    take for ever (`checking`).

    An e-mail has a `subject` and `html`; without `text` its text part is made of the HTML. A text
    message (`sms`) has `text` only; a `text` for other programs and pages may have a `subject` too.
    `defaults` stand where nothing is known of a person.

    Of the `offers` a person gets the first one that is meant for them as `{{ offer }}`; nobody's
    is what `defaults` say.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    name: TemplateName
    kind: Literal["email", "sms", "text"] = "email"
    subject: Annotated[str, StringConstraints(max_length=500)] = ""
    html: Source = ""
    text: Source = ""
    defaults: dict[FieldName, Default] = Field(default_factory=dict, max_length=50)
    offers: Annotated[tuple[Offer, ...], Field(max_length=20)] = ()
    archived: bool = False

    @model_validator(mode="after")
    def _has_its_parts(self) -> Self:
        if self.kind == "email" and not (self.subject.strip() and self.html.strip()):
            raise ValueError("an e-mail has a subject and HTML")
        if self.kind == "sms" and (self.subject or self.html or not self.text.strip()):
            raise ValueError("a text message has a text and nothing else")
        if self.kind == "text" and (self.html or not self.text.strip()):
            raise ValueError("a text has no HTML")
        return self


class Rendered(BaseModel):
    """A message as one person gets it."""

    model_config = ConfigDict(frozen=True)

    subject: str = ""
    html: str = ""
    text: str
