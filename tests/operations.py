"""Every operation of the product, once: the faults harness breaks them, the benchmark measures
them.

To join, add an `Operation` to `OPERATIONS`. `arrange` starts from `seeded()`, stores what must
be there beside, and returns the raw payload Lambda would get.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from shared.customers import personal_data as customers_data
from shared.customers.events import (
    ExportRequested,
    PrivacyRequested,
)
from shared.customers.privacy.repository import held_key, request_key
from shared.customers.write_keys.seed import plant
from shared.directory.events import StaffDisabled
from shared.directory.pool.model import Account, Agreed
from shared.directory.pool.reconcile import account_of
from shared.directory.pool.repository import known_of
from shared.directory.repository import directory, staff_attributes, staff_member
from shared.kernel.clock import iso
from shared.marketing import personal_data as marketing_data
from shared.platform import clock
from shared.platform.pool_users import find_user
from shared.platform.requests import Put
from shared.sales import personal_data as sales_data
from shared.sales.events import LeadAssigned
from shared.sales.hand_offs.repository import hand_off_key
from shared.sales.leads.repository import sales
from shared.sales.leads.states import LeadState
from shared.support import personal_data as support_data
from tests import dealings
from tests.builders import CREATED, a_contact, a_lead, captured, lead_id, lead_item
from tests.calls import bus_event, http, invoke, queue_event, request, stream_event
from tests.cloud import SETTINGS, client, everything, staff_pool
from tests.customer_operations import CUSTOMER_OPERATIONS
from tests.forms import ANN, quarantined, sample_form, store_form
from tests.history_operations import HISTORY_OPERATIONS
from tests.imports import (
    MARKETER,
    PEOPLE,
    announced,
    arrival,
    run_started,
    sent,
    shown,
    start,
)
from tests.marketing_operations import MARKETING_OPERATIONS
from tests.matching_operations import MATCHING_OPERATIONS
from tests.operation import Operation, Payload
from tests.portal_operations import PORTAL_OPERATIONS
from tests.pump import Pump, carried, stream_records
from tests.staffing import KATHMANDU, employed, hire, person, ready, sales_team
from tests.support_operations import SUPPORT_OPERATIONS, a_ticket_of, no_ticket_is_left
from tests.unit.sales.scoring.cases import activate, email_open, page_view, rules, store

PUBLIC_KEY: Final = "crm_pub_test_page"
VISITOR: Final = "visitor-0001"
BROWSER: Final = "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0"
ASHA: Final = ("asha", ["rep"])
MAYA: Final = ("maya", ["sales_manager"])
ROOT: Final = ("root", ["admin"])
ADMIN: Final = ("ada", ["admin"])
SCRIPT: Final = {"accept": "application/json"}
COUNTED_ROWS: Final = ("created", "existing", "failed", "skipped", "removed", "left")
MONDAY_NOON: Final = datetime(2025, 6, 2, 6, 15, tzinfo=UTC)


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


def _capture() -> Payload:
    seeded()
    return form_post()


def _capture_again() -> Payload:
    seeded()
    invoke("lead_capture", form_post(message="The first time"))
    return form_post(message="Another question", company="Other Ltd")


IN_FULL: Final = {
    "last_name": "Shrestha",
    "phone": "+977 984-1234567",
    "country": "NP",
    "message": "We are forty salespeople and would like to see how a lead comes to them.",
    "consent": "yes",
    "_visitor": "5f0c1f9e-2a4b-4c1d-9f60-0d1b7f3c2a11",
    "utm_medium": "paid_social",
    "utm_campaign": "spring-offer",
    "_referrer": "https://www.facebook.com/",
    "_landing_page": "https://www.example.com/products",
}
"""Everything the contact form asks for, as the page script sends it."""


def _capture_in_full() -> Payload:
    seeded()
    return form_post(**IN_FULL)


def _capture_of_owned() -> Payload:
    seeded()
    captured = invoke("lead_capture", form_post(message="The first time"))
    lead = json.loads(captured["body"])["lead_id"]
    event = ready(1).model_copy(update={"lead_id": lead})
    invoke("lead_assign", queue_event([bus_event(event)], group="leads"))
    # Until its next change a lead carries the events of the last one, and costs a kilobyte more.
    invoke("lead_capture", form_post(message="The second time"))
    return form_post(**IN_FULL)


def _capture_for_now() -> Payload:
    seeded()
    return form_post("demo-request", last_name="Rai", consent="yes")


def _capture_robot() -> Payload:
    seeded()
    return form_post(website="https://spam.example")


def _behaviours() -> Payload:
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


def _link() -> Payload:
    seeded()
    a_lead(1)
    return queue_event([bus_event(captured(1, visitor_id=VISITOR))])


def _count_leads() -> Payload:
    seeded()
    a_lead(1)
    a_lead(2)
    return queue_event([bus_event(captured(number)) for number in (1, 2, 1)])


def _record_consent() -> Payload:
    seeded()
    agreed = {"consent_purpose": "marketing", "consent_channel": "email", "consent_version": "1"}
    return queue_event([bus_event(captured(1, **agreed))])


def _record_unconfirmed() -> Payload:
    seeded()
    sales.write(Put(lead_item(1)))
    agreed = {"consent_purpose": "marketing", "consent_channel": "email", "consent_version": "1"}
    return queue_event([bus_event(captured(1, **agreed, consent_unconfirmed=True))])


def _asked_once() -> None:
    """The consent waits to be confirmed, and at most one mail asks for it."""
    (stands,) = [item for item in everything() if item["sk"].startswith("CONSENT#")]
    assert stands["state"] == "pending"
    (claim,) = [item for item in everything() if item["sk"].startswith("MAIL#marketing")]
    assert claim["state"] in ("sent", "unknown")


def _decide(state: str) -> Callable[[], Payload]:
    """Asha writes down what a contact decided."""

    def arrange() -> Payload:
        seeded()
        contact_id = a_contact()
        return request(
            "POST",
            f"/v1/contacts/{contact_id}/consents",
            body={"purpose": "marketing", "channel": "email", "state": state},
            headers={"idempotency-key": "key-1"},
            staff=ASHA,
            route="/v1/contacts/{contact_id}/consents",
        )

    return arrange


def _suppress() -> Payload:
    seeded()
    body = {"email": ANN["email"], "reason": "complaint"}
    return request("POST", "/v1/suppressions", body=body, staff=MAYA)


def _ask(kind: str) -> Callable[[], Payload]:
    """An administrator asks for what is kept of Ann, or for nothing to be."""

    def arrange() -> Payload:
        seeded()
        a_contact(tags=["Friends"])
        body = {"kind": kind, "email": ANN["email"]}
        key = {"idempotency-key": "key-1"}
        return request("POST", "/v1/privacy/requests", body=body, headers=key, staff=ADMIN)

    return arrange


def _asked(payload: Payload, *deliver_to: str) -> str:
    """A request that got so far; its id."""
    answer = invoke("privacy_admin", payload)
    Pump(only=deliver_to).run()
    return str(json.loads(answer["body"])["request_id"])


def _plan() -> Payload:
    asked = _asked(_ask("erasure")())
    fact = PrivacyRequested(event_id="e", occurred_at=CREATED, request_id=asked, kind="erasure")
    return queue_event([bus_event(fact)])


def _do_last(store: str, arrange: Callable[[], Payload]) -> Callable[[], Payload]:
    """The message for one store of a request, of which all others are done."""

    def arranged() -> Payload:
        asked = _asked(arrange(), "privacy_plan")
        for one in (
            *customers_data.STORES,
            *sales_data.STORES,
            *marketing_data.STORES,
            *support_data.STORES,
        ):
            message = queue_event([{"request_id": asked, "store": one.name, "round": 1}])
            if one.name == store:
                payload = message
            else:
                invoke("privacy_work", message)
        return payload

    return arranged


def _ask_of_requester() -> Payload:
    """Ann has a ticket, and is to be forgotten."""
    seeded()
    a_ticket_of(ANN["email"])
    body = {"kind": "erasure", "email": ANN["email"]}
    return request("POST", "/v1/privacy/requests", body=body, staff=ADMIN)


def _ask_of_lead() -> Payload:
    """Ann filled in a form, has an owner, and is to be forgotten."""
    seeded()
    invoke("lead_capture", form_post("demo-request", last_name="Lee", consent="yes"))
    Pump(only=("scoring_update", "lead_assign")).run()
    body = {"kind": "erasure", "email": ANN["email"]}
    return request("POST", "/v1/privacy/requests", body=body, staff=ADMIN)


def _ask_of_visitor() -> Payload:
    """Ann looked at pages, filled in a form, and is to be forgotten."""
    invoke("behaviour_capture", _behaviours())
    invoke("lead_capture", form_post(_visitor=VISITOR))
    Pump(only=("visitor_link",)).run()
    body = {"kind": "erasure", "email": ANN["email"]}
    return request("POST", "/v1/privacy/requests", body=body, staff=ADMIN)


def _ann_is_gone() -> None:
    """Nothing is left of Ann, and what there was is counted, once."""
    found = [item for item in everything() if item["sk"] != "PERSON"]
    assert [item for item in found if ANN["email"] in json.dumps(item, default=str)] == []
    counts = {item["store"]: item["found"] for item in found if item["sk"].startswith("STORE#")}
    if counts["behaviour"]:
        assert counts["behaviour"] == {"behaviour": 3, "browser": 1}
    else:
        assert counts["leads"]["submission"] + counts["leads"]["hand_off"] == 2
        assert [item["open"] for item in found if item["sk"] == "LOAD"] == [0]


def _look_through_again() -> Payload:
    asked = _asked(_ask("erasure")(), "privacy_plan", "privacy_work")
    fake: Any = clock.now
    fake.tick(minutes=25)
    return queue_event([{**request_key(asked), "due": "…"}])


def _one_certificate() -> None:
    """It tells what there was when the erasure began."""
    (certificate,) = [item for item in everything() if item["sk"] == "CERTIFICATE"]
    stores = {one["store"]: one for one in json.loads(certificate["document"])["stores"]}
    assert stores["contacts"]["erased"] == {"address_claim": 1, "contact": 1}


def _place_hold() -> Payload:
    seeded()
    contact_id = a_contact()
    dealings.tell(dealings.a_receipt())
    body = {
        "name": "Accounting",
        "reason": "Ten years",
        "keeps": ["contacts.product"],
        "until": "2035-12-31T00:00:00Z",
    }
    path, route = f"/v1/contacts/{contact_id}/holds", "/v1/contacts/{contact_id}/holds"
    key = {"idempotency-key": "key-1"}
    return request("POST", path, body=body, headers=key, staff=ADMIN, route=route)


def _end_hold() -> Payload:
    hold = json.loads(invoke("privacy_admin", _place_hold())["body"])
    body = {"kind": "erasure", "email": ANN["email"]}
    asked = _asked(
        request("POST", "/v1/privacy/requests", body=body, staff=ADMIN),
        "privacy_plan",
        "privacy_work",
    )
    fake: Any = clock.now
    fake.tick(days=11 * 366)
    return queue_event([{**held_key(asked, hold["hold_id"]), "due": "…"}])


def _nothing_held() -> None:
    assert [item for item in everything() if item["pk"].startswith("HELD#")] == []


def _score() -> Payload:
    seeded()
    a_lead(1, form_job_title="Manager")
    invoke("visitor_link", queue_event([bus_event(captured(1, visitor_id=VISITOR))]))
    facts = store(*(page_view(n) for n in range(7)), email_open(1))
    return queue_event([bus_event(fact) for fact in [captured(1), *facts]])


def _assign() -> Payload:
    seeded()
    for number in (1, 2, 3):
        a_lead(number, score="100.00")
    return queue_event([bus_event(ready(number)) for number in (1, 2, 3)], group="leads")


def _time_out() -> Payload:
    seeded()
    handed_over()
    _advance()
    return queue_event([{**hand_off_key(lead_id(1), 1, 1), "due": "…"}])


def _advance() -> None:
    """Let four business hours and more go by."""
    fake: Any = clock.now
    fake.tick(hours=24)


def _move(to: LeadState, **more: Any) -> Callable[[], Payload]:
    def arrange() -> Payload:
        seeded()
        handed_over()
        return transition(to, **more)

    return arrange


def _relay() -> Payload:
    seeded()
    sales.write(Put(lead_item(1), events=[captured(1)]))
    sales.write(Put(lead_item(2), events=[captured(2)]))
    carrying = [one for one in stream_records() if "LeadCaptured" in str(one["dynamodb"])]
    return stream_event(carrying[-2:])


def _dispatch() -> Payload:
    seeded()
    handed_over()
    _advance()
    return {"id": "tick-1", "detail-type": "Scheduled Event", "time": iso(CREATED), "detail": {}}


def _deliver_timers() -> Payload:
    seeded()
    handed_over()
    _advance()
    (shard,) = {
        item["timer_shard"]
        for item in sales.query_all(f"LEAD#{lead_id(1)}", begins="HAND_OFF#")
        if "timer_shard" in item
    }
    return queue_event([{"table": "sales", "shard": int(shard.removeprefix("TIMER#"))}])


def _create() -> Payload:
    seeded()
    return request(
        "POST",
        "/v1/leads",
        body={"facts": {"email": "typed@example.com", "last_name": "Typed"}},
        headers={"idempotency-key": "key-1"},
        staff=ASHA,
    )


def _change_facts() -> Payload:
    seeded()
    handed_over()
    body = {"version": 2, "facts": {"job_title": "Engineer", "email": "new@example.com"}}
    path, route = f"/v1/leads/{lead_id(1)}", "/v1/leads/{lead_id}"
    return request("PATCH", path, body=body, staff=ASHA, route=route)


def _assign_many(**how: Any) -> Callable[[], Payload]:
    """Maya gives two leads away, a new one and one that was turned down."""

    def arrange() -> Payload:
        seeded()
        a_lead(1)
        a_lead(2, state=LeadState.RECYCLED)
        body = {"lead_ids": [lead_id(1), lead_id(2)], **how}
        return request("POST", "/v1/leads/assignments", body=body, staff=MAYA)

    return arrange


VIEW: Final = {"name": "Hot", "query": {"min_score": "50", "sort": "-score"}}


def _add_view() -> Payload:
    seeded()
    return request("POST", "/v1/views", body=VIEW, staff=ASHA)


def _change_view(method: str) -> Callable[[], Payload]:
    """Asha renames a view, or gives it up."""

    def arrange() -> Payload:
        view_id = json.loads(invoke("saved_views", _add_view())["body"])["view_id"]
        body = {**VIEW, "name": "Hottest", "version": 1} if method == "PUT" else None
        path, route = f"/v1/views/{view_id}", "/v1/views/{view_id}"
        query = {"version": "1"} if method == "DELETE" else None
        return request(method, path, body=body, query=query, staff=ASHA, route=route)

    return arrange


def _create_task() -> Payload:
    seeded()
    a_lead(1)
    body = {"title": "Call back", "kind": "call", "due_on": "2025-06-02"}
    return request(
        "POST",
        f"/v1/leads/{lead_id(1)}/tasks",
        body=body,
        headers={"idempotency-key": "key-1"},
        staff=ASHA,
        route="/v1/leads/{lead_id}/tasks",
    )


def _complete_task() -> Payload:
    task_id = json.loads(invoke("lead_tasks", _create_task())["body"])["task_id"]
    path, route = f"/v1/tasks/{task_id}", "/v1/tasks/{task_id}"
    return request("PATCH", path, body={"version": 1, "state": "done"}, staff=ASHA, route=route)


def _release() -> Payload:
    seeded()
    invoke("lead_capture", form_post(website="https://spam.example"))
    kept = quarantined()[-1]
    path = f"/v1/quarantine/{kept['submission_id']}/release"
    return request("POST", path, staff=MAYA, route="/v1/quarantine/{submission_id}/release")


def _notice() -> Payload:
    seeded()
    handed_over()
    facts = [one.detail for one in carried() if one.type == "LeadAssigned"]
    return queue_event([bus_event(LeadAssigned.model_validate(facts[-1]))])


def _one_claim() -> None:
    """The owner's mail has one record, whatever became of the mail."""
    claims = [item for item in everything() if item["pk"].startswith("NOTICE#")]
    assert len(claims) == 1


