"""Every way an operation can end other than well. The HTTP status follows from the class."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing wrong with one place of the input.

    `field` is a dotted path (`rules.3.points`), `code` is stable and machine-readable,
    `message` is for people. None of them repeats the rejected value.
    """

    field: str
    code: str
    message: str


class CrmError(Exception):
    """Base of every expected failure. `code` is stable; `extra` joins the problem document."""

    status: ClassVar[int] = 500
    title: ClassVar[str] = "Something went wrong"

    def __init__(
        self, code: str, message: str = "", fields: Iterable[FieldError] = (), **extra: object
    ) -> None:
        super().__init__(message or self.title)
        self.code = code
        self.message = message or self.title
        self.fields = tuple(fields)
        self.extra = extra


class Malformed(CrmError):
    """The request cannot be read at all."""

    status = 400
    title = "The request cannot be read"


class Unauthorised(CrmError):
    """Nobody we know is asking."""

    status = 401
    title = "Sign in first"


class Forbidden(CrmError):
    """Somebody we know is asking, and may not."""

    status = 403
    title = "Not allowed"


class NotFound(CrmError):
    """There is no such thing, or it is not the caller's to know of."""

    status = 404
    title = "Not found"


class Conflict(CrmError):
    """The state of the thing does not allow this."""

    status = 409
    title = "Not possible in the present state"


class Stale(CrmError):
    """The caller's version is not the newest; `extra["version"]` is."""

    status = 412
    title = "Changed by somebody else meanwhile"


class TooLarge(CrmError):
    """The body is larger than the operation takes."""

    status = 413
    title = "Too large"


class UnsupportedType(CrmError):
    """The body's media type is not taken here."""

    status = 415
    title = "Media type not supported"


class Rejected(CrmError):
    """The request was read; some of its values are not acceptable. `fields` says which."""

    status = 422
    title = "Some values are not acceptable"


class Busy(CrmError):
    """Too much at once; the same request may succeed later. Nothing was written."""

    status = 503
    title = "Busy, try again"


class AlreadyHandled(CrmError):
    """A message, timer or job whose effect is already stored. Callers count it as done."""

    status = 200
    title = "Already handled"
