"""People and teams over HTTP."""

import pytest

from shared.directory.model import RESERVED
from shared.directory.repository import people_of, staff_member
from tests.calls import http
from tests.pump import carried
from tests.staffing import KATHMANDU, MANAGER, a_team, hire, person

pytestmark = pytest.mark.usefixtures("tables")

HOURS = KATHMANDU.model_dump(mode="json")
ASHA = {
    "staff_id": "asha",
    "name": "Asha Rai",
    "email": "Asha@Example.com",
    "roles": ["rep"],
    "team_id": "sales",
    "territories": [" NP ", "in"],
    "weight": 2,
    "accepts_leads": True,
    "working_hours": HOURS,
    "leave": [{"from": "2025-06-02", "to": "2025-06-03"}],
}
REP = ("omar", ["rep"])
ADMIN = ("sagar", ["admin"])


def call(method, path, by=MANAGER, **how):
    return http("staff_directory", method, path, staff=by, **how)


def test_a_person_is_added_and_shown():
    a_team()

    answer = call("POST", "/v1/staff", by=ADMIN, body=ASHA)

    assert (answer.status, answer.headers["location"]) == (201, "/v1/staff/asha")
    shown = call("GET", "/v1/staff/asha", by=REP)
    assert shown.json == answer.json
    assert shown.json["email"] == "Asha@example.com"
    assert shown.json["territories"] == ["np", "in"]
    assert shown.json["leave"] == [{"from": "2025-06-02", "to": "2025-06-03", "zone": None}]
    assert shown.json["working_hours"]["hours"]["sun"] == ["10:00-17:00"]
    assert shown.json["version"] == 1
    (changed,) = [fact for fact in carried() if fact.type == "StaffChanged"]
    assert (changed.detail["staff_id"], changed.detail["version"]) == ("asha", 1)


def test_a_person_is_added_once():
    a_team()
    call("POST", "/v1/staff", by=ADMIN, body=ASHA)

    again = call("POST", "/v1/staff", by=ADMIN, body=ASHA | {"name": "Another"})

    assert (again.status, again.code, again.json["staff_id"]) == (409, "staff_exists", "asha")
    assert staff_member("asha").name == "Asha Rai"


def test_with_an_idempotency_key_the_same_request_again_gives_the_same_person():
    a_team()
    headers = {"idempotency-key": "one"}

    first = call("POST", "/v1/staff", by=ADMIN, body=ASHA, headers=headers)
    again = call("POST", "/v1/staff", by=ADMIN, body=ASHA, headers=headers)
    other = call("POST", "/v1/staff", by=ADMIN, body=ASHA | {"weight": 3}, headers=headers)

    assert (again.status, again.json) == (201, first.json)
    assert (other.status, other.code) == (422, "idempotency_key_reused")


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ({"email": "asha"}, {"email": "email_invalid"}),
        ({"team_id": "nowhere"}, {"team_id": "team_not_found"}),
        ({"roles": ["king"]}, {"roles": "value_error"}),
        ({"weight": -1}, {"weight": "greater_than_equal"}),
        ({"staff_id": "a#b"}, {"staff_id": "string_pattern_mismatch"}),
        ({"staff_id": "Asha"}, {"staff_id": "string_pattern_mismatch"}),
        *(({"staff_id": one}, {"staff_id": "value_error"}) for one in sorted(RESERVED)),
        ({"name": " "}, {"name": "string_too_short"}),
        ({"name": "x" * 10_000}, {"name": "string_too_long"}),
        ({"name": "Asha\nBcc: all"}, {"name": "value_error"}),
        ({"name": "Asha\x00"}, {"name": "value_error"}),
        ({"name": "\u202eiaR ahsA"}, {"name": "value_error"}),
        ({"territories": ["np"] * 51}, {"territories": "too_long"}),
        ({"leave": [{"from": "2025-06-03", "to": "2025-06-02"}]}, {"leave": "value_error"}),
        (
            {"working_hours": HOURS | {"zone": "Mars/Olympus"}},
            {"working_hours.zone": "value_error"},
        ),
        (
            {"working_hours": HOURS | {"holiday_country": "ZZ"}},
            {"working_hours.holiday_country": "country_unknown"},
        ),
    ],
)
def test_a_person_who_cannot_be_is_refused_field_by_field(more, named):
    a_team()

    answer = call("POST", "/v1/staff", by=ADMIN, body=ASHA | more)

    assert (answer.status, answer.fields) == (422, named)
    assert staff_member("asha") is None


def test_people_are_found_by_role_and_whether_they_are_disabled():
    a_team()
    hire(person("asha"), person("bikash", roles=["agent"]), person("esha", disabled=True))
    call("GET", "/v1/staff", by=("asha", ["rep"]))

    def found(**query):
        page = call("GET", "/v1/staff", by=("asha", ["rep"]), query={"team_id": "sales", **query})
        return [(one["staff_id"], one["standing"]) for one in page.json["items"]]

    assert found() == [("asha", "working"), ("bikash", "working"), ("esha", "disabled")]
    assert found(role="agent") == [("bikash", "working")]
    assert found(disabled="true") == [("esha", "disabled")]
    assert found(role="rep", disabled="false") == [("asha", "working")]
    assert call("GET", "/v1/staff", query={"disabled": "maybe"}).status == 422


