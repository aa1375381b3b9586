"""Who changed which configuration when, and bringing an older version back."""

import pytest

from shared.customers.write_keys.seed import plant
from shared.directory.audit import directory
from shared.platform.audit import Change
from shared.platform.requests import Check, Condition, Delete, Put, Update
from shared.platform.tables import Table
from shared.platform.writes import ConditionFailed
from shared.sales.tables import SALES
from tests.calls import http
from tests.conftest import NOW
from tests.forms import sample_form
from tests.marketing import segments
from tests.staffing import KATHMANDU, MANAGER, a_team, hire, person
from tests.support import policies_in_force
from tests.unit.sales.scoring.cases import rules as rule_set

pytestmark = pytest.mark.usefixtures("tables")

ADMIN = ("root", ["admin"])
MARKETER = ("nabin", ["marketer"])


def audit(reader=ADMIN, **query):
    return http("audit_query", "GET", "/v1/audit", staff=reader, query=query)


def entries(**query):
    return audit(**query).json["items"]


def told(found):
    return [
        (one["noun"], one["id"], one["action"], one["version_before"], one["version_after"])
        for one in found
    ]


def detail(entry, by=ADMIN):
    path = f"/v1/audit/{entry['entry_id']}"
    return http("audit_query", "GET", path, staff=by, route="/v1/audit/{entry_id}")


def changes(entry):
    return {one["path"]: (one["before"], one["after"]) for one in detail(entry).json["changes"]}


def save_form(version, by=MARKETER, **more):
    body = {"version": version, "form": sample_form("contact", **more).model_dump(mode="json")}
    path, route = "/v1/forms/contact", "/v1/forms/{form_id}"
    return http("form_admin", "PUT", path, body=body, staff=by, route=route)


def roll_back(function, path, to, version, by=MANAGER):
    body = {"to_version": to, "version": version}
    return http(function, "POST", f"{path}/rollback", body=body, staff=by)


def test_a_change_is_recorded_with_who_when_and_which_versions(clock):
    save_form(0, title="First")
    clock.tick(hours=1)
    save_form(1, title="Second")

    newest, first = entries(noun="form")

    assert told([newest, first]) == [
        ("form", "contact", "saved", 1, 2),
        ("form", "contact", "saved", 0, 1),
    ]
    assert (newest["by"], newest["area"]) == ("nabin", "sales")
    assert newest["at"] == "2025-06-02T05:15:00Z"
    assert changes(newest) == {"title": ("First", "Second")}
    assert changes(first)["title"] == (None, "First")


def test_a_change_of_a_segment_is_told_like_others():
    rule = {"type": "field", "field": "country", "compare": "equals", "value": "NP"}
    segments("POST", body={"name": "Nepal", "rule": rule})

    (entry,) = entries(noun="segment")

    assert (entry["area"], entry["version_after"]) == ("marketing", 1)
    assert changes(entry)["name"] == (None, "Nepal")


def test_a_change_of_deadlines_is_told_like_others():
    policies_in_force(first_response=60)

    (entry,) = entries(noun="sla_policies")

    assert (entry["area"], entry["version_after"]) == ("support", 1)
    assert changes(entry)["calendars.office.zone"] == (None, "UTC")


def test_a_refused_change_is_not_recorded():
    save_form(0)

    assert save_form(0).status == 412
    assert save_form(1, by=("asha", ["rep"])).status == 403

    assert len(entries()) == 1


def test_the_entry_and_the_change_are_one_write():
    # What cannot be recorded is not changed: here somebody else has the entry's place.
    never = Condition("never", "attribute_exists(#nowhere)", "it must fail")
    table = Table(SALES)

    with pytest.raises(ConditionFailed):
        table.write(
            Put({"pk": "A", "sk": "B"}),
            beside=[(directory, Check({"pk": "X", "sk": "Y"}, never))],
        )

    assert table.get({"pk": "A", "sk": "B"}) is None


def test_drafts_and_activations_of_rule_sets_are_told_apart(clock):
    path = "/v1/scoring/rule-sets"
    for number in (0, 1):
        body = {
            "rules": rule_set(threshold=100 + number).model_dump(mode="json"),
            "version": number,
        }
        assert http("scoring_rules", "POST", path, body=body, staff=MANAGER).status == 201
        clock.tick(seconds=1)
    for number in (1, 2, 2):
        route = f"{path}/{{version}}/activate"
        http("scoring_rules", "POST", f"{path}/{number}/activate", staff=MANAGER, route=route)
        clock.tick(seconds=1)

    found = entries(noun="scoring_rules")

    assert told(found) == [
        ("scoring_rules", "default", "activated", 1, 2),
        ("scoring_rules", "default", "activated", 0, 1),
        ("scoring_rules", "default", "drafted", 1, 2),
        ("scoring_rules", "default", "drafted", 0, 1),
    ]
    assert list(changes(found[0]).values()) == [("100", "101")]


