"""Row P2 on the deployed stack: who is disabled is refused at once and their leads find others;
directory and sign-in pool follow each other."""

import re
from uuid import uuid4

import pytest

from .company import KATHMANDU_WEEK, address, hand_offs_of, team_for
from .stack import Stack

pytestmark = pytest.mark.journey

PASSWORD = "Everest-8849!"


def hire(stack: Stack, staff_id: str, email: str, **more: object) -> None:
    body = {
        "staff_id": staff_id,
        "name": staff_id,
        "email": email,
        "roles": ["rep"],
        "working_hours": KATHMANDU_WEEK,
        **more,
    }
    made = stack.call("POST", "/v1/staff", body, who="admin")
    assert made.status == 201, made.text


def accept_invitation(stack: Stack, email: str) -> str:
    """Sign in with the mailed password and choose another; the access token."""
    text = stack.eventually(lambda: stack.mail(email))[0].html
    found = re.search(r"<b>(.+?)</b>", text)
    assert found and "/console" in text
    cognito, client = stack.deployed.client("cognito-idp"), stack.deployed.outputs()
    asked = cognito.initiate_auth(
        ClientId=client["StaffClientId"],
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": email, "PASSWORD": found[1].replace("&amp;", "&")},
    )
    assert asked["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
    answer = cognito.respond_to_auth_challenge(
        ClientId=client["StaffClientId"],
        ChallengeName="NEW_PASSWORD_REQUIRED",
        Session=asked["Session"],
        ChallengeResponses={"USERNAME": email, "NEW_PASSWORD": PASSWORD},
    )
    return str(answer["AuthenticationResult"]["AccessToken"])


def asks(stack: Stack, token: str) -> tuple[int, str | None]:
    answer = stack.call("GET", "/v1/leads?owner=me", headers={"authorization": f"Bearer {token}"})
    return answer.status, None if answer.status < 400 else answer.json["code"]


def change(stack: Stack, staff_id: str, **what: object) -> None:
    path = f"/v1/staff/{staff_id}"
    version = stack.get(path, who="admin").json["version"]
    answer = stack.call("PATCH", path, {"version": version, **what}, who="admin")
    assert answer.status == 200, answer.text


def look(stack: Stack) -> None:
    """What the schedule does every five minutes."""
    stack.invoke("staff_compare", {"id": "tick", "detail-type": "Scheduled Event", "detail": {}})
    stack.rest()


def test_a_disabled_user_is_refused_at_once_and_their_leads_are_reassigned(stack: Stack) -> None:
    team_id, _ = team_for(stack, "FO", [])
    leaver, email = f"{team_id}-leaver", address()
    hire(stack, leaver, email, team_id=team_id, accepts_leads=True)
    token = accept_invitation(stack, email)
    stack.rest()
    assert asks(stack, token) == (200, None)
    body = {"facts": {"email": address(), "country": "FO"}, "hand_off": "now"}
    lead_id = stack.call("POST", "/v1/leads", body, who="sales_manager").json["lead_id"]
    stack.rest()
    assert stack.get(f"/v1/leads/{lead_id}", who="admin").json["owner_id"] == leaver
    hire(stack, f"{team_id}-other", address(), team_id=team_id, accepts_leads=True)

    change(stack, leaver, disabled=True)

    assert asks(stack, token) == (401, "account_disabled")
    stack.rest()
    lead = stack.get(f"/v1/leads/{lead_id}", who="admin").json
    assert (lead["owner_id"], lead["state"]) == (f"{team_id}-other", "assigned")
    assert len(hand_offs_of(stack, f"{team_id}-other")) == 1
    known = {"UserPoolId": stack.deployed.outputs()["StaffPoolId"], "Username": leaver}
    assert stack.deployed.client("cognito-idp").admin_get_user(**known)["Enabled"] is False

    change(stack, leaver, disabled=False)
    assert asks(stack, token) == (401, "signed_out")


def test_what_is_changed_in_the_pool_is_taken_over(stack: Stack) -> None:
    name, email = f"pool-{uuid4().hex[:8]}", address()
    cognito = stack.deployed.client("cognito-idp")
    known = {"UserPoolId": stack.deployed.outputs()["StaffPoolId"], "Username": name}
    attributes = {"email": email, "email_verified": "true", "name": "Made There"}
    cognito.admin_create_user(
        **known,
        MessageAction="SUPPRESS",
        UserAttributes=[{"Name": key, "Value": value} for key, value in attributes.items()],
    )
    cognito.admin_add_user_to_group(**known, GroupName="analyst")

    look(stack)

    person = stack.get(f"/v1/staff/{name}", who="admin").json
    assert (person["name"], person["email"], person["roles"], person["accepts_leads"]) == (
        "Made There",
        email,
        ["analyst"],
        False,
    )

    cognito.admin_disable_user(**known)
    look(stack)

    assert stack.get(f"/v1/staff/{name}", who="admin").json["disabled"] is True
