"""What came of a campaign, from its figures (rows M18 and X5). Pure.

People come first, robots and repetitions stand beside as raw numbers. Messages are counted by
channel and variant; in the whole a person counts once, whatever was tried to reach them.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from pydantic import BaseModel

from shared.kernel.clock import iso, parse_instant
from shared.marketing.ab_tests.model import AbTest, Arm
from shared.marketing.ab_tests.significance import verdict_on
from shared.marketing.campaigns.model import Campaign
from shared.marketing.campaigns.repository import HEARD

from .engagement import COUNTED, LINK_COUNTED

Item = Mapping[str, object]

MILLION: Final = 1_000_000
FIGURES: Final = "FIGURES#"
OF_LINKS: Final = "FIGURES_OF_LINK#"
NO_VARIANT: Final = "-"
REVENUE: Final = "revenue"

_OF_MESSAGES: Final = ("sent", *HEARD)


class Rates(BaseModel):
    """In percent, rounded to hundredths; `None` where there is nothing to compare with. Opened,
    clicked and converted are of the delivered (of the sent where nothing was heard of that)."""

    delivered: float | None
    bounced: float | None
    opened: float | None
    clicked: float | None
    clicked_of_opened: float | None
    converted: float | None


class Raw(BaseModel):
    """All hits, robots and repetitions included, and how many recipients they are of; `human_…`
    are the hits of people."""

    opens: int
    clicks: int
    openers: int
    clickers: int
    human_opens: int
    human_clicks: int


class Part(BaseModel):
    """Figures of a whole campaign, a channel or a variant. Opened, clicked and converted are
    people; `name` says which channel or variant. Money is in minor units of the campaign's
    currency."""

    name: str
    sent: int
    delivered: int
    bounced: int
    complained: int
    opened: int
    clicked: int
    converted: int
    raw: Raw
    rates: Rates
    message_cost: int
    revenue: int


class LinkPart(BaseModel):
    """How often a link was followed, by how many, and how much of that by people."""

    number: int
    address: str
    clicks: int
    clickers: int
    human_clicks: int
    human_clickers: int


class Money(BaseModel):
    """Costs and revenue in minor units of `currency`; `roi` is (revenue - cost) / cost in percent,
    `None` where it costs nothing. Revenue in other currencies stands aside."""

    currency: str
    message_cost: int
    other_cost: int
    cost: int
    revenue: int
    roi: float | None
    other_revenue: dict[str, int]


class TestPart(BaseModel):
    """How the test of several mails stands, or stood when it was decided: which is best by
    `metric`, how it compares with the one it is closest to, and whether that is no chance.
    `winner` is what the rest gets; `ends_at` is when it is decided by itself."""

    metric: str
    arms: Sequence[Arm]
    best: str
    z: float
    p: float
    significant: bool
    winner: str | None
    decided_by: str | None
    decided_at: str | None
    ends_at: str | None


class Report(BaseModel):
    """What came of a campaign so far. `model` is how revenue is attributed. Of the hidden link,
    which only robots follow, `hidden_clicks` tells."""

    campaign_id: str
    name: str
    state: str
    tracking: bool
    audience: int
    model: str
    total: Part
    channels: list[Part]
    variants: list[Part]
    links: list[LinkPart]
    hidden_clicks: int
    money: Money
    test: TestPart | None


def report_of(
    campaign: Campaign,
    sums: Iterable[Item],
    figures: Iterable[Item],
    links: Sequence[str],
    model: str,
) -> Report:
    """The report. `sums` are the parts of what was counted as messages left, `figures` those of
    what came of them."""
    known: dict[tuple[str, str], Counter[str]] = {}
    whole: Counter[str] = Counter()
    for item in sums:
        for name, number in item.items():
            figure, _, where = name.partition("__")
            if where:
                channel, _, variant = where.partition("__")
                _add(known, (channel, variant or NO_VARIANT), {figure: _int(number)})
            elif name in _OF_MESSAGES:
                whole[name] += _int(number)
    by_link: dict[int, Counter[str]] = {}
    for item in figures:
        kind, *place = str(item["sk"]).split("#")
        told = {name: _int(value) for name, value in item.items() if _counted(name)}
        if f"{kind}#" == OF_LINKS:
            by_link.setdefault(int(place[0]), Counter()).update(told)
        else:
            _add(known, (place[0], place[1]), told)
    total: Counter[str] = Counter()
    for one in known.values():
        # `+` of counters would leave out what came back.
        total.update(one)
    part = {"currency": campaign.currency, "model": model}
    variants = [_part(name, one, **part) for name, one in _grouped(known, 1) if name != NO_VARIANT]
    return Report(
        campaign_id=campaign.campaign_id,
        name=campaign.name,
        state=campaign.state,
        tracking=campaign.tracking,
        audience=campaign.audience_size,
        model=model,
        total=_part("total", Counter({**total, **whole}), **part),
        channels=[_part(name, one, **part) for name, one in _grouped(known, 0)],
        variants=variants,
        links=[
            LinkPart(
                number=number,
                address=address,
                **{name: by_link.get(number, Counter())[name] for name in LINK_COUNTED},
            )
            for number, address in enumerate(links, start=1)
        ],
        hidden_clicks=by_link.get(0, Counter())["clicks"],
        money=_money(campaign, total, model),
        test=_test(campaign.ab_test, variants) if campaign.ab_test else None,
    )


def roi(cost: int, revenue: int) -> float | None:
    """Return on investment in percent: (revenue - cost) / cost."""
    return _percent(revenue - cost, cost)


def revenue_name(model: str, currency: str) -> str:
    """What the figure of revenue by a model of attribution is called."""
    return f"{REVENUE}__{model}__{currency}"


def _part(name: str, of: Counter[str], *, currency: str, model: str) -> Part:
    base = of["delivered"] or of["sent"]
    return Part(
        name=name,
        **{figure: of[figure] for figure in _OF_MESSAGES},
        opened=of["human_openers"],
        clicked=of["human_clickers"],
        converted=of["converted"],
        raw=Raw(**{figure: of[figure] for figure in Raw.model_fields}),
        rates=Rates(
            delivered=_percent(of["delivered"], of["sent"]),
            bounced=_percent(of["bounced"], of["sent"]),
            opened=_percent(of["human_openers"], base),
            clicked=_percent(of["human_clickers"], base),
            clicked_of_opened=_percent(of["human_clickers"], of["human_openers"]),
            converted=_percent(of["converted"], base),
        ),
        message_cost=_cents(of["cost"]),
        revenue=of[revenue_name(model, currency)],
    )


def _test(test: AbTest, variants: Sequence[Part]) -> TestPart:
    parts = {one.name: one for one in variants}
    arms = test.arms or [
        Arm(name, parts[name].sent, getattr(parts[name], test.metric))
        if name in parts
        else Arm(name, 0, 0)
        for name in test.variants
    ]
    found = verdict_on(arms, test.confidence_percent / 100)
    ends = None
    if test.sampled_at:
        ends = iso(parse_instant(test.sampled_at) + timedelta(hours=test.wait_hours))
    return TestPart(
        metric=test.metric,
        arms=arms,
        best=found.best,
        z=round(found.z, 3),
        p=round(found.p, 4),
        significant=found.significant,
        winner=test.winner,
        decided_by=test.decided_by,
        decided_at=test.decided_at,
        ends_at=ends,
    )


def _money(campaign: Campaign, total: Counter[str], model: str) -> Money:
    messages, other = _cents(total["cost"]), campaign.cost or 0
    revenue = {
        name.rpartition("__")[2]: number
        for name, number in total.items()
        if name.startswith(f"{REVENUE}__{model}__") and number
    }
    ours = revenue.pop(campaign.currency, 0)
    return Money(
        currency=campaign.currency,
        message_cost=messages,
        other_cost=other,
        cost=messages + other,
        revenue=ours,
        roi=roi(messages + other, ours),
        other_revenue=revenue,
    )


def _grouped(
    known: Mapping[tuple[str, str], Counter[str]], place: int
) -> list[tuple[str, Counter[str]]]:
    found: dict[str, Counter[str]] = {}
    for names, figures in known.items():
        found.setdefault(names[place], Counter()).update(figures)
    return sorted(found.items())


def _add(
    known: dict[tuple[str, str], Counter[str]], place: tuple[str, str], more: Mapping[str, int]
) -> None:
    known.setdefault(place, Counter()).update(more)


def _counted(name: str) -> bool:
    return name in COUNTED or name in LINK_COUNTED or name.startswith(f"{REVENUE}__")


def _cents(millionths: int) -> int:
    return int((Decimal(millionths) / MILLION).quantize(Decimal(1), ROUND_HALF_UP))


def _percent(part: int, whole: int) -> float | None:
    if not whole:
        return None
    exact = Decimal(100 * part) / Decimal(whole)
    return float(exact.quantize(Decimal("0.01"), ROUND_HALF_UP))


def _int(value: object) -> int:
    return int(value)  # type: ignore[call-overload,no-any-return]
