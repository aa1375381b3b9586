"""How support does: `GET /v1/support/report` and `GET /v1/support/report.csv`
(`?from=&to=&by=agent|queue|topic|day`); which tickets will be late today: `GET
/v1/support/forecast` (`?queue=&minutes=`). Supervisors, agents and analysts."""

from typing import Any, Final

from aws_lambda_powertools.event_handler import Response

from shared.directory.access import person_signed_in, staff_of
from shared.directory.model import StaffMember
from shared.platform.entry.http import Http, Request, reply
from shared.support.figures.foreseeing import foresee
from shared.support.figures.reading import as_csv, read_report
from shared.support.figures.report import Report

from .schemas import ForecastAnswer, ForecastQuery, ReportQuery

READERS: Final = ("agent", "supervisor", "analyst")

http = Http()


@http.get("/v1/support/report")
def reported(request: Request) -> Response[Any]:
    """Backlog, first responses, resolutions, deadlines kept and tickets opened again."""
    return reply(200, _report(request).model_dump(mode="json", by_alias=True))


@http.get("/v1/support/report.csv")
def reported_as_file(request: Request) -> Response[Any]:
    """The same as a table."""
    found = _report(request)
    name = f"support-{found.first}-{found.last}-by-{found.by}.csv"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return reply(200, as_csv(found), headers=headers, media_type="text/csv; charset=utf-8")


@http.get("/v1/support/forecast")
def foretold(request: Request) -> Response[Any]:
    """What becomes of a queue's tickets that are due today, with those who are at work."""
    person = _reader(request)
    asked = request.parameters(ForecastQuery)
    zone = person.working_hours.zone
    found = foresee(asked.queue, asked.minutes, request.now, zone=zone)
    return reply(200, ForecastAnswer.of(found, asked.minutes))


def _report(request: Request) -> Report:
    person = _reader(request)
    asked = request.parameters(ReportQuery)
    zone = person.working_hours.zone
    return read_report(asked.since, asked.until, asked.by, request.now, zone=zone)


def _reader(request: Request) -> StaffMember:
    token = request.token()
    person = person_signed_in(token.username, token.signed_in_at)
    staff_of(person).need(*READERS)
    return person


handle = http
