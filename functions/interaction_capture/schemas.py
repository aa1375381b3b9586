"""What `interaction_capture` takes and answers."""

from collections.abc import Sequence
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import from_json

from shared.customers.interactions.capture import Taken, path
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
    """What became of one interaction. `duplicate`: it was stored before, and counts once."""

    id: str
    interaction_id: str
    contact_id: str
    state: Literal["recorded", "duplicate"]

    @classmethod
    def of(cls, taken: Taken) -> Self:
        """The result of one."""
        state: Literal["recorded", "duplicate"] = "recorded" if taken.recorded else "duplicate"
        return cls(
            id=taken.id,
            interaction_id=taken.interaction_id,
            contact_id=taken.contact_id,
            state=state,
        )


class Results(BaseModel):
    """What became of each, in the order sent."""

    recorded: int
    duplicates: int
    items: list[Result]

    @classmethod
    def of(cls, taken: Sequence[Taken]) -> Self:
        """The results of a batch."""
        recorded = sum(one.recorded for one in taken)
        items = [Result.of(one) for one in taken]
        return cls(recorded=recorded, duplicates=len(items) - recorded, items=items)


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
