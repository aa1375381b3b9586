"""Directory and sign-in pool, kept in step in both directions."""

from typing import Any

import pytest

from shared.directory.repository import staff_member
from tests.calls import Answer, http, invoke, queue_event
from tests.cloud import client, staff_pool
from tests.conftest import Logs
from tests.pump import Pump, carried
from tests.staffing import hire, person

pytestmark = pytest.mark.usefixtures("tables")

ADMIN = ("sagar", ["admin"])
TICK = {"id": "tick-1", "detail-type": "Scheduled Event", "detail": {}}
PASSWORD = "Kathmandu-2025!"


def cognito(operation: str, name: str = "asha", **more: Any) -> Any:
    return getattr(client("cognito-idp"), operation)(UserPoolId=staff_pool(), Username=name, **more)


def account(name: str = "asha") -> tuple[str, bool, set[str]]:
    """How the pool lets somebody sign in."""
    user = cognito("admin_get_user", name)
    groups = cognito("admin_list_groups_for_user", name)["Groups"]
    (email,) = [one["Value"] for one in user["UserAttributes"] if one["Name"] == "email"]
    return email, user["Enabled"], {one["GroupName"] for one in groups}


def in_the_pool(name: str) -> bool:
    found = client("cognito-idp").list_users(UserPoolId=staff_pool())["Users"]
    return name in [one["Username"] for one in found]


def made_in_the_pool(name: str, *groups: str, email: str | None = None) -> None:
    attributes = {"email": email or f"{name}@example.com", "name": name.title()}
    given = [{"Name": key, "Value": value} for key, value in attributes.items()]
    cognito("admin_create_user", name, UserAttributes=given)
    for group in groups:
        cognito("admin_add_user_to_group", name, GroupName=group)


def change(**what: Any) -> Answer:
    version = staff_member("asha").version  # type: ignore[union-attr]
    return http(
        "staff_directory", "PATCH", "/v1/staff/asha", body={"version": version, **what}, staff=ADMIN
    )


def compared() -> None:
    """The schedule's tick, and all that follows from it."""
    invoke("staff_compare", TICK)
    Pump().run()


@pytest.fixture
def asha(tables: None) -> None:
    """Asha was invited and both sides know of each other."""
    hire(person("asha", team_id=None))
    change(accepts_leads=True)
    Pump().run()


def test_a_new_person_is_invited_with_their_roles(asha: None) -> None:
    assert account() == ("asha@example.com", True, {"rep"})
    assert cognito("admin_get_user")["UserStatus"] == "FORCE_CHANGE_PASSWORD"


def test_what_changes_here_changes_there(asha: None) -> None:
    change(email="asha.rai@example.com", roles=["agent", "marketer"])
    Pump().run()
    assert account() == ("asha.rai@example.com", True, {"agent", "marketer"})

    change(disabled=True)
    Pump().run()
    assert account()[1] is False

    change(disabled=False)
    Pump().run()
    assert account()[1] is True


def test_what_changes_there_changes_here_at_the_next_look(asha: None) -> None:
    new = [{"Name": "email", "Value": "new@example.com"}]
    cognito("admin_update_user_attributes", UserAttributes=new)
    cognito("admin_add_user_to_group", GroupName="analyst")
    cognito("admin_remove_user_from_group", GroupName="rep")
    cognito("admin_disable_user")

    compared()

    found = staff_member("asha")
    assert found is not None
    assert (found.email, found.roles, found.disabled) == ("new@example.com", ("analyst",), True)
    assert [fact.type for fact in carried()][-2:] == ["StaffChanged", "StaffDisabled"]
    entries = http("audit_query", "GET", "/v1/audit", staff=ADMIN).json["items"]
    assert entries[0]["by"] == "sign_in_pool"


def test_both_sides_change_different_things_and_keep_both(asha: None) -> None:
    cognito("admin_add_user_to_group", GroupName="analyst")
    change(roles=["rep", "agent"])

    Pump().run()

    assert account()[2] == {"rep", "agent", "analyst"}
    assert staff_member("asha").roles == ("agent", "analyst", "rep")  # type: ignore[union-attr]


def test_somebody_made_in_the_pool_becomes_a_person_who_gets_no_leads() -> None:
    made_in_the_pool("boss", "admin", "rep")

    compared()

    boss = staff_member("boss")
    assert boss is not None
    assert (boss.name, boss.email, boss.roles) == ("Boss", "boss@example.com", ("admin", "rep"))
    assert (boss.accepts_leads, boss.disabled) == (False, False)


def test_somebody_removed_from_the_pool_is_disabled_here_and_invited_when_back(asha: None) -> None:
    cognito("admin_delete_user")
    compared()
    assert staff_member("asha").disabled  # type: ignore[union-attr]
    compared()
    assert not in_the_pool("asha")

    change(disabled=False)
    Pump().run()

    assert account() == ("asha@example.com", True, {"rep"})


def test_two_looks_at_what_is_alike_write_nothing(asha: None) -> None:
    compared()
    version = staff_member("asha").version  # type: ignore[union-attr]
    before = len(carried())

    invoke("staff_compare", TICK)

    url = client("sqs").get_queue_url(QueueName="staff-sync.fifo")["QueueUrl"]
    waiting = client("sqs").receive_message(QueueUrl=url).get("Messages", [])
    assert "asha" not in str(waiting)
    assert (staff_member("asha").version, len(carried())) == (version, before)  # type: ignore[union-attr]


def test_a_username_that_can_be_no_staff_id_is_left_and_counted(
    logs: Logs, capsys: pytest.CaptureFixture[str]
) -> None:
    made_in_the_pool("Anna+Lena", email="anna@example.com")

    compared()

    assert "StaffNotInStep" in capsys.readouterr().out
    assert "anna@example.com" not in logs.text


def test_an_address_of_somebody_else_is_not_taken_over(asha: None, logs: Logs) -> None:
    made_in_the_pool("double", email="Asha@example.com")

    compared()

    assert staff_member("double") is None
    assert "email_taken" in logs.text


def test_an_old_message_changes_nothing(asha: None) -> None:
    message = queue_event([{"staff_id": "asha", "at": "2025-06-02T04:15:00.000Z"}], group="staff")
    version = staff_member("asha").version  # type: ignore[union-attr]

    assert invoke("staff_sync", message) == {"batchItemFailures": []}

    assert staff_member("asha").version == version  # type: ignore[union-attr]


def test_who_lost_the_invitation_gets_another_and_who_is_disabled_gets_none(asha: None) -> None:
    path = "/v1/staff/asha/invitation"
    assert http("staff_directory", "POST", path, staff=ADMIN).status == 202
    assert http("staff_directory", "POST", path, staff=("maya", ["sales_manager"])).status == 403
    unknown = http("staff_directory", "POST", "/v1/staff/nobody/invitation", staff=ADMIN)
    assert unknown.code == "staff_not_found"

    change(disabled=True)
    assert http("staff_directory", "POST", path, staff=ADMIN).code == "account_disabled"
