"""Boards: the members of a dimension as rows, metrics as columns, each over the last periods. Every metric is asked for once, by
all members together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from siyu.domain.metrics import reading as metrics
from siyu.domain.metrics.contracts import Breakdown, Grain, Metric, TurnBreakdown, Value, breakdown_of
from siyu.engines.insight.metric_spans import spans_of
from siyu.engines.insight.metric_values import Numbers
from siyu.engines.insight.terms.breakdowns import Group
from siyu.engines.insight.terms.periods import between, moved, start_of

METRICS_MAX = 8


@dataclass(frozen=True, slots=True)
class BoardCell:
    """A metric of a row: its values in the periods, the last of which is not over, and what it is to come to in each."""

    values: Sequence[Value]
    targets: Sequence[float | None]


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A member (or all others, or those of none) and its cells, one for each metric."""

    group: Group
    cells: Sequence[BoardCell]


@dataclass(frozen=True, slots=True)
class Board:
    """The days begin the periods. `whole` is all together: not always the sum of the rows."""

    dimension: str
    grain: Grain
    days: Sequence[date]
    as_of: datetime
    ids: Sequence[int]
    metrics: Sequence[Metric]
    whole: BoardRow
    rows: Sequence[BoardRow]

    @property
    def breakdown(self) -> Breakdown:
        """By what the rows are told apart."""
        return _breakdown(self.dimension)


def board(numbers: Numbers, dimension: str, keys: Sequence[str], grain: Grain, count: int) -> Board:
    """The last `count` periods and the present one; members in which nothing happened are not there."""
    breakdown = _breakdown(dimension)
    as_of = numbers.database.clock.now()
    today = as_of.astimezone(numbers.zone).date()
    periods = between(moved(start_of(today, grain), grain, -max(count, 2)), today, grain, as_of, numbers.zone)
    with numbers.asking(spans_of(periods)) as question:
        shown = [question.metric(key) for key in keys]
        ids = [question.ids[key] for key in keys]
        targets = _targets(numbers, ids, grain, dimension)
        question.find(keys)
        whole = [BoardCell(question.values(key), [None] * len(periods)) for key in keys]
        with question.broken_down(breakdown, keys) as parts:
            if parts.groups is None:
                raise RuntimeError("a question that is broken down has groups")
            parts.find(keys)
            rows = []
            for slot in sorted({slot for key in keys for slot in parts.groups_found(key)}, key=lambda n: (n == 0, n)):
                group = parts.groups.group(slot)
                cells = []
                for key, metric_id in zip(keys, ids, strict=True):
                    told = targets.get((metric_id, group.key), {}) if group.kind == "value" else {}
                    cells.append(BoardCell(parts.values(key, slot), [told.get(day) for day in periods.days]))
                rows.append(BoardRow(group, cells))
    return Board(dimension, grain, periods.days, as_of, ids, shown, BoardRow(Group("other"), whole), rows)


def _breakdown(dimension: str) -> Breakdown:
    found = breakdown_of(dimension)
    if isinstance(found, TurnBreakdown):
        raise TypeError("turns are no dimension")
    return found


def _targets(
    numbers: Numbers, ids: Sequence[int], grain: Grain, dimension: str
) -> Mapping[tuple[int, str], dict[date, float]]:
    """By metric and member, what each period is to come to."""
    found: dict[tuple[int, str], dict[date, float]] = {}
    with numbers.database.read() as reading:
        for each in metrics.targets_of(reading, ids, dimension):
            if each.grain == grain:
                found.setdefault((each.metric_id, each.member), {})[each.starts_on] = each.value
    return found
