"""Who of several gets whom; pure."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from siyu.domain.contacts.contracts import TRANSFERS_MAX, Candidate, Obstacle, Sharing


@dataclass(frozen=True, slots=True)
class Shared:
    """Who gets whom, and who cannot be handed over and why: {profile: taker}, {profile: obstacle}."""

    taker_of: Mapping[int, int]
    obstacles: Mapping[int, Obstacle]


def share(
    candidates: Sequence[Candidate],
    takers: Mapping[int, int],
    sharing: Sharing,
    by_hand: Mapping[int, int],
    *,
    is_resigned: bool,
) -> Shared:
    """Shares customers among takers ({member: customers they have now}). Whom a taker has already goes to that one: for the
    customer nothing changes. `by_hand` is {customer: taker}."""
    obstacles = {each.profile_id: found for each in candidates if (found := _obstacle(each, is_resigned=is_resigned))}
    free = sorted((each for each in candidates if each.profile_id not in obstacles), key=lambda each: each.profile_id)
    taker_of: dict[int, int] = {}
    if sharing is Sharing.BY_HAND:
        for each in free:
            taker = by_hand.get(each.customer_id)
            if taker is not None and taker in takers:
                taker_of[each.profile_id] = taker
            else:
                obstacles[each.profile_id] = Obstacle.NO_TAKER
        return Shared(taker_of, obstacles)
    loads = dict(takers) if sharing is Sharing.LEAST_BUSY else dict.fromkeys(takers, 0)
    for each in free:
        known = sorted(each.holders & takers.keys())
        if known:
            taker_of[each.profile_id] = min(known, key=lambda member: (loads[member], member))
            loads[taker_of[each.profile_id]] += sharing is Sharing.EVEN
    heap = [(load, member) for member, load in loads.items()]
    heapq.heapify(heap)
    for each in free:
        if each.profile_id not in taker_of:
            load, member = heapq.heappop(heap)
            taker_of[each.profile_id] = member
            heapq.heappush(heap, (load + 1, member))
    return Shared(taker_of, obstacles)


def _obstacle(candidate: Candidate, *, is_resigned: bool) -> Obstacle | None:
    if candidate.is_under_way:
        return Obstacle.IN_PROGRESS
    if not is_resigned and candidate.recent >= TRANSFERS_MAX:
        return Obstacle.LIMITED
    return None


def share_groups(chat_ids: Iterable[str], takers: Sequence[int]) -> dict[str, int]:
    """Groups among takers in turn."""
    return {chat_id: takers[place % len(takers)] for place, chat_id in enumerate(sorted(chat_ids))}
