"""What every brand of the demo does with its tags: groups, rules that keep them, and what the operator gave by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice

from siyu.assembly.demo.acting import seen_by
from siyu.domain.tags import service as tags
from siyu.engines.tagging import rules
from siyu.kernel.actors import Actor
from siyu.platform.postgres.database import UnitOfWork

TagGroups = Mapping[str, tuple[str, bool, Sequence[str]]]
"""Name → colour, whether exclusive, tags."""
GivenByHand = Sequence[tuple[str, int, int, str, int | None]]
"""Tag; from which of the newest customers on, and to every how-manieth; why, and for how many days."""


def make_groups(work: UnitOfWork, actor: Actor, groups: TagGroups) -> dict[str, int]:
    """The tags by name."""
    ids: dict[str, int] = {}
    for name, (colour, is_exclusive, words) in groups.items():
        group = tags.create_group(work, actor, name, colour, is_exclusive=is_exclusive, owner_id=int(actor.actor_id))
        for word in words:
            group = tags.create_tag(work, actor, group.group_id, word)
        ids.update({each.name: each.tag_id for each in group.tags})
    return ids


def make_rules(work: UnitOfWork, actor: Actor, named: Iterable[tuple[str, Mapping[str, object]]]) -> None:
    """Rules in force, from their names and documents."""
    for name, document in named:
        made = rules.create(work, actor, name, document)
        rules.publish(work, actor, made.rule_id)


def give_by_hand(
    work: UnitOfWork, actor: Actor, anchor: datetime, ids: Mapping[str, int], given: GivenByHand, *, among: int
) -> None:
    """Tags some of the so many newest customers whom the operator can know of by the clock."""
    newest = list(islice(seen_by(work, actor, work.clock.now()), among))
    for tag, first, step, reason, days in given:
        until = anchor + timedelta(days=days) if days is not None else None
        if some := newest[first::step]:
            tags.tag(work, actor, ids[tag], some, reason=reason, expires_at=until)
