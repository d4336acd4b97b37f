"""The verbs of room `segments`. Definitions are kept, versioned and audited by room `definitions`."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from siyu.domain.company.service import record_audit
from siyu.domain.definitions import service as definitions
from siyu.domain.definitions.contracts import Definition, DefinitionStatus, Document
from siyu.domain.segments import hidden_store, keeping
from siyu.domain.segments.contracts import (
    SEGMENT_KIND,
    Change,
    Condition,
    Found,
    Ids,
    Merge,
    Segment,
    Understood,
)
from siyu.domain.segments.definition import as_document, parse_definition
from siyu.domain.segments.estimates import ask_estimate, get_estimate, miss_estimate, put_estimate
from siyu.domain.segments.expanding import references
from siyu.domain.segments.exports import (
    ask_export,
    ask_export_of,
    fail_export,
    finish_export,
    list_exports,
    save_export_progress,
    take_export,
)
from siyu.domain.segments.filters import (
    change_filter,
    drop_filter,
    forget_filters,
    get_shown_columns,
    keep_filter,
    list_filters,
    set_shown_columns,
)
from siyu.domain.segments.hidden import add_hidden, drop_hidden
from siyu.domain.segments.ladders import (
    create_ladder,
    delete_ladder,
    get_ladder,
    list_ladders,
    publish_ladder,
    resume_ladder,
    save_ladder,
    stop_ladder,
)
from siyu.domain.segments.lists import (
    change_list,
    create_list,
    delete_list,
    get_list,
    leave_lists,
    list_lists,
    move_listed,
    rename_list,
)
from siyu.domain.segments.naming import sentences_for
from siyu.domain.segments.naming_contracts import Namer
from siyu.domain.segments.reading import states_of
from siyu.domain.segments.referring import check_in_force, expand_checked
from siyu.domain.segments.rfm import (
    change_cuts,
    create_scheme,
    delete_scheme,
    get_scheme,
    list_schemes,
    publish_scheme,
    resume_scheme,
    save_scheme,
    stop_scheme,
)
from siyu.domain.segments.rfm_rules import parse_scheme
from siyu.domain.segments.stages import follow_stages
from siyu.kernel.actors import Actor, ActorKind
from siyu.kernel.paging import Page, PageRequest
from siyu.platform.postgres.database import Reading, UnitOfWork

__all__ = [
    "add_hidden",
    "ask_estimate",
    "ask_export",
    "ask_export_of",
    "change_cuts",
    "change_filter",
    "change_list",
    "create_ladder",
    "create_list",
    "create_scheme",
    "delete_ladder",
    "delete_list",
    "delete_scheme",
    "drop_filter",
    "drop_hidden",
    "fail_export",
    "finish_export",
    "follow_stages",
    "forget_filters",
    "get_estimate",
    "get_ladder",
    "get_list",
    "get_scheme",
    "get_shown_columns",
    "keep_filter",
    "list_exports",
    "list_filters",
    "list_ladders",
    "list_lists",
    "list_schemes",
    "miss_estimate",
    "parse_scheme",
    "publish_ladder",
    "publish_scheme",
    "put_estimate",
    "rename_list",
    "resume_ladder",
    "resume_scheme",
    "save_export_progress",
    "save_ladder",
    "save_scheme",
    "set_shown_columns",
    "stop_ladder",
    "stop_scheme",
    "take_export",
]
"""What of this door is written in the files beside."""


def understand(reading: Reading, actor: Actor, document: object, *, namer: Namer | None = None) -> Understood:
    """What a document means; InvalidDefinitionError says where it is wrong and what to do."""
    actor.require("segments.read")
    condition = parse_definition(document)
    expanded = expand_checked(reading, condition)
    told = sentences_for(reading, [condition], namer=namer)[0]
    return Understood(condition, expanded, told.zh, told.en)


def create(work: UnitOfWork, actor: Actor, name: str, document: object, *, namer: Namer | None = None) -> Segment:
    """A new segment, as a draft. InvalidDefinitionError says where the document is wrong and what to do."""
    actor.require("segments.write")
    condition = parse_definition(document)
    expand_checked(work, condition)
    made = definitions.create(work, actor, SEGMENT_KIND, name, as_document(condition), references(condition))
    return _segment(work, made, namer)


def save(
    work: UnitOfWork,
    actor: Actor,
    segment_id: int,
    name: str,
    document: object,
    *,
    revision: int | None = None,
    namer: Namer | None = None,
) -> Segment:
    """Saves a draft; what is in force stays in force until it is published."""
    actor.require("segments.write")
    condition = parse_definition(document)
    expand_checked(work, condition, segment_id)
    saved = definitions.save_draft(
        work,
        actor,
        segment_id,
        name,
        as_document(condition),
        references(condition),
        kind=SEGMENT_KIND,
        revision=revision,
    )
    return _segment(work, saved, namer)


def publish(work: UnitOfWork, actor: Actor, segment_id: int, *, namer: Namer | None = None) -> Segment:
    """Puts the draft in force; the members of the version before are kept true until those of this one are found."""
    published = definitions.publish(work, actor, segment_id, kind=SEGMENT_KIND)
    check_in_force(work, segment_id)
    keeping.take_on(work, segment_id)
    return _segment(work, published, namer)


def stop(work: UnitOfWork, actor: Actor, segment_id: int, *, namer: Namer | None = None) -> Segment:
    """Looks at it no more; it keeps the members it has."""
    stopped = definitions.stop(work, actor, segment_id, kind=SEGMENT_KIND)
    keeping.hold(work, segment_id)
    return _segment(work, stopped, namer)


def resume(work: UnitOfWork, actor: Actor, segment_id: int, *, namer: Namer | None = None) -> Segment:
    """Looks at it again, from the beginning."""
    resumed = definitions.resume(work, actor, segment_id, kind=SEGMENT_KIND)
    check_in_force(work, segment_id)
    return _segment(work, resumed, namer)


def delete(work: UnitOfWork, actor: Actor, segment_id: int) -> None:
    """Takes it away with its members, unless something uses it. Nobody is told to have left."""
    definitions.delete(work, actor, segment_id, kind=SEGMENT_KIND)
    keeping.forget(work, segment_id)


def get(reading: Reading, actor: Actor, segment_id: int, *, namer: Namer | None = None) -> Segment:
    """The segment as it stands."""
    return _segment(reading, definitions.get(reading, actor, segment_id, SEGMENT_KIND), namer)


def list_segments(
    reading: Reading,
    actor: Actor,
    page: PageRequest,
    *,
    status: DefinitionStatus | None = None,
    namer: Namer | None = None,
) -> Page[Segment]:
    """Segments, perhaps in one status, the newest first."""
    found = definitions.list_definitions(reading, actor, SEGMENT_KIND, page, status=status)
    return Page(_segments(reading, found.rows, namer), found.next_after)


def apply_found(work: UnitOfWork, actor: Actor, found: Found) -> dict[int, Change] | None:
    """Makes membership what was found out, and records who entered and who exited; {segment: change} of those that are still
    what they were when it was asked. None, and nothing is changed, where somebody else has changed membership since.

    Customers who were merged, split or erased just now stay as they are until both the columns and the membership have followed.
    """
    actor.require("segments.publish")
    return keeping.apply_found(work, found)


def move_members(work: UnitOfWork, actor: Actor, merges: Sequence[Merge]) -> None:
    """Follows merges and splits of customers: membership moves from loser to winner, and nobody is told.

    The person was told in as the loser already; where the merged customer does not match, they are told out when the columns
    have followed. Lists follow too.
    """
    actor.require("segments.publish")
    move_listed(work, actor, merges)
    keeping.move_members(work, merges)


def leave_segments(work: UnitOfWork, actor: Actor, customer_ids: Collection[int]) -> dict[int, int]:
    """Takes customers who were erased out of all segments, and tells so, and off all lists; {customer_id: how many segments}."""
    actor.require("customers.erase")
    leave_lists(work, actor, customer_ids)
    hidden_store.forget_stages_of(work.driver, customer_ids)
    return keeping.leave_segments(work, customer_ids)


def make_due(work: UnitOfWork, customer_ids: Collection[int] | Ids) -> None:
    """Has these customers looked at again at once, for something about them changed that is not in the log: who is on a list."""
    keeping.make_due(work, customer_ids)


def record_refresh(work: UnitOfWork, actor: Actor, segment_id: int, version: int | None) -> None:
    """Notes that somebody asked for a segment to be looked at at once."""
    actor.require("segments.publish")
    if actor.kind is not ActorKind.SYSTEM:
        record_audit(work, actor, "segments.refresh", f"{SEGMENT_KIND}:{segment_id}", version=version)


def _segment(reading: Reading, definition: Definition, namer: Namer | None) -> Segment:
    return _segments(reading, [definition], namer)[0]


def _segments(reading: Reading, found: Sequence[Definition], namer: Namer | None) -> list[Segment]:
    shown = [_parsed(each.document) or parse_definition(each.latest) for each in found]
    told = sentences_for(reading, shown, namer=namer)
    states = states_of(reading, [each.definition_id for each in found])
    return [
        Segment(
            segment_id=each.definition_id,
            name=each.name,
            status=each.status,
            version=each.version,
            revision=each.revision,
            definition=_parsed(each.document),
            draft=_parsed(each.draft),
            sentence_zh=sentences.zh,
            sentence_en=sentences.en,
            state=states[each.definition_id],
            updated_at=each.updated_at,
        )
        for each, sentences in zip(found, told, strict=True)
    ]


def _parsed(document: Document | None) -> Condition | None:
    return parse_definition(document) if document is not None else None
