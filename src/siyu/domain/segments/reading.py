"""Who is in which segment, for other rooms, engines and faces; on their own account, without rights."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
from numpy.typing import NDArray

from siyu.domain.definitions import reading as definitions
from siyu.domain.segments import keeping_store, rules, store
from siyu.domain.segments.contracts import SEGMENT_KIND, Ids, SegmentState
from siyu.domain.segments.definition import as_document as condition_document
from siyu.domain.segments.definition import parse_definition
from siyu.domain.segments.estimates_reading import editions, editions_asked, estimates
from siyu.domain.segments.expanding import references
from siyu.domain.segments.exports_reading import chosen_of, expired_exports, find_export
from siyu.domain.segments.filters_reading import told_of_filters
from siyu.domain.segments.hidden import hidden_ids, hidden_of
from siyu.domain.segments.history import sizes_between
from siyu.domain.segments.keeping_reading import (
    calls,
    due,
    fingerprint,
    kept,
    ladders_of,
    next_due_ms,
    standing,
    waiting,
    wanted,
)
from siyu.domain.segments.ladders_rules import as_document as ladder_document
from siyu.domain.segments.ladders_templates import layers, lifecycle
from siyu.domain.segments.lists_reading import list_members_of, told_of_lists
from siyu.domain.segments.naming import Sentences, sentences_for
from siyu.domain.segments.referring import PublishedBook
from siyu.domain.segments.rfm_rules import as_document as scheme_document
from siyu.domain.segments.rfm_templates import eight_cells, eleven_cells, quadrants
from siyu.domain.segments.value_reading import (
    live_ladders,
    live_schemes,
    parts_ever,
    pressure_of,
    stages_of,
    told_of_stages,
)
from siyu.platform.postgres.database import Reading

__all__ = [
    "PublishedBook",
    "Sentences",
    "calls",
    "chosen_of",
    "common",
    "condition_document",
    "due",
    "editions",
    "editions_asked",
    "eight_cells",
    "eleven_cells",
    "estimates",
    "expired_exports",
    "find_export",
    "fingerprint",
    "hidden_ids",
    "hidden_of",
    "kept",
    "ladder_document",
    "ladders_of",
    "layers",
    "lifecycle",
    "list_members_of",
    "live_ladders",
    "live_schemes",
    "next_due_ms",
    "parse_definition",
    "parts_ever",
    "pressure_of",
    "quadrants",
    "references",
    "scheme_document",
    "sentences_for",
    "sizes_between",
    "stages_of",
    "standing",
    "told_of_filters",
    "told_of_lists",
    "told_of_stages",
    "waiting",
    "wanted",
]
"""What of this door is written in the files beside it."""


def members_of(reading: Reading, segment_id: int) -> Ids:
    """The ids of all members, ascending."""
    return rules.ids_of(store.read_bits(reading.driver, segment_id))


def common(one: Ids, other: Ids) -> Ids:
    """Who is in both, ascending; each is given without repeats."""
    return np.intersect1d(one, other, assume_unique=True)


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
    """How each of the segments stands; one that was never built stands at the beginning."""
    known = keeping_store.states(reading.driver, segment_ids)
    return {segment_id: known.get(segment_id) or SegmentState(segment_id) for segment_id in segment_ids}


def are_members(reading: Reading, segment_id: int, customer_ids: NDArray[np.int64]) -> NDArray[np.bool_]:
    """For each of the customers whether they are in the segment: for who asks about thousands, and again for every segment."""
    return rules.contains(store.read_bits(reading.driver, segment_id), customer_ids)
