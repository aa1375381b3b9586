"""A changed handler takes the short way; whatever could change a template does not."""

import json
from pathlib import Path

import pytest

from infra.local.home import Home
from infra.local.restaging import restage


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A project with one function, and an assembly in which it is staged."""
    made = Home(tmp_path, tmp_path / ".crm", 1, 2)
    for folder in (tmp_path / "functions" / "greet", made.assembly / "asset.old" / "greet"):
        folder.mkdir(parents=True)
        (folder / "handler.py").write_text("hello = 1\n")
    for name in ("s.template.json", "s.assets.json"):
        (made.assembly / name).write_text(json.dumps({"key": "old.zip", "path": "asset.old"}))
    return made


def test_an_edited_handler_renews_its_asset(home: Home) -> None:
    (home.root / "functions/greet/handler.py").write_text("hello = 2\n")

    assert restage(home, ["functions/greet/handler.py"])

    [asset] = home.assembly.glob("asset.*")
    digest = asset.name.removeprefix("asset.")
    assert (asset / "greet" / "handler.py").read_text() == "hello = 2\n"
    for name in ("s.template.json", "s.assets.json"):
        written = json.loads((home.assembly / name).read_text())
        assert written == {"key": f"{digest}.zip", "path": f"asset.{digest}"}


@pytest.mark.parametrize(
    "changed",
    ["shared/sales/tables.py", "infra/app.py", "functions/other/handler.py", "cdk.json"],
)
def test_anything_else_is_synthesized(home: Home, changed: str) -> None:
    assert not restage(home, ["functions/greet/handler.py", changed])


def test_a_new_file_is_synthesized(home: Home) -> None:
    (home.root / "functions/greet/schemas.py").write_text("")

    assert not restage(home, ["functions/greet/schemas.py"])


def test_a_deleted_file_is_synthesized(home: Home) -> None:
    (home.root / "functions/greet/handler.py").unlink()

    assert not restage(home, ["functions/greet/handler.py"])
