"""Certificates of erasures: shown, handed out, and checked when somebody brings one."""

import json
from typing import Any

from aws_lambda_powertools.event_handler import Response

from shared.console.entry import Answer, PageRequest
from shared.customers.privacy.certificate import verify
from shared.customers.privacy.reading import certificate_of
from shared.kernel.errors import CrmError, FieldError, Malformed, Rejected
from shared.pages.reading import read, read_json

from .schemas import CertificateForm, Signed


def shown(request: PageRequest, request_id: str) -> Answer:
    """The certificate in words."""
    found = certificate_of(request_id)
    return request.page(
        "certificate.html", request_id=request_id, one=found["certificate"], text=_text(found)
    )


def fetched(request: PageRequest, request_id: str) -> Answer:
    """The certificate as a file."""
    headers = {
        "content-disposition": f'attachment; filename="{request_id}-certificate.json"',
        "cache-control": "no-store",
    }
    text = _text(certificate_of(request_id))
    return Response(status_code=200, content_type="application/json", body=text, headers=headers)


def form(request: PageRequest) -> Answer:
    """The form to have one checked."""
    return request.page("check.html", valid=None)


def checked(request: PageRequest) -> Answer:
    """Whether we signed exactly this."""
    try:
        signed = _read(read(CertificateForm, request.form).text)
        verify(signed.certificate, signed.signature)
    except CrmError as error:
        return request.refused("check.html", error, valid=None)
    return request.page("check.html", valid=signed.certificate, typed=request.form)


def _read(text: str) -> Signed:
    try:
        return read_json(Signed, text)
    except (Malformed, Rejected) as error:
        said = "This is no certificate as it was handed out: a JSON object with its signature"
        wrong = FieldError("text", "not_a_certificate", said)
        raise Rejected("validation_failed", "This cannot be checked", [wrong]) from error


def _text(found: dict[str, Any]) -> str:
    return json.dumps(found, indent=2, ensure_ascii=False)
