"""What campaigns are found to have led to, on the deployed stack: the better of two mails goes to the
rest, and a purchase is shared among the campaigns before it."""

import re
from collections.abc import Sequence

import pytest

from infra.local.mail import Mail

from .browser import USER_AGENT
from .campaigning import always, buy, listed, moved, planned, report, somebody, template
from .stack import Stack

__all__ = ["always"]

pytestmark = pytest.mark.journey


def tracked(stack: Stack, subject: str = "News") -> str:
    """A template with one link that is followed; its id."""
    return template(stack, subject, f'<a href="{stack.url}/assets/demo/index.html">Shop</a>')


def follow(stack: Stack, letter: Mail, agent: str = USER_AGENT) -> None:
    """Press the link in a mail."""
    link = re.search(r"/c/[\w.~-]+", letter.html)
    assert link, letter.html
    assert stack.call("GET", link[0], headers={"user-agent": agent}).status == 302


def revenues(stack: Stack, paths: Sequence[str], model: str) -> list[int]:
    return [report(stack, path, model)["money"]["revenue"] for path in paths]


def test_the_better_of_two_mails_goes_to_the_rest_once(stack: Stack, always: None) -> None:
    people = dict(somebody(stack, "tried", number) for number in range(24))
    test = {"templates": [tracked(stack, "For you")], "sample_percent": 60, "wait_hours": 2}
    path = planned(stack, listed(stack, *people), tracked(stack), tracking=True, ab_test=test)
    moved(stack, path, "start")
    stack.rest()
    stack.tick("2m")
    boxes = {contact: stack.mail(email) for contact, email in people.items()}
    sample = {contact: box[0] for contact, box in boxes.items() if box}
    arms = {name: [who for who, one in sample.items() if one.subject == subject]
            for name, subject in (("a", "News"), ("b", "For you"))}  # fmt: skip
    assert 0 < len(sample) < len(people) and sum(map(len, arms.values())) == len(sample)
    for contact in arms["a"]:
        follow(stack, sample[contact], "curl/8.5")
    for contact in arms["b"]:
        follow(stack, sample[contact])
    stack.rest()

    stack.tick("2h")
    stack.tick("2m")

    found = report(stack, path)
    assert (found["test"]["winner"], found["test"]["decided_by"]) == ("b", "test"), found["test"]
    boxes = {contact: stack.mail(email) for contact, email in people.items()}
    assert [(arm["sent"], arm["reached"]) for arm in found["test"]["arms"]] == [
        (len(arms["a"]), 0),
        (len(arms["b"]), len(arms["b"])),
    ]
    assert [len(box) for box in boxes.values()] == [1] * len(people)
    assert {boxes[who][0].subject for who in people if who not in sample} == {"For you"}
    assert {part["name"]: part["sent"] for part in found["variants"]} == {
        "a": len(arms["a"]),
        "b": len(people) - len(arms["a"]),
    }


def test_a_purchase_is_shared_among_the_campaigns_before_it(stack: Stack, always: None) -> None:
    (ann, to_ann), (bob, to_bob) = (somebody(stack, "buys", number) for number in range(2))
    both, hers, words = listed(stack, ann, bob), listed(stack, ann), tracked(stack)
    paths = []

    def touched(audience: dict[str, str], *addresses: str) -> None:
        path = planned(stack, audience, words, tracking=True, cost=500)
        moved(stack, path, "start")
        stack.rest()
        stack.tick("1m")
        for email in addresses:
            follow(stack, stack.mail(email)[-1])
        stack.rest()
        paths.append(path)

    touched(both, to_ann, to_bob)
    stack.tick("6d23h59m")
    touched(both, to_ann, to_bob)
    stack.tick("6d23h59m")
    touched(both, to_ann, to_bob)
    buy(stack, bob, 1_000_000)
    oldest, older, newest = revenues(stack, paths, "time_decay")
    for found, share in ((newest, 571_429), (older, 285_714), (oldest, 142_857)):
        # The clock runs on while mails are on their way.
        assert abs(found - share) < 100
    assert oldest + older + newest == 1_000_000

    touched(hers, to_ann)
    before = revenues(stack, paths, "position")
    buy(stack, ann, 10_000)
    after = revenues(stack, paths, "position")
    assert [now - then for now, then in zip(after, before, strict=True)] == [
        4_000, 1_000, 1_000, 4_000
    ]  # fmt: skip
    money = report(stack, paths[-1], "position")["money"]
    assert (money["cost"], money["revenue"], money["roi"]) == (500, 4_000, 700.0)
