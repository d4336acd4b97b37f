"""From a wish to hand-overs: which customers are chosen, who gets whom, who cannot be handed over and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from siyu.domain.contacts import service as contacts
from siyu.domain.contacts.contracts import (
    GROUPS_A_DAY_MAX,
    UNDONE_STATES,
    Candidate,
    Giver,
    Inheritance,
    UnknownInheritanceError,
    Wanted,
)
from siyu.domain.groups import reading as groups
from siyu.domain.segments import reading as segments
from siyu.domain.tags import reading as tags
from siyu.engines.inheritance.contracts import Choice, Outline, TakerShare, Wish
from siyu.engines.inheritance.sharing import Shared, share, share_groups
from siyu.kernel.actors import Actor
from siyu.platform.postgres.database import Reading, UnitOfWork


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A wish worked out."""

    chosen: Sequence[Candidate]
    shared: Shared
    groups: Mapping[str, int]
    groups_under_way: int
    takers: Mapping[int, int]


def outline(reading: Reading, actor: Actor, wish: Wish) -> Outline:
    """What would come of a wish; nothing is done."""
    drawn = _draw(reading, actor, wish)
    of_customers = Counter(drawn.shared.taker_of.values())
    of_groups = Counter(drawn.groups.values())
    return Outline(
        chosen=len(drawn.chosen),
        customers=len(drawn.shared.taker_of),
        obstacles=dict(Counter(drawn.shared.obstacles.values())),
        groups=len(drawn.groups),
        groups_under_way=drawn.groups_under_way,
        takers=[TakerShare(each, now, of_customers[each], of_groups[each]) for each, now in sorted(drawn.takers.items())],
        days=max((ceil(number / GROUPS_A_DAY_MAX) for number in of_groups.values()), default=0),
    )  # fmt: skip


def begin(work: UnitOfWork, actor: Actor, asked_key: str, wish: Wish) -> Inheritance:
    """Has a wish done, once for each key."""
    known = contacts.find_inheritance(work, actor, asked_key)
    if known is not None:
        return known
    drawn = _draw(work, actor, wish)
    return contacts.begin_inheritance(
        work, actor, Wanted(asked_key, wish.giver_id, wish.message, drawn.shared.taker_of, drawn.groups)
    )


def _draw(reading: Reading, actor: Actor, wish: Wish) -> _Drawn:
    giver = contacts.get_giver(reading, actor, wish.giver_id)
    takers = contacts.fit_takers(reading, actor, giver, wish.taker_ids)
    profiles, chats = _undone(reading, actor, wish)
    chosen = [
        each
        for each in _chosen(reading, wish.choice, contacts.candidates(reading, actor, giver))
        if profiles is None or each.profile_id in profiles
    ]
    shared = share(chosen, takers, wish.sharing, wish.by_hand, is_resigned=giver.left_at is not None)
    owned = _owned(reading, giver, wish.group_ids)
    if chats is not None:
        owned &= chats
    free = owned - contacts.chats_under_way(reading, actor, giver)
    of_groups = share_groups(free, sorted(takers))
    return _Drawn(chosen, shared, of_groups, len(owned) - len(free), takers)


def _undone(reading: Reading, actor: Actor, wish: Wish) -> tuple[set[int] | None, set[str] | None]:
    """To what a wish is bound that is to be tried again."""
    if wish.again_of is None:
        return None, None
    if contacts.get_inheritance(reading, actor, wish.again_of).giver_id != wish.giver_id:
        raise UnknownInheritanceError
    return contacts.undone(reading, actor, wish.again_of, UNDONE_STATES)


def _owned(reading: Reading, giver: Giver, group_ids: Collection[int] | None) -> set[str]:
    owned = groups.owned_by(reading, giver.corp_id, giver.userid)
    wanted = owned.keys() if group_ids is None else owned.keys() & set(group_ids)
    return {owned[group_id] for group_id in wanted}


def _chosen(reading: Reading, choice: Choice, candidates: Sequence[Candidate]) -> list[Candidate]:
    if choice.of == "nobody":
        return []
    if choice.of == "everyone":
        return list(candidates)
    ids = {each.customer_id for each in candidates}
    if choice.of == "segment":
        found = segments.is_member(reading, choice.of_id, ids)
    elif choice.of == "list":
        found = ids.intersection(segments.list_members_of(reading, choice.of_id).tolist())
    elif choice.of == "tag":
        found = {each for each, borne in tags.traits(reading, ids).items() if choice.of_id in borne}
    else:
        found = ids.intersection(choice.customer_ids)
    return [each for each in candidates if each.customer_id in found]
