"""Problems in JSON point to a line."""

import json

import pytest

from shared.console.json_places import line_of, lines_of

TEXT = """{
  "threshold": "1\\"0",
  "behaviour": [
    {"id": "a", "match": {"path": ["x",
      "y"]}},
    {"id": "b"}
  ],
  "none": null, "groups": []
}"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("threshold", 2),
        ("behaviour.0.match.path.1", 5),
        ("behaviour.1.id", 6),
        ("behaviour.1.points", 6),
        ("groups", 8),
        ("nowhere", 1),
    ],
)
def test_a_place_is_found_or_what_is_around_it(path: str, line: int) -> None:
    assert line_of(lines_of(TEXT), path) == line


@pytest.mark.parametrize("text", ["[]", " 1 ", '"x"', "[[],{},[1 , 2]]", '{"a" : {"b" : -1.5e3}}'])
def test_any_json_is_walked(text: str) -> None:
    json.loads(text)

    assert lines_of(text)[""] == 1
