"""Where the files of an import lie in the bucket, each kind under a prefix of its own, by which it
is kept."""

from shared.kernel.ids import is_id


def upload_key(import_id: str) -> str:
    """What was sent, as it was sent."""
    return f"uploads/{import_id}"


def import_of(key: str) -> str | None:
    """The import whose upload lies at `key`."""
    prefix, _, import_id = key.partition("/")
    return import_id if prefix == "uploads" and is_id("import", import_id) else None


def chunk_file(import_id: str, run: int, chunk: int) -> str:
    """Rows of one chunk."""
    return f"chunks/{import_id}/{run:04d}/{chunk:05d}"


def results_file(import_id: str, run: int, chunk: int) -> str:
    """What became of the rows of one chunk: numbers, ids and codes, nothing personal."""
    return f"results/{import_id}/{run:04d}/{chunk:05d}"


def failed_file(import_id: str, run: int, chunk: int) -> str:
    """The rows of one chunk that failed, as they were."""
    return f"errors/{import_id}/{run:04d}/{chunk:05d}"


def errors_file(import_id: str, run: int) -> str:
    """All rows of a run that failed, for people to correct and send again."""
    return f"errors/{import_id}/{run:04d}.csv"