def _save_form() -> Payload:
    seeded()
    form = sample_form("contact", title="Write to us").model_dump(mode="json")
    path, route = "/v1/forms/contact", "/v1/forms/{form_id}"
    return request("PUT", path, body={"version": 1, "form": form}, staff=MAYA, route=route)


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


def _look_again() -> Payload:
    """Nobody could take the lead; now bikash is there."""
    store_form("contact")
    activate()
    sales_team()
    handed_over()
    hire(person("bikash"))
    _advance()
    return queue_event([{**hand_off_key(lead_id(1), 1, 1), "due": "…"}])


def _put_team() -> Payload:
    seeded()
    calendar = KATHMANDU.model_dump(mode="json")
    body = {"version": 1, "name": "Sales in Nepal", "manager_id": "maya", "calendar": calendar}
    return request("PUT", "/v1/teams/sales", body=body, staff=ADMIN, route="/v1/teams/{team_id}")


def _save_scoring() -> Payload:
    seeded()
    body = {"version": 1, "rules": rules().model_dump(mode="json")}
    return request("POST", "/v1/scoring/rule-sets", body=body, staff=MAYA)


def _start_dry_run() -> Payload:
    seeded()
    key = {"idempotency-key": "key-1"}
    path = "/v1/scoring/dry-runs"
    return request("POST", path, body={"version": 1}, headers=key, staff=MAYA)


