"""Templates: written, looked at, tried out."""

import json
from typing import Final

from tests import dealings, sending
from tests.calls import invoke, request
from tests.marketing import NABIN
from tests.operations.operation import Operation, Payload
from tests.staffing import employed

from .campaigns import KEY

_MAIL: Final = {
    "name": "Spring",
    "subject": "Spring, {{ first_name }}",
    "html": '<p>Hi {{ first_name }}</p><a href="{{ unsubscribe_url }}">No more mails</a>',
    "defaults": {"first_name": "there"},
}


def _write_template() -> Payload:
    employed(*NABIN)
    return request("POST", "/v1/templates", body=_MAIL, headers=KEY, staff=NABIN)


def _rewrite_template() -> Payload:
    made = json.loads(invoke("template_admin", _write_template())["body"])["template_id"]
    path, route = f"/v1/templates/{made}", "/v1/templates/{template_id}"
    body = {**_MAIL, "subject": "Summer", "version": 1}
    return request("PUT", path, body=body, staff=NABIN, route=route)


def _preview() -> Payload:
    made = json.loads(invoke("template_admin", _write_template())["body"])["template_id"]
    body = {"contact_id": dealings.a_contact().contact_id}
    path, route = f"/v1/templates/{made}/preview", "/v1/templates/{template_id}/preview"
    return request("POST", path, body=body, staff=NABIN, route=route)


def _try_out() -> Payload:
    made = json.loads(invoke("template_admin", _write_template())["body"])["template_id"]
    body = {"contact_id": dealings.a_contact().contact_id}
    path, route = f"/v1/templates/{made}/tests", "/v1/templates/{template_id}/tests"
    return request("POST", path, body=body, headers=KEY, staff=NABIN, route=route)


def _tried_once() -> None:
    """The author got at most one mail, and it says that it is a test."""
    assert [one for one in sending.mailed().values() if one > 1] == []


TEMPLATES: Final[tuple[Operation, ...]] = (
    Operation("write a template", "template_admin", _write_template),
    Operation("change a template", "template_admin", _rewrite_template, (412,)),
    Operation("preview a template", "template_admin", _preview),
    Operation("try a template out", "template_admin", _try_out, afterwards=_tried_once),
)
