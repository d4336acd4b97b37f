"""Walks a draft over the last month beside the version in force: what would have been other. A job, with no effect on anybody.

Both are walked in the same way (see `retracing`), over the same sample of the same customers, so that they compare; neither is what
really went out. What the log does not tell is told as today's: attributes, members of segments without an entering on record.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from math import sqrt
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from siyu.domain.definitions import reading as definitions
from siyu.domain.definitions.contracts import EventMatch, Filter
from siyu.domain.journeys import service as journeys
from siyu.domain.journeys.contracts import JOURNEY_ENTERED, Replay
from siyu.domain.segments import reading as segments
from siyu.domain.segments.contracts import Ids
from siyu.engines.orchestration.course_times import occasions
from siyu.engines.orchestration.happened import Audience, match_of, matches_of, people_of, times_of
from siyu.engines.orchestration.retracing import History, Past, Retraced, retraced, spread
from siyu.kernel.actors import system_actor
from siyu.kernel.clock import milliseconds_of
from siyu.kernel.errors import SiyuError
from siyu.platform.columns.client import Columns
from siyu.platform.numbers import distinct
from siyu.platform.postgres.database import Database, Reading

ACTOR: Final = system_actor("orchestration")
DAYS: Final = 30
SAMPLE_MAX: Final = 20_000
MINUTE_MS: Final = 60_000
SURE: Final = 1.96
"""Standard errors on either side within which 95 of 100 samples lie."""
Document = Mapping[str, Any]
Times = dict[int, list[int]]
"""{customer: minutes, ascending}."""


@dataclass(frozen=True, slots=True)
class Span:
    """The days that are walked: minute 0 is the midnight before the first."""

    since: datetime
    until: datetime
    midnight: datetime

    @classmethod
    def before(cls, now: datetime, zone: ZoneInfo) -> Span:
        """The last DAYS."""
        since = (now - timedelta(days=DAYS)).astimezone(zone)
        return cls(since, now, datetime.combine(since.date(), time(), zone))

    def minute(self, at: datetime) -> int:
        """The minute of an instant."""
        return (milliseconds_of(at) - milliseconds_of(self.midnight)) // MINUTE_MS

    @property
    def noons(self) -> list[datetime]:
        """The middle of each day."""
        return [self.midnight + timedelta(days=n, hours=12) for n in range(DAYS + 1)]


@dataclass
class Sampled:
    """The customers who are walked, and what is known of them; everybody whose number `one_of` divides."""

    columns: Columns
    span: Span
    one_of: int
    known: dict[EventMatch, Times] = field(default_factory=dict)

    def times(self, match: EventMatch) -> Times:
        """When it happened to each of them; asked once."""
        if match not in self.known:
            ids, at = times_of(self.columns, match, self.span.since, self.span.until, self.one_of)
            minutes = (at - milliseconds_of(self.span.midnight)) // MINUTE_MS
            cuts = np.flatnonzero(np.diff(ids)) + 1
            self.known[match] = {
                int(some[0]): each.tolist()
                for some, each in zip(np.split(ids, cuts), np.split(minutes, cuts), strict=True)
                if len(some)
            }
        return self.known[match]


def replay_once(database: Database, columns: Columns, audience: Audience, zone: ZoneInfo, replay_id: int) -> None:
    """The job: walks one, unless it has ended."""
    with database.read() as reading:
        replay = journeys.replay_to_walk(reading, ACTOR, replay_id)
        now = reading.clock.now()
    if replay is None:
        return

    def tell(done: int, steps: int) -> None:
        with database.begin() as work:
            journeys.save_replay_progress(work, ACTOR, replay_id, done, steps)

    try:
        with database.read() as reading:
            result = walked(reading, columns, audience, Span.before(now, zone), replay, tell)
    except SiyuError as error:
        with database.begin() as work:
            journeys.end_replay(work, ACTOR, replay_id, None, error.code)
        return
    with database.begin() as work:
        journeys.end_replay(work, ACTOR, replay_id, result)


def walked(
    reading: Reading,
    columns: Columns,
    audience: Audience,
    span: Span,
    replay: Replay,
    tell: Callable[[int, int], None] = lambda _done, _steps: None,
) -> dict[str, Any]:
    """What came of it, as it is kept."""
    documents: dict[str, Document] = {"draft": replay.document}
    if replay.against_version is not None:
        kept = definitions.get_version(reading, replay.journey_id, replay.against_version)
        documents["in_force"] = kept.document
    candidates = _candidates(reading, columns, span, replay.journey_id, documents.values())
    one_of = max(1, -(-len(candidates) // SAMPLE_MAX))
    sample = candidates[candidates % np.uint64(one_of) == 0]
    sampled = Sampled(columns, span, one_of)
    steps = len(documents) * (DAYS + 2)
    done = 0
    told: dict[str, Any] = {}
    getting: dict[str, set[int]] = {}
    for name, document in documents.items():
        ways: dict[str, NDArray[np.int8]] = {}
        for _ in _ways(audience, document, span, sample, ways):
            done += 1
            tell(done, steps)
        arrivals = _arrivals(reading, sampled, span, replay.journey_id, document, sample)
        past = Past(
            document, replay.journey_id, span.minute(span.until), span.midnight.isoweekday(), _way_of(ways, sample)
        )
        found = {
            customer_id: retraced(past, history) for customer_id, history in _histories(sampled, document, arrivals)
        }
        told[name] = _told(found, one_of)
        getting[name] = {customer_id for customer_id, each in found.items() if each.said}
        done = (len(told)) * (DAYS + 2)
        tell(done, steps)
    before = getting.get("in_force", set())
    return {
        "since": span.since.isoformat(),
        "until": span.until.isoformat(),
        "candidates": len(candidates),
        "sampled": len(sample),
        "error_percent": _error_percent(len(sample), len(candidates)),
        "newly": len(getting["draft"] - before) * one_of if "in_force" in told else None,
        "no_longer": len(before - getting["draft"]) * one_of if "in_force" in told else None,
        "draft": told["draft"],
        "in_force": told.get("in_force"),
    }


def _error_percent(sampled: int, candidates: int) -> float:
    """By how much a share may be off at most, of 100; 0 where everybody was walked."""
    if sampled >= candidates or not sampled:
        return 0.0
    return round(SURE * sqrt(0.25 / sampled) * sqrt(1 - sampled / candidates) * 100, 2)


def _heard(journey_id: int, trigger: Mapping[str, Any]) -> EventMatch:
    """What a trigger listens to; of those that listen to nothing in the log, the entries that there were."""
    return matches_of(trigger) or EventMatch(JOURNEY_ENTERED, (Filter("journey_id", "is", journey_id),))


def _candidates(reading: Reading, columns: Columns, span: Span, journey_id: int, documents: Iterable[Document]) -> Ids:
    """Everybody whom a trigger of any of the documents called."""
    found = [np.empty(0, np.uint64)]
    for document in documents:
        for trigger in document["triggers"]:
            if trigger["kind"] == "schedule" or trigger.get("include_members"):
                found.append(segments.members_of(reading, trigger["segment_id"]) if trigger["segment_id"] else found[0])
            if trigger["kind"] != "schedule":
                found.append(people_of(columns, _heard(journey_id, trigger), span.since, span.until)[0])
    return distinct(np.concatenate(found))


def _arrivals(
    reading: Reading, sampled: Sampled, span: Span, journey_id: int, document: Document, sample: Ids
) -> Times:
    """When triggers called each customer; members who never entered in these days were there from the beginning."""
    found: dict[int, set[int]] = {}

    def add(times: Mapping[int, Sequence[int]]) -> None:
        for customer_id, minutes in times.items():
            found.setdefault(customer_id, set()).update(minutes)

    for trigger in document["triggers"]:
        members: list[int] = []
        if (trigger["kind"] == "schedule" or trigger.get("include_members")) and trigger["segment_id"]:
            ids = segments.members_of(reading, trigger["segment_id"])
            members = np.intersect1d(ids, sample, assume_unique=True).tolist()
        if trigger["kind"] == "schedule":
            minutes = [
                at
                for at in occasions(trigger, DAYS + 1, span.midnight.date())
                if span.minute(span.since) <= at < span.minute(span.until)
            ]
            add(dict.fromkeys(members, minutes))
            continue
        times = sampled.times(_heard(journey_id, trigger))
        add(times)
        add({each: [span.minute(span.since)] for each in members if each not in times})
    return {customer_id: sorted(minutes) for customer_id, minutes in found.items()}


def _histories(sampled: Sampled, document: Document, arrivals: Times) -> Iterator[tuple[int, History]]:
    awaited = {
        node["key"]: sampled.times(match_of(node["event"]))
        for node in document["nodes"]
        if node["kind"] == "wait_event"
    }
    ends = [sampled.times(match) for each in document["exits"] if (match := matches_of(each)) is not None]
    goals = {
        each["key"]: sampled.times(match)
        for each in document["goals"]
        if (match := matches_of({**each, "kind": "goal"})) is not None
    }
    for customer_id, minutes in arrivals.items():
        yield (
            customer_id,
            History(
                customer_id,
                minutes,
                {key: times.get(customer_id, ()) for key, times in awaited.items()},
                sorted(minute for times in ends for minute in times.get(customer_id, ())),
                {key: times.get(customer_id, ()) for key, times in goals.items()},
            ),
        )


def _ways(
    audience: Audience, document: Document, span: Span, sample: Ids, ways: dict[str, NDArray[np.int8]]
) -> Iterator[None]:
    """Fills in, for each branch, which way every customer would have taken at the noon of each day; a yield a day."""
    branches = [node for node in document["nodes"] if node["kind"] == "branch"]
    for node in branches:
        ways[node["key"]] = np.full((DAYS + 1, len(sample)), len(node["ways"]), np.int8)
    conditions = [way["condition"] for node in branches for way in node["ways"]]
    for day, noon in enumerate(span.noons):
        if conditions and len(sample):
            answers = iter(audience.members(conditions, min(noon, span.until), sample))
            for node in branches:
                row = ways[node["key"]][day]
                for number in range(len(node["ways"])):
                    holds = np.isin(sample, next(answers), assume_unique=True)
                    row[holds & (row == len(node["ways"]))] = number
        yield


def _way_of(ways: Mapping[str, NDArray[np.int8]], sample: Ids) -> Callable[[str, int, int], int]:
    place = {int(customer_id): n for n, customer_id in enumerate(sample)}

    def way_of(key: str, customer_id: int, minute: int) -> int:
        days = ways[key]
        return int(days[min(minute // 1440, len(days) - 1)][place[customer_id]])

    return way_of


def _told(found: Mapping[int, Retraced], one_of: int) -> dict[str, Any]:
    """The numbers of one document, scaled up to everybody."""
    passed = Counter(key for each in found.values() for key in each.passed)
    goals = Counter(key for each in found.values() for key in set(each.goals))
    counts = [len(each.said) for each in found.values() if each.entries]
    return {
        "people": len(counts) * one_of,
        "entries": sum(each.entries for each in found.values()) * one_of,
        "passed": {key: count * one_of for key, count in passed.items()},
        "goals": {key: count * one_of for key, count in goals.items()},
        "messages": sum(counts) * one_of,
        "most": max(counts, default=0),
        "spread": [count * one_of for count in spread(counts)],
    }
