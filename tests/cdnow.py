"""The published sample of CDNOW, from the data files of the package `lifetimes`: what 2,357 customers bought, day by day."""

from __future__ import annotations

import importlib.util
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

CUT = date(1997, 9, 30)
"""Up to here the published parameters were fitted."""
LAST = date(1998, 6, 30)


@cache
def sample() -> Mapping[int, Mapping[date, float]]:
    """{customer: {day: dollars}}; what was bought on one day is one purchase."""
    package = importlib.util.find_spec("lifetimes")  # importing it would load a world of old warnings
    assert package is not None
    assert package.origin is not None
    file = Path(package.origin).parent / "datasets" / "CDNOW_sample.txt"
    found: dict[int, dict[date, float]] = defaultdict(lambda: defaultdict(float))
    for line in file.read_text().splitlines():
        _, customer, day, _, dollars = line.split()
        found[int(customer)][date(int(day[:4]), int(day[4:6]), int(day[6:]))] += float(dollars)
    return {customer: dict(days) for customer, days in found.items()}
