"""Which of two values of a field survives a merge, and which comes back when it is undone. Pure.

What is one of a kind (a name, a job title, one system's id) is chosen; what there may be several
of (addresses, tags, accounts) is united, so that nothing is lost.
"""

from collections.abc import Callable, Collection, Mapping
from operator import attrgetter
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict

from shared.customers.contacts.model import MAX_ADDRESSES, Contact
from shared.customers.inputs import MAX_TAGS
from shared.customers.names import folded
from shared.kernel.errors import FieldError, Rejected

Side = Literal["winner", "loser"]
Values = dict[str, Any]

_ONE_OF_A_KIND: Final = (
    "first_name",
    "last_name",
    "job_title",
    "country",
    "language",
    "zone",
    "preferred_channel",
    "postal_address",
    "owner_id",
)
_MAPS: Final = ("external_ids", "custom")
_PRIMARY: Final = {"emails": "address", "phones": "number", "accounts": "account_id"}
"""Lists of which one is the primary one, and what tells theirs apart."""

_MOST: Final = {"emails": MAX_ADDRESSES, "phones": MAX_ADDRESSES, "tags": MAX_TAGS}


class FieldChoice(BaseModel):
    """What a merge does with one field.

    `field` is a path (`custom.birthday`), or `primary.emails` for which of two addresses is the
    primary one. `keeps` is whose value survives unless somebody chooses; `conflict`: both have
    one, and they differ.
    """

    model_config = ConfigDict(frozen=True)

    field: str
    winner: Any
    loser: Any
    keeps: Side
    conflict: bool


def choices_between(winner: Contact, loser: Contact) -> list[FieldChoice]:
    """Every field of which at least one of two contacts has a value."""
    ours, theirs = values_of(winner), values_of(loser)
    return [
        FieldChoice(
            field=field,
            winner=ours.get(field),
            loser=theirs.get(field),
            keeps=_keeps(field, ours.get(field), theirs.get(field)),
            conflict=field in ours and field in theirs and ours[field] != theirs[field],
        )
        for field in sorted({*ours, *theirs})
    ]


def merged(winner: Contact, loser: Contact, chosen: Mapping[str, Side]) -> Values:
    """The attributes of the winner that become others, `None` for what goes.

    Raises `Rejected` for a choice about no field of theirs, and where the two have more addresses
    or tags together than a contact may have.
    """
    between = {one.field: one for one in choices_between(winner, loser)}
    if unknown := sorted(set(chosen) - set(between)):
        raise Rejected(
            "validation_failed",
            fields=[
                FieldError(f"choices.{one}", "field_unknown", "Neither has this field")
                for one in unknown
            ],
        )
    taken = {field: getattr(one, chosen.get(field, one.keeps)) for field, one in between.items()}
    values: Values = {field: taken[field] for field in _ONE_OF_A_KIND if field in taken}
    for name in _MAPS:
        values[name] = {
            field.partition(".")[2]: value
            for field, value in taken.items()
            if field.startswith(f"{name}.") and value is not None
        }
    for name, identity in _PRIMARY.items():
        united = _united(getattr(winner, name), getattr(loser, name), attrgetter(identity))
        values[name] = _with_primary(united, identity, taken.get(f"primary.{name}"))
    values["tags"] = _united(winner.tags, loser.tags, folded)
    values["lead_ids"] = _united(winner.lead_ids, loser.lead_ids, str)
    too_many = [name for name, most in _MOST.items() if len(values[name]) > most]
    if too_many:
        raise Rejected(
            "validation_failed",
            fields=[
                FieldError(name, "too_many", f"Together they have more than {_MOST[name]}")
                for name in too_many
            ],
        )
    return _changed(winner, values)


