"""What speaks for two records being of one person is said in words."""

from functions.console_duplicates.reasons import because
from shared.customers.duplicates.similarity import Facts, likeness

ANN = Facts(
    first_name=("ann",),
    last_name=("shrestha",),
    companies=(("northern", "trading"),),
    phones=("+9779841234567",),
    emails=("ann.shrestha@example.com",),
    country="NP",
)


def said(**other: object) -> list[str]:
    facts = {name: getattr(ANN, name) for name in Facts.__dataclass_fields__}
    return [because(code) for code in likeness(ANN, Facts(**facts | other)).reasons]


def test_every_reason_is_a_phrase_without_codes() -> None:
    same = said()
    assert "same last name" in same and "same phone number" in same
    others = [
        *said(first_name=("anne",), last_name=("shresta",), phones=("+9779841234568",)),
        *said(first_name=("a",), emails=("ann.shrestha@other.org",)),
        *said(first_name=("shrestha",), last_name=("ann",)),
    ]

    assert "same name in the e-mail addresses" in others
    assert "first name by its initial" in others
    assert "same names the other way round" in others
    assert not [phrase for phrase in same + others if "_" in phrase]
