"""A score put into lines people can check by hand."""

from decimal import Decimal

from shared.platform.requests import Item

from .score import Line, Score, text


def summary(score: Score) -> list[Item]:
    """One line per rule, the largest first: what a salesperson is told. Sums to the score."""
    by_rule: dict[tuple[str | None, str, str], list[Line]] = {}
    for line in score.lines:
        by_rule.setdefault((line.rule, line.label, line.side), []).append(line)
    summed = [
        (sum((line.counted for line in lines), Decimal(0)), sum(line.count for line in lines), name)
        for name, lines in by_rule.items()
    ]
    summed.sort(key=lambda one: one[0], reverse=True)
    return [
        {"rule": rule, "label": label, "side": side, "count": count, "counted": text(counted)}
        for counted, count, (rule, label, side) in summed
    ]


def as_listed(line: Line) -> Item:
    """A line as `GET /v1/leads/{id}/score` lists it: points are text with two decimals."""
    return {
        "rule": line.rule,
        "label": line.label,
        "side": line.side,
        "group": line.group,
        "age_days": line.days,
        "count": line.count,
        "points": text(line.points),
        "factor": str(line.factor.normalize()) if line.factor else "0",
        "counted": text(line.counted),
    }