def test_people_and_teams_are_recorded_too(clock):
    a_team()
    hire(person("asha"))
    clock.tick(seconds=1)
    body = {"version": 1, "weight": 3}
    changed = http("staff_directory", "PATCH", "/v1/staff/asha", body=body, staff=MANAGER)
    clock.tick(seconds=1)
    team = {"name": "Selling", "calendar": KATHMANDU.model_dump(mode="json"), "version": 1}
    renamed = http("staff_directory", "PUT", "/v1/teams/sales", body=team, staff=MANAGER)

    assert (changed.status, renamed.status) == (200, 200)
    newest, before, *seeds = entries()
    assert told([newest, before]) == [
        ("team", "sales", "saved", 1, 2),
        ("staff", "asha", "saved", 1, 2),
    ]
    assert changes(newest) == {
        "manager_id": ("maya", None),
        "name": ("Sales", "Selling"),
        "version": (1, 2),
    }
    assert changes(before) == {"weight": (1, 3), "version": (1, 2)}
    assert {(one["noun"], one["by"]) for one in seeds} == {("staff", "seed"), ("team", "seed")}


def test_secrets_stay_hidden_in_what_changed():
    plant([{"key_id": "shop", "kind": "partner"}], NOW)

    (entry,) = entries(noun="write_key")

    assert entry["by"] == "seed"
    assert changes(entry)["keys.shop.key_hash"] == (None, "(secret)")


def test_entries_are_found_by_noun_thing_and_person(clock):
    save_form(0)
    clock.tick(seconds=1)
    save_form(1, by=MANAGER)
    a_team()

    assert len(entries(noun="form", id="contact")) == 2
    assert entries(noun="form", id="other") == []
    assert told(entries(by="maya")) == [("form", "contact", "saved", 1, 2)]
    assert len(entries(noun="team", by="seed")) == 1
    assert len(entries(noun="")) == 3


@pytest.mark.parametrize("query", [{}, {"noun": "form"}])
def test_pages_hold_each_entry_once(clock, query):
    for number in range(5):
        save_form(number, title=f"Title {number}")
        clock.tick(seconds=1)

    seen, cursor = [], None
    while True:
        page = audit(limit="2", **query, **({"cursor": cursor} if cursor else {})).json
        seen += [one["version_after"] for one in page["items"]]
        cursor = page["next"]
        if not cursor:
            break

    assert seen == [5, 4, 3, 2, 1]


def test_sales_managers_see_what_they_configure_and_others_nothing():
    save_form(0)
    plant([{"key_id": "shop", "kind": "partner"}], NOW)

    seen = audit(reader=MANAGER).json["items"]
    (hidden,) = entries(noun="write_key")

    assert [one["noun"] for one in seen] == ["form"]
    assert detail(seen[0], by=MANAGER).status == 200
    assert detail(hidden, by=MANAGER).code == "entry_not_found"
    assert audit(reader=MARKETER).code == "role_missing"
    assert audit(reader=None).status == 401


def test_a_form_is_rolled_back_by_a_new_version(clock):
    save_form(0, title="First")
    clock.tick(seconds=1)
    save_form(1, title="Second")
    clock.tick(seconds=1)

    answer = roll_back("form_admin", "/v1/forms/contact", 1, 2)

    assert (answer.status, answer.json["version"]) == (200, 3)
    path, route = "/v1/forms/contact", "/v1/forms/{form_id}"
    now = http("form_admin", "GET", path, staff=MANAGER, route=route).json
    assert (now["version"], now["form"]["title"], now["saved_by"]) == (3, "First", "maya")
    newest = entries()[0]
    assert (newest["action"], newest["restored"]) == ("rolled_back", 1)
    assert changes(newest) == {"title": ("Second", "First")}


def test_assignment_rules_are_rolled_back_while_their_teams_exist(clock):
    a_team()
    for number, minutes in enumerate((60, 30)):
        rules = {"rules": [{"id": "everyone", "team": "sales"}], "accept_within": minutes}
        body = {"version": number, "rules": rules}
        http("assignment_rules", "PUT", "/v1/assignment-rules", body=body, staff=MANAGER)
        clock.tick(seconds=1)

    answer = roll_back("assignment_rules", "/v1/assignment-rules", 1, 2)

    assert (answer.status, answer.json["version"]) == (200, 3)
    assert answer.json["rules"]["accept_within"] == 60
    assert entries()[0]["restored"] == 1
    directory.write(Delete({"pk": "TEAMS", "sk": "sales"}))
    refused = roll_back("assignment_rules", "/v1/assignment-rules", 2, 3)
    assert refused.fields == {"rules.rules.0.team": "team_not_found"}


