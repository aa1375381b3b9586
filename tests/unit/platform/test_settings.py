"""Settings come from `CRM_…` variables, once, and a missing one says its name."""

import pytest

from shared.platform import clock
from shared.platform.settings import NAMES, Misconfigured, settings

pytestmark = pytest.mark.usefixtures("settings_env")


def test_every_setting_is_read_from_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.setenv(f"CRM_{name.upper()}", f"value of {name}")

    assert {name: settings().need(name) for name in NAMES} == {
        name: f"value of {name}" for name in NAMES
    }


def test_a_setting_that_was_not_given_names_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CRM_BUS_NAME")

    with pytest.raises(Misconfigured, match="CRM_BUS_NAME"):
        settings().need("bus_name")


def test_the_local_clock_runs_ahead_by_what_its_file_says(
    monkeypatch: pytest.MonkeyPatch, tmp_path: pytest.TempPathFactory
) -> None:
    file = tmp_path / "clock"  # type: ignore[operator]
    real = clock.now()
    monkeypatch.setenv("CRM_CLOCK_FILE", str(file))
    settings.cache_clear()

    without = clock.now()
    file.write_text("7200")
    ahead = clock.now()

    assert 0 <= (without - real).total_seconds() < 60
    assert 7200 <= (ahead - real).total_seconds() < 7260
