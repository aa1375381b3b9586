"""The unsubscribe link: looking changes nothing, a post holds at once, nobody forges one."""

import pytest

from shared.customers.consents.repository import of_contact, with_log
from shared.marketing.sending.tokens import Link, sealed
from tests.calls import Answer, http
from tests.conftest import FakeClock
from tests.mail_provider import Provider
from tests.privacy import erased
from tests.pump import Pump, overlook
from tests.sending import a_campaign, agree, mailed, move, people, rows, rules

pytestmark = pytest.mark.usefixtures("tables")

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def visit(method: str, token: str, form: dict[str, str] | None = None) -> Answer:
    return http("unsubscribe", method, f"/u/{token}", form=form, route="/u/{proxy+}")


def token_of(contact_id: str, channel: str = "email") -> str:
    return sealed(Link("campaign_x", contact_id, "marketing", channel))


def states(contact_id: str) -> list[str]:
    return [str(one.state) for one in of_contact(contact_id)]


def test_looking_a_hundred_times_changes_nothing_and_a_post_stops_the_next_campaign(
    clock: FakeClock,
) -> None:
    rules()
    provider = Provider()
    (ann,) = people(1)
    first = a_campaign([ann]).campaign_id
    overlook()
    move(first, "start")
    Pump().run()
    headers = provider.requests[0]["Content"]["Simple"]["Headers"]
    link = next(one["Value"] for one in headers if one["Name"] == "List-Unsubscribe")
    token = link.strip("<>").removeprefix("https://crm.example.com/u/")
    clock.tick(minutes=1)

    pages = {visit("GET", token).status for _ in range(100)}
    assert (pages, states(ann)) == ({200}, ["granted"])
    # As a mail program posts it: from nowhere of ours, without cookies.
    assert visit("POST", token, ONE_CLICK).status == 200
    assert states(ann) == ["withdrawn"]
    overlook()
    second = a_campaign([ann]).campaign_id
    move(second, "start")
    Pump().run()

    assert rows(second)[ann]["reason"] == "no_consent"
    assert mailed() == {"p0@example.com": 1}


def test_a_post_again_writes_nothing_and_after_a_new_yes_it_holds_again(clock: FakeClock) -> None:
    (ann,) = people(1)
    for _ in range(3):
        clock.tick(minutes=1)
        assert visit("POST", token_of(ann), ONE_CLICK).status == 200
    assert len(with_log(ann)[1]) == 2
    clock.tick(minutes=1)
    agree(ann)
    clock.tick(minutes=1)

    visit("POST", token_of(ann), ONE_CLICK)

    assert states(ann) == ["withdrawn"]
    assert with_log(ann)[1][0].evidence.source == "unsubscribe"


def test_a_link_of_somebody_erased_does_no_harm(clock: FakeClock) -> None:
    (ann,) = people(1)
    Pump().run()
    erased(email="p0@example.com")

    assert visit("POST", token_of(ann), ONE_CLICK).status == 200
    assert with_log(ann) == ([], [])


@pytest.mark.parametrize("change", ["x", "", "a.b", "%00"])
def test_a_link_that_is_not_ours_is_not_found(change: str) -> None:
    (ann,) = people(1)
    token = token_of(ann)
    forged = (
        change if change != "x" else f"{token[:-2]}{'A' if token[-2] != 'A' else 'B'}{token[-1]}"
    )

    for method in ("GET", "POST"):
        answer = visit(method, forged or "~", ONE_CLICK if method == "POST" else None)
        assert answer.status == 404, answer.text
    assert states(ann) == ["granted"]


def test_the_page_says_what_will_happen_and_leads_nowhere_else() -> None:
    (ann,) = people(1)

    asked, done = visit("GET", token_of(ann)), visit("POST", token_of(ann), ONE_CLICK)

    assert "stop marketing messages by e-mail from Jaladhara" in asked.text
    assert 'method="post"' in asked.text
    assert "no more marketing messages by e-mail" in done.text
    assert ann not in asked.text