def parted(before: Contact, after: Contact, now: Contact, loser: Contact) -> Values:
    """The attributes of a winner that become others when its merge is undone: `before` it,
    `after` it, and as it is `now`.

    What came from the loser goes back to it. What the merge made another value is again what it
    was, unless somebody changed it since: later facts stay with the winner.
    """
    values: Values = {}
    for field in _ONE_OF_A_KIND:
        values[field] = _restored(*(values_of(one).get(field) for one in (before, after, now)))
    for name in _MAPS:
        maps = [dict(getattr(one, name)) for one in (before, after, now)]
        restored = {key: _restored(*(one.get(key) for one in maps)) for key in {*maps[0], *maps[2]}}
        values[name] = {key: value for key, value in restored.items() if value is not None}
    for name, identity in _PRIMARY.items():
        own = {getattr(one, identity): one for one in getattr(before, name)}
        came = {getattr(one, identity) for one in getattr(loser, name)} - own.keys()
        left = [one for one in getattr(now, name) if getattr(one, identity) not in came]
        was = next((key for key, one in own.items() if one.primary), None)
        still = next((getattr(one, identity) for one in left if one.primary), was)
        values[name] = _with_primary(left, identity, still)
    for name, by in (("tags", folded), ("lead_ids", str)):
        came = {by(one) for one in getattr(after, name)} - {
            by(one) for one in getattr(before, name)
        }
        values[name] = [one for one in getattr(now, name) if by(one) not in came]
    return _changed(now, values)


def without(contact: Contact, emails: Collection[str], phones: Collection[str]) -> Values:
    """The addresses of a contact but for some; another one is the primary one then."""
    left: dict[str, list[Any]] = {
        "emails": [one for one in contact.emails if one.address not in emails],
        "phones": [one for one in contact.phones if one.number not in phones],
    }
    return {
        name: _with_primary(listed, _PRIMARY[name], next(iter(_ids(listed, name, True)), None))
        for name, listed in left.items()
    }


def survivor(one: Contact, other: Contact) -> str:
    """Which of two is proposed to be the winner: who is known better; of equals, longer."""
    by_worth = sorted((one, other), key=lambda known: (-len(values_of(known)), known.created_at))
    return by_worth[0].contact_id


def values_of(contact: Contact) -> Values:
    """The fields of a contact that have a value, by their paths (see `FieldChoice`)."""
    given = contact.model_dump(exclude_unset=True, exclude_none=True)
    values = {field: given[field] for field in _ONE_OF_A_KIND if given.get(field)}
    for name in _MAPS:
        values |= {f"{name}.{key}": value for key, value in given.get(name, {}).items()}
    for name, identity in _PRIMARY.items():
        for one in getattr(contact, name):
            if one.primary:
                values[f"primary.{name}"] = getattr(one, identity)
    return values


def _keeps(field: str, winner: Any, loser: Any) -> Side:
    if winner is None:
        return "loser"
    if field in ("first_name", "last_name") and loser and len(str(winner).rstrip(".")) == 1:
        # An initial tells less than the name it begins.
        return "loser" if folded(str(loser)).startswith(folded(str(winner)[0])) else "winner"
    return "winner"


def _united(ours: list[Any], theirs: list[Any], by: Callable[[Any], Any]) -> list[Any]:
    known = {by(one) for one in ours}
    return [*ours, *(one for one in theirs if by(one) not in known)]


def _with_primary(listed: list[Any], identity: str, primary: Any) -> list[Any]:
    """The same list with one primary: the one given, else the first."""
    ids = [getattr(one, identity) for one in listed]
    chosen = primary if primary in ids else next(iter(ids), None)
    return [
        one
        if one.primary == (getattr(one, identity) == chosen)
        else one.model_copy(update={"primary": not one.primary})
        for one in listed
    ]


def _ids(listed: list[Any], name: str, primary: bool) -> list[str]:
    return [getattr(one, _PRIMARY[name]) for one in listed if one.primary == primary]


def _restored(before: Any, after: Any, now: Any) -> Any:
    return before if now == after else now


def _changed(contact: Contact, values: Values) -> Values:
    return {name: value for name, value in values.items() if value != _stored(contact, name, value)}


def _stored(contact: Contact, name: str, like: Any) -> Any:
    if name in _ONE_OF_A_KIND:
        return values_of(contact).get(name)
    return type(like)(getattr(contact, name))
