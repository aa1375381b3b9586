"""Why one interaction of many is not acceptable."""

from shared.kernel.errors import FieldError


class Refused(ValueError):
    """A field of an interaction, a stable code and words for people."""

    def __init__(self, field: str, code: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.code = code
        self.message = message

    def at(self, path: str) -> FieldError:
        """As an error of the interaction at `path`."""
        return FieldError(f"{path}{self.field}", self.code, self.message)
