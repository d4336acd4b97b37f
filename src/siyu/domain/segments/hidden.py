"""Segments that belong to another definition: the cells of an RFM scheme, the stages of a ladder, the ways of a
journey's branches.

Each is a definition of kind `hidden_segment`, so that nobody lists or edits it as a segment; audience keeps it true like any
other. Made and taken away with its owner's verbs, in their transaction: who may publish the owner may have what follows
from it. Its document stands for a part of its owner, so it says what the owner in force says and never changes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping

from siyu.domain.definitions import service as definitions
from siyu.domain.definitions.contracts import DefinitionStatus
from siyu.domain.segments import hidden_store, keeping
from siyu.domain.segments.contracts import Condition
from siyu.domain.segments.definition import as_document
from siyu.domain.segments.hidden_contracts import HIDDEN_KIND
from siyu.kernel.actors import Actor, system_actor
from siyu.platform.postgres.database import Reading, UnitOfWork

ACTOR: Actor = system_actor("segments")
HIDDEN_RIGHT = "segments.publish"
_NAME_LENGTH = 100


def keep_hidden(work: UnitOfWork, owner_id: int, owner_name: str, parts: Mapping[str, Condition]) -> dict[str, int]:
    """Sees to it that the owner has a live hidden segment for each of the parts and no other; {part: segment_id}."""
    kept = _add(work, owner_id, owner_name, parts)
    _delete_others(work, owner_id, kept.values())
    return kept


def add_hidden(
    work: UnitOfWork, actor: Actor, owner_id: int, owner_name: str, conditions: Collection[Condition]
) -> dict[Condition, int]:
    """Sees to it that the owner has a live hidden segment for each of the conditions too, beside those that its older
    versions have; {condition: segment_id}. One condition has one segment, in however many versions it stands."""
    actor.require(HIDDEN_RIGHT)
    parts = {_digest(condition): condition for condition in conditions}
    kept = _add(work, owner_id, owner_name, parts)
    return {condition: kept[part] for part, condition in parts.items()}


def drop_hidden(work: UnitOfWork, actor: Actor, owner_id: int, kept: Collection[int]) -> int:
    """Takes away those of the owner's hidden segments that no version needs any more: all but `kept`. How many it were."""
    actor.require(HIDDEN_RIGHT)
    return _delete_others(work, owner_id, kept)


def _digest(condition: Condition) -> str:
    spelled = json.dumps(as_document(condition), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(spelled.encode()).hexdigest()[:16]


def _add(work: UnitOfWork, owner_id: int, owner_name: str, parts: Mapping[str, Condition]) -> dict[str, int]:
    known = {each.part: each for each in hidden_store.select_hidden(work.driver, [owner_id])}
    kept = {}
    for part, condition in parts.items():
        if part in known:
            kept[part] = known[part].segment_id
            if known[part].status is DefinitionStatus.STOPPED:
                definitions.resume(work, ACTOR, kept[part], kind=HIDDEN_KIND)
        else:
            name = f"{owner_name[:_NAME_LENGTH]} · {part}"[: _NAME_LENGTH + 20]
            made = definitions.create(work, ACTOR, HIDDEN_KIND, name, as_document(condition))
            definitions.publish(work, ACTOR, made.definition_id, kind=HIDDEN_KIND)
            hidden_store.insert_hidden(work.driver, made.definition_id, owner_id, part)
            kept[part] = made.definition_id
    return kept


def stop_hidden(work: UnitOfWork, owner_id: int) -> None:
    """Holds them with their owner; they keep the members they have."""
    for each in hidden_store.select_hidden(work.driver, [owner_id]):
        if each.status is DefinitionStatus.LIVE:
            keeping.hold(work, each.segment_id)
            definitions.stop(work, ACTOR, each.segment_id, kind=HIDDEN_KIND)
            keeping.hold(work, each.segment_id)


def delete_hidden(work: UnitOfWork, owner_id: int) -> None:
    """Takes them away with their owner."""
    _delete(work, [each.segment_id for each in hidden_store.select_hidden(work.driver, [owner_id])])


def hidden_of(reading: Reading, owner_ids: Collection[int]) -> dict[int, dict[str, int]]:
    """{owner_id: {part: segment_id}} of those that are there."""
    found: dict[int, dict[str, int]] = {owner_id: {} for owner_id in owner_ids}
    for each in hidden_store.select_hidden(reading.driver, owner_ids):
        found[each.owner_id][each.part] = each.segment_id
    return found


def hidden_ids(reading: Reading) -> list[int]:
    """All that there are and ever were."""
    return hidden_store.hidden_ids(reading.driver)


def _delete_others(work: UnitOfWork, owner_id: int, kept: Collection[int]) -> int:
    known = [each.segment_id for each in hidden_store.select_hidden(work.driver, [owner_id])]
    gone = sorted(set(known) - set(kept))
    _delete(work, gone)
    return len(gone)


def _delete(work: UnitOfWork, segment_ids: Collection[int]) -> None:
    for segment_id in segment_ids:
        definitions.delete(work, ACTOR, segment_id, kind=HIDDEN_KIND)
        keeping.forget(work, segment_id)
