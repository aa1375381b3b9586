"""E-mail addresses and phone numbers as fields: what cannot be one is named by a stable code."""

from shared.kernel.errors import FieldError

from .identity import normalise_email, normalise_phone


class Unusable(ValueError):
    """A value cannot be taken. `code` is the field's stable error code."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code

    def at(self, field: str) -> FieldError:
        """The same as an error of `field`."""
        return FieldError(field, self.code, str(self))


def email_of(text: str) -> str:
    """The normalised e-mail address. Raises `Unusable` (`email_invalid`)."""
    try:
        return normalise_email(text)
    except ValueError as error:
        raise Unusable("email_invalid", "This is not an e-mail address") from error


def phone_of(text: str, region: str | None = None) -> str:
    """The number in E.164. Raises `Unusable` (`phone_invalid`)."""
    try:
        return normalise_phone(text, region)
    except ValueError as error:
        raise Unusable("phone_invalid", "This is no phone number") from error
