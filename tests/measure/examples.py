"""Rows M2, M8, M15 and M16 with as many people as their examples name, on the stack that `crm up`
runs: `python -m tests.measure.examples [people]`. It leaves the people there.

A thousand get a mail that needs a last name, and one of them has none. Then ten thousand are in a
test of two mails, five thousand in each arm (lots are known once a campaign has its id, so as many
of either arm are asked in); 200 follow the link in one mail and 260 in the other, robots follow it a
thousand times more; the better mail goes to the rest. Last, the link to leave in one mail is looked at
a hundred times and posted once, and of a thousand people, of whom forty are suppressed and twenty have
no address, it is foretold who would get a mail.
"""

import csv
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any, Final
from uuid import uuid4

from rich.progress import Progress, TimeElapsedColumn

from infra.local.home import find
from infra.local.importing import run, send_file
from infra.local.seed.api import Api
from shared.marketing.ab_tests.model import AbTest
from shared.marketing.ab_tests.splitting import arm_of
from shared.marketing.campaigns.model import Campaign
from tests.journey import test_imports
from tests.journey.browser import USER_AGENT
from tests.journey.campaigning import (
    agree,
    at_any_hour,
    done,
    join,
    listed,
    moved,
    planned,
    post,
    progress,
    put_rules,
    recipient,
    report,
    rules_of,
    template,
)
from tests.journey.stack import Stack

PEOPLE: Final = 10_000
SAMPLE_PERCENT: Final = 95
FOLLOW_A, FOLLOW_B, ROBOTS = 0.04, 0.052, 0.2
"""Parts of an arm."""

FOLLOWED: Final = r"/c/[\w.~-]+"
ROBOT: Final = "Barracuda Sentinel (EE)"
UNHEARD: Final = ("search-index", "segment-update", "history-adopt", "history-record")
_PATIENCE: Final = 1_800
_AT_ONCE: Final = 4


