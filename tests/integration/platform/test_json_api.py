"""`json_api` beside botocore's client, against a server that answers as it is told: both make the
same of every answer and of every way of not answering."""

import contextlib
import json
import os
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final

import pytest
from botocore.config import Config
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    EndpointConnectionError,
    SSLError,
)
from botocore.session import get_session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from shared.platform import aws, connections
from shared.platform.aws import ATTEMPTS
from shared.platform.json_api import DYNAMODB
from tests import cloud

READ_SECONDS: Final = 0.1
HANG, RESET, CLOSE = "hang", "reset", "close"
Step = bytes | str

KEY = {"pk": {"S": "A"}, "sk": {"S": "1"}}
FOUND = {"Item": {**KEY, "n": {"N": "1.50"}, "text": {"S": "Ünïcødé"}, "none": {"NULL": True}}}


def http(status: int, body: Any, *headers: str, length: bool = True) -> bytes:
    raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    lines = [*headers, *([f"Content-Length: {len(raw)}"] if length else [])]
    return "\r\n".join([f"HTTP/1.1 {status} Said", *lines, "", ""]).encode() + raw


def refusal(kind: str, status: int = 400, **more: Any) -> bytes:
    body = {"__type": f"com.amazonaws.dynamodb.v20120810#{kind}", "message": "No", **more}
    return http(status, body, "x-amzn-RequestId: ABC")


class Server:
    """Listens; each request meets the next step of the script, the last one for ever.

    `requests` are the bodies that came, `opened` counts connections. A connection ends when a
    step says so, or `hang_up` is set and it was answered.
    """

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.begin()
        self._tls = tls
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def begin(self) -> None:
        """Forget what was, but for the connections that are open."""
        self.script: list[Step] = []
        self.requests: list[Any] = []
        self.opened = 0
        self.hang_up = False
        self.hung_up = threading.Event()

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        for one in (self._listening, *self._open):
            one.close()

    def _accept(self) -> None:
        while True:
            try:
                plain, _ = self._listening.accept()
                self.opened += 1
                self._open.append(plain)
                here = self._tls.wrap_socket(plain, server_side=True) if self._tls else plain
            except ssl.SSLError:
                continue
            except OSError:
                return
            threading.Thread(target=self._serve, args=(here,), daemon=True).start()

    def _serve(self, here: socket.socket) -> None:
        reader = here.makefile("rb")
        while first := self._next(reader):
            assert first.startswith(b"POST / HTTP/1.1")
            size = 0
            while line := reader.readline().strip():
                name, _, value = line.partition(b": ")
                size = int(value) if name.lower() == b"content-length" else size
            self.requests.append(json.loads(reader.read(size)))
            step = self.script.pop(0) if len(self.script) > 1 else self.script[0]
            if step == HANG:
                return
            if step == RESET:
                here.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            elif step != CLOSE:
                assert isinstance(step, bytes)
                here.sendall(step)
            if step in (RESET, CLOSE) or self.hang_up or b"Content-Length" not in step:
                break
        here.close()
        self.hung_up.set()

    @staticmethod
    def _next(reader: Any) -> bytes:
        try:
            return bytes(reader.readline())
        except OSError:
            return b""


@pytest.fixture(scope="module")
def listening() -> Iterator[Server]:
    """A server in DynamoDB's place, for this module's tests."""
    made = Server()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in cloud.environment().items():
            patch.setenv(name, value)
        patch.setenv("AWS_ENDPOINT_URL_DYNAMODB", made.url)
        cloud.forget(session=True)
        yield made
    made.close()
    cloud.forget(session=True)


