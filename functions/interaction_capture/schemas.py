"""What `interaction_capture` takes and answers."""

from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import from_json

from shared.customers.interactions.capture import Standing, Taken, path
from shared.customers.interactions.model import NewInteraction
from shared.kernel.errors import CrmError, FieldError, Malformed, Rejected
from shared.platform.entry.http import Request
from shared.platform.entry.problems import as_asked

MAX_BATCH = 100


class Batch(BaseModel):
    """Up to 100 interactions: `{"interactions": [{…}, …]}`."""

    model_config = ConfigDict(extra="forbid")

    interactions: Annotated[list[NewInteraction], Field(min_length=1, max_length=MAX_BATCH)]


class Result(BaseModel):
    """What became of one interaction. `duplicate`: it was stored before, and counts once.
    `erased`: it is not kept, for the person was erased after it happened."""

    id: str
    interaction_id: str
    contact_id: str
    state: Standing

    @classmethod
    def of(cls, taken: Taken) -> Self:
        """The result of one."""
        return cls(
            id=taken.id,
            interaction_id=taken.interaction_id,
            contact_id=taken.contact_id,
            state=taken.state,
        )


class Results(BaseModel):
    """What became of each, in the order sent."""

    recorded: int
    duplicates: int
    erased: int
    items: list[Result]

    @classmethod
    def of(cls, taken: Sequence[Taken]) -> Self:
        """The results of a batch."""
        states = Counter(one.state for one in taken)
        return cls(
            recorded=states["recorded"],
            duplicates=states["duplicate"],
            erased=states["erased"],
            items=[Result.of(one) for one in taken],
        )


def asked(request: Request) -> tuple[list[NewInteraction], bool]:
    """The interactions of a request, and whether it is about a single one, sent without a list.

    Raises `Malformed` for what is no JSON object, and `Rejected`.
    """
    try:
        body = from_json(request.body or b"{}")
    except ValueError as error:
        raise Malformed("json_invalid", "The body is not valid JSON") from error
    single = not (isinstance(body, dict) and "interactions" in body)
    with as_asked():
        if single:
            return [NewInteraction.model_validate(body)], True
        return Batch.model_validate(body).interactions, False


def of_one(error: Rejected) -> CrmError:
    """The refusal of a batch of one, told as that of the one: without its place in the list."""
    fields = [
        FieldError(one.field.removeprefix(path(0)), one.code, one.message) for one in error.fields
    ]
    return Rejected(error.code, error.message, fields)
