"""What `form_query` answers."""

from pydantic import BaseModel

from shared.sales.forms.model import Consent, FormField


class Definition(BaseModel):
    """A form as the page script needs it. `token` is posted as the field `_token`."""

    form_id: str
    version: int
    title: str
    introduction: str
    submit_label: str
    thanks: str
    language: str
    fields: tuple[FormField, ...]
    consent: Consent | None
    honeypot: str
    action: str
    token: str
    snippet: str
