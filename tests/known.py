"""Somebody the company knows through every door there is, by which all traces of them can be found."""

import json

from tests.builders import a_contact
from tests.calls import http, invoke, request
from tests.cloud import SETTINGS, client
from tests.operations.setting import BROWSER, PUBLIC_KEY, VISITOR, form_post, seeded
from tests.pump import Pump

MARKS = ("ann@example.com", "ann@work.example", "9841234567", "Annapurna", "Shresthacharya")
"""E-mail addresses, phone number and names by which Ann could be found."""

NAMES = {"first_name": "Annapurna", "last_name": "Shresthacharya"}
ROW = "Annapurna,Shresthacharya,ANN@example.com,984-123 4567"
FILES = {
    "aws/lambda/mapping/1": b'{"payload": "ANN@example.com"}',
    "aws/lambda/mapping/2": b'{"payload": "bob@example.com"}',
    "events/2025-06-02/1.json": b'{"why": "too_large", "name": "ann@example.com"}',
    "uploads/import_1": f"First,Last,Email\r\n{ROW}\r\n".encode("utf-16"),
    "errors/import_1/0001.csv": ROW.encode(),
    "exports/export_1.csv": b"Annapurna,Shresthacharya,+977 (984) 123-4567",
    "exports/export_2.csv": b"Bob,Lee,bob@example.com",
    "chunks/import_1/0001/00001": (
        b'[2, ["Annapurna", "Shresthacharya", "ann@example.com"], null]\n'
        b'[3, ["Bob", "Lee", "bob@example.com"], null]'
    ),
}
"""What imports, exports and failures leave in buckets for some days."""


def known_through_every_door() -> str:
    """Ann looks at pages, fills in forms, is called back, and becomes a contact; her id."""
    seeded()
    views = [
        {"id": f"e{n}", "name": "page_viewed", "visitor_id": VISITOR, "url": "https://x.test/ann"}
        for n in range(3)
    ]
    headers = {"x-write-key": PUBLIC_KEY, "user-agent": BROWSER}
    invoke(
        "behaviour_capture", request("POST", "/v1/events", body={"events": views}, headers=headers)
    )
    ann = {**NAMES, "phone": "+977 984-1234567", "_visitor": VISITOR, "consent": "yes"}
    captured = invoke("lead_capture", form_post("demo-request", email="ann@example.com", **ann))
    lead_id = json.loads(captured["body"])["lead_id"]
    invoke(
        "lead_capture", form_post(website="https://spam.example", email="ann@example.com", **NAMES)
    )
    Pump().run()
    path = f"/v1/leads/{lead_id}/tasks"
    body = {"title": "Call Annapurna", "note": "On +977 9841234567", "due_on": "2025-06-09"}
    http(
        "lead_tasks",
        "POST",
        path,
        body=body,
        staff=("asha", ["rep"]),
        route="/v1/leads/{lead_id}/tasks",
    )
    contact_id = a_contact(
        **NAMES,
        emails=[{"address": "ann@example.com"}, {"address": "ann@work.example"}],
        phones=[{"number": "+9779841234567"}],
        tags=["Annapurna's friends"],
        external_ids={"erp": "shresthacharya-1"},
    )
    for key, body in FILES.items():
        bucket = "parked_bucket" if key.startswith(("aws/", "events/")) else "files_bucket"
        client("s3").put_object(Bucket=SETTINGS[bucket], Key=key, Body=body)
    Pump().run()
    return contact_id
