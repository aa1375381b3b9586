"""Merge fields of canned texts: a fixed list, put in once (row V5)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.support.canned.fields import FIELDS, filled, wrong_in


def codes(text):
    return [one.code for one in wrong_in(text)]


def test_a_field_without_a_value_is_what_stands_behind_its_or():
    text = 'Dear {{ requester.first_name or "customer" }}, {{ticket.reference}}{{ agent.name }}'

    assert filled(text, {"ticket.reference": "42"}) == "Dear customer, 42"
    assert filled(text, {"requester.first_name": "Ann"}) == "Dear Ann, "
    assert codes(text) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{{ requester.password }}", "unknown_variable"),
        ("{{ agent.__class__ }}", "unknown_variable"),
        ("{{ 7 * 7 }}", "field_malformed"),
        ("{{ ticket.subject|upper }}", "field_malformed"),
        ("{{ ticket.subject", "field_malformed"),
        ("}} {{", "field_malformed"),
    ],
)
def test_what_is_no_field_is_refused_by_name(text, code):
    assert codes(text) == [code]


@given(st.text(min_size=1, max_size=60), st.sampled_from(FIELDS))
def test_what_a_customer_calls_themselves_is_put_in_as_it_is_whatever_it_looks_like(name, field):
    assert filled(f"<{{{{ {field} }}}}>", {field: name}) == f"<{name}>"
    nested = "{{ agent.name }}" + name
    assert filled(f"{{{{ {field} }}}}", {"agent.name": "x", field: nested}) == nested
