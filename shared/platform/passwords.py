"""What the staff's pool takes for a password. Said before one is chosen, checked before Cognito is
asked: its own refusal would tell that a person exists."""

from typing import Final

from shared.kernel.errors import FieldError, Rejected

MIN_PASSWORD: Final = 12
MAX_PASSWORD: Final = 256
SYMBOLS: Final = "^$*.[]{}()?-\"!@#%&/\\,><':;|_~`+="
"""What Cognito counts as a symbol ("Adding user pool password requirements")."""

RULES: Final = (
    f"At least {MIN_PASSWORD} characters",
    "A lower-case and an upper-case letter",
    "A digit and a symbol such as ! or -",
)


def check_password(password: str, field: str) -> None:
    """Raise `Rejected` unless the pool takes `password`; `field` is where it was typed."""
    missing = [text for text, met in _password_rules(password) if not met]
    if missing:
        text = f"This still needs {' and '.join(missing)}"
        raise Rejected("password_weak", fields=[FieldError(field, "password_weak", text)])


def _password_rules(password: str) -> tuple[tuple[str, bool], ...]:
    return (
        (f"{MIN_PASSWORD} characters", MIN_PASSWORD <= len(password) <= MAX_PASSWORD),
        ("a lower-case letter", any("a" <= one <= "z" for one in password)),
        ("an upper-case letter", any("A" <= one <= "Z" for one in password)),
        ("a digit", any("0" <= one <= "9" for one in password)),
        ("a symbol such as ! or -", any(one in SYMBOLS for one in password)),
    )
