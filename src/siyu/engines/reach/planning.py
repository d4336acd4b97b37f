"""Which messages are worth two scarce quotas, and what goes into one task. Pure.

The customer's quota: WeCom gives each customer only so many mass messages in a period. The staff's: somebody confirms only so many
tasks a day, and one task carries one content to all the customers that a member has. For one member these are the most valuable
few contents, where each customer takes the best of them that their quota allows. Customers of different members have nothing to
do with each other, so members are decided one by one: exactly where the ways to choose are few, else by the greatest gain first,
which comes to at least 63 % of the best.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import combinations
from math import comb
from typing import Final

import numpy as np
from numpy.typing import NDArray

from siyu.kernel.ids import derived_hex
from siyu.platform.numbers import distinct

NOT_ASKED: Final = -1
"""Stands where a message is not for a customer; a worth of 0 is an unknown one."""
NO_MEMBER: Final = -1
"""Stands where nobody knows which member WeCom will hand a customer to: their confirmations are not counted."""
EXACT_WAYS_MAX = 64
CUSTOMERS_MAX, GROUPS_MAX = 10_000, 2_000
"""What one task of WeCom takes."""

Worths = NDArray[np.int64]
"""One row a customer, one column a message: what it is worth in fen, or NOT_ASKED."""
Ids = NDArray[np.uint64]
Chosen = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Demand:
    """What is wanted of the quotas: `slots` is how many messages each customer may still get, `members` the row's member (any
    number) or NO_MEMBER, `confirmations` how many contents a member confirms."""

    worths: Worths
    slots: NDArray[np.int64]
    members: NDArray[np.int64]
    confirmations: int


def choose(demand: Demand) -> Chosen:
    """Which message goes to which customer so that the quotas bring most; of equal worth the earlier one."""
    chosen = _taken(demand.worths, demand.slots)
    if demand.worths.shape[1] <= demand.confirmations:
        return chosen
    for rows in _rows_by_member(demand.members):
        kept = _best_messages(demand.worths[rows], demand.slots[rows], demand.confirmations)
        chosen[rows] = _taken(_only(demand.worths[rows], kept), demand.slots[rows])
    return chosen


def first_come(demand: Demand) -> Chosen:
    """What would go out without a plan: each message in its turn, as long as the customer and the member have room."""
    asked = demand.worths != NOT_ASKED
    for rows in _rows_by_member(demand.members):
        wanted = np.flatnonzero(asked[rows].any(axis=0))
        late = wanted[demand.confirmations :]
        asked[np.ix_(rows, late)] = False
    taken: Chosen = asked & (np.cumsum(asked, axis=1) <= demand.slots[:, None])
    return taken


def value_of(worths: Worths, chosen: Chosen) -> int:
    """What a choice is worth in all."""
    return int(worths[chosen].sum())


def _taken(worths: Worths, slots: NDArray[np.int64]) -> Chosen:
    """Each customer's best messages, as many as their quota allows."""
    if worths.shape[1] == 0:
        return np.zeros(worths.shape, dtype=np.bool_)
    order = np.argsort(-worths, axis=1, kind="stable")
    places = np.empty_like(order)
    np.put_along_axis(places, order, np.arange(worths.shape[1])[None, :], axis=1)
    taken: Chosen = (places < slots[:, None]) & (worths != NOT_ASKED)
    return taken


def _only(worths: Worths, kept: Sequence[int]) -> Worths:
    narrowed = np.full_like(worths, NOT_ASKED)
    narrowed[:, list(kept)] = worths[:, list(kept)]
    return narrowed


def _rows_by_member(members: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    """The rows of each member, without those of nobody."""
    order = np.argsort(members, kind="stable")
    bounds = np.flatnonzero(np.diff(members[order])) + 1
    for rows in np.split(order, bounds):
        if len(rows) and members[rows[0]] != NO_MEMBER:
            yield rows


def _best_messages(worths: Worths, slots: NDArray[np.int64], most: int) -> tuple[int, ...]:
    """Which messages one member should confirm; between equal values those that reach more, then the earlier ones."""
    wanted = [int(each) for each in np.flatnonzero((worths != NOT_ASKED).any(axis=0))]
    if len(wanted) <= most:
        return tuple(wanted)
    if comb(len(wanted), most) <= EXACT_WAYS_MAX:
        return max(combinations(wanted, most), key=lambda kept: _gain(worths, slots, kept))
    kept: tuple[int, ...] = ()
    for _ in range(most):
        rest = [each for each in wanted if each not in kept]
        kept = (*kept, max(rest, key=lambda each: _gain(worths, slots, (*kept, each))))
    return tuple(sorted(kept))


def _gain(worths: Worths, slots: NDArray[np.int64], kept: Sequence[int]) -> tuple[int, int]:
    part = worths[:, list(kept)]
    if (slots == 1).all():
        best = part.max(axis=1)
        asked = best != NOT_ASKED
        return int(best[asked].sum()), int(asked.sum())
    taken = _taken(part, slots)
    return int(part[taken].sum()), int(taken.sum())


def sender_of(accounts: Sequence[str] | None, userids: Sequence[str]) -> str | None:
    """Who has to send: nobody in particular ("") where no persona speaks, else the first of the persona's accounts that has the
    customer; None where none has."""
    if accounts is None:
        return ""
    ours = {each.lower() for each in accounts}
    return next((each for each in userids if each.lower() in ours), None)


def chunks_of(ids: Ids, most: int = CUSTOMERS_MAX) -> list[Ids]:
    """Everybody in parts that one task can take; the same people give the same parts."""
    ordered = distinct(ids)
    return [ordered[start : start + most] for start in range(0, len(ordered), most)]


def chunk_key(corp_id: str, content_key: str, ends_at: datetime, message_ids: Sequence[int]) -> str:
    """One name for one content to the same messages in one window, whoever asks how often. What nobody confirmed by then is
    another task the next day."""
    window = ends_at.astimezone(UTC).isoformat()
    return derived_hex("mass task", corp_id, content_key, window, *map(str, sorted(message_ids)))
