"""Smooth weighted round robin: turns that are exact, not likely.

Each candidate's credit grows by their weight, the largest credit wins and pays the sum of the
weights (the upstream selection of nginx, I. Sysoev, 2012). With the same candidates and weights
every run of as many turns as the weights add up to (divided by their common divisor) serves each
exactly by their weight, wherever it starts.
"""

from collections.abc import Mapping
from math import gcd

Credits = dict[str, int]


def next_turn(weights: Mapping[str, int], credits: Mapping[str, int]) -> tuple[str, Credits]:
    """Whose turn it is among `weights` (at least one, each above 0), and the credits after it.

    Ties go to the first by id. Credits of people who are not candidates this time are kept: they
    take up their turns where they left off.
    """
    divisor = gcd(*weights.values())
    shares = {one: weight // divisor for one, weight in weights.items()}
    grown = {one: credits.get(one, 0) + share for one, share in sorted(shares.items())}
    chosen = max(grown, key=lambda one: grown[one])
    grown[chosen] -= sum(shares.values())
    return chosen, {**credits, **grown}
