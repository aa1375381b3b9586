"""Layers in the local stack: one folder for all functions that have them."""

import io
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

from infra.local import layers
from infra.local.emulator import module

CODE = "import of_layer\ndef handle(event, context): return of_layer.__file__\n"


def packed(**files: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, text in files.items():
            archive.writestr(f"{name.replace('__', '/')}.py", text)
    return made.getvalue()


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, bytes]:
    """The contents of layers by name; the emulator shares them while the test runs."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    contents: dict[str, bytes] = {}
    worker = module("core.lambda_runtime").Worker
    monkeypatch.setattr(module("services.lambda_svc"), "_resolve_layer_zip", contents.get)
    monkeypatch.setattr(worker, "_spawn", worker._spawn)
    layers.apply()
    return contents


def where(function: str, *using: Any) -> str:
    """Where a function finds the module of its layer."""
    config = {
        "FunctionName": function,
        "FunctionArn": f"arn:aws:lambda:eu-central-1:000000000000:function:{function}",
        "Runtime": "python3.13",
        "Handler": "handler.handle",
        "Layers": list(using),
    }
    worker = module("core.lambda_runtime").Worker(function, config, packed(handler=CODE))
    try:
        answer = worker.invoke({}, "request")
    finally:
        worker.kill()
    assert answer["status"] == "ok", answer
    assert worker.config is config
    return str(answer["result"])


def test_two_functions_find_a_layer_in_one_folder(kept: dict[str, bytes]) -> None:
    kept["shared"] = packed(python__of_layer="ONE = 1")

    assert where("one", "shared") == where("other", {"Arn": "shared"})


def test_a_changed_layer_is_unpacked_anew_and_the_first_of_two_goes_after_the_second(
    kept: dict[str, bytes],
) -> None:
    kept["first"] = packed(python__of_layer="ONE = 1")
    before = where("one", "first")
    kept["first"] = packed(python__of_layer="ONE = 2")
    after = where("one", "first")
    kept["second"] = packed(python__of_layer="TWO = 2")

    assert before != after
    assert where("one", "first", "second") == where("one", "second")
