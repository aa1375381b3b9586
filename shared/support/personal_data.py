"""What support keeps of people, where, and how it is made gone (`customers.privacy.registry`)."""

from collections.abc import Iterator
from typing import Any, Final

from shared.customers.privacy.partitions import by_prefix, plain
from shared.customers.privacy.person import Person
from shared.customers.privacy.registry import Cursor, Found, Keys, Objects, Store
from shared.kernel.errors import Busy
from shared.platform import objects
from shared.platform.batch_writes import delete_all
from shared.platform.files import BUCKET
from shared.platform.requests import Delete, Item
from shared.platform.writes import ConditionFailed
from shared.support.attachments.uploads import KEPT
from shared.support.figures.recording import uncount
from shared.support.intake.references import ARRIVING
from shared.support.tickets.loads import gone_ops
from shared.support.tickets.repository import TICKET, from_item, support, unchanged

PER_STEP: Final = 10
_FILES_LISTED: Final = 1_000
_ATTEMPTS: Final = 8

_ENTITIES: Final = by_prefix({TICKET: "ticket", "MESSAGE#": "message", "EVENT#": "event"}, "other")


class Tickets:
    """A person's tickets with all that was said in them, the files that came along, and the mails as they came."""

    name = "tickets"
    holdable: frozenset[str] = frozenset()
    covers = (
        Keys("support", "TICKET#"),
        Objects(BUCKET, f"{KEPT}/"),
        Objects(BUCKET, f"{ARRIVING}/"),
    )

    def find(self, person: Person) -> Iterator[Found]:
        """All of it; of files and mails what they are called, how large they are and when they
        came."""
        for contact_id in person.contact_ids:
            for one in support.query_all(f"CONTACT#{contact_id}", index="by_contact"):
                for item in support.query_all(one["pk"], consistent=True):
                    yield Found(_ENTITIES(item), plain(item))
                    if raw := item.get("raw_key"):
                        yield Found("mail", {"key": raw, "stored_at": item["at"]})
                for file in _files(one["pk"].removeprefix("TICKET#")):
                    kept = {"key": file["key"], "bytes": file["bytes"]}
                    yield Found("file", {**kept, "stored_at": str(file["stored_at"])})

    def erase(self, person: Person, after: Cursor | None) -> Cursor | None:
        """Ten tickets, each whole: its files, what was said in it, then the ticket itself."""
        number = int(after["number"]) if after else 0
        if number >= len(person.contact_ids):
            return None
        key: Any = after.get("key") if after else None
        page = support.query(
            f"CONTACT#{person.contact_ids[number]}", index="by_contact", limit=PER_STEP, after=key
        )
        for one in page.items:
            if not person.anew(one["created_at"]):
                _erase(one["pk"])
        if page.after is not None:
            return {"number": number, "key": page.after}
        return {"number": number + 1} if number + 1 < len(person.contact_ids) else None


def _erase(pk: str) -> None:
    """The ticket itself goes last: it is by it that what is left is found again."""
    ticket_id = pk.removeprefix("TICKET#")
    for _ in range(_ATTEMPTS):
        uncount(ticket_id)
        for file in _files(ticket_id):
            objects.remove(BUCKET, file["key"])
        items = support.query_all(pk, consistent=True)
        for mail in {one["raw_key"] for one in items if "raw_key" in one}:
            objects.remove(BUCKET, mail)
        head = next((one for one in items if one["sk"] == TICKET), None)
        delete_all(
            support, ({"pk": one["pk"], "sk": one["sk"]} for one in items if one["sk"] != TICKET)
        )
        if head is None or _taken_away(head):
            return
    raise Busy("contended", "This ticket is being changed, try again")


def _taken_away(head: Item) -> bool:
    """Take the ticket away with what it counts for in its owner's load; not if something happened
    to it meanwhile."""
    ticket = from_item(head)
    gone = Delete({"pk": head["pk"], "sk": head["sk"]}, unchanged(ticket))
    try:
        support.write(gone, *gone_ops(ticket))
    except ConditionFailed as refused:
        return not refused.found(0)
    return True


def _files(ticket_id: str) -> list[dict[str, Any]]:
    return objects.listed(BUCKET, f"{KEPT}/{ticket_id}/", limit=_FILES_LISTED).items


STORES: Final[tuple[Store, ...]] = (Tickets(),)

NOT_PERSONAL: Final[dict[Keys | Objects, str]] = {
    Keys("support", "CONFIG#"): "settings of the company, changed by staff",
    Keys("support", "TIMER_RUN"): "when deadlines were looked for",
    Keys("support", "CLAIM#"): "keyed digests of requests, and ids; gone after 30 days",
    Keys("support", "RATE#"): "keyed hashes of network addresses; gone after an hour",
    Keys("support", "MAIL#"): "keyed digests of mails, and ids; gone after three years",
    Keys("support", "SENT#"): "which mails about a ticket were sent, by ids; gone after 90 days",
    Keys("support", "ACK#"): "keyed hashes of addresses, and ids of tickets; gone after two hours",
    Keys("support", "CASE#"): "what staff call several tickets together, and their ids",
    Keys("support", "QUEUE#"): "whose turn it is to take a ticket",
    Keys("support", "NOTICE#"): "which of us was told of what; gone after 90 days",
    Keys("support", "FIGURES#"): "how many tickets by day, agent, queue and tag",
    Keys("support", "COUNTED#"): "as what a ticket counts in those figures; its id alone once gone",
    Keys("support", "STAFF#"): "how many tickets people who work here have",
    Objects(BUCKET, "attaching/"): "files nobody attached to anything; gone after two days",
}
"""What else is in the table, and why nobody is to export or erase it."""
