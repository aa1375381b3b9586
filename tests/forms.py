"""The two sample forms, stored as `crm seed` stores them, and ways to fill them in."""

import json
from pathlib import Path
from typing import Any, Final

from shared.platform import clock
from shared.sales.forms.model import Form
from shared.sales.forms.repository import forms
from shared.sales.leads.repository import SUBMISSION, sales
from tests.calls import Answer, http
from tests.cloud import items_of

BLUEPRINTS: Final = Path(__file__).parents[1] / "infra" / "blueprints" / "forms"

ANN: Final = {"email": "ann@example.com", "first_name": "Ann", "message": "Please call me"}
"""What Ann types into the contact form."""

SCRIPT: Final = {"accept": "application/json"}
"""Headers of a script that posts a form as a browser would encode it."""


def sample_form(name: str, **changes: Any) -> Form:
    """A sample form, with some of its settings changed."""
    document = json.loads((BLUEPRINTS / f"{name}.json").read_text())
    return Form.model_validate(document | changes)


def store_form(name: str = "contact", *, after: int = 0, **changes: Any) -> None:
    """Put a sample form into force, as the version after `after`."""
    form = sample_form(name, **changes)
    forms.save(name, form, by="staff_1", at=clock.now(), after=after, activate=True)


def post(form_id: str = "contact", **how: Any) -> Answer:
    """Post to a form's submissions; `how` is that of `tests.calls.http`."""
    return http("lead_capture", "POST", f"/v1/forms/{form_id}/submissions", **how)


def leads() -> list[dict[str, Any]]:
    """All leads as stored."""
    return _stored("lead")


def submissions() -> list[dict[str, Any]]:
    """All submissions as stored, oldest first."""
    found = [one for one in _everything() if one["sk"].startswith(SUBMISSION)]
    return sorted(found, key=lambda one: str(one["received_at"]))


def quarantined() -> list[dict[str, Any]]:
    """Everything in quarantine as stored."""
    return _stored("quarantined")


def _stored(kind: str) -> list[dict[str, Any]]:
    return [item for item in _everything() if item.get("kind") == kind]


def _everything() -> list[dict[str, Any]]:
    return list(items_of(sales.name))