def _save_assignment() -> Payload:
    seeded()
    given = {"rules": [{"id": "everybody", "team": "sales", "strategy": "round_robin"}]}
    body = {"version": 1, "rules": given}
    return request("PUT", "/v1/assignment-rules", body=body, staff=MAYA)


def _roll_back_form() -> Payload:
    seeded()
    store_form("contact", after=1, title="Write to us")
    path, route = "/v1/forms/contact/rollback", "/v1/forms/{form_id}/rollback"
    return request("POST", path, body={"to_version": 1, "version": 2}, staff=MAYA, route=route)


def _rotate_key() -> Payload:
    seeded()
    employed(*ROOT)
    path, route = "/v1/write-keys/page/rotate", "/v1/write-keys/{key_id}/rotate"
    return request("POST", path, body={"version": 1}, staff=ROOT, route=route)


def _activate_scoring() -> Payload:
    seeded()
    activate(after=1)
    route = "/v1/scoring/rule-sets/{version}/activate"
    return request("POST", "/v1/scoring/rule-sets/1/activate", staff=MAYA, route=route)


def _dry_run() -> Payload:
    seeded()
    # A month of its own: a page costs what is in it.
    a_lead(1, form_job_title="Manager", created=datetime(2025, 4, 2, tzinfo=UTC))
    started = http("scoring_rules", "POST", "/v1/scoring/dry-runs", body={"version": 1}, staff=MAYA)
    page = {"dry_run_id": started.json["dry_run_id"], "month": "2025-04", "week": 0}
    return queue_event([page])


