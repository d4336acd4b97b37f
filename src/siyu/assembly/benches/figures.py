"""What a benchmark is given and what it gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Figures = dict[str, float]
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class BenchOptions:
    """`customers`, `events` and `members` None mean the benchmark's own size; `is_quick` asks for a small run that shows the
    shape."""

    customers: int | None = None
    events: int | None = None
    is_quick: bool = False
    members: int | None = None


def rounded(figures: Figures) -> Figures:
    """Three significant digits are more than a shared machine can repeat; keep four."""
    return {name: float(f"{value:.4g}") for name, value in figures.items()}
