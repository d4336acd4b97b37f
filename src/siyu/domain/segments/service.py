"""The verbs of room `segments`. Definitions are kept, versioned and audited by room `definitions`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

import msgspec

from siyu.domain.company.service import record_audit
from siyu.domain.definitions import service as definitions
from siyu.domain.definitions.contracts import Definition, DefinitionStatus, Document
from siyu.domain.segments import rules, store
from siyu.domain.segments.contracts import (
    MERGE_CONSUMER,
    SEGMENT_ENTERED,
    SEGMENT_EXITED,
    SEGMENT_KIND,
    UNSETTLING_EVENTS,
    Change,
    Condition,
    Evaluated,
    Ids,
    Merge,
    Segment,
    SegmentState,
    Understood,
)
from siyu.domain.segments.definition import as_document, parse_definition
from siyu.domain.segments.reading import states_of
from siyu.domain.segments.sentences import sentence
from siyu.kernel.actors import Actor, ActorKind
from siyu.kernel.errors import NotFoundError
from siyu.kernel.ids import derived_id
from siyu.kernel.paging import Page, PageRequest
from siyu.platform.eventlog.append import BATCH_SIZE_MAX, EncodedEvent
from siyu.platform.eventlog.consuming import slowest_position
from siyu.platform.eventlog.reading import properties_after
from siyu.platform.postgres.database import Reading, UnitOfWork

SOURCE = "segments"


def understand(actor: Actor, document: object) -> Understood:
    """What a document means; InvalidDefinitionError says where it is wrong and what to do."""
    actor.require("segments.read")
    condition = parse_definition(document)
    return Understood(condition, sentence(condition, "zh"), sentence(condition, "en"))


def create(work: UnitOfWork, actor: Actor, name: str, document: object) -> Segment:
    """A new segment, as a draft. InvalidDefinitionError says where the document is wrong and what to do."""
    actor.require("segments.write")
    checked = as_document(parse_definition(document))
    return _segment(work, definitions.create(work, actor, SEGMENT_KIND, name, checked))


def save(
    work: UnitOfWork, actor: Actor, segment_id: int, name: str, document: object, *, revision: int | None = None
) -> Segment:
    """Saves a draft; what is in force stays in force until it is published."""
    actor.require("segments.write")
    checked = as_document(parse_definition(document))
    saved = definitions.save_draft(work, actor, segment_id, name, checked, kind=SEGMENT_KIND, revision=revision)
    return _segment(work, saved)


def publish(work: UnitOfWork, actor: Actor, segment_id: int) -> Segment:
    """Puts the draft in force; the members of the version before stay until the next refresh."""
    return _segment(work, definitions.publish(work, actor, segment_id, kind=SEGMENT_KIND))


def stop(work: UnitOfWork, actor: Actor, segment_id: int) -> Segment:
    """Refreshes it no more; it keeps the members it has."""
    return _segment(work, definitions.stop(work, actor, segment_id, kind=SEGMENT_KIND))


def resume(work: UnitOfWork, actor: Actor, segment_id: int) -> Segment:
    """Refreshes it again."""
    return _segment(work, definitions.resume(work, actor, segment_id, kind=SEGMENT_KIND))


def delete(work: UnitOfWork, actor: Actor, segment_id: int) -> None:
    """Takes it away with its members, unless something uses it. Nobody is told to have left."""
    definitions.delete(work, actor, segment_id, kind=SEGMENT_KIND)
    store.lock_membership(work.driver)
    store.forget(work.driver, segment_id)


def get(reading: Reading, actor: Actor, segment_id: int) -> Segment:
    """The segment as it stands."""
    return _segment(reading, definitions.get(reading, actor, segment_id, SEGMENT_KIND))


def list_segments(reading: Reading, actor: Actor, page: PageRequest) -> Page[Segment]:
    """Segments, the newest first."""
    found = definitions.list_definitions(reading, actor, SEGMENT_KIND, page)
    states = states_of(reading, [each.definition_id for each in found.rows])
    return Page([_from(each, states[each.definition_id]) for each in found.rows], found.next_after)


def apply_refresh(work: UnitOfWork, actor: Actor, evaluated: Evaluated) -> Change | None:
    """Makes the membership what was found out, and records who entered and who exited.

    None, and nothing is changed, where the segment is not in force in that version any more. Customers who were merged or
    split just now stay as they are until both the columns and the membership have followed.
    """
    actor.require("segments.publish")
    store.lock_membership(work.driver)
    if not _is_in_force(work, actor, evaluated):
        return None
    segment_id = evaluated.segment_id
    position = min(evaluated.position, slowest_position(work.driver, [MERGE_CONSUMER]) or 0)
    unsettled = _changed_after(work, position)
    found = rules.difference(rules.ids_of(store.read_bits(work.driver, segment_id)), evaluated.members)
    changed = rules.Difference(rules.without(found.entered, unsettled), rules.without(found.exited, unsettled))
    before = states_of(work, [segment_id])[segment_id]
    size = (before.size or 0) + len(changed.entered) - len(changed.exited)
    state = SegmentState(
        segment_id=segment_id,
        version=evaluated.version,
        size=size,
        refreshed_at=evaluated.as_of,
        position=position,
        refreshes=before.refreshes + 1,
        cost_ms=evaluated.cost_ms,
    )
    if len(changed.entered) + len(changed.exited):
        store.flip(work.driver, segment_id, changed.flips)
        _record(work, SEGMENT_ENTERED, state, evaluated.as_of, changed.entered)
        _record(work, SEGMENT_EXITED, state, evaluated.as_of, changed.exited)
    store.save_state(work.driver, state)
    if actor.kind is not ActorKind.SYSTEM:
        record_audit(work, actor, "segments.refresh", f"{SEGMENT_KIND}:{segment_id}", version=evaluated.version)
    return Change(entered=len(changed.entered), exited=len(changed.exited), size=size)


def move_members(work: UnitOfWork, actor: Actor, merges: Sequence[Merge]) -> None:
    """Follows merges and splits of customers: membership moves from loser to winner, and nobody is told.

    The person was told in as the loser already; where the merged customer does not match, the next refresh tells them out.
    """
    actor.require("segments.publish")
    if not merges:
        return
    store.lock_membership(work.driver)
    involved = {customer for merge in merges for customer in (merge.winner_id, merge.loser_id)}
    for segment_id, members in sorted(store.segments_with(work.driver, involved).items()):
        after = rules.after_merges(members, merges)
        if flipped := members ^ after:
            store.flip(work.driver, segment_id, rules.bits_of(rules.ids_from(flipped)))
            store.change_size(work.driver, segment_id, len(after) - len(members))


def leave_segments(work: UnitOfWork, actor: Actor, customer_ids: Collection[int]) -> dict[int, int]:
    """Takes customers who were erased out of all segments, and tells so; {customer_id: how many segments}."""
    actor.require("customers.erase")
    store.lock_membership(work.driver)
    left: Counter[int] = Counter()
    now = work.clock.now()
    for segment_id, members in sorted(store.segments_with(work.driver, customer_ids).items()):
        state = states_of(work, [segment_id])[segment_id]
        ids = rules.ids_from(members)
        store.flip(work.driver, segment_id, rules.bits_of(ids))
        store.save_state(
            work.driver, replace(state, size=(state.size or 0) - len(members), refreshes=state.refreshes + 1)
        )
        _record(
            work, SEGMENT_EXITED, replace(state, refreshes=state.refreshes + 1, version=state.version or 0), now, ids
        )
        left.update(members)
    return dict(left)


def _is_in_force(work: UnitOfWork, actor: Actor, evaluated: Evaluated) -> bool:
    try:
        found = definitions.get(work, actor, evaluated.segment_id, SEGMENT_KIND)
    except NotFoundError:
        return False
    return found.status is DefinitionStatus.LIVE and found.version == evaluated.version


def _changed_after(work: UnitOfWork, position: int) -> Ids:
    """Customers merged, split or erased after a position which both the columns and the membership have reached.

    The columns' rows are read from PostgreSQL when they are written, so they can show a merge before its turn in the log.
    """
    changes = properties_after(work.driver, position, UNSETTLING_EVENTS)
    return rules.ids_from(
        int(each[role]) for each in changes for role in ("winner_id", "loser_id", "customer_id") if role in each
    )


def _record(work: UnitOfWork, name: str, state: SegmentState, at: datetime, customer_ids: Ids) -> None:
    """Appends batch by batch, so that a million entries never stand in memory at once."""
    properties = msgspec.json.encode({"segment_id": state.segment_id, "version": state.version})
    for start in range(0, len(customer_ids), BATCH_SIZE_MAX):
        work.record(
            EncodedEvent(
                name=name,
                event_id=derived_id(name, state.segment_id, state.refreshes, customer_id).hex,
                profile_id=customer_id,
                occurred_at=at,
                source=SOURCE,
                properties_json=properties,
            )
            for customer_id in customer_ids[start : start + BATCH_SIZE_MAX].tolist()
        )
        work.append_recorded()


def _segment(reading: Reading, definition: Definition) -> Segment:
    segment_id = definition.definition_id
    return _from(definition, states_of(reading, [segment_id])[segment_id])


def _from(definition: Definition, state: SegmentState) -> Segment:
    published = _parsed(definition.document)
    draft = _parsed(definition.draft)
    shown = published if published is not None else parse_definition(definition.latest)
    return Segment(
        segment_id=definition.definition_id,
        name=definition.name,
        status=definition.status,
        version=definition.version,
        revision=definition.revision,
        definition=published,
        draft=draft,
        sentence_zh=sentence(shown, "zh"),
        sentence_en=sentence(shown, "en"),
        state=state,
        updated_at=definition.updated_at,
    )


def _parsed(document: Document | None) -> Condition | None:
    return parse_definition(document) if document is not None else None
