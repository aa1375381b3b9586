"""What a person owns: what they bought, less what they brought back."""

from shared.customers.products.model import Bought
from shared.customers.products.owned import owned


def line(sku: str, at: str, quantity: int = 1, amount: int = 100, **more: str) -> Bought:
    given = {"purchase_id": f"p-{at}", "currency": "EUR", "channel": "store", **more}
    return Bought(sku=sku, at=at, quantity=quantity, amount=amount, **given)  # type: ignore[arg-type]


def test_purchases_of_a_product_are_one_thing_owned_last_bought_first() -> None:
    found = owned(
        [
            line("kettle", "2025-01-05"),
            line("cup", "2025-01-02", 4, 400, name="Cup"),
            line("cup", "2025-03-01", 2, 180, currency="USD"),
        ]
    )

    assert [(one.sku, one.quantity, one.spent) for one in found] == [
        ("cup", 6, {"EUR": 400, "USD": 180}),
        ("kettle", 1, {"EUR": 100}),
    ]
    assert (found[0].name, found[0].first_bought_at, found[0].last_bought_at) == (
        "Cup",
        "2025-01-02",
        "2025-03-01",
    )


def test_what_was_brought_back_is_owned_no_more() -> None:
    bought = [line("cup", "2025-01-02", 4, 400), line("kettle", "2025-01-02")]

    found = owned([*bought, line("cup", "2025-02-01", -1, -100), line("kettle", "2025-02-01", -1)])

    assert [(one.sku, one.quantity, one.spent, one.last_bought_at) for one in found] == [
        ("cup", 3, {"EUR": 300}, "2025-01-02")
    ]
