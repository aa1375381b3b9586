"""Imports to start a test from: a file sent, looked at, started and done."""

from typing import Any, Final

from shared.customers.contacts.repository import LIST, customers
from shared.customers.events import ImportRunStarted
from tests.builders import CREATED
from tests.calls import ACCOUNT, Answer, bus_event, http, invoke, queue_event
from tests.cloud import REGION, SETTINGS, client
from tests.pump import Pump

MARKETER: Final = ("mina", ["marketer"])

PEOPLE: Final = """First name,Last name,Email,Phone,Country
Ann,Lee,Ann@EXAMPLE.com,+977 984-1234567,NP
Bob,Rai,bob@example.com,,Nepal
Cid,Ng,not an address,,NP
"""
"""Two people, and a row that cannot be one."""


def call(method: str, path: str, route: str | None = None, **how: Any) -> Answer:
    """Ask `import_admin` as a marketer."""
    return http("import_admin", method, f"/v1/imports{path}", **{"staff": MARKETER, **how},
                route=f"/v1/imports{route if route is not None else path}")  # fmt: skip


def announced(target: str = "contacts", file_name: str = "people.csv") -> str:
    """The id of a new import that waits for its file."""
    body = {"target": target, "file_name": file_name}
    made = call("POST", "", body=body)
    assert made.status == 201, made.text
    return str(made.json["import_id"])


def sent(import_id: str, file: str | bytes) -> None:
    """The file of an import arrives, and is looked at."""
    body = file.encode() if isinstance(file, str) else file
    key = f"uploads/{import_id}"
    client("s3").put_object(Bucket=SETTINGS["files_bucket"], Key=key, Body=body)
    answer = invoke("import_plan", queue_event([arrival(key)]))
    assert answer["batchItemFailures"] == []


def arrival(key: str) -> dict[str, Any]:
    """What EventBridge hears from S3 of a file that arrived."""
    return {
        "version": "0",
        "id": "17793124-05d4-b198-2fde-7ededc63b103",
        "detail-type": "Object Created",
        "source": "aws.s3",
        "account": ACCOUNT,
        "time": "2025-06-02T04:15:00Z",
        "region": REGION,
        "resources": [f"arn:aws:s3:::{SETTINGS['files_bucket']}"],
        "detail": {
            "version": "0",
            "bucket": {"name": SETTINGS["files_bucket"]},
            "object": {
                "key": key,
                "size": 5,
                "etag": "b1946ac92492d2347c6235b4d2611184",
                "sequencer": "00617F08299329D189",
            },
            "request-id": "N4N7GDK58NMKJ12R",
            "requester": ACCOUNT,
            "source-ip-address": "203.0.113.7",
            "reason": "PostObject",
        },
    }


def shown(import_id: str) -> dict[str, Any]:
    """The import as the API shows it."""
    answer = call("GET", f"/{import_id}", "/{import_id}")
    assert answer.status == 200, answer.text
    found: dict[str, Any] = answer.json
    return found


def start(import_id: str, **how: Any) -> Answer:
    """Start it, as of its newest version."""
    body = {"version": shown(import_id)["version"], **how}
    return call("POST", f"/{import_id}/start", "/{import_id}/start", body=body)


def run_started(import_id: str, run: int = 1) -> ImportRunStarted:
    """The event that has a run planned."""
    return ImportRunStarted(
        event_id=f"run-{import_id}-{run}",
        occurred_at=CREATED,
        import_id=import_id,
        run=run,
        mode="import",
    )


def carried_out(import_id: str) -> dict[str, Any]:
    """The first run of a started import, to its end, without anybody hearing of the people."""
    invoke("import_plan", queue_event([bus_event(run_started(import_id))]))
    for chunk in range(1, shown(import_id)["runs"][0]["chunks"] + 1):
        invoke("import_work", queue_event([{"import_id": import_id, "run": 1, "chunk": chunk}]))
    return shown(import_id)


def imported(file: str | bytes, target: str = "contacts", **how: Any) -> dict[str, Any]:
    """An import of `file` from its announcement to its end, as the API shows it."""
    import_id = announced(target)
    sent(import_id, file)
    started = start(import_id, **how)
    assert started.status == 202, started.text
    Pump().run()
    return shown(import_id)


def last_run(one: dict[str, Any]) -> dict[str, Any]:
    """The newest run of an import, only the counts that are not zero."""
    names = ("created", "existing", "failed", "skipped", "removed", "left")
    return {name: one["runs"][-1][name] for name in names if one["runs"][-1][name]}


def results(import_id: str, **query: str) -> list[dict[str, Any]]:
    """What became of rows, a page of them."""
    answer = call("GET", f"/{import_id}/rows", "/{import_id}/rows", query=query)
    assert answer.status == 200, answer.text
    found: list[dict[str, Any]] = answer.json["items"]
    return found


def errors_file(import_id: str, run: int = 1) -> str:
    """The file of the rows that failed, from where the API says it is."""
    answer = call("GET", f"/{import_id}/errors", "/{import_id}/errors", query={"run": str(run)})
    key = f"errors/{import_id}/{run:04d}.csv"
    assert key in answer.json["url"], answer.text
    file = client("s3").get_object(Bucket=SETTINGS["files_bucket"], Key=key)
    text: str = file["Body"].read().decode("utf-8-sig")
    return text


def undo(import_id: str) -> dict[str, Any]:
    """Take it back, to the end; as the API shows it then."""
    body = {"version": shown(import_id)["version"]}
    answer = call("POST", f"/{import_id}/undo", "/{import_id}/undo", body=body)
    assert answer.status == 202, answer.text
    Pump().run()
    return shown(import_id)


def names() -> list[str]:
    """Everybody in the list of contacts, by name."""
    items = customers.query_all(LIST, index="by_list")
    return [" ".join(filter(None, (one.get("first_name"), one.get("last_name")))) for one in items]
