"""Where the page of an import sends the file to."""

from dataclasses import dataclass

from shared.customers.imports.model import MAX_BYTES
from shared.customers.imports.places import upload_key
from shared.pages.uploading import origin_of
from shared.platform import files


@dataclass(frozen=True, slots=True)
class Upload:
    """Where a file is sent, and how many bytes it may have."""

    form: files.UploadForm
    limit: int = MAX_BYTES

    @property
    def origin(self) -> str:
        """The origin of the address."""
        return origin_of(self.form.url)


def upload(import_id: str) -> Upload:
    """Where the file of an import is sent to. No call."""
    return Upload(files.upload_form(upload_key(import_id), max_bytes=MAX_BYTES))
