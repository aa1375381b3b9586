"""The deployed stack as a test drives it: over HTTP, with a clock to move and functions to crash."""

import fcntl
import json
import os
import socket
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, TypeVar

from infra.local import customers, logs, mail, people, process, rest
from infra.local.control import MOMENTS
from infra.local.deployed import LOCAL_STAGE, Deployed
from infra.local.home import Home, find
from infra.local.setting_up import up

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back over HTTP. Redirects are not followed."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    cookies: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


_open = urllib.request.build_opener(_Stay).open

PATIENCE: Final = 240
"""Seconds until all is at rest: what failed waits longer with each try, on a busy machine minutes."""


class Stack:
    """One running local stack."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.deployed = Deployed(LOCAL_STAGE, home)
        self._tokens: dict[str, tuple[float, str]] = {}

    @property
    def url(self) -> str:
        """The product's one origin."""
        return self.home.url

    def token(self, who: str = "rep") -> str:
        """An access token of a sample person: a role ("rep") or a person ("asha")."""
        at, known = self._tokens.get(who, (0.0, ""))
        if time.monotonic() - at > timedelta(minutes=10).total_seconds() or not known:
            known = people.token(self.deployed, who)
            self._tokens[who] = (time.monotonic(), known)
        return known

    def customer_token(self, email: str) -> str:
        """An access token of the contact that signs in by `email`; their mail is read for them."""
        return customers.token(self.home, email)

    def write_key(self, key_id: str = "demo-partner") -> str:
        """The secret write key of that id, to send as `x-write-key`."""
        return self.home.known_write_keys()[key_id]

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        who: str | None = None,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Send a request: `body` as JSON (bytes as they are), or `form` urlencoded; as `who`."""
        sent = {name.lower(): value for name, value in (headers or {}).items()}
        data: bytes | None = None
        if form is not None:
            data = urllib.parse.urlencode(form).encode()
            sent.setdefault("content-type", "application/x-www-form-urlencoded")
        elif isinstance(body, bytes):
            data = body
        elif body is not None:
            data = json.dumps(body).encode()
            sent.setdefault("content-type", "application/json")
        if who:
            sent["authorization"] = f"Bearer {self.token(who)}"
        request = urllib.request.Request(self.url + path, data, sent, method=method)
        try:
            with _open(request, timeout=60) as answer:
                return _reply(answer)
        except urllib.error.HTTPError as answer:
            return _reply(answer)

    def get(self, path: str, who: str | None = None) -> Reply:
        return self.call("GET", path, who=who)

    def mail(self, to: str | None = None) -> list[mail.Mail]:
        """What was sent, oldest first; only to the address `to` when given."""
        return [message for message in mail.sent(self.home) if to is None or to in message.to]

    def texts(self, to: str) -> list[str]:
        """The text messages that were sent to a number, oldest first."""
        sent = process.ask(self.home, "texts")["texts"]
        return [message["text"] for message in sent if message["to"] == to]

    def webhooks(self, path: str) -> list[dict[str, Any]]:
        """What came to the webhook receiver of the local stack under `path`, oldest first."""
        came = process.ask(self.home, "webhooks")["webhooks"]
        return [one for one in came if one["path"].endswith(f"/webhooks/{path}")]

    def tick(self, duration: str) -> None:
        """Move the clock by `4h`, `30m`, `3d` …, run what is due, and come to rest."""
        rest.tick(self.deployed, rest.duration(duration), PATIENCE)

    def now(self) -> datetime:
        """What time it is for the stack."""
        return datetime.now(UTC) + rest.ahead(self.home)

    def go_to(self, instant: datetime) -> None:
        """Let it be that time, as `tick` does; also one that was."""
        rest.tick(self.deployed, instant - self.now(), PATIENCE)

    @contextmanager
    def another_time(self) -> Iterator[None]:
        """Afterwards it is as late as it would be by then: at a time before that, whoever signed
        in meanwhile could not do so again."""
        ahead = rest.ahead(self.home)
        try:
            yield
        finally:
            self.go_to(datetime.now(UTC) + ahead)

    def rest(self, patience: float = PATIENCE) -> None:
        """Wait until nothing is under way."""
        rest.wait(self.home, patience)

    def under_way(self) -> dict[str, Any]:
        """What goes on by itself: messages in queues, records of streams, functions."""
        return process.ask(self.home, "state")

    def eventually(self, look: Callable[[], T], patience: float = 30) -> T:
        """The first true answer of `look`; fails the test when there is none in time."""
        deadline = time.monotonic() + patience
        while not (found := look()):
            assert time.monotonic() < deadline, f"not within {patience} s: last seen {found!r}"
            time.sleep(0.1)
        return found

    def invoke(self, noun: str, event: Any) -> Any:
        """Call a function with an event; its answer. Fails the test when the function does."""
        answer = self.deployed.client("lambda").invoke(
            FunctionName=self.deployed.named(noun), Payload=json.dumps(event).encode()
        )
        payload = json.loads(answer["Payload"].read() or b"null")
        assert "FunctionError" not in answer, payload
        return payload

    def crash(self, noun: str, moment: str) -> None:
        """Let the next invocation of `noun` die: `before` it runs, `during`, or `after` (done,
        but its answer is lost). It happens once."""
        assert moment in MOMENTS
        process.ask(self.home, f"crash?function={noun}&moment={moment}", "POST")

    def restart(self) -> None:
        """End the whole process and start it again, as a reboot would."""
        process.stop(self.home)
        process.start(self.home)

    def logs(self, noun: str) -> str:
        """What a function logged within the last hour."""
        return "\n".join(line for _, line in logs.lines(self.deployed, [noun], timedelta(hours=1)))


def _reply(answer: Any) -> Reply:
    return Reply(
        answer.status,
        {name.lower(): value for name, value in answer.headers.items()},
        answer.read(),
        tuple(answer.headers.get_all("set-cookie") or ()),
    )


@contextmanager
def shared_stack(folder: Path) -> Iterator[Stack]:
    """The stack kept in `folder`: set up by the first test process that asks, ended by the last."""
    folder.mkdir(parents=True, exist_ok=True)
    home = _home(folder)
    with _locked(folder):
        _users(folder, +1)
    try:
        with _locked(folder):
            up(home, lambda _step: None)
        yield Stack(home)
    finally:
        with _locked(folder):
            if _users(folder, -1) == 0:
                process.stop(home)


def _home(folder: Path) -> Home:
    root = find().root
    with _locked(folder):
        ports_file = folder / "ports"
        if not ports_file.exists():
            ports_file.write_text(" ".join(str(_free_port()) for _ in range(3)))
        port, gateway_port, mail_port = map(int, ports_file.read_text().split())
    return Home(root, folder, port, gateway_port, mail_port)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _users(folder: Path, change: int) -> int:
    file = folder / "users"
    count = int(file.read_text() if file.exists() else 0) + change
    file.write_text(str(count))
    return count


def chosen_folder(default: Path) -> Path:
    """Where journeys keep their stack; `CRM_JOURNEY_HOME` lets several runs share a warm one."""
    return Path(os.environ.get("CRM_JOURNEY_HOME") or default)