@pytest.fixture
def server(listening: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    """That server, with nothing asked of it yet; nobody waits before another try."""
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    monkeypatch.setattr(connections, "READ_SECONDS", READ_SECONDS)
    cloud.forget()
    listening.begin()
    return listening


def ours(operation: str, request: dict[str, Any]) -> Any:
    return DYNAMODB.call(operation, **request)


def botocore_s(operation: str, request: dict[str, Any]) -> Any:
    # By its address: the module's server may be another one when its tests are shared out.
    return _client(os.environ["AWS_ENDPOINT_URL_DYNAMODB"])._make_api_call(operation, request)


@cache
def _client(url: str) -> Any:
    tries: Any = {"mode": "standard", "total_max_attempts": ATTEMPTS}
    config = Config(read_timeout=READ_SECONDS, retries=tries)
    return get_session().create_client("dynamodb", config=config, endpoint_url=url)


def outcome(
    call: Callable[[str, dict[str, Any]], Any], server: Server, script: Sequence[Step]
) -> Any:
    """What came of a call: what it answered or how it failed, and the requests it took."""
    server.script, server.requests = list(script), []
    request = {"TableName": "t", "Key": KEY, "ConsistentRead": True}
    result: Any
    try:
        result = call("GetItem", request)
        result.pop("ResponseMetadata", None)
    except ClientError as error:
        response: Any = error.response
        response["ResponseMetadata"].pop("HTTPHeaders")
        response["ResponseMetadata"].setdefault("RequestId", "")
        response["ResponseMetadata"].pop("MaxAttemptsReached", None)
        # botocore lists only what it has a model of.
        response = {
            name: said
            for name, said in response.items()
            if name not in ("__type", "message", "Message")
        }
        result = ClientError, response, str(error).replace(" (reached max retries: 3)", "")
    except Exception as error:
        result = type(error), str(error)
    return result, server.requests


REASONS = [{"Code": "ConditionalCheckFailed", "Message": "No", "Item": KEY}, {"Code": "None"}]
CHUNKED = b'8;x=y\r\n{"Item":\r\n2\r\n{}\r\n1\r\n}\r\n0\r\nTrailer: x\r\n\r\n'

SCRIPTS: dict[str, list[Step]] = {
    "an item": [http(200, FOUND, "Server: Server")],
    "nothing": [http(200, {})],
    "no body": [http(200, b"")],
    "a large item": [http(200, {"Item": {**KEY, "text": {"S": "ü" * 700_000}}})],
    "an answer in pieces": [http(200, CHUNKED, "Transfer-Encoding: chunked", length=False)],
    "an answer that ends with the connection": [http(200, FOUND, length=False)],
    "a provisional answer first": [b"HTTP/1.1 100 Continue\r\n\r\n" + http(200, FOUND)],
    "a refused condition": [refusal("ConditionalCheckFailedException", Item=KEY)],
    "a cancelled transaction": [
        refusal("TransactionCanceledException", CancellationReasons=REASONS)
    ],
    "an invalid request": [http(400, {"__type": "com.amazon.coral#SerializationException"})],
    "a code with an address": [http(400, {"__type": "Wrong:http://x/#y", "Message": "M"})],
    "a wrong clock": [refusal("InvalidSignatureException")],
    "throttled for a while": [refusal("ThrottlingException"), http(200, FOUND)],
    "throttled for good": [refusal("ProvisionedThroughputExceededException")],
    "throttled by status": [http(429, b"")],
    "a failure of theirs, then an answer": [http(500, b""), http(200, FOUND)],
    "nobody behind the balancer": [http(503, b"no healthy upstream")],
    "a failure of theirs with a code": [refusal("InternalServerError", 500)],
    "something else answers": [http(404, b"nothing here")],
    "reset, then an answer": [RESET, http(200, FOUND)],
    "closed, then an answer": [CLOSE, http(200, FOUND)],
    "reset for good": [RESET],
    "closed for good": [CLOSE],
    "no answer": [HANG],
    "no answer, then one": [HANG, http(200, FOUND)],
    "no HTTP": [b"SSH-2.0-x\r\n"],
}


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=list(SCRIPTS))
def test_what_comes_of_a_call_is_what_botocore_makes_of_it(
    server: Server, script: list[Step]
) -> None:
    assert outcome(ours, server, script) == outcome(botocore_s, server, script)


def test_an_answer_that_is_no_json_is_none(server: Server) -> None:
    result, requests = outcome(
        ours, server, [http(200, b"<html>"), http(200, b"[]"), http(200, FOUND)]
    )

    assert (result, len(requests)) == (FOUND, 3)


