"""Takes away what nobody needs any more: the hidden segments of branches of versions that are not in force and that nobody walks,
and the paths of those who ended long ago."""

from __future__ import annotations

from typing import Final

from siyu.domain.definitions import reading as definitions
from siyu.domain.journeys import reading as journeys_reading
from siyu.domain.journeys import service as journeys
from siyu.domain.journeys.contracts import JOURNEY_KIND, BranchPlan, JourneyPlan
from siyu.domain.segments import reading as segments_reading
from siyu.domain.segments import service as segments
from siyu.engines.orchestration.publishing import lock_publishing
from siyu.engines.orchestration.referring import ACTOR
from siyu.platform.postgres.database import Database, UnitOfWork

FORGOTTEN_AT_ONCE: Final = 50_000


def tidy(database: Database) -> int:
    """Goes through all journeys in force; gives how many hidden segments it took away. Each journey is a transaction of
    its own."""
    with database.read() as reading:
        journey_ids = [each.definition_id for each in definitions.live_versions(reading, JOURNEY_KIND)]
        hidden = segments_reading.hidden_of(reading, journey_ids)
    gone = 0
    for journey_id, parts in hidden.items():
        if parts:
            with database.begin() as work:
                gone += _tidy_one(work, journey_id)
    return gone


def forget_paths(database: Database) -> int:
    """Forgets by what places those came who ended long ago, some thousands in a transaction; gives of how many moves."""
    total, since = 0, None
    while True:
        with database.begin() as work:
            gone, since = journeys.forget_passages(work, ACTOR, FORGOTTEN_AT_ONCE, since)
        total += gone
        if gone < FORGOTTEN_AT_ONCE:
            return total


def _tidy_one(work: UnitOfWork, journey_id: int) -> int:
    lock_publishing(work)
    walked = journeys_reading.walked_versions(work, journey_id)
    plans = journeys_reading.plans(work, [(journey_id, version) for version in walked])
    kept = {segment_id for plan in plans.values() for segment_id in _segments_of(plan)}
    return segments.drop_hidden(work, ACTOR, journey_id, kept)


def _segments_of(plan: JourneyPlan) -> set[int]:
    return {way.segment_id for node in plan.places if isinstance(node, BranchPlan) for way in node.ways}
