"""Money is whole minor units of one currency."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.kernel.money import Money, written

amounts = st.integers(-(10**15), 10**15)


@given(amounts, amounts)
def test_sums_are_exact(one: int, other: int) -> None:
    total = Money(amount=one, currency="EUR") + Money(amount=other, currency="EUR")

    assert total.amount == one + other
    assert (total - Money(amount=other, currency="EUR")).amount == one


def test_a_multiple_keeps_the_currency() -> None:
    assert Money(amount=1999, currency="NPR") * 3 == Money(amount=5997, currency="NPR")


def test_currencies_never_mix() -> None:
    with pytest.raises(ValueError, match="NPR with EUR"):
        Money(amount=1, currency="NPR") + Money(amount=1, currency="EUR")


@pytest.mark.parametrize(
    "raw",
    [
        {"amount": 1.5, "currency": "EUR"},
        {"amount": 1, "currency": "euro"},
        {"amount": 1, "currency": "eur"},
        {"amount": 1},
    ],
)
def test_fractions_and_unknown_currencies_are_refused(raw: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Money.model_validate(raw)


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (199_900, "NPR", "1,999.00 NPR"),
        (-5, "EUR", "-0.05 EUR"),
        (1_500, "JPY", "1,500 JPY"),
        (1_500, "KWD", "1.500 KWD"),
    ],
)
def test_amounts_are_written_with_the_decimals_of_their_currency(
    amount: int, currency: str, text: str
) -> None:
    assert written(amount, currency) == text