def test_a_stale_change_shows_the_person_as_they_are_now():
    hire(person("asha"))
    call("PATCH", "/v1/staff/asha", body={"version": 1, "weight": 4})

    answer = call("PATCH", "/v1/staff/asha", body={"version": 1, "weight": 9})

    assert (answer.status, answer.code, answer.json["version"]) == (412, "version_stale", 2)
    assert answer.json["current"]["weight"] == 4


@pytest.mark.parametrize("name", ["Пема Шерпа", "آشا راي", "Asha 👩‍💻 Rai", "O'Neil-<b>Ng</b>"])
def test_a_name_of_any_script_is_kept_as_it_is(name):
    a_team()

    answer = call("POST", "/v1/staff", by=ADMIN, body=ASHA | {"name": name})

    assert (answer.status, answer.json["name"]) == (201, name)


@pytest.mark.parametrize("change", [{"roles": ["admin"]}, {"email": "x@y.zz"}, {"disabled": True}])
def test_only_administrators_decide_who_signs_in_how(change):
    hire(person("asha"))

    answer = call("PATCH", "/v1/staff/asha", body={"version": 1, **change})

    assert (answer.status, answer.code) == (403, "role_missing")
    assert call("POST", "/v1/staff", body=ASHA).status == 403


def test_nobody_disables_themselves():
    hire(person("sagar", roles=["admin"]), person("rina", roles=["admin"]))

    answer = call("PATCH", "/v1/staff/sagar", by=ADMIN, body={"version": 1, "disabled": True})

    assert (answer.status, answer.code) == (409, "own_account")


def test_the_last_administrator_stays_one():
    hire(person("sagar", roles=["admin"]), person("rina", roles=["admin"]))

    first = call("PATCH", "/v1/staff/rina", by=ADMIN, body={"version": 1, "disabled": True})
    last = call("PATCH", "/v1/staff/sagar", by=ADMIN, body={"version": 1, "roles": ["rep"]})
    call("PATCH", "/v1/staff/rina", by=ADMIN, body={"version": 2, "disabled": False})
    second = call("PATCH", "/v1/staff/sagar", by=ADMIN, body={"version": 1, "roles": ["rep"]})

    assert first.status == second.status == 200
    assert (last.status, last.code) == (409, "last_admin")


def test_an_address_signs_in_one_person():
    a_team()
    hire(person("bikash", email="Asha@example.com"))

    taken = call("POST", "/v1/staff", by=ADMIN, body=ASHA)
    hire(person("esha"))
    moved = call(
        "PATCH", "/v1/staff/esha", by=ADMIN, body={"version": 1, "email": "ASHA@example.com"}
    )
    call("PATCH", "/v1/staff/bikash", by=ADMIN, body={"version": 1, "email": "b@example.com"})
    free = call("POST", "/v1/staff", by=ADMIN, body=ASHA)

    assert (taken.status, taken.code) == (moved.status, moved.code) == (409, "email_taken")
    assert free.status == 201


def test_somebody_is_signed_out_everywhere_by_themselves_or_an_administrator():
    hire(person("asha"), person("omar"))
    path = "/v1/staff/asha/sign-out"

    assert call("POST", path, by=REP).status == 403
    assert call("POST", path, by=ADMIN).status == 204
    answer = call("GET", "/v1/staff", by=("asha", ["rep"]))
    assert (answer.status, answer.code) == (401, "signed_out")


def test_what_is_given_of_a_person_is_changed_and_nothing_else():
    a_team()
    hire(person("asha", weight=2, capacity=10))

    answer = call(
        "PATCH",
        "/v1/staff/asha",
        by=ADMIN,
        body={"version": 1, "capacity": None, "disabled": True},
    )

    assert answer.status == 200
    asha = staff_member("asha")
    assert (asha.capacity, asha.disabled, asha.weight, asha.version) == (None, True, 2, 2)
    # The list does not tell when somebody was signed out everywhere.
    assert people_of("sales") == [asha.model_copy(update={"signed_out_at": None})]
    told = [(fact.type, fact.detail["version"]) for fact in carried()]
    assert told == [("StaffChanged", 2), ("StaffDisabled", 2)]


def test_a_person_who_changes_team_is_listed_there():
    a_team()
    a_team("eu")
    hire(person("asha"))

    call("PATCH", "/v1/staff/asha", body={"version": 1, "team_id": "eu"})

    assert (people_of("sales"), [one.staff_id for one in people_of("eu")]) == ([], ["asha"])


