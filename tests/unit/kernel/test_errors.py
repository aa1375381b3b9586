"""Each way to fail has one status and a code that callers may rely on."""

import pytest

from shared.kernel import errors
from shared.kernel.errors import CrmError, FieldError, Stale

STATUS = {
    "Malformed": 400,
    "Unauthorised": 401,
    "Forbidden": 403,
    "NotFound": 404,
    "Conflict": 409,
    "Stale": 412,
    "TooLarge": 413,
    "UnsupportedType": 415,
    "Rejected": 422,
    "Busy": 503,
    "AlreadyHandled": 200,
}


def test_every_error_has_its_documented_status() -> None:
    assert {
        one.__name__: one.status
        for one in CrmError.__subclasses__()
        if one.__module__ == errors.__name__
    } == STATUS


@pytest.mark.parametrize("name", STATUS)
def test_an_error_without_a_message_tells_its_title(name: str) -> None:
    error = getattr(errors, name)("some_code")

    assert error.code == "some_code"
    assert error.message == str(error) == error.title


def test_an_error_carries_its_fields_and_whatever_else_helps() -> None:
    error = Stale("version_stale", fields=[FieldError("a.0.b", "missing", "Needed")], version=7)

    assert error.fields == (FieldError("a.0.b", "missing", "Needed"),)
    assert error.extra == {"version": 7}
