"""Campaigns to start a test from, the mails that left, and a provider that makes trouble."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, Literal

from moto.backends import get_backend
from moto.core import DEFAULT_ACCOUNT_ID

from shared.customers.consents.changes import decide
from shared.customers.consents.model import Consent, ConsentState, Evidence
from shared.customers.lists.changes import create_list
from shared.customers.lists.members import add_members
from shared.customers.lists.model import ListInput
from shared.kernel.clock import iso
from shared.kernel.ids import derived_id
from shared.marketing.campaigns.changes import create_campaign, move_campaign
from shared.marketing.campaigns.model import Campaign, CampaignInput
from shared.marketing.campaigns.repository import need, progress_of
from shared.marketing.sending.rules import SendingRules
from shared.marketing.sending.stored_rules import NAME, stored_rules
from shared.marketing.templates.model import Template
from shared.marketing.templates.repository import stored_templates
from shared.platform import clock
from tests import dealings
from tests.calls import Answer, http, invoke
from tests.cloud import REGION, everything, forget
from tests.marketing import NABIN
from tests.pump import Pump, overlook

TEMPLATE: Final = derived_id("template", b"spring".rjust(16, b"\0"))
MAIL: Final = Template(
    name="Spring",
    subject="Spring, {{ first_name }}",
    html='<p>Hi {{ first_name }}</p><a href="{{ unsubscribe_url }}">No more mails</a>',
)
ALWAYS: Final = SendingRules(quiet_from="00:00", quiet_to="00:00")


def people(count: int, prefix: str = "p", **facts: Any) -> list[str]:
    """Contacts who agreed to marketing by e-mail; their ids."""
    found = []
    for number in range(count):
        address = {"emails": [{"address": f"{prefix}{number}@example.com"}]}
        given = {"first_name": f"{prefix.upper()}{number}", **address, **facts}
        one = dealings.a_contact(clock.now(), **given).contact_id
        agree(one)
        found.append(one)
    return found


def agree(
    contact_id: str,
    state: ConsentState = ConsentState.GRANTED,
    purpose: str = "marketing",
    channel: Literal["email", "sms", "chat", "post", "phone", "any"] = "email",
) -> None:
    """A contact agrees to a purpose by a channel, or no longer does."""
    consent = Consent(
        purpose=purpose,
        channel=channel,
        state=state,
        at=iso(clock.now()),
        evidence=Evidence(source="form"),
    )
    entry = f"{contact_id}.{purpose}.{channel}.{state}.{iso(clock.now())}"
    decide(contact_id, consent, entry, clock.now())


def a_list(contact_ids: Sequence[str]) -> str:
    """A list of people."""
    one = create_list(ListInput(name="Some"), "nabin", None, clock.now()).list_id
    for start in range(0, len(contact_ids), 100):
        add_members(one, contact_ids[start : start + 100], "nabin", clock.now())
    return one


def rules(given: SendingRules = ALWAYS) -> None:
    """Put rules in force."""
    known = stored_rules.in_force(NAME)
    after = known.number if known else 0
    stored_rules.save(NAME, given, by="nabin", at=clock.now(), after=after, activate=True)
    forget()


def a_template(template: Template = MAIL, name: str = TEMPLATE) -> str:
    """Put a template in force."""
    after = stored_templates.newest(name)
    stored_templates.save(name, template, by="nabin", at=clock.now(), after=after, activate=True)
    forget()
    return name


def a_text(text: str = "Hi {{ first_name }}", kind: Literal["sms", "text"] = "sms") -> str:
    """Put a template of a text message in force, or of a text for other programs."""
    one = derived_id("template", kind.encode().rjust(16, b"\0"))
    return a_template(Template(name=kind, kind=kind, text=text), one)


def a_campaign(
    contact_ids: Sequence[str], template: Template = MAIL, *, key: str | None = None, **more: Any
) -> Campaign:
    """A planned campaign to people on a list; with a `key` its id is always the same."""
    given = {
        "name": "Spring",
        "audience": {"list_id": a_list(contact_ids)},
        "template_id": a_template(template),
    }
    asked = CampaignInput.model_validate(given | more)
    return create_campaign(asked, "nabin", b"", key, clock.now())


def move(campaign: str, what: Any) -> Campaign:
    """Move a campaign, whatever its version is."""
    return move_campaign(campaign, what, need(campaign).version, "nabin", clock.now())


def started(contact_ids: list[str], *args: Any, **more: Any) -> str:
    """A campaign that was just started."""
    one = a_campaign(contact_ids, *args, **more).campaign_id
    overlook()
    move(one, "start")
    return one


def minute(times: int = 1) -> None:
    """Let so many minutes go by, with all that timers do."""
    fake: Any = clock.now
    for _ in range(times):
        fake.tick(minutes=1)
        timers()


def timers() -> None:
    """What the schedule does each minute."""
    overlook()
    invoke("timer_dispatch", {"id": "tick", "detail-type": "Scheduled Event", "detail": {}})
    Pump().run()


def mails() -> list[Any]:
    """Every mail that left so far, as moto keeps it."""
    backend: Any = get_backend("sesv2")[DEFAULT_ACCOUNT_ID][REGION]
    return backend.core_backend.sent_messages  # type: ignore[no-any-return]


def texted() -> list[tuple[str, str]]:
    """Every text message that left so far: the number and the text."""
    return list(texts().values())


def texts() -> dict[str, tuple[str, str]]:
    """The same as moto keeps it."""
    backend: Any = get_backend("sns")[DEFAULT_ACCOUNT_ID][REGION]
    return backend.sms_messages  # type: ignore[no-any-return]


def mailed() -> Counter[str]:
    """How many mails each address got."""
    return Counter(one.destinations["ToAddresses"][0] for one in mails())


def rows(campaign: str) -> dict[str, dict[str, Any]]:
    """The recipients of a campaign, by contact: of several messages the last."""
    prefix = f"RECIPIENT#{campaign}#"
    found = [one for one in everything() if one["pk"].startswith(prefix)]
    return {one["contact_id"]: one for one in sorted(found, key=lambda one: str(one["sk"]))}


def sums(campaign: str) -> dict[str, int]:
    """How far a campaign is: what is not zero."""
    found = progress_of(need(campaign))
    names = ("sent", "skipped", "failed", "unknown", "deferred", "open")
    return {name: getattr(found, name) for name in names if getattr(found, name)}


def campaigns(method: str, path: str = "", *, by: Any = NABIN, **how: Any) -> Answer:
    """Ask `campaign_admin`."""
    return http("campaign_admin", method, f"/v1/campaigns{path}", staff=by, **how)


def proof(campaign: str, contact_id: str) -> Any:
    """Why somebody got a campaign or not, as it is answered."""
    route = "/v1/campaigns/{campaign_id}/recipients/{contact_id}"
    answer = campaigns("GET", f"/{campaign}/recipients/{contact_id}", route=route)
    assert answer.status == 200, answer.text
    return answer.json


_DETAILS: Final = {
    "Delivery": ("delivery", {"smtpResponse": "250 OK"}),
    "DeliveryDelay": ("deliveryDelay", {"delayType": "MailboxFull"}),
    "Bounce": ("bounce", {"bounceType": "Permanent", "bounceSubType": "General"}),
    "Complaint": ("complaint", {"complaintFeedbackType": "abuse"}),
    "Reject": ("reject", {"reason": "Bad content"}),
}


def said(request: Any, kind: str = "Delivery", **details: Any) -> dict[str, Any]:
    """What SES says of a mail later, by the request that it was sent with."""
    place, known = _DETAILS[kind]
    tags = {tag["Name"]: [tag["Value"]] for tag in request["EmailTags"]}
    at = {} if kind == "Reject" else {"timestamp": iso(clock.now())}
    return {
        "eventType": kind,
        "mail": {
            "timestamp": iso(clock.now()),
            "messageId": "provider-1",
            "destination": request["Destination"]["ToAddresses"],
            "tags": {"ses:configuration-set": ["crm-test-mail"], **tags},
        },
        place: {**known, **at, **details},
    }


def campaign_at(instant: datetime) -> None:
    """Set the time."""
    fake: Any = clock.now
    fake.at(instant)
