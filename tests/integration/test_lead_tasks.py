"""Tasks of leads: made, listed, changed, done, and overdue where their owner lives."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.kernel.clock import iso
from shared.platform.requests import Put
from shared.sales.leads.identity import lead_id_for
from shared.sales.leads.repository import lead_key, sales
from shared.sales.tasks.repository import load_task
from tests.builders import a_lead, lead_id
from tests.calls import Answer, bus_event, http, invoke, queue_event
from tests.conftest import FakeClock
from tests.pump import carried
from tests.staffing import MANAGER, hire, person, ready, sales_team

pytestmark = pytest.mark.usefixtures("tables")

ASHA = ("asha", ["rep"])
CALL = {"title": "Call back", "kind": "call", "due_on": "2025-06-02"}


@pytest.fixture(autouse=True)
def _people(tables: None) -> None:
    sales_team(asha=1, bikash=1)


def create(number: int = 1, *, by: Any = ASHA, key: str | None = None, **body: Any) -> Answer:
    """Make a task of the n-th lead."""
    headers = {"idempotency-key": key} if key else {}
    path = f"/v1/leads/{lead_id(number)}/tasks"
    return http("lead_tasks", "POST", path, body=CALL | body, staff=by, headers=headers)


def change(task: dict[str, Any], *, by: Any = ASHA, **body: Any) -> Answer:
    """Change a task as it was seen."""
    body = {"version": task["version"]} | body
    return http("lead_tasks", "PATCH", f"/v1/tasks/{task['task_id']}", body=body, staff=by)


def listed(path: str = "/v1/tasks", *, by: Any = ASHA, **query: str) -> Answer:
    """The tasks of a person or a lead."""
    return http("lead_tasks", "GET", path, query=query, staff=by)


def titles(answer: Answer) -> list[str]:
    """What is to be done, in order."""
    assert answer.status == 200, answer.text
    return [one["title"] for one in answer.json["items"]]


def test_a_day_in_kathmandu_is_over_a_quarter_past_six_in_the_evening_utc(
    clock: FakeClock,
) -> None:
    a_lead(1)

    task = create().json

    assert (task["due_on"], task["zone"]) == ("2025-06-02", "Asia/Kathmandu")
    assert task["due_at"] == "2025-06-02T18:15:00.000Z"
    clock.at(datetime(2025, 6, 2, 18, 14, 59, 999_000, tzinfo=UTC))
    assert listed().json["items"][0]["is_overdue"] is False
    clock.at(datetime(2025, 6, 2, 18, 15, tzinfo=UTC))
    assert listed().json["items"][0]["is_overdue"] is True
    assert change(task, state="done").json["is_overdue"] is False


def test_an_instant_is_due_then_and_nothing_due_is_never_overdue(clock: FakeClock) -> None:
    a_lead(1)

    at = create(due_on=None, due_at="2025-06-02T10:00:00+05:45").json
    never = create(due_on=None).json

    assert (at["due_on"], at["due_at"]) == (None, "2025-06-02T04:15:00.000Z")
    assert (never["due_on"], never["due_at"]) == (None, None)
    clock.tick(days=9_000)
    assert [one["is_overdue"] for one in listed().json["items"]] == [True, False]


def test_a_task_is_made_once_with_its_event_however_often_it_is_sent() -> None:
    a_lead(1)

    first, again = create(key="k"), create(key="k")

    assert (first.status, first.json) == (201, again.json)
    assert first.headers["location"] == f"/v1/tasks/{first.json['task_id']}"
    assert create(key="k", title="Other").code == "idempotency_key_reused"
    made = [one.detail for one in carried() if one.type == "TaskCreated"]
    assert [one["task_id"] for one in made] == [first.json["task_id"]]
    assert "Call back" not in str(made)
    assert len(listed().json["items"]) == 1


def test_a_request_sent_again_gets_the_task_as_it_is_by_now() -> None:
    a_lead(1)
    done = change(create(key="k").json, state="done").json

    assert create(key="k").json == done


def test_a_task_of_an_address_that_joined_a_lead_is_that_leads() -> None:
    one = a_lead(1)
    phone = lead_id_for(None, "+9779812345678")
    sales.write(Put({**lead_key(phone), "redirect_to": one}))

    answer = http("lead_tasks", "POST", f"/v1/leads/{phone}/tasks", body=CALL, staff=ASHA)

    assert answer.json["lead_id"] == one
    assert titles(listed(f"/v1/leads/{phone}/tasks")) == ["Call back"]


def test_of_what_is_not_there_there_are_no_tasks() -> None:
    for unknown in (lead_id(9), "lead_x", "x" * 500):
        path = f"/v1/leads/{unknown}/tasks"
        for method, body in (("POST", CALL), ("GET", None)):
            answer = http("lead_tasks", method, path, body=body, staff=ASHA)
            assert (answer.status, answer.code) == (404, "lead_not_found")
    for unknown in ("x", f"{lead_id(1)}.task_x", f"{lead_id(1)}.task_01JWQ6Y3MA0000000000000009"):
        answer = change({"task_id": unknown, "version": 1}, state="done")
        assert (answer.status, answer.code) == (404, "task_not_found")


def test_a_persons_tasks_come_soonest_due_first_page_by_page_and_done_ones_last_done_first(
    clock: FakeClock,
) -> None:
    for number, day in ((1, 5), (2, 3), (3, 4)):
        a_lead(number)
        create(number, title=f"day {day}", due_on=f"2025-06-0{day}")
    a_lead(4)
    create(4, title="some day", due_on=None)
    create(4, title="Bikash's", by=MANAGER, owner_id="bikash")

    first = listed(limit="3")
    second = listed(limit="3", cursor=first.json["next"])
    assert titles(first) + titles(second) == ["day 3", "day 4", "day 5", "some day"]
    assert second.json["next"] is None
    for task in first.json["items"][:2]:
        clock.tick(minutes=1)
        assert change(task, state="done").status == 200
    assert titles(listed()) == ["day 5", "some day"]
    assert titles(listed(state="done")) == ["day 4", "day 3"]
    assert titles(listed(state="done", limit="1")) == ["day 4"]
    assert listed(cursor=first.json["next"], state="done").code == "cursor_invalid"


def test_a_leads_tasks_are_listed_open_ones_first(clock: FakeClock) -> None:
    a_lead(1)
    for title, day in (("b", 4), ("a", 3), ("c", 5)):
        clock.tick(minutes=1)
        task = create(title=title, due_on=f"2025-06-0{day}").json
    change(task, state="done")
    create(title="some day", due_on=None)

    assert titles(listed(f"/v1/leads/{lead_id(1)}/tasks")) == ["a", "b", "some day", "c"]


def test_doing_a_task_tells_who_and_when_and_it_can_be_taken_up_again(clock: FakeClock) -> None:
    a_lead(1)
    task = create().json

    done = change(task, by=MANAGER, state="done").json
    stale = change(task, state="done")
    open_again = change(done, state="open").json

    assert (done["completed_by"], done["completed_at"]) == ("maya", iso(clock()))
    assert (stale.status, stale.json["version"]) == (412, 2)
    assert (open_again["completed_by"], open_again["version"]) == (None, 3)
    events = [one.detail for one in carried() if one.type == "TaskCompleted"]
    assert [(one["completed_by"], one["version"]) for one in events] == [("maya", 2)]


def test_a_change_is_of_what_is_given_and_none_writes_nothing() -> None:
    a_lead(1)
    task = create(note="line 1\nline 2").json

    changed = change(task, title="  Write  ", kind="email", due_at="2025-06-03T04:15:00Z").json
    same = change(changed, title="Write").json

    assert (changed["title"], changed["kind"], changed["note"]) == (
        "Write",
        "email",
        "line 1\nline 2",
    )
    assert (changed["due_on"], changed["due_at"]) == (None, "2025-06-03T04:15:00.000Z")
    assert same == changed
    assert change(changed, due_on=None, note=None).json["due_at"] is None


def test_a_task_given_to_somebody_else_is_due_by_their_calendar() -> None:
    hours = {"zone": "America/Los_Angeles", "hours": {"mon": ["09:00-17:00"]}}
    hire(person("carla", working_hours=hours))
    a_lead(1)
    task = create().json

    given = change(task, by=MANAGER, owner_id="carla").json

    assert (given["owner_id"], given["due_at"]) == ("carla", "2025-06-03T07:00:00.000Z")
    assert titles(listed()) == []
    assert titles(listed(by=("carla", ["rep"]))) == ["Call back"]


def test_only_managers_give_tasks_to_others_and_change_or_see_theirs() -> None:
    a_lead(1)
    task = create().json
    bikash = ("bikash", ["rep"])

    for refused in (
        create(owner_id="bikash"),
        change(task, by=bikash, state="done"),
        change(task, owner_id="bikash"),
        listed(by=bikash, owner="asha"),
    ):
        assert (refused.status, refused.code) == (403, "not_the_owner")
    assert create(by=MANAGER, owner_id="nobody").fields == {"owner_id": "staff_not_found"}
    assert titles(listed(by=MANAGER, owner="asha")) == ["Call back"]
    assert listed(by=("rina", ["analyst"])).code == "role_missing"


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"title": " \u0007 "}, {"title": "too_short"}),
        ({"title": "x" * 201}, {"title": "string_too_long"}),
        ({"kind": "party"}, {"kind": "enum"}),
        ({"due_on": "tomorrow"}, {"due_on": "date_from_datetime_parsing"}),
        ({"due_on": "1999-12-31"}, {"due_on": "greater_than_equal"}),
        ({"due_on": "9999-12-31"}, {"due_on": "less_than_equal"}),
        ({"due_on": None, "due_at": "2025-06-02T10:00:00"}, {"due_at": "timezone_aware"}),
        ({"due_on": None, "due_at": "9999-12-31T23:59:59-12:00"}, {"due_at": "due_out_of_range"}),
        ({"due_at": "2025-06-02T10:00:00Z"}, {"": "due_twice"}),
        ({"note": "x" * 2_001}, {"note": "string_too_long"}),
        ({"colour": "red"}, {"colour": "extra_forbidden"}),
    ],
)
def test_a_task_that_makes_no_sense_is_refused_and_says_where(
    body: dict[str, Any], fields: dict[str, str]
) -> None:
    a_lead(1)

    answer = create(**body)

    assert (answer.status, answer.fields) == (422, fields)


def test_what_a_person_has_to_do_is_hand_offs_and_tasks_with_their_leads(clock: FakeClock) -> None:
    a_lead(1, score="100.00", form_company="Himal")
    invoke("lead_assign", queue_event([bus_event(ready(1))], group="g"))
    owner = load_owner()
    me = (owner, ["rep"])
    create(by=me, title="today")
    create(by=me, title="late", due_on=None, due_at=iso(clock() - timedelta(hours=1)))
    create(by=me, title="some day", due_on=None)

    work = http("hand_off_query", "GET", "/v1/work", staff=me).json

    assert [one["lead_id"] for one in work["hand_offs"]] == [lead_id(1)]
    assert work["hand_offs"][0]["due_at"] > iso(clock())
    assert [one["title"] for one in work["tasks"]] == ["late", "today", "some day"]
    assert work["overdue"] == [work["tasks"][0]["task_id"]]
    assert work["leads"][lead_id(1)]["facts"]["company"] == "Himal"
    assert work["more"] is False
    short = http("hand_off_query", "GET", "/v1/work", staff=me, query={"limit": "1"}).json
    assert (len(short["tasks"]) + len(short["hand_offs"]), short["more"]) == (1, True)
    # Tasks are no hand-offs, and the other way round.
    offered = http("hand_off_query", "GET", "/v1/hand-offs", staff=me, query={"limit": "1"}).json
    assert ([one["lead_id"] for one in offered["items"]], offered["next"]) == ([lead_id(1)], None)
    assert len(listed(by=me).json["items"]) == 3


def load_owner() -> str:
    """Who the first lead was given to."""
    item = sales.get(lead_key(lead_id(1)))
    assert item is not None
    return str(item["owner_id"])


def test_others_work_is_for_managers() -> None:
    query = {"owner": "asha"}

    refused = http("hand_off_query", "GET", "/v1/work", staff=("bikash", ["rep"]), query=query)
    assert refused.code == "not_the_owner"
    assert http("hand_off_query", "GET", "/v1/work", staff=MANAGER, query=query).status == 200


@pytest.mark.conformance
def test_a_task_is_stored_and_read_back_with_all_that_was_said() -> None:
    a_lead(1)

    task = create(note="Ask for Ann").json

    found = load_task(task["task_id"])
    assert found is not None
    assert found[0].model_dump(mode="json") == {k: v for k, v in task.items() if k != "is_overdue"}