def _import_waiting() -> str:
    """An import of three rows, one of which cannot be, whose file has arrived."""
    seeded()
    employed(*MARKETER)
    import_id = announced()
    sent(import_id, PEOPLE)
    return import_id


def _import_started() -> str:
    import_id = _import_waiting()
    start(import_id)
    return import_id


def _import_done() -> str:
    import_id = _import_started()
    Pump().run()
    return import_id


def _begin_import() -> Payload:
    seeded()
    body, key = {"target": "contacts", "file_name": "people.csv"}, {"idempotency-key": "key-1"}
    return request("POST", "/v1/imports", body=body, headers=key, staff=MAYA)


def _look_at_file() -> Payload:
    seeded()
    employed(*MARKETER)
    import_id = announced()
    key = f"uploads/{import_id}"
    client("s3").put_object(Bucket=SETTINGS["files_bucket"], Key=key, Body=PEOPLE.encode())
    return queue_event([arrival(key)])


def _import_request(what: str, arrange: Callable[[], str], **body: Any) -> Callable[[], Payload]:
    """Maya asks for something to be done with an import, as of its newest version."""

    def arranged() -> Payload:
        import_id = arrange()
        version = shown(import_id)["version"]
        path, route = f"/v1/imports/{import_id}/{what}", f"/v1/imports/{{import_id}}/{what}"
        method = "PUT" if what == "mapping" else "POST"
        sent_body = {"version": version, **body} if what != "cancel" else None
        return request(method, path, body=sent_body, staff=MAYA, route=route)

    return arranged


