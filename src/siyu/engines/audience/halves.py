"""Asking many conditions in parts: a statement that asks for all of them at once can be more than the columns take.

One that grows with the number of segments would some day be refused, and with it membership of all of them would stand still.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from siyu.domain.segments.contracts import Condition, Ids
from siyu.engines.audience.evaluate import Answers
from siyu.platform.columns.errors import ColumnsError
from siyu.platform.numbers import distinct

Ask = Callable[[Sequence[Condition]], Answers]


def asked_in_parts(ask: Ask, conditions: Sequence[Condition]) -> Answers:
    """What `ask` says of all conditions; where the columns refuse, of one half and then of the other, and so on. ColumnsError where
    they refuse one alone."""
    try:
        return ask(conditions)
    except ColumnsError:
        if len(conditions) < 2:
            raise
    middle = len(conditions) // 2
    return joined(asked_in_parts(ask, conditions[:middle]), asked_in_parts(ask, conditions[middle:]))


def joined(first: Answers, second: Answers) -> Answers:
    """Answers as of one instant and position as if they had been asked for together. Who was there for one part alone changed
    between the two, and is not settled."""
    one_sided = np.setxor1d(first.ids, second.ids, assume_unique=True)
    unsettled = distinct(np.concatenate([first.unsettled, second.unsettled, one_sided]))
    ids: Ids = np.setdiff1d(first.ids, unsettled, assume_unique=True)
    matches: list[NDArray[np.uint8]] = []
    dues = []
    for each in (first, second):
        keep = np.isin(each.ids, ids, assume_unique=True)
        dues.append(each.due_ms[keep])
        matches += [np.packbits(np.unpackbits(bits, count=len(each.ids))[keep]) for bits in each.matches]
    return Answers(ids, matches, np.minimum(*dues), unsettled)