def test_rule_sets_are_rolled_back_into_force(clock):
    path = "/v1/scoring/rule-sets"
    for number in (0, 1):
        body = {
            "rules": rule_set(threshold=100 + number).model_dump(mode="json"),
            "version": number,
        }
        http("scoring_rules", "POST", path, body=body, staff=MANAGER)

    answer = roll_back("scoring_rules", path, 1, 2)

    assert (answer.status, answer.json["version"], answer.json["active"]) == (200, 3, True)
    assert answer.json["rules"] == rule_set(threshold=100).model_dump(mode="json")


def test_a_person_is_rolled_back_but_stays_disabled():
    a_team()
    hire(person("asha", weight=5))
    body = {"version": 1, "weight": 1, "disabled": True, "territories": ["ktm"]}
    http("staff_directory", "PATCH", "/v1/staff/asha", body=body, staff=ADMIN)

    answer = roll_back("staff_directory", "/v1/staff/asha", 1, 2)

    assert (answer.status, answer.json["version"]) == (200, 3)
    assert (answer.json["weight"], answer.json["territories"]) == (5, [])
    assert answer.json["disabled"] is True


def test_a_team_is_rolled_back():
    hire(person("maya", team_id=None))
    a_team()
    team = {"name": "Selling", "calendar": KATHMANDU.model_dump(mode="json"), "version": 1}
    http("staff_directory", "PUT", "/v1/teams/sales", body=team, staff=MANAGER)

    answer = roll_back("staff_directory", "/v1/teams/sales", 1, 2)

    assert (answer.status, answer.json["name"], answer.json["manager_id"]) == (200, "Sales", "maya")
    assert entries(noun="team")[0]["action"] == "rolled_back"


@pytest.mark.parametrize(
    ("to", "version", "status"), [(1, 1, 422), (2, 3, 412), (1, 9, 412), (5, 9, 404), (0, 2, 422)]
)
@pytest.mark.parametrize("noun", ["form", "staff"])
def test_a_roll_back_from_a_stale_version_or_to_no_older_one_is_refused(noun, to, version, status):
    if noun == "form":
        save_form(0)
        save_form(1, title="Second")
        answer = roll_back("form_admin", "/v1/forms/contact", to, version)
    else:
        a_team()
        hire(person("asha"))
        body = {"version": 1, "weight": 3}
        http("staff_directory", "PATCH", "/v1/staff/asha", body=body, staff=MANAGER)
        answer = roll_back("staff_directory", "/v1/staff/asha", to, version)

    assert answer.status == status
    if status == 412:
        assert answer.json["version"] == 2


def test_an_entry_can_never_be_overwritten(monkeypatch):
    from shared.directory import audit as module

    monkeypatch.setattr(module, "new_id", lambda prefix, at: f"{prefix}_same")
    change = Change(
        at=NOW,
        by="ann",
        area="sales",
        noun="form",
        id="a",
        name="a",
        action="saved",
        before=0,
        after=1,
    )
    table, first = module.recorded(change)
    table.write(first)

    with pytest.raises(ConditionFailed) as refused:
        table.write(module.recorded(change)[1])

    assert refused.value.conditions == {"entry_new"}


def test_entries_of_one_second_are_in_order_of_time(clock):
    save_form(0)
    clock.tick(milliseconds=5)
    save_form(1)

    assert [one["version_after"] for one in entries()] == [2, 1]


@pytest.mark.parametrize("noun", ["form", "team"])
def test_what_is_no_longer_possible_does_not_come_back(noun):
    if noun == "form":
        save_form(0)
        save_form(1, title="Second")
        table, key = Table(SALES), {"pk": "CONFIG#form#contact", "sk": "V#000001"}
        function, path = "form_admin", "/v1/forms/contact"
    else:
        a_team()
        team = {"name": "Selling", "calendar": KATHMANDU.model_dump(mode="json"), "version": 1}
        http("staff_directory", "PUT", "/v1/teams/sales", body=team, staff=MANAGER)
        table, key = directory, {"pk": "CONFIG#team#sales", "sk": "V#000001"}
        function, path = "staff_directory", "/v1/teams/sales"
    table.write(Update(key, set={"body": '{"of": "another time"}'}))

    answer = roll_back(function, path, 1, 2, by=ADMIN)

    assert (answer.status, answer.code) == (422, "version_outdated")