def _plan_import() -> Payload:
    return queue_event([bus_event(run_started(_import_started()))])


def _work_chunk(**how: Any) -> Callable[[], Payload]:
    """The only chunk of an import, of a dry run of it, or of undoing it."""

    def arrange() -> Payload:
        import_id = _import_done() if how.get("undo") else _import_waiting()
        if how.get("undo"):
            body = {"version": shown(import_id)["version"]}
            path, route = f"/v1/imports/{import_id}/undo", "/v1/imports/{import_id}/undo"
            invoke("import_admin", request("POST", path, body=body, staff=MAYA, route=route))
        else:
            start(import_id, **how)
        Pump(only={"import_plan"}).run()
        return queue_event([{"import_id": import_id, "run": 1 + bool(how.get("undo")), "chunk": 1}])

    return arrange


def _imported(**counts: int) -> Callable[[], None]:
    """The import ended, and counts each of its three rows once, whatever broke on the way."""

    def check() -> None:
        (run,) = [item for item in everything() if item["sk"].startswith("RUN#")][-1:]
        assert run.get("finished_at")
        assert {name: run[name] for name in COUNTED_ROWS if run.get(name)} == counts
        people = [item for item in everything() if item.get("kind") == "contact"]
        assert len(people) == (counts.get("created", 0) if run["mode"] == "import" else 0)

    return check


