"""What the parts of a breakdown are called, where their keys are numbers of something with a name."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from siyu.domain.company import reading as company
from siyu.domain.definitions import reading as definitions
from siyu.domain.metrics.contracts import (
    MetricBreakdown,
    SegmentBreakdown,
    StaffBreakdown,
    TagBreakdown,
    UnitBreakdown,
)
from siyu.domain.tags import reading as tags
from siyu.engines.insight.terms.breakdowns import Group
from siyu.platform.postgres.database import Reading


def group_labels(reading: Reading, breakdown: MetricBreakdown | None, groups: Collection[Group]) -> Mapping[str, str]:
    """By key. Parts that are not there have no name in themselves."""
    ids = [int(each.key) for each in groups if each.key.isascii() and each.key.isdecimal() and len(each.key) < 19]
    if isinstance(breakdown, TagBreakdown):
        names = tags.tag_names(reading, ids)
    elif isinstance(breakdown, UnitBreakdown):
        names = company.unit_names(reading, ids)
    elif isinstance(breakdown, StaffBreakdown):
        names = company.staff_names(reading, ids)
    elif isinstance(breakdown, SegmentBreakdown):
        names = {key: each.name for key, each in definitions.names_of(reading, ids).items()}
    else:
        names = {}
    return {str(key): name for key, name in names.items()}
