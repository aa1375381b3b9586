"""Frames of pages that were compiled before they were deployed."""

import shutil
from pathlib import Path

import pytest

from shared.pages.rendering import COMPILED, compile_frame, environment, render

SHARED = Path(__file__).resolve().parents[3] / "shared"
OWN = '{% import "components.html" as ui %}{% include "mark.html" %}{{ ui.badge(what, "good") }}'


@pytest.fixture
def frame(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHARED / "console" / "templates", tmp_path / "frame" / "templates"))


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "own" / "templates"
    folder.mkdir(parents=True)
    (folder / "own.html").write_text(OWN)
    return folder


def test_they_render_as_their_sources_do_and_need_them_no_more(frame: Path, own: Path) -> None:
    said = {"what": "<b>"}
    before = render([own, frame], "own.html", said)

    compile_frame(frame)
    environment.cache_clear()
    (frame / "mark.html").unlink()

    assert render([own, frame], "own.html", said) == before
    assert "&lt;b&gt;" in before


def test_a_function_s_own_template_goes_before_its_frame_s(frame: Path, own: Path) -> None:
    compile_frame(frame)
    (own / "mark.html").write_text("its own")

    assert render([own, frame], "own.html", {"what": "x"}).startswith("its own")


def test_all_a_frame_may_use_is_compiled(frame: Path) -> None:
    compile_frame(frame)

    compiled = len(list(frame.with_name(COMPILED).glob("tmpl_*.py")))
    assert compiled == len(environment(frame).list_templates(["html"]))
    assert compiled > len(list(frame.iterdir()))
