"""Questions answered by hand, event by event; slow, and plain enough to be believed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from siyu.domain.definitions.contracts import EventMatch
from siyu.domain.metrics.contracts import (
    BetweenDays,
    Bracket,
    Completion,
    Funnel,
    LastPeriods,
    Lifecycle,
    Paths,
    RetentionQuestion,
    Stickiness,
)
from siyu.domain.segments.contracts import ACTS_IN_ROOMS, ROOM_SOURCES
from tests.engines.audience.histories import Happening, History

MS = timedelta(milliseconds=1)


@dataclass(frozen=True)
class Done:
    """An event of a customer; `place` says which came first."""

    place: tuple[int, int, int]
    happening: Happening

    @property
    def ms(self) -> int:
        return self.place[0]


def ms_of(instant: datetime) -> int:
    return (instant - datetime.fromisoformat("1970-01-01T00:00:00+00:00")) // MS


class World:
    """Everybody's events in order, as of an instant, of the customers asked about."""

    def __init__(self, history: History, as_of: datetime, zone: ZoneInfo, among: set[int] | None) -> None:
        self.as_of, self.as_of_ms, self.zone = as_of, ms_of(as_of), zone
        self.events: dict[int, list[Done]] = defaultdict(list)
        self.people = {each.customer_id: each for each in history.people if not each.is_deleted}
        for n, each in enumerate(history.happenings):
            customer = history.merged.get(each.profile_id, each.profile_id)
            if each.profile_id == 0 or ms_of(each.occurred_at) > self.as_of_ms:
                continue
            if among is None or customer in among:
                self.events[customer].append(Done((ms_of(each.occurred_at), each.position, n), each))
        for found in self.events.values():
            found.sort(key=lambda done: done.place)

    def day_of(self, ms: int) -> date:
        return (datetime.fromisoformat("1970-01-01T00:00:00+00:00") + ms * MS).astimezone(self.zone).date()

    def start_ms(self, day: date) -> int:
        return ms_of(datetime(day.year, day.month, day.day, tzinfo=self.zone))

    def days_of(self, period: LastPeriods | BetweenDays) -> tuple[date, date]:
        if isinstance(period, BetweenDays):
            return date.fromisoformat(period.since_on), date.fromisoformat(period.until_on)
        today = self.as_of.astimezone(self.zone).date()
        first = start_of(today, period.unit)
        for _ in range(period.amount - 1):
            first = start_of(first - timedelta(days=1), period.unit)
        return first, today

    def starts(self, period: LastPeriods | BetweenDays, grain: str) -> list[date]:
        """The first days of the periods that have begun."""
        first, last = self.days_of(period)
        found = [start_of(first, grain)]
        while (following := after(found[-1], grain)) <= last:
            found.append(following)
        return [day for day in found if self.start_ms(day) <= self.as_of_ms]

    def is_over(self, day: date) -> bool:
        """Whether the day before this one is."""
        return self.start_ms(day) - 1 <= self.as_of_ms


def start_of(day: date, grain: str) -> date:
    if grain == "week":
        while day.weekday():
            day -= timedelta(days=1)
    return day.replace(day=1) if grain == "month" else day


def after(start: date, grain: str, times: int = 1) -> date:
    for _ in range(times):
        start = start_of(start + timedelta(days={"day": 1, "week": 7, "month": 32}[grain]), grain)
    return start


def matches(done: Done, events: Sequence[EventMatch]) -> bool:
    each = done.happening
    if not events:
        return each.source not in ROOM_SOURCES or each.name in ACTS_IN_ROOMS
    return any(each.name == match.event and all(_passes(each, f) for f in match.where) for match in events)


def _passes(each: Happening, wanted: Any) -> bool:
    value = each.properties.get(wanted.property)
    if wanted.operator == "is":
        return type(value) is type(wanted.value) and value == wanted.value
    assert wanted.operator == "at_least"
    return isinstance(value, int) and value >= wanted.value


def slot_of(value: Any) -> str:
    return "" if value is None else str(value)


