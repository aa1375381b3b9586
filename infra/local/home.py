"""Where the local stack lives: its directory, its ports, its addresses."""

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

ACCOUNT: Final = "000000000000"
REGION: Final = "us-east-1"
_PORT: Final = 8080
_GATEWAY_PORT: Final = 4566
_MAIL_PORT: Final = 2525


@dataclass(frozen=True, slots=True)
class Home:
    """One local stack. Several can run beside each other in different directories.

    `port` is the product's one origin, `gateway_port` the emulator's AWS API, `mail_port` takes
    mail to the support mailbox (SMTP); all listen on 127.0.0.1 only.
    """

    root: Path
    state: Path
    port: int
    gateway_port: int
    mail_port: int = _MAIL_PORT

    @property
    def url(self) -> str:
        """Where a visitor finds the product."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def gateway(self) -> str:
        """The AWS endpoint of the emulator."""
        return f"http://127.0.0.1:{self.gateway_port}"

    @property
    def webhook_sink(self) -> str:
        """Where webhooks may be sent within this machine: what comes there is kept to look at."""
        return f"{self.gateway}/_crm/webhooks"

    @property
    def clock(self) -> Path:
        """The file that tells functions by how many seconds the local clock is ahead."""
        return self.state / "clock"

    @property
    def log(self) -> Path:
        return self.state / "emulator.log"

    @property
    def pid_file(self) -> Path:
        return self.state / "pid"

    @property
    def version_file(self) -> Path:
        return self.state / "version"

    @property
    def write_keys(self) -> Path:
        """The secret write keys made when seeding, by key id (`known_write_keys`)."""
        return self.state / "write_keys.json"

    def known_write_keys(self) -> dict[str, str]:
        """What partners and tills sign their behaviour events with, locally."""
        found: dict[str, str] = (
            json.loads(self.write_keys.read_text()) if self.write_keys.exists() else {}
        )
        return found

    @property
    def assembly(self) -> Path:
        """The synthesized templates and assets."""
        return self.state / "cdk.out"

    def remember(self) -> None:
        """Keep the ports, so that the next command finds this stack."""
        self.state.mkdir(parents=True, exist_ok=True)
        ports = {
            "port": self.port,
            "gateway_port": self.gateway_port,
            "mail_port": self.mail_port,
        }
        self._ports_file.write_text(json.dumps(ports))

    @property
    def _ports_file(self) -> Path:
        return self.state / "ports.json"


def find(
    port: int | None = None, gateway_port: int | None = None, mail_port: int | None = None
) -> Home:
    """The stack of this project.

    The directory is `CRM_HOME` or `.crm` in the project; the ports are the arguments, else
    `CRM_PORT`, `CRM_GATEWAY_PORT` and `CRM_MAIL_PORT`, else those used last, else 8080, 4566 and
    2525.
    """
    root = Path(__file__).resolve().parents[2]
    state = Path(os.environ.get("CRM_HOME") or root / ".crm").resolve()
    ports_file = state / "ports.json"
    last: dict[str, Any] = json.loads(ports_file.read_text()) if ports_file.exists() else {}
    return Home(
        root,
        state,
        int(port or os.environ.get("CRM_PORT") or last.get("port", _PORT)),
        int(
            gateway_port
            or os.environ.get("CRM_GATEWAY_PORT")
            or last.get("gateway_port", _GATEWAY_PORT)
        ),
        int(mail_port or os.environ.get("CRM_MAIL_PORT") or last.get("mail_port", _MAIL_PORT)),
    )


def tools_environment() -> dict[str, str]:
    """The environment of the processes we start: our Python's tools first, no AWS credentials."""
    kept = ("HOME", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT", "USER")
    environment = {name: os.environ[name] for name in kept if name in os.environ}
    tools = str(Path(sys.executable).parent)
    environment["PATH"] = os.pathsep.join([tools, os.environ.get("PATH", os.defpath)])
    return environment
