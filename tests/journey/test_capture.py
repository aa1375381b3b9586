"""Row S3 on the deployed stack: what a form sends becomes one submission of one lead."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from .company import address
from .stack import Stack

pytestmark = pytest.mark.journey

CONTACT = "/v1/forms/contact/submissions"


def leads_with(stack: Stack, email: str) -> list[str]:
    items = stack.get("/v1/leads?state=new&limit=100", who="rep").json["items"]
    return [lead["lead_id"] for lead in items if lead["facts"].get("email") == email]


def test_a_double_click_is_one_lead_and_one_submission_and_both_posts_are_answered_303(
    stack: Stack,
) -> None:
    email = address()
    form = {"email": email, "first_name": "Ann", "message": "Hello", "utm_source": "fb"}

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: stack.call("POST", CONTACT, form=form), range(2)))

    assert [answer.status for answer in answers] == [303, 303]
    (lead_id,) = leads_with(stack, email)
    submissions = stack.get(f"/v1/leads/{lead_id}/submissions", who="rep").json["items"]
    assert len(submissions) == 1
    assert stack.get(f"/v1/leads/{lead_id}", who="rep").json["first_touch"]["utm_source"] == "fb"


def test_a_different_message_is_a_second_submission_of_the_same_lead(stack: Stack) -> None:
    email = address()

    for message in ("First", "Second"):
        stack.call("POST", CONTACT, form={"email": email, "message": message})

    (lead_id,) = leads_with(stack, email)
    assert len(stack.get(f"/v1/leads/{lead_id}/submissions", who="rep").json["items"]) == 2


def test_a_return_address_that_is_not_listed_is_refused(stack: Stack) -> None:
    email = address()
    form = {"email": email, "return_url": "https://evil.example"}

    answer = stack.call("POST", CONTACT, form=form, headers={"accept": "application/json"})

    assert (answer.status, answer.json["code"]) == (400, "return_url_not_allowed")
    assert leads_with(stack, email) == []


def test_a_filled_honeypot_gets_the_same_answer_no_lead_and_one_quarantined(stack: Stack) -> None:
    email = address()

    answer = stack.call("POST", CONTACT, form={"email": email, "website": "https://spam.example"})

    assert answer.status == 303
    assert leads_with(stack, email) == []
    waiting = stack.get("/v1/quarantine?limit=100", who="marketer").json["items"]
    assert len([one for one in waiting if email in str(one)]) == 1


def test_a_script_gets_201_with_ids_and_a_problem_that_names_the_field(stack: Stack) -> None:
    made = stack.call("POST", CONTACT, {"email": address(), "phone": "9841234567"})
    refused = stack.call("POST", CONTACT, {"email": "not an address", "first_name": "x" * 10_000})

    assert made.status == 201
    assert made.json["lead_id"].startswith("lead_")
    assert refused.status == 422
    assert {one["field"]: one["code"] for one in refused.json["fields"]} == {
        "email": "email_invalid",
        "first_name": "too_long",
    }


def test_a_person_gets_the_errors_on_a_page_with_what_was_typed(stack: Stack) -> None:
    form = {"email": "nobody@", "first_name": "<script>alert(1)</script>"}

    answer = stack.call("POST", CONTACT, form=form)

    assert answer.status == 422
    assert answer.headers["content-type"].startswith("text/html")
    assert "nobody@" in answer.text
    assert "<script>alert" not in answer.text


@pytest.mark.parametrize(
    ("path", "body", "headers", "status"),
    [
        ("/v1/forms/none/submissions", b"email=a@example.com", {}, 404),
        (CONTACT, b"[" * 60_000, {"content-type": "application/json"}, 400),
        (CONTACT, b"x" * 70_000, {"content-type": "application/json"}, 413),
        (CONTACT, b"<a/>", {"content-type": "application/xml"}, 415),
    ],
    ids=["unknown form", "nesting", "too large", "media type"],
)
def test_what_cannot_be_a_submission_is_refused(
    stack: Stack, path: str, body: bytes, headers: dict[str, str], status: int
) -> None:
    sent = {"content-type": "application/x-www-form-urlencoded", **headers}

    assert stack.call("POST", path, body, headers=sent).status == status


def test_an_origin_that_is_not_listed_is_refused_without_permission(stack: Stack) -> None:
    ask = {"origin": "https://evil.example", "access-control-request-method": "POST"}

    preflight = stack.call("OPTIONS", CONTACT, headers=ask)
    post = stack.call("POST", CONTACT, {"email": address()}, headers=ask)
    listed = stack.call("OPTIONS", CONTACT, headers={**ask, "origin": "https://www.example.com"})

    assert (preflight.status, post.status) == (403, 403)
    assert "access-control-allow-origin" not in {**preflight.headers, **post.headers}
    assert listed.status == 204
    assert listed.headers["access-control-allow-origin"] == "https://www.example.com"


def test_staff_routes_refuse_the_wrong_the_forged_and_the_unentitled(stack: Stack) -> None:
    forged = stack.token("rep")[:-4] + "AAAA"

    assert stack.get("/v1/leads").status == 401
    assert (
        stack.call("GET", "/v1/leads", headers={"authorization": f"Bearer {forged}"}).status == 401
    )
    assert stack.call("PUT", "/v1/forms/contact", {}, who="rep").status == 403