def funnel(world: World, question: Funnel) -> dict[int, list[Done]]:
    """{customer who began: the events of the steps they came to}."""
    found = {}
    first, last = world.days_of(question.period)
    first, last = start_of(first, question.grain), after(start_of(last, question.grain), question.grain)
    for customer, events in world.events.items():
        steps = question.steps
        begins = [steps[0].events] if question.order != "any" else [step.events for step in steps]
        begun = [
            n
            for n, done in enumerate(events)
            if first <= world.day_of(done.ms) < last and any(matches(done, choice) for choice in begins)
        ]
        if not begun:
            continue
        start = begun[0]
        limit = events[start].ms + question.window.ms
        rest = [done for done in events[start:] if done.ms <= limit]
        if question.order == "any":
            came = [next((done for done in rest if matches(done, step.events)), None) for step in steps]
            found[customer] = sorted((done for done in came if done is not None), key=lambda done: done.place)
            continue
        reached = [rest[0]]
        waiting = rest[1:]
        for step in steps[1:]:
            here = next((n for n, done in enumerate(waiting) if matches(done, step.events)), None)
            if here is None:
                break
            between = waiting[:here]
            if step.without and any(matches(done, step.without) for done in between):
                break
            if question.order == "strict" and any(matches(done, each.events) for done in between for each in steps):
                break
            reached.append(waiting[here])
            waiting = [done for done in rest if done.place > waiting[here].place]
        found[customer] = reached
    return found


def at_share(values: Sequence[int], share: float) -> int:
    """The element that so large a share of all stands before."""
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


def bar_of(value: int, bars: Sequence[int]) -> int:
    return max(bar for bar in bars if bar <= value)


def funnel_counts(world: World, question: Funnel, bars: Sequence[int]) -> dict[str, Any]:
    """All numbers of a funnel without a breakdown."""
    found, size = funnel(world, question), len(question.steps)
    took = {
        (low, high): [came[high].ms - came[low].ms for came in found.values() if len(came) > high]
        for low, high in [*((n, n + 1) for n in range(size - 1)), (0, size - 1)]
    }
    times = {
        pair: (
            tuple(at_share(values, share) for share in (0.25, 0.5, 0.75)),
            dict(Counter(bar_of(each, bars) for each in values)),
        )
        if values
        else None
        for pair, values in took.items()
    }
    days = {
        day: tuple(
            sum(
                1
                for came in found.values()
                if len(came) > n and start_of(world.day_of(came[0].ms), question.grain) == day
            )
            for n in range(size)
        )
        for day in world.starts(question.period, question.grain)
    }
    return {
        "reached": tuple(sum(len(came) > n for came in found.values()) for n in range(size)),
        "times": times,
        "days": days,
    }


def retention(world: World, question: RetentionQuestion) -> dict[int, tuple[date, set[int]]]:
    """{customer: the first day of their cohort, the cells in which they came back}."""
    found = {}
    cohorts = set(world.starts(question.period, question.grain))
    for customer, events in world.events.items():
        starts = [done for done in events if matches(done, question.start)]
        if question.first == "period":
            starts = [done for done in starts if start_of(world.day_of(done.ms), question.grain) in cohorts]
        if not starts:
            continue
        cohort = start_of(world.day_of(starts[0].ms), question.grain)
        if cohort not in cohorts:
            continue
        came = set()
        for done in events:
            if not matches(done, question.back):
                continue
            day, offset = start_of(world.day_of(done.ms), question.grain), 0
            while after(cohort, question.grain, offset) < day:
                offset += 1
            came |= {
                n
                for n, bracket in enumerate(brackets_of(question))
                if day >= cohort and in_bracket(offset, bracket, question)
            }
        found[customer] = (cohort, came)
    return found


def brackets_of(question: RetentionQuestion) -> Sequence[Bracket]:
    return question.brackets or [Bracket(n, n) for n in range(1, question.offsets + 1)]


def in_bracket(offset: int, bracket: Bracket, question: RetentionQuestion) -> bool:
    return offset >= bracket.least and (question.how == "since" or offset <= bracket.most)


def retention_counts(
    world: World, question: RetentionQuestion
) -> list[tuple[date, int, list[tuple[int, bool] | None]]]:
    found = retention(world, question)
    rows = []
    for day in world.starts(question.period, question.grain):
        inside = [came for cohort, came in found.values() if cohort == day]
        cells: list[tuple[int, bool] | None] = []
        for n, bracket in enumerate(brackets_of(question)):
            if world.start_ms(after(day, question.grain, bracket.least)) > world.as_of_ms:
                cells.append(None)
                continue
            last = bracket.least if question.how == "since" else bracket.most
            is_open = not world.is_over(after(day, question.grain, last + 1))
            cells.append((sum(n in came for came in inside), is_open))
        rows.append((day, len(inside), cells))
    return rows


