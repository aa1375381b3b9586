"""Recipients' items and caps of a person: exported and made gone with them. The sums of campaigns
stay, which name nobody."""

from collections.abc import Iterator
from typing import Any, Final

from shared.customers.privacy.partitions import PER_STEP, Partitions, plain
from shared.customers.privacy.person import Person
from shared.customers.privacy.registry import Cursor, Found, Keys
from shared.marketing.campaigns.repository import marketing
from shared.platform.batch_writes import delete_all

CAPS: Final = Partitions(
    name="message_caps",
    table=marketing,
    covers=(Keys("marketing", "CAP#"),),
    keys=lambda person: [f"CAP#{one}" for one in person.contact_ids],
    entity=lambda _: "cap",
)


class Messages:
    """What was decided on sending to a person, campaign by campaign."""

    name = "messages"
    holdable: frozenset[str] = frozenset()
    covers = (Keys("marketing", "RECIPIENT#"), Keys("marketing", "CODE#"))

    def find(self, person: Person) -> Iterator[Found]:
        """All of it."""
        for contact_id in person.contact_ids:
            listed = marketing.query_all(f"CONTACT#{contact_id}", index="by_contact")
            keys = [{"pk": one["pk"], "sk": one["sk"]} for one in listed]
            for item in marketing.get_many(keys) if keys else ():
                yield Found("message", plain(item))

    def erase(self, person: Person, after: Cursor | None) -> Cursor | None:
        """Some two hundred of it."""
        number = int(after["number"]) if after else 0
        if number >= len(person.contact_ids):
            return None
        key: Any = after.get("key") if after else None
        page = marketing.query(
            f"CONTACT#{person.contact_ids[number]}", index="by_contact", limit=PER_STEP, after=key
        )
        ours = [one for one in page.items if not person.anew(one["contact_sk"].partition("#")[0])]
        delete_all(marketing, ({"pk": one["pk"], "sk": one["sk"]} for one in ours))
        if page.after is not None:
            return {"number": number, "key": page.after}
        return {"number": number + 1} if number + 1 < len(person.contact_ids) else None
