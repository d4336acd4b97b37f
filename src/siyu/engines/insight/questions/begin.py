"""How a question begins: whom the asker may see, who is in the segments it names, which tags a group has."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

import numpy as np

from siyu.domain.company import reading as company
from siyu.domain.customers import reading as customers
from siyu.domain.definitions import reading as definitions
from siyu.domain.metrics.contracts import (
    Breakdown,
    MetricBreakdown,
    Question,
    SegmentBreakdown,
    StaffBreakdown,
    TagBreakdown,
)
from siyu.domain.segments import reading as segments
from siyu.domain.segments.contracts import SEGMENT_KIND
from siyu.domain.tags import service as tags
from siyu.engines.insight.questions.asking import Asking
from siyu.engines.insight.terms.whom import asked_whom
from siyu.kernel.actors import Actor
from siyu.kernel.errors import NotFoundError
from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Database, Reading


@contextmanager
def begun(database: Database, columns: Columns, zone: ZoneInfo, actor: Actor, question: Question) -> Iterator[Asking]:
    """The question's `Asking`, as of now. Segments are as PostgreSQL keeps them now; nothing is held there meanwhile."""
    actor.require("insight.read")
    breakdown: Breakdown | None = getattr(question, "breakdown", None)
    with database.read() as reading:
        named = breakdown.segment_ids if isinstance(breakdown, SegmentBreakdown) else ()
        require_segments(reading, {*named, *((question.segment_id,) if question.segment_id is not None else ())})
        ids = customers.ids_in_scope(reading, actor) if actor.scope.own_only else None
        if question.segment_id is not None:
            members = segments.members_of(reading, question.segment_id)
            ids = members if ids is None else np.intersect1d(ids, members, assume_unique=True)
        sets = {each: segments.members_of(reading, each) for each in named}
        part_ids = part_ids_of(reading, actor, breakdown)
    with asked_whom(columns, actor.scope, ids) as whom:
        yield Asking(columns, database.clock.now(), zone, whom, part_ids, sets)


def require_segments(reading: Reading, segment_ids: Collection[int]) -> None:
    """One that is not there would look like one that nobody is in."""
    found = definitions.names_of(reading, segment_ids) if segment_ids else {}
    for segment_id in sorted(segment_ids):
        if segment_id not in found or found[segment_id].kind != SEGMENT_KIND:
            raise NotFoundError(f"There is no segment {segment_id}.")


def part_ids_of(reading: Reading, actor: Actor, breakdown: MetricBreakdown | None) -> list[int]:
    """The tags of the group, or the staff whom the actor may see, by which a question is broken down."""
    if isinstance(breakdown, StaffBreakdown):
        return company.staff_ids_below(reading, actor.scope.unit_path)
    if not isinstance(breakdown, TagBreakdown):
        return []
    for group in tags.list_groups(reading, actor):
        if group.group_id == breakdown.group_id:
            return [tag.tag_id for tag in group.tags]
    raise NotFoundError(f"There is no group of tags {breakdown.group_id}.")