def main(size: int = PEOPLE) -> None:
    """Import people and send to them; print what came of it."""
    stack = Stack(find())
    with Progress(*Progress.get_default_columns(), TimeElapsedColumn()) as bar, _always(stack):
        # A few more than are asked in: nobody knows yet whose lot is what.
        count = size * 100 // SAMPLE_PERCENT + size // 10
        with _nobody_hears(stack):
            people = _imported(stack, count, bar)
            _each(bar, "Allowing mails", people, lambda one: agree(stack, one))
            stack.rest(_PATIENCE)
        ids = list(people)
        bar.console.print(_lacking(stack, ids[: size // 10]))
        for line in _tested(stack, people, size, bar):
            bar.console.print(line)
        bar.console.print(_left(stack, ids[1], people[ids[1]]))
        bar.console.print(_foretold(stack, people, ids[-size * 98 // 1_000 :]))


@contextmanager
def _always(stack: Stack) -> Iterator[None]:
    """At any hour, as often and as fast as anybody likes; as before afterwards."""
    before = rules_of(stack)
    put_rules(stack, at_any_hour(before, caps=[], mails_a_second=500))
    try:
        yield
    finally:
        put_rules(stack, before)


@contextmanager
def _nobody_hears(stack: Stack) -> Iterator[None]:
    """What follows from so many records (finding them, their history, segments) is not what this
    is about, and takes the machine longer than all else: its messages are dropped meanwhile."""
    sqs = stack.deployed.client("sqs")
    queues = [sqs.get_queue_url(QueueName=stack.deployed.named(one))["QueueUrl"] for one in UNHEARD]
    over = Event()

    def drop() -> None:
        while not over.wait(0.3):
            for queue in queues:
                sqs.purge_queue(QueueUrl=queue)

    dropping = Thread(target=drop)
    dropping.start()
    try:
        yield
    finally:
        over.set()
        dropping.join()


def _imported(stack: Stack, count: int, bar: Progress) -> dict[str, str]:
    """So many people of a file, the first of whom has no last name: addresses by id."""
    api = Api(stack.url, stack.token("marketer"))
    task = bar.add_task("Importing", total=None)

    def seen(ready: int, chunks: int) -> None:
        bar.update(task, completed=ready, total=chunks)

    with tempfile.TemporaryDirectory() as folder:
        file = test_imports.people(Path(folder) / "people.csv", count)
        rows = list(csv.reader(file.open()))
        rows[1][1] = ""
        with file.open("w", newline="") as out:
            csv.writer(out).writerows(rows)
        sent = send_file(api, file, "contacts")
        run(api, sent, dry_run=False, progress=seen)
    path = f"/v1/imports/{sent['import_id']}/rows?outcome=created&limit=100"
    found = {row["row"]: row["record_id"] for row in _pages(stack, path)}
    assert len(found) == count, len(found)
    return {one: rows[row - 1][2] for row, one in sorted(found.items())}


def _pages(stack: Stack, path: str) -> Iterator[dict[str, Any]]:
    cursor = ""
    while True:
        page = done(stack.get(f"{path}{cursor}", "marketer"))
        yield from page["items"]
        if not page["next"]:
            return
        cursor = f"&cursor={page['next']}"


def _foretold(stack: Stack, people: Mapping[str, str], ids: Sequence[str]) -> str:
    """Row M2: why how many of them would get no mail."""
    for one in ids[-len(ids) * 4 // 98 :]:
        body = {"email": people[one], "purpose": "marketing"}
        assert stack.call("POST", "/v1/suppressions", body, who="rep").status == 204
    without = [
        post(stack, "/v1/contacts", {"first_name": f"No {number}"})["contact_id"]
        for number in range(len(ids) * 2 // 98)
    ]
    path = planned(stack, listed(stack, *ids, *without), template(stack))
    told = post(stack, f"{path}/preflight", {}, status=200)
    why_not = {reason: count for reason, count in told["why_not"].items() if count}
    assert told["audience"] == told["sendable"] + sum(why_not.values())
    return f"M2: of {told['audience']:,} {told['sendable']:,} sendable, {_said(why_not)}"


def _left(stack: Stack, contact_id: str, email: str) -> str:
    """Row M8: what became of a consent by looking at a link a hundred times, and posting it."""
    link = _found(r"/u/[\w.~-]+", stack.mail(email)[0].text)
    for _ in range(100):
        assert stack.get(link).status == 200
    looked = _consent(stack, contact_id)
    began = time.perf_counter()
    assert stack.call("POST", link, form={"List-Unsubscribe": "One-Click"}).status == 200
    posted = _consent(stack, contact_id)
    taken = 1000 * (time.perf_counter() - began)
    return f"M8: after 100 looks {looked}, {taken:.0f} ms after the post {posted}"


def _consent(stack: Stack, contact_id: str) -> str:
    (stands,) = done(stack.get(f"/v1/contacts/{contact_id}/consents", "rep"))["items"]
    return str(stands["state"])


def _lacking(stack: Stack, people: Sequence[str]) -> str:
    """Row M15: what came of a mail that needs a last name."""
    path = planned(stack, listed(stack, *people), template(stack, "For {{ last_name }}"))
    moved(stack, path, "start")
    taken = _until(stack, lambda: _state(stack, path) == "done")
    found = recipient(stack, path, people[0])
    return (
        f"M15: of {len(people):,} {_said(progress(stack, path))} after {taken:.0f} s;"
        f" whoever has no last name: {found['state']}, {found['reason']}"
    )


def _tested(stack: Stack, people: Mapping[str, str], size: int, bar: Progress) -> Iterator[str]:
    """Row M16: what came of a test with `size` people in it, half of them in each arm."""
    link = f'<p><a href="{stack.url}/assets/demo/index.html">Shop</a></p>'
    subjects = {"a": f"News {uuid4().hex[:8]}", "b": f"For you {uuid4().hex[:8]}"}
    first, second = (template(stack, subject, link) for subject in subjects.values())
    test = {"templates": [second], "sample_percent": SAMPLE_PERCENT, "wait_hours": 2}
    everybody = listed(stack)
    path = planned(stack, everybody, first, tracking=True, ab_test=test)
    arms = _arms(stack, path, people, size // 2)
    asked = [one for arm in arms.values() for one in arm]
    join(stack, everybody["list_id"], asked)
    moved(stack, path, "start")
    taken = _until(stack, lambda: sum(progress(stack, path).values()) >= size)
    # That the sample has its mails is noticed each minute; nobody follows a link within seconds.
    stack.tick("2m")
    boxes = _boxes(stack, subjects)
    yield f"M16: {_mails(arms, people, boxes)} after {taken:.0f} s"

    for name, part in (("a", FOLLOW_A), ("b", FOLLOW_B)):
        some = arms[name][: round(part * len(arms[name]))]
        links = [_found(FOLLOWED, boxes[people[one]][0][1]) for one in some]
        _each(bar, f"Following {name}", links, lambda to: _follow(stack, to, USER_AGENT))
    links = [
        _found(FOLLOWED, boxes[people[one]][0][1]) for one in arms["a"][-round(ROBOTS * size / 2) :]
    ]
    _each(bar, "Robots", links, lambda to: _follow(stack, to, ROBOT))
    stack.rest(_PATIENCE)
    stack.tick("2h")
    _until(stack, lambda: _state(stack, path) == "done")

    found = report(stack, path)
    yield f"M16: {found['test']}"
    for one in found["variants"]:
        told = {name: one[name] for name in ("name", "sent", "clicked", "raw")}
        yield f"M16: in the end {told}"
    yield f"M16: in the end {_mails(arms, people, _boxes(stack, subjects))}"


def _arms(stack: Stack, path: str, people: Iterable[str], half: int) -> dict[str, list[str]]:
    """Half of the people of the test in each arm, and those who are left to the winner."""
    shown = done(stack.get(path, "marketer"))
    test = AbTest.model_validate(shown["ab_test"])
    one = Campaign.model_construct(campaign_id=shown["campaign_id"], ab_test=test)
    arms: dict[str, list[str]] = {"a": [], "b": [], "rest": []}
    for contact in people:
        arm = arms[arm_of(one, contact) or "rest"]
        if len(arm) < half:
            arm.append(contact)
    assert len(arms["a"]) == len(arms["b"]) == half, {name: len(arm) for name, arm in arms.items()}
    return arms


def _boxes(stack: Stack, subjects: Mapping[str, str]) -> dict[str, list[tuple[str, str]]]:
    """The mails of the test that somebody has: by address the arm and the text of each."""
    names = {subject: name for name, subject in subjects.items()}
    boxes: dict[str, list[tuple[str, str]]] = {}
    for mail in stack.mail():
        if mail.subject in names:
            boxes.setdefault(mail.to[0], []).append((names[mail.subject], mail.html))
    return boxes


def _mails(
    arms: Mapping[str, Sequence[str]],
    people: Mapping[str, str],
    boxes: Mapping[str, Sequence[tuple[str, str]]],
) -> str:
    """Who has which mails, counted."""
    found = {
        name: Counter(
            "".join(got for got, _ in boxes.get(people[one], [])) or "none" for one in arm
        )
        for name, arm in arms.items()
    }
    return "; ".join(f"in {name} {_said(counts)}" for name, counts in found.items())


def _found(what: str, text: str) -> str:
    found = re.search(what, text)
    assert found, text
    return found[0]


def _follow(stack: Stack, link: str, agent: str) -> None:
    assert stack.call("GET", link, headers={"user-agent": agent}).status == 302


def _state(stack: Stack, path: str) -> str:
    return str(done(stack.get(path, "marketer"))["state"])


def _until(stack: Stack, looks: Callable[[], bool]) -> float:
    """Let the minutes pass until it is so; the seconds that took."""
    began = time.perf_counter()
    for _ in range(30):
        stack.rest(_PATIENCE)
        if looks():
            return time.perf_counter() - began
        stack.tick("1m")
    raise SystemExit("It does not end by itself")


def _each(bar: Progress, what: str, ones: Iterable[str], do: Callable[[str], None]) -> None:
    """Do it for each of them, a few at a time."""
    waiting = list(ones)
    task = bar.add_task(what, total=len(waiting))
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for _ in pool.map(do, waiting):
            bar.advance(task)


def _said(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in counts.items())


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
