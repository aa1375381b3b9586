"""What messages cost, and how fast they leave, as the providers say. Pure."""

from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Cents = Annotated[float, Field(ge=0, le=100_000)]
Prefix = Annotated[str, StringConstraints(pattern=r"^\+[1-9]\d{0,6}$")]
"""How numbers of a country, or of a network in it, begin."""


MILLION: Final = 1_000_000
"""Costs are kept in millionths of a cent: a mail costs a hundredth of one."""


class Prices(BaseModel):
    """In cents. A text message costs by its parts (`sms_part`), for numbers that begin as a key of
    `sms_parts` says what stands there; the longest of them counts. `letter` and `call` are what each row of a
    list costs in the end."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    price_of_a_thousand: Cents = 10
    sms_part: Cents = 5
    letter: Cents = 100
    call: Cents = 100
    sms_parts: Annotated[dict[Prefix, Cents], Field(max_length=300)] = {}

    def of_row(self, channel: str) -> float:
        """What a row of a list costs."""
        return self.letter if channel == "post" else self.call

    def of_sms(self, number: str, parts: int) -> float:
        """What a text message of so many parts costs."""
        known = [one for one in self.sms_parts if number.startswith(one)]
        each = self.sms_parts[max(known, key=len)] if known else self.sms_part
        return each * parts
