"""Problem details for HTTP APIs (RFC 9457): the one shape every failure is answered in."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pydantic import ValidationError

from shared.kernel.errors import CrmError, FieldError, Malformed, Rejected

MEDIA_TYPE = "application/problem+json"


def problem(error: CrmError, request_id: str) -> dict[str, Any]:
    """The problem document of `error`."""
    document: dict[str, Any] = {
        "type": f"urn:crm:problem:{error.code}",
        "title": error.title,
        "status": error.status,
        "code": error.code,
        "detail": error.message,
        "request_id": request_id,
    }
    if error.fields:
        document["fields"] = [
            {"field": one.field, "code": one.code, "message": one.message} for one in error.fields
        ]
    return document | error.extra


def from_validation(error: ValidationError, at: str = "") -> CrmError:
    """What pydantic found, as ours: unreadable JSON is 400, unacceptable values are 422.

    `at` is put before every field path.
    """
    found = error.errors(include_url=False, include_context=False, include_input=False)
    if any(one["type"] == "json_invalid" for one in found):
        return Malformed("json_invalid", "The body is not valid JSON")
    fields = [
        FieldError(
            ".".join([*([at] if at else []), *map(str, one["loc"])]), one["type"], one["msg"]
        )
        for one in found
    ]
    return Rejected("validation_failed", fields=fields)


@contextmanager
def as_asked() -> Iterator[None]:
    """What pydantic finds wrong meanwhile is the caller's to mend: see `from_validation`.

    Anywhere else it is a fault of ours: what is stored cannot be read.
    """
    try:
        yield
    except ValidationError as error:
        raise from_validation(error) from None
