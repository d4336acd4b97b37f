"""Who moves on a ladder, from what audience says about its stages. Part of `service`.

Audience tells of one stage at a time; here exit and entry of one moment become one movement. What was told last is kept for each
customer, so each movement is told exactly once, and the movements of a customer form a chain. Where an exit comes alone, what is
told next of them says where they went: the entry that belongs to it may come later, with the rest of a long moment. Where nothing
is, membership says it: a merge can have brought them there without a word.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from siyu.domain.segments import hidden_store, store
from siyu.domain.segments.contracts import SEGMENT_ENTERED, SEGMENT_EXITED, Merge, Reason
from siyu.domain.segments.ladders_contracts import LADDER_KIND, STAGE_CHANGED, StageFlip
from siyu.kernel.actors import Actor
from siyu.kernel.events import NewEvent
from siyu.kernel.ids import derived_id
from siyu.platform.eventlog.reading import events_about
from siyu.platform.postgres.database import UnitOfWork

SOURCE = "segments"

_Pair = tuple[int, int]
"""A ladder and a customer."""


@dataclass(frozen=True, slots=True)
class _Movement:
    pair: _Pair
    before: str | None
    after: str | None
    at: datetime
    reason: str
    cause: str

    @property
    def is_told(self) -> bool:
        """Whoever is found there when a ladder comes into force has not moved."""
        return self.before is not None or self.reason != Reason.BUILT.word


def follow_stages(work: UnitOfWork, actor: Actor, flips: Sequence[StageFlip | Merge]) -> int:
    """Records the movements that follow from entries, exits, merges and splits in the log's order; how many."""
    actor.require("segments.publish")
    segment_ids = {each.segment_id for each in flips if isinstance(each, StageFlip)}
    stage_of = hidden_store.owners_of(work.driver, segment_ids, LADDER_KIND)
    told = 0
    for is_flip, some in groupby(flips, key=lambda each: isinstance(each, StageFlip)):
        if is_flip:
            run = [each for each in some if isinstance(each, StageFlip) and each.segment_id in stage_of]
            told += _settle(work, run, stage_of)
            continue
        _follow_merges(work, [each for each in some if isinstance(each, Merge) and not each.is_split])
    return told


def _follow_merges(work: UnitOfWork, merges: Sequence[Merge]) -> None:
    """Moves what losers have; most have nothing, and are asked after together."""
    staged = {customer_id for _, customer_id, *_ in hidden_store.stages_of(work.driver, {m.loser_id for m in merges})}
    for merge in merges:
        if merge.loser_id in staged:
            hidden_store.move_stages(work.driver, merge.winner_id, merge.loser_id)
            staged.add(merge.winner_id)


def _settle(work: UnitOfWork, flips: Sequence[StageFlip], stage_of: dict[int, tuple[int, str]]) -> int:
    if not flips:
        return 0
    pairs = {(stage_of[each.segment_id][0], each.customer_id) for each in flips}
    now: dict[_Pair, str | None] = dict(hidden_store.find_stages(work.driver, pairs))
    since: dict[_Pair, datetime] = {}
    movements: list[_Movement] = []
    leaving: dict[_Pair, StageFlip] = {}

    def move(pair: _Pair, to: str | None, flip: StageFlip) -> None:
        movements.append(_Movement(pair, now.get(pair), to, flip.at, flip.reason, flip.cause))
        now[pair], since[pair] = to, flip.at

    for flip in flips:
        ladder_id, stage = stage_of[flip.segment_id]
        pair = ladder_id, flip.customer_id
        if not flip.is_entry:
            if now.get(pair) == stage:
                leaving[pair] = flip
            continue
        left = leaving.pop(pair, None)
        if left is not None and left.at < flip.at:
            move(pair, None, left)
        if now.get(pair) != stage:
            move(pair, stage, flip)
    coming = _coming(work, leaving)
    found = _standing(work, leaving.keys() - coming.keys())
    for pair, flip in leaving.items():
        if pair not in coming:
            move(pair, found.get(pair), flip)
            continue
        is_entry, stage, at = coming[pair]
        if not is_entry or at > flip.at:  # an entry of this moment will be the movement itself
            move(pair, None if is_entry else stage, flip)
    _save(work, now, since)
    told = [each for each in movements if each.is_told and each.before != each.after]
    work.record([_event(each) for each in told])
    return len(told)


def _coming(work: UnitOfWork, leaving: Mapping[_Pair, StageFlip]) -> dict[_Pair, tuple[bool, str, datetime]]:
    """What is told next of those who left, further on in the log: whether it is an entry, of which stage, and when."""
    positions = [flip.position for flip in leaving.values() if flip.position is not None]
    if not positions:
        return {}
    part_of = _parts(work, leaving)
    found: dict[_Pair, tuple[bool, str, datetime]] = {}
    told = events_about(
        work.driver, max(positions), (SEGMENT_ENTERED, SEGMENT_EXITED), {customer_id for _, customer_id in leaving}
    )
    for customer_id, name, at, properties in told:
        ladder_id, stage = part_of.get(int(properties["segment_id"]), (0, ""))
        if (ladder_id, customer_id) in leaving:
            found.setdefault((ladder_id, customer_id), (name == SEGMENT_ENTERED, stage, at))
    return found


def _parts(work: UnitOfWork, pairs: Collection[_Pair]) -> dict[int, tuple[int, str]]:
    """{segment: ladder and stage} of the ladders."""
    hidden = hidden_store.select_hidden(work.driver, {ladder_id for ladder_id, _ in pairs})
    return {each.segment_id: (each.owner_id, each.part) for each in hidden}


def _standing(work: UnitOfWork, pairs: Collection[_Pair]) -> dict[_Pair, str]:
    """Where membership has these customers now."""
    if not pairs:
        return {}
    part_of = _parts(work, pairs)
    found: dict[_Pair, str] = {}
    for segment_id, members in store.segments_with(work.driver, {customer_id for _, customer_id in pairs}).items():
        if segment_id in part_of:
            ladder_id, part = part_of[segment_id]
            found.update({(ladder_id, customer_id): part for customer_id in members})
    return found


def _save(work: UnitOfWork, now: dict[_Pair, str | None], since: dict[_Pair, datetime]) -> None:
    rows = [(*pair, stage, since[pair]) for pair, stage in sorted(now.items()) if pair in since and stage is not None]
    hidden_store.save_stages(work.driver, rows)
    if gone := [pair for pair in since if now[pair] is None]:
        hidden_store.delete_stages(work.driver, gone)


def _event(movement: _Movement) -> NewEvent:
    ladder_id, customer_id = movement.pair
    return NewEvent(
        name=STAGE_CHANGED,
        event_id=derived_id(STAGE_CHANGED, ladder_id, customer_id, movement.cause, movement.after or ""),
        profile_id=customer_id,
        occurred_at=movement.at,
        source=SOURCE,
        properties={
            "ladder_id": ladder_id,
            "from": movement.before,
            "to": movement.after,
            "reason": movement.reason,
        },
    )
