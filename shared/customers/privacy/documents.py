"""What is kept of a person as files: one JSON document per store, in the end all in one archive.

`{"store": "leads", "records": [{"entity": "submission", …}, …]}`. Instants are ISO text in UTC,
amounts are text where they are not whole, bytes are base64.
"""

import base64
import io
import json
import zipfile
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from shared.platform import files
from shared.platform.objects import remove

from .model import PrivacyRequest, StoreProgress
from .person import Person
from .registry import Store

FOLDER: Final = "privacy/"
KEPT: Final = timedelta(days=7)
"""How long an export can be fetched."""

_JSON: Final = "application/json"


def archive_key(request_id: str) -> str:
    """Where the archive of an export is."""
    return f"{FOLDER}{request_id}/export.zip"


def write_store(request_id: str, store: Store, person: Person, found: Counter[str]) -> None:
    """Write down everything one store keeps of the person, and count it by entity in `found`.
    Again, it replaces what was written."""
    text = io.StringIO()
    text.write(f'{{"store": {json.dumps(store.name)}, "records": [')
    for number, one in enumerate(store.find(person)):
        text.write(",\n" if number else "\n")
        json.dump({"entity": one.entity, **one.record}, text, default=_plain, ensure_ascii=False)
        found[one.entity] += 1
    text.write("\n]}\n")
    files.write(_part(request_id, store.name), text.getvalue().encode(), _JSON)


def write_archive(request: PrivacyRequest, stores: Sequence[StoreProgress]) -> None:
    """Put the documents of all stores into one archive, with a page that says what is in it, and
    take them away. Again, it changes nothing."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("contents.json", _contents(request, stores))
        for one in stores:
            try:
                document = files.read(_part(request.request_id, one.store))
            except files.FileGone:
                # Packed before, by whoever wrote the archive and then heard nothing of it.
                return
            archive.writestr(f"{one.store}.json", document)
    files.write(archive_key(request.request_id), packed.getvalue(), "application/zip")
    for one in stores:
        remove(files.BUCKET, _part(request.request_id, one.store))


def _contents(request: PrivacyRequest, stores: Sequence[StoreProgress]) -> str:
    document = {
        "request_id": request.request_id,
        "contact_id": request.contact_id,
        "requested_at": request.requested_at,
        "documents": [{"file": f"{one.store}.json", "records": one.found} for one in stores],
    }
    return json.dumps(document, indent=2)


def _part(request_id: str, store: str) -> str:
    return f"{FOLDER}{request_id}/parts/{store}.json"


def _plain(value: Any) -> Any:
    match value:
        case Decimal():
            return str(value)
        case bytes():
            return base64.b64encode(value).decode()
        case set() | frozenset():
            return sorted(value)
    raise TypeError(type(value).__name__)
