"""Which operation answers an address: exactly as registered, then by patterns as `/a/{id}/b`.

The API's functions have Powertools' resolver for this. A page would pay 0.06 ms for its event
classes, middleware and builders, a fifth of what its template takes, and use none of them.
"""

import re
from collections.abc import Callable
from functools import partial
from typing import Any, Final

Call = Callable[..., Any]

_PARAMETER: Final = re.compile(r"{(\w+)}")
_SEGMENT: Final = r"(?P<\1>[-._~()'!*:@,;=+&$%<> \\[\\]{}|^\\w]+)"
"""What Powertools takes for a parameter: one segment, of characters that addresses have."""


class Routes:
    """The operations of a group of pages."""

    def __init__(self) -> None:
        self._fixed: dict[tuple[str, str], Call] = {}
        self._patterns: list[tuple[str, re.Pattern[str], Call]] = []

    def add(self, method: str, path: str, call: Call) -> None:
        """Have `call` answer; it gets the parameters of the path by name."""
        if "{" not in path:
            self._fixed[method, path] = call
        else:
            self._patterns.append((method, re.compile(_PARAMETER.sub(_SEGMENT, path)), call))

    def find(self, method: str, path: str) -> Callable[[], Any] | None:
        """What answers; `None` for nothing."""
        if fixed := self._fixed.get((method, path)):
            return fixed
        for wanted, pattern, call in self._patterns:
            if wanted == method and (found := pattern.fullmatch(path)):
                return partial(call, **found.groupdict())
        return None
