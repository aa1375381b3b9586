"""What taking a mail in costs: the function's CPU beside that of parsing the mail with the standard
library alone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Final

from tests.benchmarks.cpu import Cpu, warm_cpu
from tests.benchmarks.world import Exchange
from tests.calls import queue_event
from tests.mails import a_mail, stored
from tests.operations.operation import Operation, Payload

BUDGET: Final = 3.0
"""Times the CPU of parsing it with the standard library and reading all of its parts."""

_SAID: Final = "".join(f"Line {n} of what there is to say, at some length.\n" for n in range(120))
_QUOTED: Final = "".join(f"> Line {n} of what was said before.\n" for n in range(120))
_TEXT: Final = f"{_SAID}\nOn Mon, Jun 2, 2025 at 6:15 AM Support <s@example.com> wrote:\n{_QUOTED}"
_PAGE: Final = "".join(
    f"<p>Line {n} <b>of</b> <a href='https://x.test/{n}'>it</a></p>" for n in range(200)
)
_FILE: Final = bytes(n * 7919 % 251 for n in range(58_000))


@dataclass(frozen=True)
class IntakeCost:
    """Of a mail of 100 KB with text, HTML and a file: CPU of all of it and of parsing alone, and
    the calls made."""

    bytes: int
    calls: list[str]
    cpu: Cpu
    bare: Cpu

    @property
    def ratio(self) -> float:
        """The function's CPU to that of parsing."""
        return self.cpu.median_ms / self.bare.median_ms


def intake_cost(rounds: int) -> IntakeCost:
    """Of a mail from somebody new."""
    raw = a_mail(_TEXT, html=_PAGE, files={"a.bin": ("application/octet-stream", _FILE)})
    calls: list[str] = []

    def arrange() -> Payload:
        return queue_event([stored(raw)])

    def alone(warm: Sequence[Exchange]) -> Callable[[], None]:
        calls.extend(f"{one.service}.{one.operation}" for one in warm)
        return lambda: _parse(raw)

    cpu, bare = warm_cpu(Operation("take in a mail", "ticket_intake", arrange), rounds, alone)
    return IntakeCost(len(raw), calls, cpu, bare)


def _parse(raw: bytes) -> None:
    message = message_from_bytes(raw, _class=EmailMessage, policy=default)
    for part in message.walk():
        if not part.is_multipart():
            part.get_content()
