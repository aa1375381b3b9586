"""What went wrong, said to a person: what happened and what to do about it."""


class Trouble(Exception):
    """Ends a `crm` command with a message instead of a traceback."""

    def __init__(self, what: str, remedy: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy
