"""The HTTP entry point: what is read, who may, and the one shape of every refusal."""

import json
from typing import Any

import pytest
from pydantic import BaseModel, Field

from shared.kernel.errors import Busy, Conflict, Stale, UnsupportedType
from shared.platform.entry.http import MAX_BODY_BYTES, Http, Request, reply
from tests.calls import context, request

pytestmark = pytest.mark.usefixtures("settings_env", "clock")


class Thing(BaseModel):
    name: str = Field(min_length=1, max_length=10)
    tags: list[int] = []


handle = Http()


@handle.post("/v1/things")
def create(asked: Request) -> Any:
    thing = asked.json(Thing)
    return reply(201, thing, headers={"location": "/v1/things/1"})


@handle.get("/v1/things/{thing_id}/parts/{part_id}")
def show(asked: Request, thing_id: str, part_id: str) -> Any:
    return reply(200, {"thing": thing_id, "part": part_id, "query": asked.query})


@handle.get("/v1/mine")
def mine(asked: Request) -> Any:
    token = asked.token()
    return reply(200, {"id": token.username, "since": token.signed_in_at.isoformat()})


@handle.post("/v1/raw")
def raw(asked: Request) -> Any:
    return reply(200, {"length": len(asked.body), "type": asked.media_type})


@handle.get("/v1/address")
def address(asked: Request) -> Any:
    return reply(200, {"address": asked.client_address, "at": asked.now.isoformat()})


@handle.get("/page")
def page(asked: Request) -> Any:
    asked.answer_headers["x-always"] = "yes"
    return reply(200, "<p>Hello</p>", media_type="text/html; charset=utf-8")


@handle.post("/v1/fails/{how}")
def fail(asked: Request, how: str) -> Any:
    asked.answer_headers["x-always"] = "yes"
    raise {
        "conflict": Conflict("move_not_allowed", "No", state="new", allowed=["assigned"]),
        "stale": Stale("version_stale", version=7),
        "busy": Busy("contended"),
        "type": UnsupportedType("media_type_unsupported"),
        "bug": RuntimeError(f"cannot digest {asked.body.decode()}"),
    }[how]


def ask(method: str, path: str, **how: Any) -> tuple[int, dict[str, str], Any]:
    answer = handle(request(method, path, **how), context("thing"))
    body = answer["body"]
    kind = answer["headers"].get("content-type", "")
    return answer["statusCode"], answer["headers"], json.loads(body) if "json" in kind else body


def test_a_json_body_becomes_a_model_and_a_model_an_answer() -> None:
    status, headers, body = ask("POST", "/v1/things", body={"name": "Ann", "tags": [1]})

    assert (status, body) == (201, {"name": "Ann", "tags": [1]})
    assert headers["location"] == "/v1/things/1"


def test_parameters_of_path_and_query_arrive_by_name() -> None:
    query = {"state": "new", "empty": "", "text": "a b&c=d"}

    _, _, body = ask("GET", "/v1/things/lead_01/parts/p-2", query=query)

    assert body == {"thing": "lead_01", "part": "p-2", "query": query}


@pytest.mark.parametrize(
    "bad", ["", "{", "[" * 60_000, '{"name": NaN', b"\xff\xfe", "null", '"text"', "[]"]
)
def test_a_body_that_is_no_such_object_is_refused_without_being_repeated(bad: Any) -> None:
    status, headers, body = ask(
        "POST", "/v1/things", body=bad, headers={"content-type": "application/octet-stream"}
    )

    assert status in (400, 422)
    assert headers["content-type"] == "application/problem+json"
    assert body["code"] in ("json_invalid", "validation_failed")


def test_each_unacceptable_field_is_named_with_a_stable_code_and_never_quoted(
    caplog: pytest.LogCaptureFixture,
) -> None:
    status, _, body = ask("POST", "/v1/things", body={"name": "", "tags": [1, "secret-value"]})

    assert status == 422
    assert body["code"] == "validation_failed"
    assert {one["field"]: one["code"] for one in body["fields"]} == {
        "name": "string_too_short",
        "tags.1": "int_parsing",
    }
    assert "secret-value" not in json.dumps(body)
    # The router logs what it sees raised, with the message: it must see nothing.
    assert "secret-value" not in caplog.text
    assert not [one for one in caplog.records if one.name.startswith("aws_lambda_powertools")]


@pytest.mark.parametrize(("path", "method"), [("/v1/nothing", "GET"), ("/v1/things", "DELETE")])
def test_what_nobody_serves_is_not_found(path: str, method: str) -> None:
    status, headers, body = ask(method, path)

    assert (status, body["code"]) == (404, "no_such_route")
    assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize("content_type", ["text/plain", "application/octet-stream"])
