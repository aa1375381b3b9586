"""What a campaign is to lead to, which mails it tries against each other, and what goes first, as fields
of its form and back. The names of the fields are the places in the campaign."""

from collections.abc import Mapping
from typing import Any, Final

from shared.marketing.ab_tests.model import NAMES, AbTestInput
from shared.marketing.attribution.rules import Goal
from shared.marketing.campaigns.model import HIGHEST, ORDINARY, Campaign

TRIED: Final = len(NAMES) - 1
"""Mails beside a campaign's own."""

EVENTS: Final = (
    ("purchase", "Buys something"),
    ("form", "Sends a form"),
    ("interaction", "Turns to us"),
)
METRICS: Final = (
    ("clicked", "Follow a link"),
    ("opened", "Open it"),
    ("converted", "Reach the goal"),
)
OTHERWISE: Final = (("first", "The first mail"), ("person", "Whatever somebody here chooses"))
_CALLED: Final = {
    HIGHEST: "9, before all others",
    ORDINARY: "5, ordinary",
    1: "1, after all others",
}
PRIORITIES: Final = tuple((str(n), _CALLED.get(n, str(n))) for n in range(HIGHEST, 0, -1))

_GOAL: Final = tuple(Goal.model_fields)
_TEST: Final = tuple(name for name in AbTestInput.model_fields if name != "templates")
_DEFAULTS: Final = {
    "priority": str(ORDINARY),
    **{f"goal.{name}": str(value) for name, value in Goal().model_dump(exclude_none=True).items()},
    "goal.what": "",
    "ab_test.sample_percent": "20",
    **{f"ab_test.templates.{number}": "" for number in range(TRIED)},
    **{
        f"ab_test.{name}": str(AbTestInput.model_fields[name].default)
        for name in _TEST
        if name != "sample_percent"
    },
}

Measures = Mapping[str, str]
"""What stands in the fields, by their names."""

NOTHING: Final[Measures] = _DEFAULTS


def measures_of(one: Campaign) -> Measures:
    """A stored campaign's."""
    goal = one.goal.model_dump(exclude_none=True)
    test = one.ab_test.model_dump(include=set(_TEST)) if one.ab_test else {}
    tried = one.ab_test.templates if one.ab_test else ()
    return {
        **_DEFAULTS,
        "priority": str(one.priority),
        **{f"goal.{name}": str(value) for name, value in goal.items()},
        **{f"ab_test.{name}": str(value) for name, value in test.items()},
        **{f"ab_test.templates.{number}": value for number, value in enumerate(tried)},
    }


def typed_measures(form: Mapping[str, str]) -> Measures:
    """What was typed; the mails that are tried without gaps."""
    names = ["priority", *(f"goal.{one}" for one in _GOAL), *(f"ab_test.{one}" for one in _TEST)]
    tried = [form.get(f"ab_test.templates.{number}", "") for number in range(TRIED)]
    return {
        **NOTHING,
        **{name: form.get(name, "").strip() for name in names},
        **{f"ab_test.templates.{n}": one for n, one in enumerate(filter(None, tried))},
    }


def given_measures(measures: Measures) -> dict[str, Any]:
    """The same as a campaign has it."""
    tried = [one for n in range(TRIED) if (one := measures[f"ab_test.templates.{n}"])]
    test = {name: measures[f"ab_test.{name}"] for name in _TEST}
    return {
        "priority": measures["priority"] or ORDINARY,
        "goal": {name: text for name in _GOAL if (text := measures[f"goal.{name}"])},
        "ab_test": {"templates": tried, **test} if tried else None,
    }


def place_of(path: str) -> str:
    """At which field a problem is shown that is at a place of the goal or the test."""
    return "ab_test.templates.0" if path in ("ab_test", "ab_test.templates") else path
