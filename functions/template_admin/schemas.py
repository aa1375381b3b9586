"""What `template_admin` takes and answers."""

from typing import Annotated, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from shared.kernel.errors import FieldError
from shared.marketing.templates.checking import doubts
from shared.marketing.templates.model import Offer, Rendered, Template
from shared.marketing.templates.testing import MAX_RECEIVERS
from shared.platform.configuration import Version

ContactId = Annotated[str, StringConstraints(pattern=r"^contact_[0-9A-HJKMNP-TV-Z]{26}$")]


class TemplateInput(Template):
    """A template as people write it."""

    model_config = ConfigDict(extra="forbid")

    def template(self) -> Template:
        """The template."""
        return Template.model_validate(self.model_dump(include=set(Template.model_fields)))


class TemplateChange(TemplateInput):
    """The same as a whole, with the `version` it replaces."""

    version: int = Field(ge=1)


class For(BaseModel):
    """For whom a message is previewed."""

    model_config = ConfigDict(extra="forbid")

    contact_id: ContactId


class TestOf(For):
    """`{"contact_id": "contact_…", "to": ["nabin"]}`: as whom it is filled in, and which colleagues
    get it; nobody: whoever asks."""

    to: Annotated[
        list[Annotated[str, StringConstraints(min_length=1, max_length=100)]],
        Field(max_length=MAX_RECEIVERS),
    ] = []


class TestView(BaseModel):
    """What became of a test for a colleague: `sent`, `failed`, or `unknown`."""

    staff_id: str
    outcome: str


class Tests(BaseModel):
    """What became of a test."""

    items: list[TestView]


class Draft(For):
    """A template that is not stored, as one contact would get it."""

    template: TemplateInput


class Warned(BaseModel):
    """Something doubtful: where, a stable code, words."""

    field: str
    code: str
    message: str

    @classmethod
    def of(cls, one: FieldError) -> Self:
        """As shown."""
        return cls(field=one.field, code=one.code, message=one.message)


class TemplateSummary(BaseModel):
    """A template in a list."""

    template_id: str
    name: str
    kind: str
    subject: str
    archived: bool
    version: int
    changed_by: str
    changed_at: AwareDatetime

    @classmethod
    def of(cls, version: Version[Template]) -> Self:
        """A template in short."""
        known = version.value.model_dump(include={"name", "kind", "subject", "archived"})
        return cls.model_validate({**known, **_about(version)})


class TemplateView(TemplateSummary):
    """A template, with what is doubtful about it."""

    html: str
    text: str
    defaults: dict[str, str]
    offers: list[Offer]
    warnings: list[Warned]

    @classmethod
    def of(cls, version: Version[Template]) -> Self:
        """A template as shown."""
        warnings = [Warned.of(one).model_dump() for one in doubts(version.value)]
        about = {**_about(version), "warnings": warnings}
        return cls.model_validate({**version.value.model_dump(), **about})


class TemplateList(BaseModel):
    """All templates by name."""

    items: list[TemplateSummary]


class Preview(Rendered):
    """A message as one contact would get it, with what is doubtful about the template."""

    warnings: list[Warned]


def _about(version: Version[Template]) -> dict[str, object]:
    return {
        "template_id": version.name,
        "version": version.number,
        "changed_by": version.saved_by,
        "changed_at": version.saved_at,
    }
