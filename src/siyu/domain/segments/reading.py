"""Who is in which segment, for other rooms, engines and faces; on their own account, without rights."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from siyu.domain.definitions import reading as definitions
from siyu.domain.segments import rules, store
from siyu.domain.segments.contracts import SEGMENT_KIND, Ids, SegmentState, SegmentVersion
from siyu.domain.segments.definition import parse_definition, slides
from siyu.platform.postgres.database import Reading


def members_of(reading: Reading, segment_id: int) -> Ids:
    """The ids of all members, ascending."""
    return rules.ids_of(store.read_bits(reading.driver, segment_id))


def is_member(reading: Reading, segment_id: int, customer_ids: Collection[int]) -> set[int]:
    """Those of the customers who are in the segment."""
    return store.among(reading.driver, segment_id, customer_ids)


def segments_of(reading: Reading, customer_id: int) -> list[int]:
    """The ids of the segments the customer is in, ascending."""
    return sorted(store.segments_with(reading.driver, [customer_id]))


def told_of(reading: Reading, customer_ids: Collection[int]) -> list[dict[str, Any]]:
    """The segments that any of the customers is in, for the person herself."""
    names = {each.definition_id: each.name for each in definitions.live_versions(reading, SEGMENT_KIND)}
    return [
        {"segment_id": segment_id, "segment": names.get(segment_id)}
        for segment_id in sorted(store.segments_with(reading.driver, customer_ids))
    ]


def states_of(reading: Reading, segment_ids: Collection[int]) -> dict[int, SegmentState]:
    """How each of the segments stands; one that was never refreshed stands at the beginning."""
    known = store.states(reading.driver, segment_ids)
    return {segment_id: known.get(segment_id) or SegmentState(segment_id) for segment_id in segment_ids}


def live_segments(reading: Reading) -> list[SegmentVersion]:
    """The version in force of every live segment."""
    found = []
    for each in definitions.live_versions(reading, SEGMENT_KIND):
        condition = parse_definition(each.document)
        found.append(SegmentVersion(each.definition_id, each.version, condition, slides(condition)))
    return found
