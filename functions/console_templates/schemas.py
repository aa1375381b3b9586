"""A template as the fields of a form, and back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from shared.kernel.errors import FieldError, NotFound
from shared.marketing.templates.model import Template
from shared.pages.reading import read

WRITERS: Final = ("marketer",)

FIELDS: Final = ("name", "kind", "subject", "html", "text", "defaults", "offers")
BEGUN: Final = """<p>Hello {{ first_name }},</p>

<p>Write what you want to say.</p>

<p style="color: #666; font-size: 13px">{{ company_name }} ·
<a href="{{ unsubscribe_url }}">No more of these mails</a> ·
<a href="{{ preferences_url }}">What I want to hear of</a></p>
"""
"""A mail one can change and send."""


@dataclass(frozen=True)
class Draft:
    """A template as it is being typed. `defaults` has `field=text` in each line, `offers` has
    `field=value => text`."""

    name: str = ""
    kind: str = "email"
    subject: str = ""
    html: str = ""
    text: str = ""
    defaults: str = ""
    offers: str = ""

    @classmethod
    def of(cls, template: Template) -> "Draft":
        """A stored template."""
        said = template.model_dump(include=set(FIELDS) - {"defaults", "offers"})
        lines = [f"{name}={text}" for name, text in template.defaults.items()]
        offers = [f"{one.field}={one.value} => {one.text}" for one in template.offers]
        return cls(**said, defaults="\n".join(lines), offers="\n".join(offers))

    @classmethod
    def posted(cls, form: Mapping[str, str]) -> "Draft":
        """What was typed. Browsers send lines with CR LF."""
        return cls(**{name: form.get(name, "").replace("\r\n", "\n") for name in FIELDS})

    def template(self) -> Template:
        """The same as a template. Raises `Rejected`."""
        pairs = (line.partition("=") for line in self.defaults.splitlines() if line.strip())
        given: dict[str, Any] = {
            "name": self.name,
            "kind": self.kind or "email",
            "text": self.text,
            "defaults": {name.strip(): text.strip() for name, _, text in pairs},
            "offers": [_offer(line) for line in self.offers.splitlines() if line.strip()],
        }
        # What was typed before somebody chose another kind is not sent along.
        if self.kind != "sms":
            given["subject"] = self.subject.strip()
        if self.kind == "email":
            given["html"] = self.html
        return read(Template, given)


def _offer(line: str) -> dict[str, str]:
    whom, _, text = line.partition("=>")
    name, _, value = whom.partition("=")
    return {"field": name.strip(), "value": value.strip(), "text": text.strip()}


def placed(errors: Iterable[FieldError]) -> dict[str, str]:
    """Each problem at the field of the form it belongs to."""
    found: dict[str, list[str]] = {}
    for one in errors:
        at = one.field.partition(".")[0] or "subject"
        said = found.setdefault(at, [])
        if one.message not in said:
            said.append(one.message)
    return {at: ". ".join(said) for at, said in found.items()}


def number(text: str) -> int:
    """A version's number. Raises `NotFound`."""
    if not (text.isdecimal() and text.isascii() and 0 < len(text) <= 6):
        raise NotFound("template_not_found", "There is no such version")
    return int(text)
