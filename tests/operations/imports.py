"""Operations of imports, exports and lists."""

from collections.abc import Callable
from typing import Any, Final

from shared.customers.events import (
    ExportRequested,
)
from tests.builders import CREATED
from tests.calls import bus_event, http, invoke, queue_event, request
from tests.cloud import SETTINGS, client, everything
from tests.imports import (
    MARKETER,
    PEOPLE,
    announced,
    arrival,
    run_started,
    sent,
    shown,
    start,
)
from tests.operations.operation import Operation, Payload
from tests.pump import Pump
from tests.staffing import employed

from .setting import MAYA, seeded

COUNTED_ROWS: Final = ("created", "existing", "failed", "skipped", "removed", "left")


def _import_waiting() -> str:
    """An import of three rows, one of which cannot be, whose file has arrived."""
    seeded()
    employed(*MARKETER)
    import_id = announced()
    sent(import_id, PEOPLE)
    return import_id


def _import_started() -> str:
    import_id = _import_waiting()
    start(import_id)
    return import_id


def _import_done() -> str:
    import_id = _import_started()
    Pump().run()
    return import_id


def _begin_import() -> Payload:
    seeded()
    body, key = {"target": "contacts", "file_name": "people.csv"}, {"idempotency-key": "key-1"}
    return request("POST", "/v1/imports", body=body, headers=key, staff=MAYA)


def _look_at_file() -> Payload:
    seeded()
    employed(*MARKETER)
    import_id = announced()
    key = f"uploads/{import_id}"
    client("s3").put_object(Bucket=SETTINGS["files_bucket"], Key=key, Body=PEOPLE.encode())
    return queue_event([arrival(key)])


def _import_request(what: str, arrange: Callable[[], str], **body: Any) -> Callable[[], Payload]:
    """Maya asks for something to be done with an import, as of its newest version."""

    def arranged() -> Payload:
        import_id = arrange()
        version = shown(import_id)["version"]
        path, route = f"/v1/imports/{import_id}/{what}", f"/v1/imports/{{import_id}}/{what}"
        method = "PUT" if what == "mapping" else "POST"
        sent_body = {"version": version, **body} if what != "cancel" else None
        return request(method, path, body=sent_body, staff=MAYA, route=route)

    return arranged


def _plan_import() -> Payload:
    return queue_event([bus_event(run_started(_import_started()))])


def _work_chunk(**how: Any) -> Callable[[], Payload]:
    """The only chunk of an import, of a dry run of it, or of undoing it."""

    def arrange() -> Payload:
        import_id = _import_done() if how.get("undo") else _import_waiting()
        if how.get("undo"):
            body = {"version": shown(import_id)["version"]}
            path, route = f"/v1/imports/{import_id}/undo", "/v1/imports/{import_id}/undo"
            invoke("import_admin", request("POST", path, body=body, staff=MAYA, route=route))
        else:
            start(import_id, **how)
        Pump(only={"import_plan"}).run()
        return queue_event([{"import_id": import_id, "run": 1 + bool(how.get("undo")), "chunk": 1}])

    return arrange


def _imported(**counts: int) -> Callable[[], None]:
    """The import ended, and counts each of its three rows once, whatever broke on the way."""

    def check() -> None:
        (run,) = [item for item in everything() if item["sk"].startswith("RUN#")][-1:]
        assert run.get("finished_at")
        assert {name: run[name] for name in COUNTED_ROWS if run.get(name)} == counts
        people = [item for item in everything() if item.get("kind") == "contact"]
        assert len(people) == (counts.get("created", 0) if run["mode"] == "import" else 0)

    return check


def _on_a_list(what: str) -> Callable[[], Payload]:
    """Maya puts two people on a list, or takes them off it."""

    def arrange() -> Payload:
        _import_done()
        ids = [item["contact_id"] for item in everything() if item["pk"].startswith("IDENTITY#")]
        made = http("list_admin", "POST", "/v1/lists", body={"name": "Fair"}, staff=MAYA).json
        path = f"/v1/lists/{made['list_id']}"
        body = {"contact_ids": sorted(set(ids))}
        route = "/v1/lists/{list_id}"
        if what == "removals":
            invoke("list_admin", request("POST", f"{path}/members", body=body, staff=MAYA,
                                         route=f"{route}/members"))  # fmt: skip
        return request("POST", f"{path}/{what}", body=body, staff=MAYA, route=f"{route}/{what}")

    return arrange


def _request_export() -> Payload:
    seeded()
    key = {"idempotency-key": "key-1"}
    return request("POST", "/v1/exports", body={"format": "csv"}, headers=key, staff=MAYA)


def _write_export() -> Payload:
    """Maya wants everybody an import made."""
    _import_done()
    made = http("export_admin", "POST", "/v1/exports", body={}, staff=MAYA).json
    wanted = ExportRequested(event_id="wanted-1", occurred_at=CREATED, export_id=made["export_id"])
    return queue_event([bus_event(wanted)])


def _exported() -> None:
    """The file holds each contact once, and the export counts them."""
    (one,) = [item for item in everything() if item.get("kind") == "export"]
    key = f"exports/{one['export_id']}.csv"
    file = client("s3").get_object(Bucket=SETTINGS["files_bucket"], Key=key)["Body"].read()
    people = [item["contact_id"] for item in everything() if item.get("kind") == "contact"]
    assert (one["state"], one["rows"]) == ("finished", len(people))
    assert sorted(line.partition(b",")[0].decode() for line in file.splitlines()[1:]) == sorted(
        people
    )


def _create_list() -> Payload:
    seeded()
    key = {"idempotency-key": "key-1"}
    return request("POST", "/v1/lists", body={"name": "Fair"}, headers=key, staff=MAYA)


IMPORTS: Final = (
    Operation("begin an import", "import_admin", _begin_import),
    Operation("look at a file that arrived", "import_plan", _look_at_file),
    Operation(
        "map an import",
        "import_admin",
        _import_request("mapping", _import_waiting, tags=["fair"]),
        (412,),
    ),
    Operation("start an import", "import_admin", _import_request("start", _import_waiting), (412,)),
    Operation("cancel an import", "import_admin", _import_request("cancel", _import_started)),
    Operation(
        "plan an import", "import_plan", _plan_import, afterwards=_imported(created=2, failed=1)
    ),
    Operation(
        "import a chunk", "import_work", _work_chunk(), afterwards=_imported(created=2, failed=1)
    ),
    Operation(
        "try a chunk out",
        "import_work",
        _work_chunk(dry_run=True),
        afterwards=_imported(created=2, failed=1),
    ),
    Operation("undo an import", "import_admin", _import_request("undo", _import_done), (412,)),
    Operation(
        "take a chunk back", "import_work", _work_chunk(undo=True), afterwards=_imported(removed=2)
    ),
    Operation("ask for an export", "export_admin", _request_export),
    Operation("write an export", "contact_export", _write_export, afterwards=_exported),
    Operation("make a list", "list_admin", _create_list),
    Operation("put people on a list", "list_admin", _on_a_list("members")),
    Operation("take people off a list", "list_admin", _on_a_list("removals")),
)
