"""Operations of the directory of staff, and what follows when somebody leaves."""

from typing import Final

from shared.directory.events import StaffDisabled
from shared.directory.pool.model import Account, Agreed
from shared.directory.pool.reconcile import account_of
from shared.directory.pool.repository import known_of
from shared.directory.repository import directory, staff_attributes, staff_member
from shared.kernel.clock import iso
from shared.platform.pool_users import find_user
from shared.platform.requests import Put
from tests.builders import CREATED, lead_id
from tests.calls import bus_event, invoke, queue_event, request
from tests.cloud import client, everything, staff_pool
from tests.operations.operation import Operation, Payload
from tests.staffing import KATHMANDU

from .setting import ADMIN, ASHA, handed_over, seeded


def _go_on_leave() -> Payload:
    seeded()
    body = {"version": 1, "leave": [{"from": "2025-06-02", "to": "2025-06-06"}]}
    return request("PATCH", "/v1/staff/asha", body=body, staff=ADMIN, route="/v1/staff/{staff_id}")


def _add_person() -> Payload:
    seeded()
    body = {
        "staff_id": "chandra",
        "working_hours": KATHMANDU.model_dump(mode="json"),
        "name": "Chandra",
        "email": "chandra@example.com",
        "roles": ["rep"],
        "team_id": "sales",
        "accepts_leads": True,
    }
    key = {"idempotency-key": "key-1"}
    return request("POST", "/v1/staff", body=body, headers=key, staff=ADMIN)


def _change_person() -> Payload:
    seeded()
    body = {"version": 1, "weight": 3}
    return request("PATCH", "/v1/staff/asha", body=body, staff=ADMIN, route="/v1/staff/{staff_id}")


def _disable() -> Payload:
    seeded()
    handed_over()
    body = {"version": 1, "disabled": True}
    return request("PATCH", "/v1/staff/asha", body=body, staff=ADMIN, route="/v1/staff/{staff_id}")


def _left_nothing_open() -> None:
    """Who is disabled has no open lead and cannot sign in."""
    person = staff_member("asha")
    assert person is not None
    owned = [item for item in everything() if item.get("owner_id") == "asha"]
    leads = [item for item in owned if item["sk"] == "LEAD"]
    assert person.disabled
    assert leads == []


def _sign_out() -> Payload:
    seeded()
    path, route = "/v1/staff/asha/sign-out", "/v1/staff/{staff_id}/sign-out"
    return request("POST", path, staff=ASHA, route=route)


def _invite() -> Payload:
    seeded()
    return queue_event([{"staff_id": "asha", "at": iso(CREATED)}], group="staff")


def _invite_again() -> Payload:
    invoke("staff_sync", _invite())
    path, route = "/v1/staff/asha/invitation", "/v1/staff/{staff_id}/invitation"
    return request("POST", path, staff=ADMIN, route=route)


def _take_over() -> Payload:
    """Asha was given another role, and disabled, in the pool itself."""
    message = _invite()
    invoke("staff_sync", message)
    known = {"UserPoolId": staff_pool(), "Username": "asha"}
    cognito = client("cognito-idp")
    cognito.admin_add_user_to_group(**known, GroupName="agent")
    cognito.admin_disable_user(**known)
    return message


def _in_step() -> None:
    """Record and sign-in say the same."""
    person = staff_member("asha")
    user = find_user("asha")
    assert person is not None and user is not None
    assert Account.of(person) == account_of(user)
    assert known_of("asha").agreed == Agreed(Account.of(person))


def _compare() -> Payload:
    seeded()
    return {"id": "tick-2", "detail-type": "Scheduled Event", "time": iso(CREATED), "detail": {}}


def _plan_release() -> Payload:
    seeded()
    handed_over()
    _disabled_quietly()
    left = StaffDisabled(event_id="left-1", occurred_at=CREATED, staff_id="asha", version=2)
    return queue_event([bus_event(left)])


def _release_leads() -> Payload:
    seeded()
    handed_over()
    _disabled_quietly()
    return queue_event([{"staff_id": "asha", "lead_ids": [lead_id(1)]}])


def _disabled_quietly() -> None:
    person = staff_member("asha")
    assert person is not None
    directory.write(Put(staff_attributes(person.model_copy(update={"disabled": True}))))


def _put_team() -> Payload:
    seeded()
    calendar = KATHMANDU.model_dump(mode="json")
    body = {"version": 1, "name": "Sales in Nepal", "manager_id": "maya", "calendar": calendar}
    return request("PUT", "/v1/teams/sales", body=body, staff=ADMIN, route="/v1/teams/{team_id}")


PEOPLE_OPERATIONS: Final = (
    Operation("send a person on leave", "staff_directory", _go_on_leave, (412,)),
    Operation("add a person", "staff_directory", _add_person),
    Operation("change a person", "staff_directory", _change_person, (412,)),
    Operation(
        "disable a person", "staff_directory", _disable, (412,), afterwards=_left_nothing_open
    ),
    Operation("sign a person out everywhere", "staff_directory", _sign_out, (401,)),
    Operation("invite a person", "staff_sync", _invite, afterwards=_in_step),
    Operation("invite a person again", "staff_directory", _invite_again),
    Operation("take over a change of the pool", "staff_sync", _take_over, afterwards=_in_step),
    Operation("compare with the pool", "staff_compare", _compare, afterwards=_in_step),
    Operation("plan whose leads to release", "lead_release", _plan_release),
    Operation(
        "release the leads of who left",
        "lead_release",
        _release_leads,
        afterwards=_left_nothing_open,
    ),
    Operation("save a team", "staff_directory", _put_team, (412,)),
)