@pytest.mark.parametrize("cut", [12, 20, 40, -5])
def test_an_answer_cut_short_is_none(server: Server, cut: int) -> None:
    # Where botocore may take it for an empty one: an item that is not there.
    server.hang_up = True

    result, requests = outcome(ours, server, [http(200, FOUND)[:cut]])

    assert (result[0], len(requests)) == (ConnectionClosedError, ATTEMPTS)


def test_a_connection_is_used_again(server: Server) -> None:
    for _ in range(3):
        outcome(ours, server, [refusal("ConditionalCheckFailedException")])
        outcome(ours, server, [http(200, FOUND)])

    assert server.opened == 1


def test_a_connection_whose_end_went_unnoticed_costs_no_try(server: Server) -> None:
    server.hang_up = True
    for _ in range(3):
        server.hung_up.clear()
        _, requests = outcome(ours, server, [http(200, FOUND)])
        server.hung_up.wait(5)
        assert len(requests) == 1

    assert server.opened == 3


def test_a_connection_the_server_says_it_will_close_is_not_kept(server: Server) -> None:
    for _ in range(2):
        outcome(ours, server, [http(200, FOUND, "Connection: close")])

    assert server.opened == 2


def test_the_answer_to_a_call_that_was_broken_off_is_not_taken_for_the_next_one_s(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stopped(BaseException):
        pass

    def stop(*_: Any) -> Any:
        raise Stopped

    with monkeypatch.context() as patch:
        patch.setattr(connections._Connection, "_head", stop)
        with pytest.raises(Stopped):
            outcome(ours, server, [http(200, {"Item": {"pk": {"S": "another"}}})])

    assert outcome(ours, server, [http(200, FOUND)])[0] == FOUND


def test_threads_do_not_share_a_connection_at_the_same_time(server: Server) -> None:
    server.script = [http(200, FOUND)]
    found: list[Any] = []

    def ask() -> None:
        found.extend(DYNAMODB.call("GetItem", TableName="t", Key=KEY) for _ in range(20))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == [FOUND] * 80


def test_nobody_listening_is_an_endpoint_out_of_reach(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    unused = Server()
    unused.close()
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", unused.url)
    aws.endpoint.cache_clear()

    assert outcome(ours, server, [CLOSE]) == outcome(
        lambda *asked: _client(unused.url)._make_api_call(*asked), server, [CLOSE]
    )
    assert outcome(ours, server, [CLOSE])[0][0] is EndpointConnectionError


def test_renewed_credentials_are_used(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    class Renewing:
        def __init__(self) -> None:
            self.asked = 0

        def get_frozen_credentials(self) -> aws.Credentials:
            self.asked += 1
            return aws.Credentials(f"key-{self.asked}", "secret", None)

    held = Renewing()
    monkeypatch.setattr(aws, "_holder", lambda: held)
    sent: list[str] = []
    signed = connections.Connections.post

    def noted(self: Any, headers: Any, body: bytes, path: str) -> Any:
        sent.append(headers["authorization"].partition("=")[2].partition("/")[0])
        return signed(self, headers, body, path)

    monkeypatch.setattr(connections.Connections, "post", noted)
    outcome(ours, server, [http(500, b""), http(200, FOUND)])

    assert sent == ["key-1", "key-2"]


@pytest.fixture
def certified(tmp_path: Path) -> tuple[ssl.SSLContext, Path]:
    """A server's side of TLS as 127.0.0.1, and the file that vouches for it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    address = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(address, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "both.pem"
    file.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context, file


def test_over_tls_only_whom_the_authorities_vouch_for_is_spoken_to(
    server: Server,
    certified: tuple[ssl.SSLContext, Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    context, authorities = certified
    secure = Server(context)
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", secure.url)
    aws.endpoint.cache_clear()
    assert outcome(ours, secure, [http(200, FOUND)])[0][0] is SSLError

    monkeypatch.setenv("AWS_CA_BUNDLE", str(authorities))
    cloud.forget()
    secure.begin()
    for _ in range(3):
        assert outcome(ours, secure, [http(200, FOUND)])[0] == FOUND

    assert secure.opened == 1
    secure.close()
