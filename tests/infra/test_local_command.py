"""The `crm` command says what is wrong and what to do, and never shows a traceback."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from infra.local.cli import app


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CRM_HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")
    for name in ("CRM_PORT", "CRM_GATEWAY_PORT"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def crm(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def test_a_port_in_use_is_named_with_the_way_out(taken_port: int) -> None:
    result = crm("up", "--port", str(taken_port))

    assert result.exit_code == 1
    assert f"Port {taken_port} of this machine is in use" in result.stderr
    assert "--port 8090" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("token",),
        ("mail",),
        ("seed",),
        ("tick", "4h"),
        ("logs",),
        ("redrive",),
        ("reapply-erasures", "2025-06-01"),
        ("doctor",),
    ],
    ids=lambda arguments: arguments[0],
)
def test_what_needs_the_stack_says_how_to_start_it(arguments: tuple[str, ...]) -> None:
    result = crm(*arguments)

    assert result.exit_code == 1
    assert "Start it: crm up" in result.stderr
    assert result.stdout == ""


def test_status_of_nothing_is_not_an_error() -> None:
    assert "not running" in crm("status").stdout
    assert json.loads(crm("status", "--json").stdout)["running"] is False


def test_stopping_what_does_not_run_is_not_an_error() -> None:
    result = crm("down")

    assert (result.exit_code, result.stdout) == (0, "It was not running.\n")


@pytest.mark.parametrize("written", ["4", "h", "4x", "-1h", "1h 30m", ""])
def test_a_malformed_duration_is_refused(written: str) -> None:
    result = crm("tick", "--", written)

    assert result.exit_code == 1
    assert "1h30m" in result.stderr


def test_the_operator_without_credentials_is_told_to_sign_in(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")

    result = crm("deploy", "--stage", "dev")

    assert result.exit_code == 1
    assert "Sign in first" in result.stderr


def test_deploying_the_local_stage_points_to_up() -> None:
    assert "Run: crm up" in crm("deploy", "--stage", "local").stderr


def test_a_stale_process_id_of_another_program_is_not_ours(home: Path) -> None:
    (home / "pid").write_text("1")

    assert json.loads(crm("status", "--json").stdout)["running"] is False