def _on_a_list(what: str) -> Callable[[], Payload]:
    """Maya puts two people on a list, or takes them off it."""

    def arrange() -> Payload:
        _import_done()
        ids = [item["contact_id"] for item in everything() if item["pk"].startswith("IDENTITY#")]
        made = http("list_admin", "POST", "/v1/lists", body={"name": "Fair"}, staff=MAYA).json
        path = f"/v1/lists/{made['list_id']}"
        body = {"contact_ids": sorted(set(ids))}
        route = "/v1/lists/{list_id}"
        if what == "removals":
            invoke("list_admin", request("POST", f"{path}/members", body=body, staff=MAYA,
                                         route=f"{route}/members"))  # fmt: skip
        return request("POST", f"{path}/{what}", body=body, staff=MAYA, route=f"{route}/{what}")

    return arrange


def _request_export() -> Payload:
    seeded()
    key = {"idempotency-key": "key-1"}
    return request("POST", "/v1/exports", body={"format": "csv"}, headers=key, staff=MAYA)


def _write_export() -> Payload:
    """Maya wants everybody an import made."""
    _import_done()
    made = http("export_admin", "POST", "/v1/exports", body={}, staff=MAYA).json
    wanted = ExportRequested(event_id="wanted-1", occurred_at=CREATED, export_id=made["export_id"])
    return queue_event([bus_event(wanted)])


