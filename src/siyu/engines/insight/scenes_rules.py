"""When a customer is best written to, from the hours at which they act. Pure; the columns do the same for everybody (`scenes`).

All sums are whole numbers, so that both find the same hour, and so that two hours are either equal or not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

HOURS: Final = 24
SCENE_DAYS: Final = 90
STRONG_WEIGHT: Final = 3
"""A click or a purchase counts as much as so many views."""
PRIOR_ACTS: Final = 8
"""What everybody does counts for a customer as much as so many views of their own: who did little is taken to be like others."""
SCALE: Final = 1_000_000
"""Shares are whole numbers of this."""
FIRST_SEND_HOUR: Final = 8
LAST_SEND_HOUR: Final = 21
"""Nobody is best written to in the quiet hours between, from 22:00 to 8:00."""

Weights = Sequence[int]
"""A number for each hour of the day."""

NO_PRIOR: Final[Weights] = (0,) * HOURS


@dataclass(frozen=True, slots=True)
class Hours:
    """How the best hour came about: what the customer did, what is added of everybody's, and the sum of both, smoothed. The last
    two count in SCALEths of a view, the last in quarters of those."""

    own: Weights
    prior: Weights
    smoothed: Weights
    best_hour: int


def prior_of(shares: Weights) -> list[int]:
    """What is added to each hour of every customer, from the sums of all customers' shares; each customer counts once."""
    total = sum(shares)
    return [PRIOR_ACTS * SCALE * share // total for share in shares] if total else list(NO_PRIOR)


def hours_of(own: Weights, prior: Weights) -> Hours:
    """The best hour: the highest of the hours in which one may write, once neighbours were taken into account (1 : 2 : 1, round the
    clock); of equal ones the earlier."""
    added = [weight * SCALE + extra for weight, extra in zip(own, prior, strict=True)]
    smoothed = [added[hour - 1] + 2 * added[hour] + added[(hour + 1) % HOURS] for hour in range(HOURS)]
    best = max(range(FIRST_SEND_HOUR, LAST_SEND_HOUR + 1), key=lambda hour: (smoothed[hour], -hour))
    return Hours(tuple(own), tuple(prior), tuple(smoothed), best)
