"""Two records side by side: which of their values survive, what would move, and merging them."""

from typing import Any, Final

from shared.console.entry import Answer, PageRequest
from shared.console.names import names
from shared.customers.access.showing import listed as masked
from shared.customers.accounts.repository import in_short as accounts_in_short
from shared.customers.custom_fields.repository import fields_of
from shared.customers.merging.fields import FieldChoice
from shared.customers.merging.merge import merge_contacts
from shared.customers.merging.preview import Sides, effects_of, seen, sides
from shared.customers.search.finding import find
from shared.kernel.errors import Conflict, CrmError, NotFound, Rejected, Stale
from shared.kernel.ids import is_id
from shared.pages.reading import read
from shared.pages.rendering import with_query, words

from .schemas import CompareQuery, MergeForm

AT: Final = "/console/duplicates/compare"
_CHOICES: Final = 10

_FIRST: Final = ("first_name", "last_name", "job_title", "primary.emails", "primary.phones")
"""What tells people apart stands above the rest."""

_LABELS: Final = {
    "primary.emails": "Primary e-mail address",
    "primary.phones": "Primary phone number",
    "primary.accounts": "Primary account",
    "preferred_channel": "Likes to be reached by",
    "zone": "Time zone",
    "owner_id": "Owner",
}


def shown(request: PageRequest) -> Answer:
    """The two of an address; of one alone, whom to compare it with."""
    query = read(CompareQuery, request.query)
    try:
        if query.one:
            kept = sides(query.one, query.other).proposed_winner
            other = query.other if kept == query.one else query.one
            return request.redirect(with_query(AT, {"winner": kept, "loser": other}))
        if not query.loser:
            return _choices(request, query)
        return request.page("compare.html", **_view(request, sides(query.winner, query.loser)))
    except Conflict as merged:
        to = f"/console/contacts/{merged.extra['contact_id']}"
        return request.redirect(to, done="One of them was merged already: this record counts")


def effects(request: PageRequest) -> Answer:
    """What would move, and what the person would allow: a part of the page, after it."""
    query = read(CompareQuery, request.query)
    found = effects_of(query.winner, query.loser)
    return request.page("effects.html" if request.whole else "effects_part.html", effects=found)


def merged(request: PageRequest) -> Answer:
    """Make the two one. Changed meanwhile: both as they are now, to look at again."""
    form = MergeForm.of(request.form)
    try:
        merge = merge_contacts(form.asked(), request.by.staff_id, request.now)
    except (Stale, Conflict, Rejected) as error:
        view = _view(request, sides(form.winner, form.loser), form.choices)
        return request.refused("compare.html", error, **view | {"said": _words(error)})
    return request.redirect(f"/console/duplicates/merges/{merge.merge_id}", done="Merged")


def _choices(request: PageRequest, query: CompareQuery) -> Answer:
    if not is_id("contact", query.winner):
        raise NotFound("contact_not_found", "There is no such contact")
    hits = find(query.q, limit=_CHOICES) if query.q.strip() else []
    found = masked((one.contact for one in hits if one.contact), request.now)
    others = [one for one in found if one.contact_id != query.winner]
    return request.page("choose.html", winner=query.winner, asked=query.q, found=others)


def _view(
    request: PageRequest, both: Sides, chosen: dict[str, Any] | None = None
) -> dict[str, Any]:
    fields = sorted(seen(both, request.by, request.now, via="page"), key=_place)
    custom = fields_of("contact", request.now).named()
    accounts = {one.account_id for side in (both.winner, both.loser) for one in side.accounts}
    labels = {
        one.field: _LABELS.get(one.field)
        or (custom[name].label if (name := one.field.removeprefix("custom.")) in custom else None)
        or words(one.field.removeprefix("external_ids."))
        for one in fields
    }
    winner, loser = masked((both.winner, both.loser), request.now)
    return {
        "winner": winner,
        "loser": loser,
        "proposed": both.proposed_winner,
        "versions": both.versions,
        "differing": [one for one in fields if one.winner != one.loser or one.conflict],
        "alike": [one for one in fields if one.winner == one.loser and not one.conflict],
        "labels": labels,
        "chosen": chosen or {},
        "said_by": _sayings(request, accounts),
        "said": "",
    }


def _sayings(request: PageRequest, account_ids: set[str]) -> Any:
    """From a choice and one of its values to what people call it."""
    people = names(request.now)
    accounts = {one: known.name for one, known in accounts_in_short(account_ids).items()}

    def said(choice: FieldChoice, value: Any) -> Any:
        match choice.field:
            case "owner_id":
                return people.get(value, value)
            case "primary.accounts":
                return accounts.get(value, "An account that is put away") if value else None
            case "preferred_channel":
                return words(value) if value else None
        return value

    return said


def _place(choice: FieldChoice) -> tuple[int, str]:
    known = choice.field in _FIRST
    return _FIRST.index(choice.field) if known else len(_FIRST), choice.field


def _words(error: CrmError) -> str:
    if error.code == "version_stale":
        return "One of them was changed meanwhile. This is how they are now: look again, then merge"
    return error.message
