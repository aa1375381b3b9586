"""The two sample forms, stored as `crm seed` stores them, and ways to fill them in."""

import json
from pathlib import Path
from typing import Any, Final

from shared.platform.clock import now
from shared.sales.forms.model import Form
from shared.sales.forms.repository import forms
from tests.calls import Answer, http

BLUEPRINTS: Final = Path(__file__).parents[1] / "infra" / "blueprints" / "forms"

ANN: Final = {"email": "ann@example.com", "first_name": "Ann", "message": "Please call me"}
"""What Ann types into the contact form."""


def sample_form(name: str, **changes: Any) -> Form:
    """A sample form, with some of its settings changed."""
    document = json.loads((BLUEPRINTS / f"{name}.json").read_text())
    return Form.model_validate(document | changes)


def store_form(name: str = "contact", **changes: Any) -> None:
    """Put a sample form into force."""
    forms.save(name, sample_form(name, **changes), by="staff_1", at=now(), after=0, activate=True)


def post(form_id: str = "contact", **how: Any) -> Answer:
    """Post to a form's submissions; `how` is that of `tests.calls.http`."""
    return http("lead_capture", "POST", f"/v1/forms/{form_id}/submissions", **how)
