"""A campaign sent through all the trouble there is: its sender killed, its messages delivered again
and in any order, the campaign paused and resumed; and what came of it."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from shared.customers.suppression.changes import suppress
from shared.customers.suppression.model import Reason
from shared.marketing.campaigns.model import State
from shared.marketing.campaigns.repository import need
from shared.platform import clock
from tests.aws_calls import aside
from tests.calls import invoke, queue_event
from tests.cloud import everything
from tests.faults.marketing import campaigns_add_up
from tests.mail_provider import Provider
from tests.pump import Killed, Pump, overlook
from tests.sending import a_campaign, mailed, minute, move, people, rows, said, sums

KILLS: Final = 20
"""About so many times the sender dies, half of them before the provider has the mail."""

PAUSES: Final = 2

_ROUNDS: Final = 200
_AT_ONCE: Final = 10


@dataclass
class Run:
    """One campaign to `size` people, of whom some want no mail. `kills` and `pauses` count what
    befell it; what came of it is the counts before and after the provider was heard."""

    size: int
    seed: int
    kills: int = 0
    pauses: int = 0
    before: dict[str, int] = field(default_factory=dict)
    after: dict[str, int] = field(default_factory=dict)


def troubled_run(size: int, seed: int) -> Run:
    """Send it, and check: everybody has one message or one reason; at most one is unknown for
    each kill; and once the provider has said what it took, only those are that it never had."""
    run, chance, provider = Run(size, seed), random.Random(seed), Provider()
    contacts = people(size)
    unwilling = chance.sample(range(size), size // 13)
    for number in unwilling:
        suppress([("email", f"p{number}@example.com")], "marketing", Reason.UNSUBSCRIBED, clock.now())  # fmt: skip
    one = a_campaign(contacts).campaign_id
    taken: list[Any] = []
    pauses = sorted(chance.sample(range(1, size - len(unwilling)), PAUSES))

    def dies() -> BaseException | None:
        if chance.random() < KILLS / 2 / size:
            run.kills += 1
            return Killed()
        return None

    def before(it: Provider) -> BaseException | None:
        if run.pauses < PAUSES and len(taken) >= pauses[run.pauses]:
            with aside():
                if need(one).state is State.ACTIVE:
                    move(one, "pause")
                    run.pauses += 1
        return dies()

    def afterwards(it: Provider) -> BaseException | None:
        taken.append(it.requests[-1])
        return dies()

    provider.trouble, provider.after = before, afterwards
    overlook()
    move(one, "start")
    for _ in range(_ROUNDS):
        Pump(copies=chance.choice([1, 2, 3]), shuffle=chance).run()
        if need(one).state is State.PAUSED:
            move(one, "resume")
        minute(chance.choice([1, 15, 70]))
        if need(one).state is State.DONE:
            break

    assert need(one).state is State.DONE
    run.before = sums(one)
    assert sum(run.before.values()) == size
    assert run.before["skipped"] == len(unwilling)
    assert run.before.get("unknown", 0) <= run.kills
    assert max(mailed().values()) == 1
    assert len(taken) == sum(mailed().values())

    for batch in _heard(taken, chance):
        assert invoke("mail_events", queue_event(batch)) == {"batchItemFailures": []}
    run.after = sums(one)
    assert sum(run.after.values()) == size
    assert run.after["sent"] == len(taken)
    mailed_to = {f"{address}" for address in mailed()}
    for contact, row in rows(one).items():
        number = contacts.index(contact)
        assert (row["state"] == "sent") == (f"p{number}@example.com" in mailed_to), row["state"]
    campaigns_add_up(list(everything()))
    return run


def _heard(taken: list[Any], chance: random.Random) -> Iterator[list[dict[str, Any]]]:
    """What the provider says of each mail it took: three times, in any order."""
    events = [said(request) for request in taken for _ in range(3)]
    chance.shuffle(events)
    for start in range(0, len(events), _AT_ONCE):
        yield events[start : start + _AT_ONCE]
