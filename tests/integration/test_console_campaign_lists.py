"""The pages beside campaigns: programs that take messages, files of letters and calls, the codes on
them, and how often somebody wants to hear of us (rows M4, M5 and M11)."""

from collections.abc import Callable
from typing import Any

import pytest

from shared.console import names
from shared.marketing.channels import messages
from shared.marketing.channels.webhooks import need_webhook, secret_of
from shared.marketing.sending.limits import limits_of
from shared.marketing.sending.rules import Cap
from shared.platform.outside import AnswerLost, NotReached
from tests.conftest import FakeClock
from tests.pages import ASHA, HOSTILE, NABIN, OLGA, Page, Who, browse
from tests.pump import Pump, carried, overlook
from tests.sending import a_campaign, agree, move, people, rules
from tests.staffing import employed

HOME = "/console/campaigns"
HOOKS, CODES = f"{HOME}/webhooks", f"{HOME}/codes"
POST = {"channel": "post", "template_id": None, "code_prefix": "SPR"}


@pytest.fixture(autouse=True)
def _company(tables: None, clock: FakeClock) -> None:
    names.forget()
    rules()


def visit(path: str, who: Who = NABIN, **how: Any) -> Page:
    page = browse("console_campaigns", "GET", path, who=who, **how)
    assert "<script>alert" not in page.html
    return page


def send(path: str, who: Who = NABIN, **form: str) -> Page:
    return browse("console_campaigns", "POST", path, who=who, form=form)


def registered() -> str:
    form = {"name": HOSTILE[:60], "url": "https://hooks.example.com/x", "key": "k1"}
    first, again = send(HOOKS, **form), send(HOOKS, **form)
    assert first.one(id="secret").text == again.one(id="secret").text
    return visit(HOOKS).one("tbody").one("a")["href"] or ""


def test_a_program_is_registered_once_and_its_secret_shown_once() -> None:
    at = registered()
    webhook_id = at.removeprefix(f"{HOOKS}/")
    secret = secret_of(webhook_id, 1)

    assert secret not in visit(at).html and secret not in visit(HOOKS).html
    new = send(at, what="secret", version="1")
    assert new.one(id="secret").text == secret_of(webhook_id, 2) != secret
    assert send(at, what="secret", version="1").status == 412
    assert send(at, what="off", version="2").location == at
    assert need_webhook(webhook_id).value.archived
    assert send(at, what="on", version="3").location == at
    saved = send(at, what="save", version="4", name="Chat", url="https://hooks.example.com/y")
    assert saved.location == at
    assert need_webhook(webhook_id).value.url == "https://hooks.example.com/y"
    inside = send(at, what="save", version="5", name="Chat", url="https://10.0.0.1/")
    assert inside.status == 422 and inside.one(id="e-url")
    assert send(at, what="explode", version="5").status == 422
    plain = send(HOOKS, name="Chat", url="http://hooks.example.com/")
    assert plain.status == 422 and plain.one(id="f-url")["value"] == "http://hooks.example.com/"