def path_lists(world: World, question: Paths) -> list[tuple[int, list[str]]]:
    """(customer, names from the anchor on) of each go that holds the anchor."""
    found = []
    first, last = world.days_of(question.period)
    for customer, events in world.events.items():
        kept = [
            done
            for done in events
            if first <= world.day_of(done.ms) <= last
            and (
                matches(done, (question.anchor,))
                or (done.happening.name in question.events if question.events else matches(done, ()))
            )
        ]
        if question.direction == "to":
            kept.reverse()
        goes: list[list[Done]] = []
        for done in kept:
            if goes and abs(done.ms - goes[-1][-1].ms) <= question.gap.ms:
                goes[-1].append(done)
            else:
                goes.append([done])
        for go in goes:
            start = next((n for n, done in enumerate(go) if matches(done, (question.anchor,))), None)
            if start is None:
                continue
            names: list[str] = []
            for done in go[start:]:
                if not (question.collapse and names and names[-1] == done.happening.name):
                    names.append(done.happening.name)
            found.append((customer, names[: question.steps + 1]))
    return found


def active_periods(world: World, events: Sequence[EventMatch], grain: str) -> dict[int, set[date]]:
    return {
        customer: {start_of(world.day_of(done.ms), grain) for done in found if matches(done, events)}
        for customer, found in world.events.items()
    }


def lifecycle(world: World, question: Lifecycle) -> list[tuple[date, int, int, int, int]]:
    active = active_periods(world, question.events, question.grain)
    rows = []
    for day in world.starts(question.period, question.grain):
        before = start_of(day - timedelta(days=1), question.grain)
        kinds: Counter[str] = Counter()
        for days in active.values():
            if day in days and min(days) == day:
                kinds["new"] += 1
            elif day in days:
                kinds["returning" if before in days else "resurrecting"] += 1
            elif before in days:
                kinds["dormant"] += 1
        rows.append((day, kinds["new"], kinds["returning"], kinds["resurrecting"], kinds["dormant"]))
    return rows


def stickiness(world: World, question: Stickiness) -> tuple[list[tuple[date, int, int]], list[int]]:
    active = active_periods(world, question.events, "day")
    rows = []
    for day in world.starts(question.period, "day"):
        span = {day - timedelta(days=n) for n in range(question.of_days)}
        rows.append(
            (day, sum(day in days for days in active.values()), sum(bool(days & span) for days in active.values()))
        )
    last = {rows[-1][0] - timedelta(days=n) for n in range(question.of_days)}
    times = Counter(len(days & last) for days in active.values())
    return rows, [times[n + 1] for n in range(question.of_days)]


def completion(world: World, question: Completion) -> dict[str, tuple[int, int, int | None]]:
    """{content: opened, finished, the middle of how long it took}."""
    first, last = world.days_of(question.period)
    took: dict[str, list[int | None]] = defaultdict(list)
    for events in world.events.values():
        begun: dict[str, Done] = {}
        for done in events:
            content = slot_of(done.happening.properties.get(question.property))
            if content and matches(done, (question.opened,)) and first <= world.day_of(done.ms) <= last:
                begun.setdefault(content, done)
        for content, start in begun.items():
            ends = [
                done.ms - start.ms
                for done in events
                if matches(done, (question.finished,))
                and slot_of(done.happening.properties.get(question.property)) == content
                and done.place > start.place
                and done.ms - start.ms <= question.window.ms
            ]
            took[content].append(ends[0] if ends else None)
    return {
        content: (
            len(values),
            sum(each is not None for each in values),
            at_share([each for each in values if each is not None], 0.5)
            if any(each is not None for each in values)
            else None,
        )
        for content, values in took.items()
    }


def by_part(members: Mapping[int, str], found: Mapping[int, Any], count: Callable[[Any], Any]) -> dict[str, list[Any]]:
    parts: dict[str, list[Any]] = defaultdict(list)
    for customer, each in found.items():
        parts[members.get(customer, "")].append(count(each))
    return dict(parts)
