"""`GET|PUT /v1/custom-fields/{noun}` and a `/rollback`: what is kept of contacts and accounts
beyond what everybody keeps. All staff read, administrators and sales managers change."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from shared.customers.custom_fields.changes import (
    fields_in_force,
    noun_of,
    put_fields,
    roll_back_fields,
)
from shared.customers.custom_fields.model import CustomFields, Noun
from shared.directory.access import signed_in
from shared.platform.auth import ROLES
from shared.platform.entry.http import Http, Request, reply
from shared.platform.entry.rollback import RollBack

from .schemas import FieldsVersion, NewFields

http = Http()


@http.get("/v1/custom-fields/{noun}")
def shown(request: Request, noun: str) -> Response[Any]:
    """The fields in force; version 0 and none where nobody has set any."""
    signed_in(request, *ROLES)
    return reply(200, _in_force(noun_of(noun)))


@http.put("/v1/custom-fields/{noun}")
def replaced(request: Request, noun: str) -> Response[Any]:
    """The fields as a whole, with the `version` they replace (0: the first ones)."""
    by = signed_in(request, "sales_manager")
    new, of = request.json(NewFields), noun_of(noun)
    put_fields(
        of, CustomFields(fields=new.fields), after=new.version, by=by.staff_id, now=request.now
    )
    return reply(200, _in_force(of))


@http.post("/v1/custom-fields/{noun}/rollback")
def rolled_back(request: Request, noun: str) -> Response[Any]:
    """What an older version said is in force again, as a new version."""
    by = signed_in(request, "sales_manager")
    given, of = request.json(RollBack), noun_of(noun)
    roll_back_fields(of, given.to_version, after=given.version, by=by.staff_id, now=request.now)
    return reply(200, _in_force(of))


def _in_force(noun: Noun) -> FieldsVersion:
    found = fields_in_force(noun)
    if found is None:
        return FieldsVersion(version=0, fields=())
    return FieldsVersion(
        version=found.number,
        fields=found.value.fields,
        saved_by=found.saved_by,
        saved_at=found.saved_at,
        active_since=found.active_since,
    )


handle = http
