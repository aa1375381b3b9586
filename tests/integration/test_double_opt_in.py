"""A form whose consent counts once it is confirmed by a link in a mail."""

from datetime import timedelta
from typing import Any

import pytest

from shared.customers.consents.repository import of_contact, with_log
from shared.customers.identity import contact_id_of_lead
from shared.customers.suppression.changes import suppress
from shared.customers.suppression.model import Reason
from shared.sales.forms.model import Form
from tests.calls import Answer, http
from tests.conftest import FakeClock
from tests.forms import ANN, post, sample_form, store_form
from tests.mail_provider import Provider
from tests.privacy import erased
from tests.pump import Pump, carried
from tests.sending import agree

pytestmark = pytest.mark.usefixtures("tables")

OURS = {"origin": "https://crm.example.com"}
EMAIL = {"name": "email", "label": "E-mail", "kind": "email", "required": True}


@pytest.fixture
def provider(clock: FakeClock) -> Provider:
    known = sample_form("contact")
    assert known.consent
    asked = known.consent.model_dump(mode="json") | {"double_opt_in": True, "channel": "email"}
    fields = [EMAIL if one.name == "email" else one.model_dump(mode="json") for one in known.fields]
    store_form("contact", consent=asked | {"purpose": "marketing"}, fields=fields)
    return Provider()


def sign_up(**more: str) -> str:
    """Somebody sends the form with the box ticked; the contact it is about."""
    answer = post(form=ANN | {"consent": "yes"} | more, headers={"accept": "application/json"})
    assert answer.status < 300, answer.text
    Pump().run()
    return contact_id_of_lead(answer.json["lead_id"])


def letters(provider: Provider) -> list[Any]:
    """The requests to send a confirmation."""
    return [
        one for one in provider.requests if "confirm" in one["Content"]["Simple"]["Subject"]["Data"]
    ]


def token_in(letter: Any) -> str:
    text = letter["Content"]["Simple"]["Body"]["Text"]["Data"]
    return str(text.partition("https://crm.example.com/u/confirm/")[2].split()[0])


def visit(method: str, token: str) -> Answer:
    return http(
        "unsubscribe",
        method,
        f"/u/confirm/{token}",
        form={} if method == "POST" else None,
        headers=OURS,
        route="/u/{proxy+}",
    )


def states(contact_id: str) -> list[str]:
    return [str(one.state) for one in of_contact(contact_id)]


def test_it_counts_once_confirmed_and_looking_at_the_link_confirms_nothing(
    provider: Provider, clock: FakeClock
) -> None:
    ann = sign_up()
    (letter,) = letters(provider)
    token = token_in(letter)
    assert letter["Destination"]["ToAddresses"] == [ANN["email"]]
    assert {"Name": "Auto-Submitted", "Value": "auto-generated"} in letter["Content"]["Simple"]["Headers"]  # fmt: skip
    assert ANN["email"] not in token and "Ann" not in token
    assert states(ann) == ["pending"]
    assert not [fact for fact in carried() if fact.type == "ConsentGiven"]
    clock.tick(hours=1)

    pages = {visit("GET", token).status for _ in range(10)}
    assert (pages, states(ann)) == ({200}, ["pending"])
    done = [visit("POST", token) for _ in range(3)]
    Pump().run()

    assert [answer.status for answer in done] == [200] * 3
    assert states(ann) == ["granted"]
    log = with_log(ann)[1]
    assert [str(one.state) for one in log] == ["granted", "pending"]
    evidence = log[0].evidence
    assert (evidence.source, evidence.form_id) == ("confirmation", "contact")
    assert evidence.submission_id == log[1].evidence.submission_id
    assert evidence.text_version and evidence.address_hash
    (given,) = [fact.detail for fact in carried() if fact.type == "ConsentGiven"]
    assert given["origin"] == "confirmation"


def test_who_is_signed_up_again_and_again_gets_one_mail_a_day(
    provider: Provider, clock: FakeClock
) -> None:
    for minutes in (0, 5, 5):
        clock.tick(minutes=minutes)
        sign_up(message=f"{minutes} {clock()}")
    assert len(letters(provider)) == 1
    clock.tick(days=1)
    ann = sign_up(message="the next day")

    assert len(letters(provider)) == 2
    # The first link is as good as the last.
    clock.tick(minutes=1)
    visit("POST", token_in(letters(provider)[0]))
    assert states(ann) == ["granted"]
    clock.tick(days=1)
    sign_up(message="once more")
    assert (len(letters(provider)), states(ann)) == (2, ["granted"])


def test_whoever_stopped_messages_is_not_signed_up_by_others(
    provider: Provider, clock: FakeClock
) -> None:
    from shared.customers.consents.model import ConsentState

    ann = sign_up()
    visit("POST", token_in(letters(provider)[0]))
    clock.tick(minutes=1)
    agree(ann, ConsentState.WITHDRAWN)
    clock.tick(days=1)

    sign_up(message="somebody else")

    assert states(ann) == ["pending"]
    assert len(letters(provider)) == 2


def test_a_link_that_is_over_forged_or_of_somebody_erased_confirms_nothing(
    provider: Provider, clock: FakeClock
) -> None:
    ann = sign_up()
    token = token_in(letters(provider)[0])

    assert visit("POST", f"{token[:-2]}AA").status == 404
    clock.tick(days=7)
    for method in ("GET", "POST"):
        over = visit(method, token)
        assert (over.status, "too old" in over.text) == (404, True)
    assert states(ann) == ["pending"]
    clock.at(clock() - timedelta(days=6))
    erased(email=ANN["email"])
    assert visit("POST", token).status == 404
    assert with_log(ann) == ([], [])


def test_an_address_that_is_written_to_no_more_gets_no_mail(provider: Provider, clock: FakeClock) -> None:  # fmt: skip
    suppress([("email", ANN["email"])], None, Reason.HARD_BOUNCE, clock())
    ann = sign_up()

    assert (letters(provider), states(ann)) == ([], ["pending"])


def test_what_was_called_unwanted_does_not_stop_a_mail_that_was_asked_for(
    provider: Provider, clock: FakeClock
) -> None:
    suppress([("email", ANN["email"])], "marketing", Reason.COMPLAINT, clock())
    sign_up()

    assert len(letters(provider)) == 1


def test_a_form_that_asks_for_no_address_cannot_have_it_confirmed() -> None:
    known = sample_form("contact")
    assert known.consent
    given = known.model_dump(mode="json")
    given["consent"]["double_opt_in"] = True
    given["fields"] = [one | {"required": False} for one in given["fields"]]

    with pytest.raises(ValueError, match="required e-mail address"):
        Form.model_validate(given)
