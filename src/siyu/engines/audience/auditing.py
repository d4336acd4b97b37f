"""Whether membership is what asking about everybody says. Nothing is changed, and nobody is kept from anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from siyu.domain.segments import reading as segments_reading
from siyu.domain.segments.contracts import Ids
from siyu.engines.audience.dirty import CUSTOMERS_MAX, asked_events, touched_since
from siyu.engines.audience.keeping import Audience, answers_to
from siyu.engines.audience.sets import StoredSets
from siyu.kernel.clock import milliseconds_of
from siyu.platform.numbers import union


@dataclass(frozen=True, slots=True)
class Difference:
    """Who is in a segment and should not be (`wrongly_in`), and who should be (`wrongly_out`); of `checked` customers."""

    segment_id: int
    checked: int
    wrongly_in: Ids
    wrongly_out: Ids

    @property
    def is_right(self) -> bool:
        """Whether there is no difference."""
        return not len(self.wrongly_in) and not len(self.wrongly_out)


def audit(audience: Audience, segment_ids: Sequence[int] | None = None) -> list[Difference]:
    """Compares segments that are kept true (all of them) with the answers about everybody, as of the instant and up to the
    position that their membership is true for. Customers about whom anything came since are left out."""
    with audience.database.read() as reading:
        standing = segments_reading.standing(reading)
        kept = [
            each for each in segments_reading.kept(reading) if segment_ids is None or each.segment_id in segment_ids
        ]
        if standing.as_of is None or not kept:
            return []
        members = {each.segment_id: segments_reading.members_of(reading, each.segment_id) for each in kept}
        waiting = {each.customer_id for each in segments_reading.calls(reading)}
        waiting.update(segments_reading.due(reading, milliseconds_of(standing.as_of), CUSTOMERS_MAX))
    sets = StoredSets(audience.database)
    answers = answers_to(audience, kept, standing.as_of, standing.position, None, sets)
    names = {*audience.row_events, *asked_events(each.document for each in kept)}
    with audience.database.read() as reading:
        waiting.update(touched_since(reading, standing.position, names))
        waiting.update(each.customer_id for each in segments_reading.calls(reading))
    left_out = union(answers.unsettled, np.fromiter(waiting, np.uint64, len(waiting)))
    checked = len(np.setdiff1d(answers.ids, left_out, assume_unique=True))
    found = []
    for number, each in enumerate(kept):
        expected = answers.members(number)
        wrongly_in = np.setdiff1d(members[each.segment_id], expected, assume_unique=True)
        wrongly_out = np.setdiff1d(expected, members[each.segment_id], assume_unique=True)
        found.append(
            Difference(
                each.segment_id,
                checked,
                np.setdiff1d(wrongly_in, left_out, assume_unique=True),
                np.setdiff1d(wrongly_out, left_out, assume_unique=True),
            )
        )
    return found
