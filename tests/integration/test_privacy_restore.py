"""A table restored from a back-up brings people back: what is remembered of erasures takes them out
again."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from infra.local.reapplying import reapply
from shared.customers.privacy.remembering import FOLDER
from shared.customers.suppression.repository import suppressed
from tests.builders import a_contact
from tests.calls import invoke, queue_event
from tests.cloud import SETTINGS, client, everything, memory
from tests.conftest import FakeClock
from tests.forms import ANN
from tests.operations.setting import form_post, seeded
from tests.privacy import erased, every_object, everything_kept, look_again
from tests.pump import Pump

pytestmark = pytest.mark.usefixtures("tables")


@dataclass(frozen=True)
class Local:
    """A deployment, as far as the operator's command asks it."""

    def client(self, service: str) -> Any:
        return client(service)

    def named(self, noun: str) -> str:
        return noun

    def outputs(self) -> dict[str, str]:
        return {"FilesBucket": SETTINGS["files_bucket"]}


def restored_as_of(since: datetime) -> int:
    """The operator has all erasures since a back-up repeated; how many these are."""
    count = reapply(Local(), since)  # type: ignore[arg-type]
    Pump().run()
    return count


def restored(key: str, run: str = "2025-06-03") -> None:
    """One message of that."""
    answer = invoke("privacy_plan", queue_event([{"memory": key, "run": run}]))
    assert answer["batchItemFailures"] == []
    Pump().run()


def test_an_erasure_is_repeated_after_a_restore(clock: FakeClock) -> None:
    seeded()
    invoke("lead_capture", form_post(phone="+9779841234567", last_name="Shresthacharya"))
    Pump().run()
    a_contact(last_name="Shresthacharya")
    back_up = memory().state()
    erased(email=ANN["email"])
    clock.tick(days=1)
    memory().put_back(back_up)
    assert "Shresthacharya" in everything_kept()
    assert suppressed("email", ANN["email"], "marketing") is None

    assert restored_as_of(clock() - timedelta(days=2)) == 1
    look_again()

    assert [mark for mark in (*MARKS,) if mark in everything_kept()] == []
    assert suppressed("email", ANN["email"], "marketing") is not None
    assert suppressed("phone", "+9779841234567", "marketing") is not None
    causes = [item["cause"] for item in everything() if item["sk"] == "REQUEST"]
    assert causes == ["restore"]


def remembered() -> list[str]:
    """What the files bucket remembers of erasures."""
    return [key for key, _ in every_object() if key.startswith(FOLDER)]


MARKS = ("ann@example.com", "9841234567", "Shresthacharya")


def test_repeated_in_the_same_run_it_is_one_request(clock: FakeClock) -> None:
    a_contact()
    back_up = memory().state()
    erased(email=ANN["email"])
    (key,) = remembered()
    memory().put_back(back_up)

    restored(key)
    restored(key)
    look_again()
    restored(key)

    assert len([item for item in everything() if item["sk"] == "REQUEST"]) == 1


def test_who_came_back_of_their_own_since_then_stays(clock: FakeClock) -> None:
    seeded()
    invoke("lead_capture", form_post(message="Before"))
    Pump().run()
    erased(email=ANN["email"])
    (key,) = remembered()
    clock.tick(days=1)
    invoke("lead_capture", form_post(message="After"))
    Pump().run()

    restored(key)
    look_again()

    assert [i["answers"]["message"] for i in everything() if i["sk"].startswith("SUBMISSION#")] == [
        "After"
    ]


def test_what_is_remembered_names_nobody_and_is_found_by_its_time(clock: FakeClock) -> None:
    a_contact()
    erased(email=ANN["email"])

    ((key, body),) = [one for one in every_object() if one[0].startswith(FOLDER)]
    assert ANN["email"] not in body.decode()
    assert key == remembered()[0]
    assert restored_as_of(clock() - timedelta(hours=1)) == 1
    assert restored_as_of(clock() + timedelta(seconds=1)) == 0


def test_what_is_not_remembered_is_no_trouble(now: datetime) -> None:
    restored("erasures/2020-01-01T00:00:00.000Z-privacy_1.json")
    restored("uploads/import_1")

    assert [item for item in everything() if item["sk"] == "REQUEST"] == []
