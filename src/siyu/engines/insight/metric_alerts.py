"""Alert rules held against the period that ended last: each rule once for each period, whoever asks and however often. Rules by the
same dimension are asked for together, and all members of it at once.

What is usual for a day is the mean of the same weekday in the four weeks before; for a week or a month the mean of the four before.
Of a period that ended while nobody looked, and of those before it, only the last is looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from siyu.domain.metrics import reading as metrics
from siyu.domain.metrics import service
from siyu.domain.metrics.contracts import GRAINS, AlertRule, Finding, Grain, Value, breakdown_of
from siyu.engines.insight.metric_spans import Span
from siyu.engines.insight.metric_values import Numbers, Question
from siyu.engines.insight.terms.breakdowns import Group
from siyu.engines.insight.terms.periods import day_start_ms, moved, start_of
from siyu.kernel.actors import Actor
from siyu.kernel.clock import milliseconds_of
from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Database

USUAL_PERIODS: Final = 4
_OF_CHANGE: Final = frozenset({"rose", "fell", "changed"})


def watch_metrics(
    database: Database, columns: Columns, zone: ZoneInfo, actor: Actor, *, lag: timedelta = timedelta()
) -> int:
    """Holds all rules that wait against the periods that ended last; gives how many it held. `lag` is how far the columns are
    behind the log: a period that ended within it waits, for events of it may be on their way."""
    now = database.clock.now()
    told_until_ms = milliseconds_of(now - lag)
    ended: dict[Grain, date] = {grain: _last_ended(grain, now, zone) for grain in GRAINS}
    with database.read() as reading:
        waiting = [
            rule
            for rule in metrics.rules_waiting(reading, ended)
            if milliseconds_of(rule.created_at) < _end_ms(rule.grain, ended[rule.grain], zone) <= told_until_ms
        ]
        together = sorted({(GRAINS.index(rule.grain), rule.dimension) for rule in waiting})
        ids = {rule.metric_id for rule in waiting}
        targets = {
            dimension: {
                (each.metric_id, each.grain, each.starts_on, each.member): each.value
                for each in metrics.targets_of(reading, ids, dimension)
            }
            for dimension in {rule.dimension for rule in waiting}
        }
    numbers = Numbers(database, columns, zone, actor)
    held = 0
    for place, dimension in together:
        grain = GRAINS[place]
        rules = [rule for rule in waiting if (rule.grain, rule.dimension) == (grain, dimension)]
        held += _hold(numbers, rules, ended[grain], targets[dimension])
    return held


Targets = Mapping[tuple[int, Grain, date, str], float]


def _hold(numbers: Numbers, rules: Sequence[AlertRule], starts_on: date, targets: Targets) -> int:
    grain, zone, database = rules[0].grain, numbers.zone, numbers.database
    steps = [7 * n if grain == "day" else n for n in range(USUAL_PERIODS + 1)]
    starts = [moved(starts_on, grain, -step) for step in steps]
    found: list[tuple[AlertRule, str, dict[str, list[Value]]]] = []
    with numbers.asking([Span(day_start_ms(day, zone), _end_ms(grain, day, zone)) for day in starts]) as question:
        keys = {metric_id: key for key, metric_id in question.ids.items()}
        asked = list(dict.fromkeys(keys[rule.metric_id] for rule in rules if rule.metric_id in keys))
        with _by_members(question, rules[0].dimension, asked) as parts:
            parts.find(asked)
            for rule in rules:
                if rule.metric_id in keys:
                    found.append((rule, keys[rule.metric_id], _values(parts, rule, keys[rule.metric_id])))
    held = 0
    for rule, key, by_member in found:
        findings = []
        for member, values in by_member.items():
            usual = _usual(rule, values, targets.get((rule.metric_id, grain, starts_on, member)))
            findings.append(Finding(values[0], usual, speaks(rule, values[0], usual), member))
        with database.begin() as work:
            held += service.record_check(work, numbers.actor, rule, key, starts_on, findings)
    return held


@contextmanager
def _by_members(question: Question, dimension: str, keys: Sequence[str]) -> Iterator[Question]:
    """The question itself, or the same by the members of a dimension."""
    if not dimension:
        yield question
        return
    with question.broken_down(breakdown_of(dimension), keys) as parts:
        yield parts


def _values(parts: Question, rule: AlertRule, key: str) -> dict[str, list[Value]]:
    """By member (empty: all together), the metric in each span."""
    if parts.groups is None:
        return {"": parts.values(key)}
    members = [each for each in parts.groups.keys if not rule.member or each == rule.member]
    return {each: parts.values(key, parts.groups.slot(Group("value", each))) for each in members}


def _usual(rule: AlertRule, values: Sequence[Value], target: float | None) -> float | None:
    """What the value is held against."""
    if rule.trigger == "below_target":
        return target
    told = [value for value in values[1:] if value is not None]
    return sum(told) / len(told) if rule.trigger in _OF_CHANGE and told else None


def speaks(rule: AlertRule, value: Value, usual: float | None) -> bool:
    """Whether somebody should know. Of no value, or where there is nothing to hold it against, nothing is said."""
    if value is None:
        return False
    if rule.trigger == "above":
        return value > rule.threshold
    if rule.trigger == "below":
        return value < rule.threshold
    if usual is None:
        return False
    if rule.trigger == "below_target":
        return value < usual * rule.threshold / 100
    bound = abs(usual) * rule.threshold / 100
    rose, fell = value - usual > bound, usual - value > bound
    return {"rose": rose, "fell": fell, "changed": rose or fell}[rule.trigger]


def _last_ended(grain: Grain, now: datetime, zone: ZoneInfo) -> date:
    return moved(start_of(now.astimezone(zone).date(), grain), grain, -1)


def _end_ms(grain: Grain, starts_on: date, zone: ZoneInfo) -> int:
    return day_start_ms(moved(starts_on, grain, 1), zone)