def test_a_body_of_up_to_64_kilobytes_is_taken_and_not_a_byte_more(content_type: str) -> None:
    headers = {"content-type": content_type}

    taken = ask("POST", "/v1/raw", body=b"x" * MAX_BODY_BYTES, headers=headers)
    refused = ask("POST", "/v1/raw", body=b"x" * (MAX_BODY_BYTES + 1), headers=headers)
    huge = ask("POST", "/v1/raw", body=b"x" * 1_000_000, headers=headers)

    assert taken[2] == {"length": MAX_BODY_BYTES, "type": content_type}
    assert (refused[0], refused[2]["code"]) == (413, "body_too_large")
    assert (huge[0], huge[2]["code"]) == (413, "body_too_large")


def test_size_is_measured_in_bytes_not_characters() -> None:
    text = "é" * (MAX_BODY_BYTES // 2)

    assert ask("POST", "/v1/raw", body=text, headers={"content-type": "text/plain"})[0] == 200
    assert ask("POST", "/v1/raw", body=text + "é", headers={"content-type": "text/plain"})[0] == 413


def test_the_media_type_is_read_without_its_parameters() -> None:
    headers = {"Content-Type": "Text/Plain; charset=UTF-8"}

    assert ask("POST", "/v1/raw", body="x", headers=headers)[2]["type"] == "text/plain"


def test_a_token_tells_who_signed_in_and_when() -> None:
    status, _, body = ask("GET", "/v1/mine", staff=("ann", ["rep"]))

    assert (status, body) == (200, {"id": "ann", "since": "2025-06-02T04:13:20+00:00"})


def test_nobody_signed_in_is_401() -> None:
    status, _, body = ask("GET", "/v1/mine")

    assert (status, body["code"]) == (401, "not_signed_in")


@pytest.mark.parametrize(
    ("how", "status", "more"),
    [
        ("conflict", 409, {"code": "move_not_allowed", "state": "new", "allowed": ["assigned"]}),
        ("stale", 412, {"code": "version_stale", "version": 7}),
        ("busy", 503, {"code": "contended"}),
        ("type", 415, {"code": "media_type_unsupported"}),
        ("bug", 500, {"code": "internal_error"}),
    ],
)
def test_every_refusal_is_a_problem_document(how: str, status: int, more: dict[str, Any]) -> None:
    answered, headers, body = ask("POST", f"/v1/fails/{how}", body={"email": "ann@example.com"})

    assert answered == status == body["status"]
    assert headers["content-type"] == "application/problem+json"
    assert headers["x-always"] == "yes"
    assert body.items() >= more.items()
    assert body["type"] == f"urn:crm:problem:{more['code']}"
    assert body["request_id"].startswith("request-")
    assert "ann@example.com" not in json.dumps(body)


def test_a_bug_is_logged_with_its_place_and_without_what_the_caller_sent(logs: Any) -> None:
    ask("POST", "/v1/fails/bug", body={"email": "ann@example.com"})

    errors = [line for line in logs.lines if line["level"] == "ERROR"]
    assert [line["error"] for line in errors] == ["RuntimeError"]
    assert "test_http.py" in errors[0]["places"][-1]
    assert "ann@example.com" not in logs.text


def test_each_request_is_one_log_line_with_its_own_ids(logs: Any) -> None:
    ask("GET", "/v1/things/1/parts/2", route="/v1/things/{thing_id}/parts/{part_id}")
    ask("GET", "/v1/nothing")

    first, second = logs.lines
    assert first["route"] == "GET /v1/things/{thing_id}/parts/{part_id}"
    assert (first["status"], second["status"]) == (200, 404)
    assert first["correlation_id"] != second["correlation_id"]


def test_the_visitors_address_is_the_front_doors_word() -> None:
    plain = ask("GET", "/v1/address")[2]
    v4 = ask("GET", "/v1/address", headers={"x-viewer-address": "198.51.100.1"})[2]
    v6 = ask("GET", "/v1/address", headers={"x-viewer-address": "2001:db8::1"})[2]

    assert plain["address"] == "203.0.113.7"
    assert v4["address"] == "198.51.100.1"
    assert v6["address"] == "2001:db8::1"
    assert plain["at"] == "2025-06-02T04:15:00+00:00"


def test_a_page_is_answered_as_it_is() -> None:
    status, headers, body = ask("GET", "/page")

    assert (status, body) == (200, "<p>Hello</p>")
    assert headers["content-type"] == "text/html; charset=utf-8"
    assert headers["x-always"] == "yes"
