"""E-mail addresses and phone numbers in the one form in which they are stored and compared."""

from shared.kernel.errors import FieldError


class Unusable(ValueError):
    """This is no address. `code` is the field's stable error code."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code

    def at(self, field: str) -> FieldError:
        """The same as an error of `field`."""
        return FieldError(field, self.code, str(self))


def normal_email(text: str) -> str:
    """`Ann@MÜNCHEN.example.com` as `ann@xn--mnchen-3ya.example.com`: lower case throughout,
    the domain in its ASCII form (IDNA 2008). Nothing is looked up.

    Raises `Unusable` (`email_invalid`).
    """
    from email_validator import EmailNotValidError, validate_email

    try:
        found = validate_email(text.strip(), check_deliverability=False)
    except EmailNotValidError as error:
        raise Unusable("email_invalid", "This is no e-mail address") from error
    return f"{found.local_part.lower()}@{found.ascii_domain}"


def normal_phone(text: str, region: str | None) -> str:
    """The number in E.164 (`+9779812345678`). `region` (ISO 3166) is where numbers without a
    country code are from.

    Raises `Unusable` (`phone_invalid`).
    """
    import phonenumbers

    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException as error:
        raise Unusable("phone_invalid", "This is no phone number") from error
    if not phonenumbers.is_valid_number(number):
        raise Unusable("phone_invalid", "This is no phone number")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
