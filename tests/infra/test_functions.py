"""How every function is deployed."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from infra.constructs.environment import environment
from infra.synthesized import FUNCTION, Deployed, Synthesized
from shared.platform.settings import NAMES, PREFIX
from tests.contract.test_triggers import routes_in

FUNCTIONS = Path(__file__).resolve().parents[2] / "functions"


def test_every_function_folder_is_deployed_exactly_once(deployed: Sequence[Deployed]) -> None:
    folders = sorted(path.parent.name for path in FUNCTIONS.glob("*/handler.py"))

    assert sorted(one.name for one in deployed) == folders


def test_nothing_else_is_a_function(prod: Synthesized, deployed: Sequence[Deployed]) -> None:
    assert len(prod.of_type(FUNCTION)) == len(deployed)


LONG_WORK = {
    "scoring_dry_run": 900,
    "import_plan": 300,
    "import_work": 120,
    "contact_export": 300,
    "address_export": 300,
    "search_members": 900,
    "merge_work": 900,
    "history_adopt": 900,
    "privacy_work": 300,
    "segment_backfill": 300,
    "campaign_plan": 300,
    "campaign_send": 120,
}
"""Functions nobody waits for, with the seconds they may take."""


def test_every_function_runs_as_decided(deployed: Sequence[Deployed]) -> None:
    for one in deployed:
        properties = one.resource.properties
        assert properties["Architectures"] == ["arm64"], one.name
        assert properties["Runtime"] == "python3.13", one.name
        assert properties["Handler"] == f"{one.name}.handler.handle"
        assert properties["LoggingConfig"]["LogFormat"] == "JSON", one.name
        assert properties["TracingConfig"] == {"Mode": "Active"}, one.name
        assert len(properties["Layers"]) == 2, one.name
        # API Gateway gives up after 30 s; the emulator's default of 3 s is too short for a start.
        longest = LONG_WORK.get(one.name, 30)
        assert 10 <= properties["Timeout"] <= longest, one.name


def test_logs_are_forgotten(prod: Synthesized, deployed: Sequence[Deployed]) -> None:
    for one in deployed:
        group = one.resource.properties["LoggingConfig"]["LogGroup"]
        log = prod.at(prod.follow(one.resource.stack, group))
        assert log.properties["RetentionInDays"] == 90, one.name


def test_no_two_functions_share_a_role(deployed: Sequence[Deployed]) -> None:
    roles = [str(one.resource.properties["Role"]) + one.resource.stack for one in deployed]

    assert len(set(roles)) == len(roles)


def test_the_environment_holds_settings_and_nothing_else(deployed: Sequence[Deployed]) -> None:
    known = {f"{PREFIX}{name.upper()}" for name in NAMES} | {"POWERTOOLS_SERVICE_NAME"}

    assert {name for one in deployed for name in one.environment} <= known


def test_a_setting_that_does_not_exist_fails_the_synthesis() -> None:
    with pytest.raises(ValueError, match="no such setting: sale_table"):
        environment({"sale_table": "x"}, ["sale_table"])


def test_a_setting_without_a_value_fails_the_synthesis() -> None:
    with pytest.raises(ValueError, match="no value for the setting: sales_table"):
        environment({}, ["sales_table"])


def test_the_gateway_sends_exactly_what_the_handler_answers(deployed: Sequence[Deployed]) -> None:
    for one in deployed:
        handler = FUNCTIONS / one.name / "handler.py"
        assert sorted(one.routes) == sorted(routes_in(handler)), one.name
