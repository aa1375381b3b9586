"""Money: integer minor units of an ISO 4217 currency. Never a float."""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field


class Money(BaseModel):
    """An amount such as `Money(amount=1999, currency="EUR")`, which is 19.99 euro."""

    model_config = ConfigDict(frozen=True)

    amount: int
    currency: str = Field(pattern=r"^[A-Z]{3}$")

    def __add__(self, other: Self) -> "Money":
        return Money(amount=self.amount + self._same(other), currency=self.currency)

    def __sub__(self, other: Self) -> "Money":
        return Money(amount=self.amount - self._same(other), currency=self.currency)

    def __mul__(self, factor: int) -> "Money":
        return Money(amount=self.amount * factor, currency=self.currency)

    def _same(self, other: "Money") -> int:
        if other.currency != self.currency:
            raise ValueError(f"cannot combine {self.currency} with {other.currency}")
        return other.amount
