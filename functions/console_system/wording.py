"""What parts of the system do for people, and what it means for them when one fails."""

from dataclasses import dataclass
from typing import Final

from shared.platform.health import Health, Station


@dataclass(frozen=True, slots=True)
class Part:
    """What a part does, and what is behind until its failures are sent back."""

    title: str
    meaning: str


_PARTS: Final = {
    "scoring": Part("Points of leads", "Points of some leads are behind"),
    "scoring-dry-run": Part("Trying out scoring rules", "A dry run does not finish"),
    "lead-assign": Part("Giving leads to salespeople", "Some leads wait without an owner"),
    "lead-count": Part("Counting leads", "Figures in reports are too low"),
    "lead-release": Part(
        "Leads of people who left", "Some leads still belong to somebody who is disabled"
    ),
    "visitor-link": Part("Recognising visitors", "What some leads did before is not counted yet"),
    "hand-off-notice": Part("Telling owners by mail", "Some owners were not told of their lead"),
    "hand-off-timeout": Part(
        "Passing on what nobody accepted", "Some leads stay with an owner who did not answer"
    ),
    "timer-shards": Part("Deadlines", "Some deadlines pass unnoticed"),
    "timer_dispatch": Part("The clock of deadlines", "Deadlines were looked for too late"),
    "staff-sync": Part("Sign-in of people", "Some roles or addresses do not hold for sign-in yet"),
    "staff_compare": Part(
        "Comparing people and sign-in", "Changes made in the sign-in pool are seen late"
    ),
}


def part(name: str) -> Part:
    """What a queue or function of that name does."""
    noun = name.removesuffix(".fifo")
    if noun in _PARTS:
        return _PARTS[noun]
    if noun.endswith("-undelivered"):
        area = noun.removesuffix("-undelivered")
        return Part(f"Passing on what happened ({area})", "Others have not heard of some events")
    return Part(noun.replace("-", " ").replace("_", " ").capitalize(), "Some work was not done")


def alarms(health: Health) -> list[str]:
    """What somebody should do something about, in plain words."""
    said = [_failed(one) for one in health.stations if one.failed]
    if health.timer.last_run_at is None:
        said.append("The clock of deadlines has never run: no hand-off is passed on.")
    elif health.timer.late:
        said.append("The clock of deadlines stands still: no hand-off is passed on.")
    if health.parked.count:
        count = f"{health.parked.count}{'+' if health.parked.more else ''}"
        said.append(
            f"{count} events could not be published and are kept aside. Whoever runs the system"
            " finds them in its storage, with the reason."
        )
    return said


def _failed(station: Station) -> str:
    known = part(station.name)
    count = "1 message" if station.failed == 1 else f"{station.failed} messages"
    return f"{known.title}: {count} failed. {known.meaning}."
