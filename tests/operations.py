"""Every operation of the product, once: the faults harness breaks them, the benchmark measures
them.

To join, add an `Operation` to `OPERATIONS` (see there). `arrange` stores what must be there and
returns the raw payload Lambda would get.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.calls import request
from tests.forms import ANN, store_form

Payload = dict[str, Any]


@dataclass(frozen=True)
class Operation:
    """One thing the product does: `name` for people, the `function` that does it."""

    name: str
    function: str
    arrange: Callable[[], Payload]

    def __str__(self) -> str:
        return self.name


def _form_post() -> Payload:
    store_form("contact")
    return request(
        "POST",
        "/v1/forms/contact/submissions",
        form={**ANN, "company": "Example Ltd", "job_title": "Manager", "utm_source": "fb"},
        headers={"accept": "application/json"},
        route="/v1/forms/{form_id}/submissions",
    )


OPERATIONS: tuple[Operation, ...] = (Operation("capture a lead", "lead_capture", _form_post),)
