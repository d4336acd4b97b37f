"""What conditions ask of sets that are not in the columns: who is in a stopped segment, who stands on a list."""

from __future__ import annotations

import numpy as np

from siyu.domain.segments import reading as segments
from siyu.domain.segments.contracts import Ids, ListCondition, SegmentCondition
from siyu.platform.numbers import distinct
from siyu.platform.postgres.database import Database

SetLeaf = SegmentCondition | ListCondition


class StoredSets:
    """The sets as PostgreSQL has them when they are first asked for; each is read once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[SetLeaf, Ids] = {}

    def members(self, leaf: SetLeaf) -> Ids:
        """Who is in it."""
        if leaf not in self._known:
            with self._database.read() as reading:
                if isinstance(leaf, SegmentCondition):
                    self._known[leaf] = segments.members_of(reading, leaf.segment_id)
                else:
                    self._known[leaf] = segments.list_members_of(reading, leaf.list_id)
        return self._known[leaf]

    def changed(self) -> Ids:
        """Who came into or left any of the sets since it was read."""
        now = StoredSets(self._database)
        found = [np.setxor1d(before, now.members(leaf), assume_unique=True) for leaf, before in self._known.items()]
        return distinct(np.concatenate([np.empty(0, np.uint64), *found]))
