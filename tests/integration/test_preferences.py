"""The page where people choose what to hear of, by the link in a mail."""

import pytest

from shared.customers.consents.repository import of_contact, with_log
from shared.marketing.sending.tokens import Link, sealed
from tests.calls import Answer, http
from tests.conftest import FakeClock
from tests.mail_provider import Provider
from tests.privacy import erased
from tests.pump import Pump, overlook
from tests.sending import MAIL, a_campaign, move, people, rows, rules

pytestmark = pytest.mark.usefixtures("tables")

OURS = {"origin": "https://crm.example.com"}


def token_of(contact_id: str) -> str:
    return sealed(Link("campaign_x", contact_id, "marketing", "email"))


def look(token: str) -> Answer:
    return http("unsubscribe", "GET", f"/u/{token}/preferences", route="/u/{proxy+}")


def press(token: str, *, headers: dict[str, str] = OURS, **changed: str) -> Answer:
    form = {"purpose": "marketing", "channel": "email", "granted": "no", "rendered": "t"}
    return http(
        "unsubscribe", "POST", f"/u/{token}/preferences", form=form | changed, headers=headers,
        route="/u/{proxy+}",
    )  # fmt: skip


def states(contact_id: str) -> dict[tuple[str, str], str]:
    return {(one.purpose, one.channel): str(one.state) for one in of_contact(contact_id)}


def test_the_link_of_a_mail_leads_to_what_somebody_chose_and_a_button_changes_it_at_once(
    clock: FakeClock,
) -> None:
    rules()
    provider = Provider()
    (ann,) = people(1)
    html = f'{MAIL.html}<a href="{{{{ preferences_url }}}}">Choose</a>'
    first = a_campaign([ann], MAIL.model_copy(update={"html": html})).campaign_id
    overlook()
    move(first, "start")
    Pump().run()
    html = provider.requests[0]["Content"]["Simple"]["Body"]["Html"]["Data"]
    token = html.partition("/preferences")[0].rpartition("/u/")[2]
    clock.tick(minutes=1)

    shown = [look(token) for _ in range(20)][-1]
    assert (shown.status, states(ann)) == (200, {("marketing", "email"): "granted"})
    assert "p0@example.com" not in shown.text and ann not in shown.text
    done = press(token)

    assert done.status == 200
    assert "Marketing: e-mail is off" in done.text
    assert states(ann) == {("marketing", "email"): "withdrawn"}
    decision = with_log(ann)[1][0]
    assert decision.evidence.source == "preferences"
    assert decision.evidence.text_version and decision.evidence.address_hash
    second = a_campaign([ann]).campaign_id
    move(second, "start")
    Pump().run()
    assert rows(second)[ann]["reason"] == "no_consent"

    clock.tick(minutes=1)
    assert press(token, granted="yes", channel="sms").status == 200
    assert states(ann)[("marketing", "sms")] == "granted"


def test_a_button_pressed_twice_counts_once_and_any_turns_all_off(clock: FakeClock) -> None:
    (ann,) = people(1)
    clock.tick(minutes=1)
    token = token_of(ann)

    press(token, channel="any")
    press(token, channel="any")

    assert len(with_log(ann)[1]) == 2
    assert "Turn off" not in look(token).text


@pytest.mark.parametrize(
    ("changed", "headers", "status"),
    [
        ({"purpose": "world-peace"}, OURS, 422),
        ({"purpose": "NOT a purpose"}, OURS, 422),
        ({"channel": "pigeon"}, OURS, 422),
        ({"granted": "perhaps"}, OURS, 422),
        ({}, {"origin": "https://evil.example"}, 403),
        ({}, {}, 403),
    ],
    ids=str,
)
def test_what_nobody_was_asked_or_comes_from_elsewhere_decides_nothing(
    changed: dict[str, str], headers: dict[str, str], status: int
) -> None:
    (ann,) = people(1)

    assert press(token_of(ann), headers=headers, **changed).status == status
    assert states(ann) == {("marketing", "email"): "granted"}


def test_a_forged_link_is_none_and_one_of_somebody_erased_does_no_harm(clock: FakeClock) -> None:
    (ann,) = people(1)
    token = token_of(ann)
    assert look(f"{token[:-2]}AA").status == press(f"{token[:-2]}AA").status == 404
    Pump().run()
    erased(email="p0@example.com")

    assert look(token).status == press(token, granted="yes").status == 200
    assert with_log(ann) == ([], [])
