"""What a campaign costs by the recipient: the calls, and the sender's CPU beside what nobody can do
without: filling the template in and handing the mail to the provider, with boto3 alone."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from shared.customers.contacts.model import Contact
from shared.customers.contacts.repository import load
from shared.marketing.campaigns.planning import PART_SIZE, parts_of
from shared.marketing.events import CampaignStarted
from shared.marketing.templates.model import Template
from shared.marketing.templates.rendering import render
from shared.platform import clock
from tests.benchmarks.cpu import Cpu, bare_calls, warm_cpu
from tests.benchmarks.world import Exchange
from tests.calls import bus_event, invoke, queue_event
from tests.operations.operation import Operation, Payload
from tests.sending import a_campaign, move, people, rules

BUDGET: Final = 1.5
"""Times the CPU of rendering and of the bare provider call."""

MOST_CALLS: Final = 1.2
"""DynamoDB calls for each recipient, what a part costs as a whole included."""

_PARAGRAPHS: Final = "".join(
    f"<h2>Offer {number}</h2><p>Hi {{{{ first_name }}}}, as somebody in "
    f"{{{{ country or 'Nepal' }}}} you get {{% if company_name %}}{number} of {{{{ company_name }}}}"
    f"{{% else %}}{number}{{% endif %}}.</p>"
    f'<p><a href="https://shop.example.com/offers/{number}">See offer {number}</a></p>'
    for number in range(12)
)
SPRING: Final = Template(
    name="Spring",
    subject="Spring, {{ first_name }}",
    html=f'<h1>Spring</h1>{_PARAGRAPHS}<a href="{{{{ unsubscribe_url }}}}">No more mails</a>',
)
"""A newsletter of a dozen offers: 4 KB of HTML, its text part made from it."""


_OURS: Final = {
    "company_name": "Example",
    "unsubscribe_url": "https://example.com/u/" + "t" * 120,
    "preferences_url": "https://example.com/p/" + "t" * 120,
}


@dataclass(frozen=True)
class SendingCost:
    """Of sending one full part of a campaign: CPU of all of it, calls by service."""

    recipients: int
    calls: Mapping[str, int]
    cpu: Cpu
    bare: Cpu

    @property
    def calls_each(self) -> float:
        """DynamoDB calls for each recipient."""
        return self.calls["dynamodb"] / self.recipients

    @property
    def ratio(self) -> float:
        """The sender's CPU to that of rendering and the bare provider calls."""
        return self.cpu.median_ms / self.bare.median_ms


def sending_cost(rounds: int) -> SendingCost:
    """Of one part of a campaign by mail, to people nobody wrote to yet."""
    calls: Counter[str] = Counter()
    someone: list[Contact] = []

    def arrange() -> Payload:
        rules()
        contacts = people(PART_SIZE)
        one = a_campaign(contacts, SPRING).campaign_id
        move(one, "start")
        fact = CampaignStarted(event_id="s", occurred_at=clock.now(), campaign_id=one, by="nabin")
        invoke("campaign_plan", queue_event([bus_event(fact)]))
        someone.extend(filter(None, [load(contacts[0])]))
        return queue_event([next(parts_of(contacts, 1, one))])

    def alone(warm: Sequence[Exchange]) -> Callable[[], None]:
        calls.update(one.service for one in warm)
        hand_over = bare_calls([one for one in warm if one.service == "sesv2"])

        def run() -> None:
            for _ in range(PART_SIZE):
                render(SPRING, someone[0], _OURS)
            hand_over()

        return run

    cpu, bare = warm_cpu(Operation("send a part", "campaign_send", arrange), rounds, alone)
    return SendingCost(PART_SIZE, dict(calls), cpu, bare)