def _exported() -> None:
    """The file holds each contact once, and the export counts them."""
    (one,) = [item for item in everything() if item.get("kind") == "export"]
    key = f"exports/{one['export_id']}.csv"
    file = client("s3").get_object(Bucket=SETTINGS["files_bucket"], Key=key)["Body"].read()
    people = [item["contact_id"] for item in everything() if item.get("kind") == "contact"]
    assert (one["state"], one["rows"]) == ("finished", len(people))
    assert sorted(line.partition(b",")[0].decode() for line in file.splitlines()[1:]) == sorted(
        people
    )


def _create_list() -> Payload:
    seeded()
    key = {"idempotency-key": "key-1"}
    return request("POST", "/v1/lists", body={"name": "Fair"}, headers=key, staff=MAYA)


def _read(path: str, route: str | None = None, **query: str) -> Callable[[], Payload]:
    """Maya reads something, once there is a lead handed over and one in quarantine."""

    def arrange() -> Payload:
        seeded()
        handed_over()
        invoke("lead_capture", form_post(website="https://spam.example"))
        where = path.replace("{lead_id}", lead_id(1))
        return request("GET", where, staff=MAYA, query=query, route=route or path)

    return arrange


OPERATIONS: tuple[Operation, ...] = (
    Operation("capture a lead", "lead_capture", _capture),
    Operation("capture a lead that is known", "lead_capture", _capture_again),
    Operation("capture a lead that does not wait", "lead_capture", _capture_for_now),
    Operation("capture a lead in full", "lead_capture", _capture_in_full),
    Operation("capture a lead in full that has an owner", "lead_capture", _capture_of_owned),
    Operation("quarantine a robot's post", "lead_capture", _capture_robot),
    Operation("take in behaviour", "behaviour_capture", _behaviours),
    Operation("link a visitor", "visitor_link", _link),
    Operation("keep the consent of a form", "consent_record", _record_consent),
    Operation(
        "have the consent of a form confirmed",
        "consent_record",
        _record_unconfirmed,
        afterwards=_asked_once,
    ),
    *PORTAL_OPERATIONS,
    Operation("give a consent", "consent_admin", _decide("granted")),
    Operation("withdraw a consent", "consent_admin", _decide("withdrawn")),
    Operation("suppress an address", "consent_admin", _suppress),
    Operation("ask for an erasure", "privacy_admin", _ask("erasure")),
    Operation("plan an erasure", "privacy_plan", _plan),
    Operation(
        "erase a person's leads",
        "privacy_work",
        _do_last("leads", _ask_of_lead),
        afterwards=_ann_is_gone,
    ),
    Operation(
        "erase what a browser did",
        "privacy_work",
        _do_last("behaviour", _ask_of_visitor),
        afterwards=_ann_is_gone,
    ),
    Operation(
        "erase a person's tickets",
        "privacy_work",
        _do_last("tickets", _ask_of_requester),
        afterwards=no_ticket_is_left,
    ),
    Operation("erase a person's contacts", "privacy_work", _do_last("contacts", _ask("erasure"))),
    Operation(
        "look through an erasure again",
        "privacy_plan",
        _look_through_again,
        afterwards=_one_certificate,
    ),
    Operation(
        "write the last part of an export", "privacy_work", _do_last("contacts", _ask("export"))
    ),
    Operation("place a legal hold", "privacy_admin", _place_hold),
    Operation("end a legal hold", "privacy_plan", _end_hold, afterwards=_nothing_held),
    Operation("count leads by day and source", "lead_count", _count_leads),
    Operation("score a batch up to the hand-off", "scoring_update", _score),
    Operation("assign ready leads", "lead_assign", _assign),
    Operation("pass a missed hand-off on", "hand_off_timeout", _time_out),
    Operation("accept a hand-off", "lead_update", _move(LeadState.WORKING), (412,)),
    Operation(
        "reject a hand-off", "lead_update", _move(LeadState.RECYCLED, reason="no budget"), (412,)
    ),
    Operation(
        "disqualify a lead", "lead_update", _move(LeadState.DISQUALIFIED, reason="spam"), (412,)
    ),
    Operation("publish events", "event_relay", _relay),
    Operation("dispatch timers", "timer_dispatch", _dispatch),
    Operation("deliver timers", "timer_deliver", _deliver_timers),
    Operation("create a lead by hand", "lead_create", _create),
    Operation("change a lead's facts", "lead_update", _change_facts, (412,)),
    Operation("assign leads to a person", "lead_assign_many", _assign_many(owner_id="asha")),
    Operation("assign leads by the rules", "lead_assign_many", _assign_many(by_rules=True)),
    Operation("save a view", "saved_views", _add_view),
    Operation("rename a view", "saved_views", _change_view("PUT"), (404,)),
    Operation("remove a view", "saved_views", _change_view("DELETE")),
    Operation("create a task", "lead_tasks", _create_task),
    Operation("complete a task", "lead_tasks", _complete_task, (412,)),
    Operation("release from quarantine", "quarantine_review", _release),
    Operation("tell the owner", "hand_off_notice", _notice, afterwards=_one_claim),
    Operation("save a form", "form_admin", _save_form, (412,)),
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
    Operation("look again who can take a lead", "hand_off_timeout", _look_again),
    Operation("save a team", "staff_directory", _put_team, (412,)),
    Operation("draft scoring rules", "scoring_rules", _save_scoring, (412,)),
    Operation("start a dry run", "scoring_rules", _start_dry_run),
    Operation("save assignment rules", "assignment_rules", _save_assignment, (412,)),
    Operation("roll back a form", "form_admin", _roll_back_form, (412,)),
    Operation("rotate a write key", "write_key_admin", _rotate_key, (412,)),
    Operation("activate scoring rules", "scoring_rules", _activate_scoring),
    Operation("score a page by other rules", "scoring_dry_run", _dry_run),
    Operation("begin an import", "import_admin", _begin_import),
    Operation("look at a file that arrived", "import_plan", _look_at_file),
    Operation(
        "map an import",
        "import_admin",
        _import_request("mapping", _import_waiting, tags=["fair"]),
        (412,),
    ),
    Operation("start an import", "import_admin", _import_request("start", _import_waiting), (412,)),
    Operation("cancel an import", "import_admin", _import_request("cancel", _import_started)),
    Operation(
        "plan an import", "import_plan", _plan_import, afterwards=_imported(created=2, failed=1)
    ),
    Operation(
        "import a chunk", "import_work", _work_chunk(), afterwards=_imported(created=2, failed=1)
    ),
    Operation(
        "try a chunk out",
        "import_work",
        _work_chunk(dry_run=True),
        afterwards=_imported(created=2, failed=1),
    ),
    Operation("undo an import", "import_admin", _import_request("undo", _import_done), (412,)),
    Operation(
        "take a chunk back", "import_work", _work_chunk(undo=True), afterwards=_imported(removed=2)
    ),
    Operation("ask for an export", "export_admin", _request_export),
    Operation("write an export", "contact_export", _write_export, afterwards=_exported),
    Operation("make a list", "list_admin", _create_list),
    Operation("put people on a list", "list_admin", _on_a_list("members")),
    Operation("take people off a list", "list_admin", _on_a_list("removals")),
    *HISTORY_OPERATIONS,
    # A cold start is measured by the clock on the wall, at which the list would go on elsewhere.
    Operation("show a lead", "lead_query", _read("/v1/leads/{lead_id}")),
    Operation("show what happened to a lead", "lead_query", _read("/v1/leads/{lead_id}/history")),
    Operation("list leads", "lead_query", _read("/v1/leads", state="assigned")),
    Operation("explain a score", "score_query", _read("/v1/leads/{lead_id}/score")),
    Operation("list hand-offs", "hand_off_query", _read("/v1/hand-offs", owner="asha")),
    Operation("list what is to be done", "hand_off_query", _read("/v1/work", owner="asha")),
    Operation("show a form", "form_query", _read("/forms/contact", "/forms/{form_id}")),
    *CUSTOMER_OPERATIONS,
    *MATCHING_OPERATIONS,
    *MARKETING_OPERATIONS,
    *SUPPORT_OPERATIONS,
)