def test_a_stale_change_is_refused_with_the_newest_version():
    hire(person("asha"))
    call("PATCH", "/v1/staff/asha", body={"version": 1, "weight": 3})

    stale = call("PATCH", "/v1/staff/asha", body={"version": 1, "weight": 4})

    assert (stale.status, stale.json["version"]) == (412, 2)
    assert staff_member("asha").weight == 3


@pytest.mark.parametrize(
    "change", [{"name": ""}, {"name": None}, {"working_hours": None}, {"weight": 101}, {"x": 1}]
)
def test_a_change_that_makes_no_sense_is_refused(change):
    hire(person("asha"))

    answer = call("PATCH", "/v1/staff/asha", body={"version": 1, **change})

    assert answer.status == 422
    assert staff_member("asha").version == 1


@pytest.mark.parametrize("limit", [1, 2, 3, 5])
def test_everybody_is_listed_page_by_page_those_without_a_team_last(limit):
    a_team("sales")
    a_team("eu")
    hire(person("asha"), person("bikash"), person("emil", team_id="eu"))
    hire(person("zoe", team_id=None), person("adam", team_id=None, roles=["analyst"]))

    seen, cursor = [], None
    for _ in range(9):
        query = {"limit": str(limit)} | ({"cursor": cursor} if cursor else {})
        page = call("GET", "/v1/staff", by=("adam", ["analyst"]), query=query).json
        assert len(page["items"]) <= limit
        seen += [one["staff_id"] for one in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break

    assert seen == ["emil", "asha", "bikash", "adam", "zoe"]


def test_a_team_s_people_are_listed_and_its_cursor_is_of_no_use_elsewhere():
    a_team("sales")
    hire(*(person(name) for name in ("asha", "bikash", "chandra")))

    page = call("GET", "/v1/staff", query={"team_id": "sales", "limit": "2"}).json
    rest = call("GET", "/v1/staff", query={"team_id": "sales", "cursor": page["next"]}).json
    elsewhere = call("GET", "/v1/staff", query={"cursor": page["next"]})

    assert [one["staff_id"] for one in (*page["items"], *rest["items"])] == [
        "asha",
        "bikash",
        "chandra",
    ]
    assert rest["next"] is None
    assert (elsewhere.status, elsewhere.code) == (422, "cursor_invalid")


@pytest.mark.parametrize("limit", ["0", "101", "-1", "many", ""])
def test_a_page_holds_1_to_100(limit):
    answer = call("GET", "/v1/staff", query={"limit": limit})

    assert (answer.status, answer.code) == (422, "limit_invalid")


def test_a_team_is_made_changed_and_listed():
    hire(person("maya"))
    team = {"name": "Sales", "manager_id": "maya", "calendar": HOURS}

    made = call("PUT", "/v1/teams/sales", body=team | {"version": 0})
    taken = call("PUT", "/v1/teams/sales", body=team | {"version": 0})
    changed = call("PUT", "/v1/teams/sales", body=team | {"name": "Sales 2", "version": 1})
    stale = call("PUT", "/v1/teams/sales", body=team | {"version": 1})

    assert (made.status, made.json["version"]) == (200, 1)
    assert (taken.status, taken.code) == (409, "team_exists")
    assert (changed.status, changed.json["name"]) == (200, "Sales 2")
    assert (stale.status, stale.json["version"]) == (412, 2)
    assert call("GET", "/v1/teams/sales", by=REP).json == changed.json
    assert call("GET", "/v1/teams", by=REP).json["items"] == [changed.json]


def test_a_team_s_manager_is_somebody():
    answer = call(
        "PUT",
        "/v1/teams/sales",
        body={"name": "Sales", "manager_id": "nobody", "calendar": HOURS, "version": 0},
    )

    assert (answer.status, answer.fields) == (422, {"manager_id": "staff_not_found"})


def test_a_team_s_id_is_fit_for_keys_and_addresses():
    body = {"name": "None", "calendar": HOURS, "version": 0}

    answer = call("PUT", "/v1/teams/-", body=body)

    assert (answer.status, answer.fields) == (422, {"team_id": "string_pattern_mismatch"})


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/v1/staff"), ("PATCH", "/v1/staff/asha"), ("PUT", "/v1/teams/sales")],
)
def test_reps_read_and_do_not_write(method, path):
    answer = call(method, path, by=REP, body={})

    assert (answer.status, answer.code) == (403, "role_missing")


@pytest.mark.parametrize("path", ["/v1/staff", "/v1/staff/asha", "/v1/teams", "/v1/teams/sales"])
def test_nobody_signed_in_reads_nothing(path):
    assert call("GET", path, by=None).status == 401


@pytest.mark.parametrize(
    ("path", "code"), [("/v1/staff/no", "staff_not_found"), ("/v1/teams/no", "team_not_found")]
)
def test_who_is_not_there_is_not_found(path, code):
    answer = call("GET", path)

    assert (answer.status, answer.code) == (404, code)
