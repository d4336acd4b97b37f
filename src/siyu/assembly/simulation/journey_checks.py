"""What must hold of journeys at any moment at which somebody looks: whatever came to a node has left it, or is there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from siyu.domain.journeys import reading as journeys
from siyu.domain.journeys.contracts import EVERYWHERE, JourneyPlan, JourneyVersion, Way, edges_of
from siyu.platform.postgres.database import Reading

Counts = Mapping[tuple[int, int, int, int], int]
"""{(journey, version, place, way): how many}, as the room counts."""
Entries = Mapping[tuple[int, int, int, str], int]
"""{(journey, version, place, state): how many}, entry by entry."""
_ENDS: Final = {Way.COMPLETED: "completed", Way.EXITED: "exited", Way.GOAL: "goal"}


def arithmetic_faults(reading: Reading) -> Iterator[str]:
    """A sentence for each thing that does not add up; holds after every commit, so at any moment."""
    counts: Counts = {
        tuple(row[:4]): int(row[4])
        for row in reading.driver.execute(
            "SELECT journey_id, version, place, way, sum(amount) FROM journeys.counts GROUP BY 1, 2, 3, 4"
        ).fetchall()
    }
    entries: Entries = {
        tuple(row[:4]): row[4]
        for row in reading.driver.execute(
            "SELECT journey_id, version, place, state, count(*) FROM journeys.entries GROUP BY 1, 2, 3, 4"
        ).fetchall()
    }
    rows = reading.driver.execute("SELECT journey_id, version FROM journeys.plans").fetchall()
    plans = journeys.plans(reading, [(row[0], row[1]) for row in rows])
    yield from _standing_faults(counts, entries)
    yield from _ended_faults(counts, entries)
    for journey_id in sorted({each for each, _ in plans}):
        own = {version: plan for (each, version), plan in plans.items() if each == journey_id}
        yield from _flow_faults(journey_id, own, counts, entries)
    yield from _passage_faults(reading, plans, counts)


def _standing_faults(counts: Counts, entries: Entries) -> Iterator[str]:
    """Who is counted at a node is there, and who is there is counted."""
    for way, state in ((Way.RESTING, "active"), (Way.PAUSED, "paused")):
        counted = {key[:3]: many for key, many in counts.items() if key[3] == way and many}
        there = {key[:3]: many for key, many in entries.items() if key[3] == state}
        for place in sorted(counted.keys() | there.keys()):
            if counted.get(place, 0) != there.get(place, 0):
                yield f"At {place} {counted.get(place, 0)} are counted as {state}, {there.get(place, 0)} are."


def _ended_faults(counts: Counts, entries: Entries) -> Iterator[str]:
    """Of each journey as many came in as there are entries, and as many ended in each way."""
    counted, there = Counter[tuple[int, str]](), Counter[tuple[int, str]]()
    for (journey_id, _, place, way), many in counts.items():
        if place == EVERYWHERE and way in (Way.ENTERED, *_ENDS):
            counted[journey_id, _ENDS.get(Way(way), "entered")] += many
    for (journey_id, _, _, state), many in entries.items():
        there[journey_id, "entered"] += many
        if state in _ENDS.values():
            there[journey_id, state] += many
    for key in sorted(counted.keys() | there.keys()):
        if counted[key] != there[key]:
            yield f"Of journey {key[0]} {counted[key]} are counted as {key[1]}, {there[key]} have."


def _flow_faults(journey_id: int, plans: Mapping[int, JourneyPlan], counts: Counts, entries: Entries) -> Iterator[str]:
    """Whoever came to a node, over all versions, has passed it, is there, or was taken out there."""
    came, left, over = Counter[str](), Counter[str](), 0
    for version, plan in plans.items():
        came[plan.places[plan.start].key] += counts.get((journey_id, version, EVERYWHERE, Way.ENTERED), 0)
        for place, node in enumerate(plan.places):
            at = journey_id, version, place
            for number, edge in enumerate(edges_of(node)):
                passed = counts.get((*at, number), 0)
                left[node.key] += passed
                if edge is None:
                    over += passed
                else:
                    came[plan.places[edge].key] += passed
            left[node.key] += sum(entries.get((*at, state), 0) for state in ("active", "paused", "exited", "goal"))
    for key in sorted(came.keys() | left.keys()):
        if came[key] != left[key]:
            yield f"Of journey {journey_id} {came[key]} came to node {key}, {left[key]} have left it or are there."
    ended = sum(many for (each, _, _, state), many in entries.items() if (each, state) == (journey_id, "completed"))
    if over != ended:
        yield f"Of journey {journey_id} {over} went along the last edges, {ended} have been through."


def _passage_faults(reading: Reading, plans: Mapping[JourneyVersion, JourneyPlan], counts: Counts) -> Iterator[str]:
    """What each entry keeps of its way is what is counted of edges, where the places never changed their numbers."""
    versions = Counter(journey_id for journey_id, _ in plans)
    rows = reading.driver.execute(
        "SELECT e.journey_id, at.place, count(*) FROM journeys.passages p JOIN journeys.entries e USING (entry_id)"
        " CROSS JOIN LATERAL unnest(p.places) AS at(place) GROUP BY 1, 2"
    ).fetchall()
    seen = {(row[0], row[1]): row[2] for row in rows}
    for (journey_id, version), plan in plans.items():
        if versions[journey_id] > 1:
            continue
        came = Counter[int]()
        for place, node in enumerate(plan.places):
            for number, edge in enumerate(edges_of(node)):
                if edge is not None:
                    came[edge] += counts.get((journey_id, version, place, number), 0)
        for place in range(len(plan.places)):
            kept = seen.get((journey_id, place), 0)
            if place != plan.start and came[place] != kept:
                yield f"Of journey {journey_id} {came[place]} are counted as come to {place}, {kept} keep that they did."
