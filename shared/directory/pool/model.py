"""What directory and pool have to agree on, and who wins where they do not. Pure."""

from dataclasses import dataclass
from typing import Self

from shared.directory.model import StaffMember


@dataclass(frozen=True, slots=True)
class Account:
    """How somebody signs in: their address, their roles, and whether they may at all."""

    email: str
    roles: frozenset[str]
    disabled: bool

    @classmethod
    def of(cls, person: StaffMember) -> Self:
        """The account the directory wants this person to have."""
        return cls(person.email, frozenset(person.roles), person.disabled)


@dataclass(frozen=True, slots=True)
class Agreed:
    """What both sides had when last compared. `pushing` is what the directory then began to
    make of the pool: as far as the pool shows one or the other, nobody changed it there."""

    account: Account
    pushing: Account | None = None

    @property
    def known(self) -> tuple[Account, ...]:
        """The states of the pool that are our own doing."""
        return (self.account, self.pushing) if self.pushing else (self.account,)


def merged(agreed: Agreed | None, here: Account, there: Account) -> Account:
    """What both sides shall be: each change since `agreed` counts, field by field and role by
    role. Where both changed the same, the directory wins.

    Without `agreed` the directory's word stands, but whoever is disabled anywhere is.
    """
    if agreed is None:
        return Account(here.email, here.roles, here.disabled or there.disabled)
    known = agreed.known
    email, disabled, roles = here.email, here.disabled, set(here.roles)
    if here.email == agreed.account.email and all(there.email != one.email for one in known):
        email = there.email
    if here.disabled == agreed.account.disabled and all(
        there.disabled != one.disabled for one in known
    ):
        disabled = there.disabled
    for role in here.roles | there.roles:
        member = role in there.roles
        if all(member != (role in one.roles) for one in known):
            (roles.add if member else roles.discard)(role)
    return Account(email, frozenset(roles), disabled)
