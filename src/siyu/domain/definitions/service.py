"""The verbs of room `definitions`. Rights are named after the kind: `segments.write` for kind `segment`."""

from __future__ import annotations

from collections.abc import Callable, Collection

from siyu.domain.company.reading import makers_in_scope
from siyu.domain.company.service import record_audit
from siyu.domain.definitions import rules, store
from siyu.domain.definitions.contracts import (
    DEFINITION_DELETED,
    DEFINITION_PUBLISHED,
    DEFINITION_RESUMED,
    DEFINITION_STOPPED,
    Definition,
    DefinitionInUseError,
    DefinitionStatus,
    Document,
    MadeElsewhereError,
    NothingToPublishError,
    StaleDefinitionError,
    UnknownReferenceError,
    WrongStatusError,
)
from siyu.kernel.actors import Actor
from siyu.kernel.errors import InvalidError, NotFoundError
from siyu.kernel.events import NOBODY, NewEvent
from siyu.kernel.ids import derived_id
from siyu.kernel.paging import Page, PageRequest
from siyu.platform.postgres.database import Reading, UnitOfWork


def create(
    work: UnitOfWork, actor: Actor, kind: str, name: str, document: Document, references: Collection[int] = ()
) -> Definition:
    """A new definition, as a draft. `references` are the definitions that the document mentions."""
    actor.require(rules.write_right(rules.checked_kind(kind)))
    definition_id = store.insert(
        work.connection,
        kind=kind,
        name=rules.checked_name(name),
        document=rules.checked_document(document),
        actor_id=_author(actor),
        now=work.clock.now(),
    )
    _set_references(work, definition_id, references)
    record_audit(work, actor, "definitions.create", f"{kind}:{definition_id}")
    return _get(work, definition_id, None)


def save_draft(
    work: UnitOfWork,
    actor: Actor,
    definition_id: int,
    name: str,
    document: Document,
    references: Collection[int] = (),
    *,
    kind: str | None = None,
    revision: int | None = None,
) -> Definition:
    """Saves a draft beside what is in force. With `revision`, StaleDefinitionError if it changed since that one."""
    current = _lock_rightful(work, actor, definition_id, kind, rules.write_right)
    if revision is not None and revision != current.revision:
        raise StaleDefinitionError(revision=current.revision)
    store.update(
        work.connection,
        definition_id,
        actor_id=_author(actor),
        now=work.clock.now(),
        name=rules.checked_name(name),
        draft=rules.checked_document(document),
    )
    _set_references(work, definition_id, references)
    record_audit(work, actor, "definitions.save_draft", f"{current.kind}:{definition_id}")
    return _get(work, definition_id, None)


def publish(work: UnitOfWork, actor: Actor, definition_id: int, *, kind: str | None = None) -> Definition:
    """Makes the draft the next version, in force from the commit on."""
    current = _lock_rightful(work, actor, definition_id, kind, rules.publish_right)
    if current.draft is None:
        raise NothingToPublishError()
    version = (current.version or 0) + 1
    now, author = work.clock.now(), _author(actor)
    store.insert_version(work.connection, definition_id, version, current.draft, actor_id=author, now=now)
    store.update(
        work.connection,
        definition_id,
        actor_id=author,
        now=now,
        draft=None,
        version=version,
        status=DefinitionStatus.LIVE,
    )
    return _changed(work, actor, definition_id, DEFINITION_PUBLISHED, "definitions.publish")


def stop(work: UnitOfWork, actor: Actor, definition_id: int, *, kind: str | None = None) -> Definition:
    """Holds a live definition; it keeps its version."""
    return _switch(work, actor, definition_id, kind, DefinitionStatus.LIVE, DefinitionStatus.STOPPED)


def resume(work: UnitOfWork, actor: Actor, definition_id: int, *, kind: str | None = None) -> Definition:
    """Puts a stopped definition in force again, in the version it had."""
    return _switch(work, actor, definition_id, kind, DefinitionStatus.STOPPED, DefinitionStatus.LIVE)


def delete(work: UnitOfWork, actor: Actor, definition_id: int, *, kind: str | None = None) -> None:
    """Takes it away, unless something uses it. One in force needs the right to publish as well."""
    current = _lock_rightful(work, actor, definition_id, kind, rules.write_right)
    if current.status is DefinitionStatus.LIVE:
        actor.require(rules.publish_right(current.kind))
    if users := store.select_users(work.connection, [definition_id]).get(definition_id):
        raise DefinitionInUseError(
            f"Used by: {', '.join(user.name for user in users)}.",
            used_by=[{"definition_id": user.definition_id, "kind": user.kind, "name": user.name} for user in users],
        )
    store.update(
        work.connection,
        definition_id,
        actor_id=_author(actor),
        now=work.clock.now(),
        status=DefinitionStatus.DELETED,
    )
    _record(work, current, DEFINITION_DELETED)
    record_audit(work, actor, "definitions.delete", f"{current.kind}:{definition_id}")


