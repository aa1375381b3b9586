"""Pages whose script sends a file straight to the bucket, and may therefore reach its origin."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from aws_lambda_powertools.event_handler import Response

from shared.console.entry import Answer, PageRequest
from shared.customers.imports.model import MAX_BYTES
from shared.customers.imports.places import upload_key
from shared.pages.entry import HEADERS
from shared.platform import files

_POLICY: Final = "content-security-policy"


@dataclass(frozen=True, slots=True)
class Upload:
    """Where a file is sent, and how many bytes it may have."""

    form: files.UploadForm
    limit: int = MAX_BYTES

    @property
    def origin(self) -> str:
        """The origin of the address."""
        parts = urlsplit(self.form.url)
        return f"{parts.scheme}://{parts.netloc}"


def upload(import_id: str) -> Upload:
    """Where the file of an import is sent to. No call."""
    return Upload(files.upload_form(upload_key(import_id), max_bytes=MAX_BYTES))


def with_upload(answer: Answer, where: Upload) -> Answer:
    """The page, which may send files to the bucket: with its script, or by the form itself."""
    policy = HEADERS[_POLICY]
    for directive in ("connect-src 'self'", "form-action 'self'"):
        policy = policy.replace(directive, f"{directive} {where.origin}")
    answer.headers[_POLICY] = policy
    return answer


def as_whole(request: PageRequest) -> Answer:
    """Have the browser load the page anew: what a page may reach is said with the document, and
    not with what is swapped into another one."""
    query = request.event.get("rawQueryString") or ""
    address = f"{request.path}?{query}" if query else request.path
    return Response(status_code=200, headers={"hx-redirect": address}, body="")
