"""What exports and erasures themselves leave behind: requests, certificates, files."""

from collections.abc import Iterator

from shared.platform import objects
from shared.platform.files import BUCKET

from .documents import FOLDER, archive_key
from .model import EXPORT, PrivacyRequest
from .person import Person
from .registry import Cursor, Found, Keys, Objects
from .remembering import FOLDER as MEMORIES
from .repository import requests_of


class Requests:
    """A person's own requests. They stay, as they name ids only; files of earlier exports go."""

    name = "privacy_requests"
    holdable: frozenset[str] = frozenset()
    covers = (
        Keys("customers", "PRIVACY#"),
        Keys("customers", "PRIVACY_OF#"),
        Keys("customers", "HELD#"),
        Keys("customers", "ERASED#"),
        Objects(BUCKET, FOLDER),
        Objects(BUCKET, MEMORIES),
    )

    def find(self, person: Person) -> Iterator[Found]:
        """The requests, and the files of exports that can still be fetched."""
        for one in _requests(person):
            yield Found("request", one.model_dump(exclude_none=True), stays=True)
            if one.kind == EXPORT:
                files = objects.listed(BUCKET, archive_key(one.request_id), limit=1).items
                yield from (Found("export_file", {"file": file["key"]}) for file in files)

    def erase(self, person: Person, after: Cursor | None) -> Cursor | None:
        """The files of all exports."""
        for one in _requests(person):
            if one.kind == EXPORT:
                for file in objects.listed(BUCKET, archive_key(one.request_id), limit=1).items:
                    objects.remove(BUCKET, file["key"])
        return None


def _requests(person: Person) -> Iterator[PrivacyRequest]:
    for contact_id in person.contact_ids:
        yield from requests_of(contact_id)
