"""What the pages of write keys take, as browsers send it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field

from shared.customers.write_keys.changes import OVERLAP
from shared.customers.write_keys.model import KeyId, Kind, Origins
from shared.kernel.errors import CrmError, FieldError, Rejected
from shared.pages.reading import Model, read

OVERLAPS: Final = {
    "0": "At once: it leaked",
    "1": "In a day",
    str(OVERLAP.days): "In a week",
    "30": "In 30 days",
    "90": "In 90 days",
}
"""Days until a rotated key's former text ends, and how that is told."""

_ABOUT: Final = {"write_key_exists": "key_id", "too_many_keys": "key_id"}


class _Form(BaseModel):
    model_config = ConfigDict(extra="ignore")

    version: int = Field(ge=0)


class NewKey(_Form):
    """A key to make; only a public one has origins."""

    key_id: KeyId
    kind: Kind
    allowed_origins: Origins = ()


class Pages(_Form):
    """Which pages may use a public key."""

    allowed_origins: Origins = ()


class Rotation(_Form):
    """In how many days the former text ends."""

    days: int = Field(ge=0, le=366)

    def until(self, now: datetime) -> datetime:
        """The instant at which it does."""
        return now + timedelta(days=self.days)


class Revocation(_Form):
    """Over which version of all keys it was decided."""


def new_key(form: Mapping[str, str]) -> NewKey:
    """A key typed in. Raises `Rejected`."""
    return _read(NewKey, {**form, **_origins(form), "key_id": form.get("key_id", "").strip()})


def pages(form: Mapping[str, str]) -> Pages:
    """Origins typed in, one per line. Raises `Rejected`."""
    return _read(Pages, {**form, **_origins(form)})


def pointed(error: CrmError) -> CrmError:
    """The same, pointing at the field of the form it is about, where it is about one."""
    field = _ABOUT.get(error.code)
    if field is None or error.fields:
        return error
    return type(error)(error.code, error.message, [FieldError(field, error.code, error.message)])


def _origins(form: Mapping[str, str]) -> dict[str, Any]:
    lines = form.get("allowed_origins", "").replace(",", " ").split()
    return {"allowed_origins": [one.rstrip("/").lower() for one in lines]}


def _read(model: type[Model], values: Mapping[str, Any]) -> Model:
    try:
        return read(model, values)
    except Rejected as error:
        # One field holds all origins: what is wrong with one of them is said there.
        fields = {one.field.partition(".")[0]: one for one in error.fields}
        plain = [FieldError(at, one.code, _said(at, one)) for at, one in fields.items()]
        raise Rejected(error.code, error.message, plain) from error


def _said(at: str, one: FieldError) -> str:
    if at == "allowed_origins" and one.code == "string_pattern_mismatch":
        return "Write scheme and host, like https://www.example.com, one per line"
    return one.message