def get(reading: Reading, actor: Actor, definition_id: int, kind: str) -> Definition:
    """The definition, if it is there and of that kind."""
    actor.require(rules.read_right(rules.checked_kind(kind)))
    return _get(reading, definition_id, kind)


def list_definitions(
    reading: Reading, actor: Actor, kind: str, page: PageRequest, *, status: DefinitionStatus | None = None
) -> Page[Definition]:
    """Those of a kind, perhaps in one status, the newest first; the list can be searched."""
    actor.require(rules.read_right(rules.checked_kind(kind)))
    if page.after is not None and not (page.after.isdecimal() and page.after.isascii() and len(page.after) < 19):
        raise InvalidError("That is not a place in this list.", field="after")
    before = int(page.after) if page.after else None
    rows = store.select_page(reading.connection, kind, page, before, status)
    more = len(rows) > page.size
    rows = rows[: page.size]
    return Page(rows=rows, next_after=str(rows[-1].definition_id) if more else None)


def made_elsewhere(reading: Reading, actor: Actor, definition_ids: Collection[int]) -> set[int]:
    """Those of the definitions that the actor may look at only: whoever changes them is told MadeElsewhereError."""
    if actor.scope.is_everything:
        return set()
    makers = store.select_makers(reading.connection, definition_ids, rules.KEPT_BY_MAKERS)
    within = makers_in_scope(reading, actor, set(makers.values()))
    return {definition_id for definition_id, maker in makers.items() if maker not in within}


def _switch(
    work: UnitOfWork,
    actor: Actor,
    definition_id: int,
    kind: str | None,
    before: DefinitionStatus,
    after: DefinitionStatus,
) -> Definition:
    current = _lock_rightful(work, actor, definition_id, kind, rules.publish_right)
    if current.status is not before:
        raise WrongStatusError(f"It is {current.status}, not {before}.", status=current.status.value)
    store.update(work.connection, definition_id, actor_id=_author(actor), now=work.clock.now(), status=after)
    if after is DefinitionStatus.LIVE:
        return _changed(work, actor, definition_id, DEFINITION_RESUMED, "definitions.resume")
    return _changed(work, actor, definition_id, DEFINITION_STOPPED, "definitions.stop")


def _changed(work: UnitOfWork, actor: Actor, definition_id: int, event: str, verb: str) -> Definition:
    changed = _get(work, definition_id, None)
    _record(work, changed, event)
    record_audit(work, actor, verb, f"{changed.kind}:{definition_id}", version=changed.version)
    return changed


def _record(work: UnitOfWork, definition: Definition, event: str) -> None:
    properties = {
        "definition_id": definition.definition_id,
        "kind": definition.kind,
        "version": definition.version,
    }
    work.record(
        [
            NewEvent(
                name=event,
                event_id=derived_id(event, definition.definition_id, definition.revision),
                profile_id=NOBODY,
                occurred_at=work.clock.now(),
                source="definitions",
                properties=properties,
            )
        ]
    )


def _set_references(work: UnitOfWork, definition_id: int, references: Collection[int]) -> None:
    wanted = set(references)
    if len(wanted) > rules.REFERENCES_MAX:
        raise InvalidError(f"It refers to more than {rules.REFERENCES_MAX} things.", field="references")
    if definition_id in wanted:
        raise UnknownReferenceError("It refers to itself.", definition_id=definition_id)
    if missing := sorted(wanted - store.lock_existing(work.connection, wanted) if wanted else ()):
        raise UnknownReferenceError(f"There is no definition {missing[0]}.", definition_id=missing[0])
    store.replace_draft_references(work.connection, definition_id, wanted)


def _get(reading: Reading, definition_id: int, kind: str | None, *, lock: bool = False) -> Definition:
    found = store.find(reading.connection, definition_id, kind, lock=lock)
    if found is None:
        raise NotFoundError(f"Definition {definition_id}.")
    return found


def _lock_rightful(
    work: UnitOfWork, actor: Actor, definition_id: int, kind: str | None, right_of: Callable[[str], str]
) -> Definition:
    """It, for who has that right on its kind and may change it. Who has no right to a kind is not told what there is of it."""
    if kind is not None:
        actor.require(right_of(kind))
    found = _get(work, definition_id, kind, lock=True)
    actor.require(right_of(found.kind))
    if made_elsewhere(work, actor, [definition_id]):
        raise MadeElsewhereError(definition_id=definition_id)
    return found


def _author(actor: Actor) -> str:
    return f"{actor.kind}:{actor.actor_id}"