def test_only_marketers_register_programs() -> None:
    at = registered()

    assert send(HOOKS, who=ASHA, name="x", url="https://hooks.example.com/").status == 403
    assert send(f"{at}/test", who=ASHA).status == 403
    assert not visit(at, who=OLGA).all("button", type="submit", class_="danger")
    assert len(visit(at).dynamodb_calls) <= 3 and len(visit(HOOKS).dynamodb_calls) <= 3
    assert visit(f"{HOOKS}/webhook_01JWQ6Y3M8Z4T0V5B7C9D1E2F3").status == 404


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda: 204, "It took the call"),
        (lambda: 404, "It refused the call (status 404)"),
        (lambda: 302, "It refused the call (status 302)"),
        (lambda: 500, "It gave no answer that says"),
        (NotReached("ConnectionRefusedError"), "It was not reached"),
        (AnswerLost("TimeoutError"), "It gave no answer that says"),
    ],
)
def test_a_program_is_tried_out_with_a_message_to_nobody(
    answer: Callable[[], int] | Exception, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[tuple[str, bytes]] = []

    def post(url: str, headers: Any, body: bytes, seconds: float) -> int:
        called.append((headers["webhook-signature"], body))
        if isinstance(answer, Exception):
            raise answer
        return answer()

    monkeypatch.setattr(messages, "post", post)

    page = send(f"{registered()}/test")

    assert said in page.one(id="answer").text
    ((signature, body),) = called
    assert signature.startswith("v1,") and b'"type":"test"' in body and b"contact" not in body


def by_letter(count: int) -> tuple[str, list[str]]:
    """A campaign of letters that is on its way, and to whom."""
    found = people(count, postal_address="1 A Street", country="NP")
    for one in found:
        agree(one, channel="post")
    campaign = a_campaign(found, **POST).campaign_id
    move(campaign, "start")
    Pump().run()
    return campaign, found


def test_a_list_is_written_and_downloaded_by_whoever_asked_for_it() -> None:
    employed(*NABIN)
    campaign, _ = by_letter(3)
    at = f"{HOME}/{campaign}/files"
    assert f"{at}" in [one.get("href") for one in visit(f"{HOME}/{campaign}").all("a")]
    key = visit(at).one("input", name="key")["value"] or ""

    overlook()
    assert send(at, key=key).location == send(at, key=key).location == at
    waiting = visit(at)
    assert len(waiting.one("tbody").all("tr")) == 1 and waiting.one(id="files").get("hx-get") == at
    Pump().run()

    done = visit(at)
    assert "exports/" in str(done.one("tbody").one("a")["href"])
    assert done.one(id="files").get("hx-get") is None and len(done.dynamodb_calls) <= 3
    other = visit(at, who=("mira", ["marketer"]))
    assert "exports/" not in other.html and "Theirs" in other.text
    assert visit(at, who=ASHA).status == 403
    assert send(f"{HOME}/{a_campaign(people(1, 'x')).campaign_id}/files", key="k").status == 409


def test_whoever_takes_an_order_enters_its_code() -> None:
    campaign, found = by_letter(2)
    code = {"code": "spr-0001"}

    page = visit(CODES, who=ASHA, query=code)
    person, of = [one["href"] for one in page.one(id="code").all("a")]
    assert person.removeprefix("/console/contacts/") in found and of == f"{HOME}/{campaign}"
    assert len(visit(CODES, query=code).dynamodb_calls) <= 3
    overlook()
    order = {"kind": "order", "reference": "A-1", "amount": "1,500.5", "currency": "EUR", **code}
    for _ in range(2):
        assert send(CODES, who=ASHA, **order).location == f"{CODES}?code=SPR-0001"
    (fact,) = [one for one in carried() if one.type == "ResponseCodeUsed"]
    assert (fact.detail["amount_minor"], fact.detail["contact_id"] in found) == (150050, True)
    assert "A-1" in visit(CODES, query=code).one(id="code").text
    wrong = send(CODES, who=ASHA, **{**order, "amount": "much"})
    assert wrong.status == 422 and wrong.one(id="e-amount")
    assert wrong.one(id="f-amount")["value"] == "much"
    visit_of = {**order, "kind": "interaction"}
    assert send(CODES, who=ASHA, **visit_of).one(id="e-amount")
    assert visit(CODES, query={"code": "SPR-9999"}).one(id="e-code")
    assert send(CODES, **{**order, "code": "what"}).status == 404


def test_what_somebody_asked_for_is_written_down_on_a_page_of_theirs() -> None:
    (ann,) = people(1)
    at = f"{HOME}/limits/{ann}"

    assert send(at, who=ASHA, channel="email", times="1", days="7").location == at
    assert limits_of(ann) == {"email": Cap(times=1, days=7)}
    page = visit(at, who=ASHA)
    assert "E-mail: 1 within any 7 days" in page.one(id="limits").text
    assert len(visit(at).dynamodb_calls) <= 3
    wrong = send(at, channel="sms", times="0", days="7")
    assert wrong.one(id="e-times") and wrong.one(id="f-days")["value"] == "7"
    assert send(at, channel="pigeon", times="1", days="7").status == 422
    assert send(at, who=OLGA, channel="email").status == 403
    assert send(at, channel="email").location == at
    assert limits_of(ann) == {}
    assert visit(f"{HOME}/limits/contact_01JWQ6Y3M8Z4T0V5B7C9D1E2F3").status == 404
