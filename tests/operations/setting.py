"""What operations begin with: the company as `crm seed` makes it, Ann who fills in a form, and the
people who answer her."""

from collections.abc import Callable
from typing import Any, Final

from shared.customers.write_keys.seed import plant
from shared.platform import clock
from shared.sales.leads.states import LeadState
from tests.builders import CREATED, a_lead, lead_id
from tests.calls import bus_event, invoke, queue_event, request
from tests.forms import ANN, store_form
from tests.operations.operation import Payload
from tests.staffing import employed, ready, sales_team
from tests.unit.sales.scoring.cases import activate

PUBLIC_KEY: Final = "crm_pub_test_page"


VISITOR: Final = "visitor-0001"


BROWSER: Final = "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0"


ASHA: Final = ("asha", ["rep"])


MAYA: Final = ("maya", ["sales_manager"])


ROOT: Final = ("root", ["admin"])


ADMIN: Final = ("ada", ["admin"])


SCRIPT: Final = {"accept": "application/json"}


def seeded() -> None:
    """What `crm seed` makes: forms, rules, a team of two under maya, a public write key."""
    store_form("contact")
    store_form("demo-request")
    activate()
    sales_team(asha=1, bikash=1)
    employed(*ADMIN)
    plant([{"key_id": "page", "kind": "public", "key": PUBLIC_KEY, "allowed_origins": []}], CREATED)


def form_post(form_id: str = "contact", **more: str) -> Payload:
    """Ann fills in a form."""
    return request(
        "POST",
        f"/v1/forms/{form_id}/submissions",
        form={**ANN, "company": "Example Ltd", "job_title": "Manager", "utm_source": "fb"} | more,
        headers=SCRIPT,
        route="/v1/forms/{form_id}/submissions",
    )


def handed_over() -> None:
    """The first lead is assigned to asha, who is to answer."""
    a_lead(1, score="100.00")
    invoke("lead_assign", queue_event([bus_event(ready(1))], group="leads"))


def transition(to: LeadState, version: int = 2, **more: Any) -> Payload:
    """Asha moves the first lead."""
    return request(
        "POST",
        f"/v1/leads/{lead_id(1)}/transitions",
        body={"to": to, "version": version, **more},
        staff=ASHA,
        route="/v1/leads/{lead_id}/transitions",
    )


def behaviours() -> Payload:
    seeded()
    events = [
        {
            "id": f"e{n}",
            "name": "page_viewed",
            "visitor_id": VISITOR,
            "url": "https://x.test/pricing",
        }
        for n in range(3)
    ]
    headers = {"x-write-key": PUBLIC_KEY, "user-agent": BROWSER}
    return request("POST", "/v1/events", body={"events": events}, headers=headers)


def a_day_later() -> None:
    """Let four business hours and more go by."""
    fake: Any = clock.now
    fake.tick(hours=24)


def reading(path: str, route: str | None = None, **query: str) -> Callable[[], Payload]:
    """Maya reads something, once there is a lead handed over and one in quarantine."""

    def arrange() -> Payload:
        seeded()
        handed_over()
        invoke("lead_capture", form_post(website="https://spam.example"))
        where = path.replace("{lead_id}", lead_id(1))
        return request("GET", where, staff=MAYA, query=query, route=route or path)

    return arrange
