"""Every statement of room `definitions`; rows in, contracts out."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, JSONPATH

from siyu.domain.definitions.contracts import (
    Definition,
    DefinitionName,
    DefinitionPublication,
    DefinitionStatus,
    DefinitionVersion,
    Document,
)
from siyu.domain.definitions.tables import definitions, references, versions
from siyu.kernel.paging import PageRequest

DRAFT_VERSION = 0
"""The version under which the references of a draft are kept."""

_current = versions.alias("current")
_select = sa.select(definitions, _current.c.document).join_from(
    definitions,
    _current,
    (_current.c.definition_id == definitions.c.definition_id) & (_current.c.version == definitions.c.version),
    isouter=True,
)
_select_version = sa.select(versions, definitions.c.kind, definitions.c.name).join_from(
    versions, definitions, versions.c.definition_id == definitions.c.definition_id
)
_is_there = definitions.c.status != DefinitionStatus.DELETED


def _definition(row: sa.Row[tuple[object, ...]]) -> Definition:
    fields = dict(row._mapping)
    fields["status"] = DefinitionStatus(str(fields["status"]))
    return Definition(**fields)


def _version(row: sa.Row[tuple[object, ...]]) -> DefinitionVersion:
    return DefinitionVersion(**row._mapping)


def insert(connection: sa.Connection, *, kind: str, name: str, document: Document, actor_id: str, now: datetime) -> int:
    """A new draft; its id."""
    made = connection.execute(
        definitions.insert()
        .values(
            kind=kind,
            name=name,
            status=DefinitionStatus.DRAFT,
            draft=document,
            revision=1,
            created_at=now,
            created_by=actor_id,
            updated_at=now,
            updated_by=actor_id,
        )
        .returning(definitions.c.definition_id)
    )
    return int(made.scalar_one())


def find(
    connection: sa.Connection, definition_id: int, kind: str | None = None, *, lock: bool = False
) -> Definition | None:
    """The definition if it is there (and of that kind); with `lock`, nobody else changes it before the commit."""
    query = _select.where(definitions.c.definition_id == definition_id, _is_there)
    if kind is not None:
        query = query.where(definitions.c.kind == kind)
    if lock:
        # Not its key: whoever writes what refers to it may hold what the one who locks it is about to wait for.
        query = query.with_for_update(of=definitions, key_share=True)
    row = connection.execute(query).first()
    return _definition(row) if row else None


def select_page(
    connection: sa.Connection, kind: str, page: PageRequest, before: int | None, status: DefinitionStatus | None
) -> list[Definition]:
    """The newest first, older than `before`; one more than the page holds."""
    query = _select.where(definitions.c.kind == kind, _is_there)
    if before is not None:
        query = query.where(definitions.c.definition_id < before)
    if page.search:
        query = query.where(definitions.c.name.ilike(page.pattern))
    if page.ids is not None:
        query = query.where(definitions.c.definition_id.in_(page.ids))
    if status is not None:
        query = query.where(definitions.c.status == status)
    query = query.order_by(definitions.c.definition_id.desc()).limit(page.size + 1)
    return [_definition(row) for row in connection.execute(query)]


def update(connection: sa.Connection, definition_id: int, *, actor_id: str, now: datetime, **values: object) -> None:
    """Changes columns; the revision grows by one."""
    connection.execute(
        definitions.update()
        .where(definitions.c.definition_id == definition_id)
        .values(revision=definitions.c.revision + 1, updated_at=now, updated_by=actor_id, **values)
    )


def insert_version(
    connection: sa.Connection, definition_id: int, version: int, document: Document, *, actor_id: str, now: datetime
) -> None:
    """A published version, with the references that the draft had."""
    connection.execute(
        versions.insert().values(
            definition_id=definition_id, version=version, document=document, published_at=now, published_by=actor_id
        )
    )
    connection.execute(
        references.update()
        .where(references.c.definition_id == definition_id, references.c.version == DRAFT_VERSION)
        .values(version=version)
    )


def replace_draft_references(connection: sa.Connection, definition_id: int, refers_to: Collection[int]) -> None:
    connection.execute(
        references.delete().where(references.c.definition_id == definition_id, references.c.version == DRAFT_VERSION)
    )
    if refers_to:
        connection.execute(
            references.insert(),
            [
                {"definition_id": definition_id, "version": DRAFT_VERSION, "refers_to": each}
                for each in sorted(refers_to)
            ],
        )


def lock_existing(connection: sa.Connection, ids: Collection[int]) -> set[int]:
    """Those of `ids` that are there; none of them is deleted before the commit."""
    query = (
        sa.select(definitions.c.definition_id)
        .where(definitions.c.definition_id.in_(sorted(ids)), _is_there)
        .order_by(definitions.c.definition_id)
        .with_for_update(read=True, key_share=False)
    )
    return set(connection.execute(query).scalars())


def select_users(connection: sa.Connection, ids: Collection[int]) -> dict[int, list[DefinitionName]]:
    """For each of `ids` that is used: the definitions whose draft or latest version refers to it, by id."""
    query = (
        sa.select(references.c.refers_to, definitions.c.definition_id, definitions.c.kind, definitions.c.name)
        .distinct()
        .join_from(references, definitions, references.c.definition_id == definitions.c.definition_id)
        .where(
            references.c.refers_to.in_(sorted(ids)),
            _is_there,
            (references.c.version == DRAFT_VERSION) | (references.c.version == definitions.c.version),
        )
        .order_by(definitions.c.definition_id)
    )
    found: dict[int, list[DefinitionName]] = {}
    for refers_to, *name in connection.execute(query):
        found.setdefault(refers_to, []).append(DefinitionName(*name))
    return found


def select_naming(
    connection: sa.Connection,
    members: Collection[str],
    values: Collection[int],
    kinds: Collection[str] | None,
    after: int,
    size: int | None,
) -> list[DefinitionName]:
    """Those whose draft or latest version has, anywhere within, one of these members that is, or lists, one of the numbers."""
    path = "$.** ? (" + " || ".join(f"@.{member} == $values[*]" for member in sorted(members)) + ")"
    asked = sa.cast(path, JSONPATH), sa.func.jsonb_build_object("values", sa.cast(sorted(values), JSONB)), True
    query = (
        sa.select(definitions.c.definition_id, definitions.c.kind, definitions.c.name)
        .join_from(
            definitions,
            _current,
            (_current.c.definition_id == definitions.c.definition_id) & (_current.c.version == definitions.c.version),
            isouter=True,
        )
        .where(
            _is_there,
            sa.func.jsonb_path_exists(definitions.c.draft, *asked)
            | sa.func.jsonb_path_exists(_current.c.document, *asked),
        )
    )
    query = query.where(definitions.c.definition_id > after).order_by(definitions.c.definition_id).limit(size)
    if kinds is not None:
        query = query.where(definitions.c.kind.in_(sorted(kinds)))
    return [DefinitionName(*row) for row in connection.execute(query)]


def select_references(connection: sa.Connection) -> dict[int, frozenset[int]]:
    """For each definition whose latest version refers to others: to which."""
    query = sa.select(references.c.definition_id, sa.func.array_agg(references.c.refers_to)).join_from(
        references,
        definitions,
        (references.c.definition_id == definitions.c.definition_id) & (references.c.version == definitions.c.version),
    )
    rows = connection.execute(query.where(_is_there).group_by(references.c.definition_id))
    return {definition_id: frozenset(refers_to) for definition_id, refers_to in rows}


def select_latest(connection: sa.Connection, ids: Collection[int]) -> list[Definition]:
    """Those of `ids` that are there, by id."""
    query = _select.where(definitions.c.definition_id.in_(sorted(ids)), _is_there)
    return [_definition(row) for row in connection.execute(query.order_by(definitions.c.definition_id))]


def select_names(connection: sa.Connection, ids: Collection[int]) -> dict[int, DefinitionName]:
    """Those of `ids` that are there."""
    query = sa.select(definitions.c.definition_id, definitions.c.kind, definitions.c.name).where(
        definitions.c.definition_id.in_(sorted(ids)), _is_there
    )
    return {row[0]: DefinitionName(*row) for row in connection.execute(query)}


def select_makers(connection: sa.Connection, ids: Collection[int], kinds: Collection[str]) -> dict[int, str]:
    """Who made those of `ids` that are of the kinds, as "staff:7" or the like."""
    query = sa.select(definitions.c.definition_id, definitions.c.created_by).where(
        definitions.c.definition_id.in_(sorted(ids)), definitions.c.kind.in_(sorted(kinds))
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def find_version(connection: sa.Connection, definition_id: int, version: int) -> DefinitionVersion | None:
    row = connection.execute(
        _select_version.where(versions.c.definition_id == definition_id, versions.c.version == version)
    ).first()
    return _version(row) if row else None


def select_publications(connection: sa.Connection, definition_id: int) -> list[DefinitionPublication]:
    query = sa.select(versions.c.version, versions.c.published_at, versions.c.published_by).where(
        versions.c.definition_id == definition_id
    )
    return [DefinitionPublication(*row) for row in connection.execute(query.order_by(versions.c.version.desc()))]


def select_live(connection: sa.Connection, kind: str) -> list[DefinitionVersion]:
    query = _select_version.where(
        definitions.c.kind == kind,
        definitions.c.status == DefinitionStatus.LIVE,
        versions.c.version == definitions.c.version,
    )
    return [_version(row) for row in connection.execute(query.order_by(definitions.c.definition_id))]


def fingerprint(connection: sa.Connection) -> tuple[int, int]:
    """How many there are, and how often all of them together were changed: both only grow."""
    row = connection.execute(
        sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(definitions.c.revision), 0)).select_from(definitions)
    ).one()
    return int(row[0]), int(row[1])
