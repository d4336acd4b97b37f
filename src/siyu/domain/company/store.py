"""Every statement of room `company`; rows in, contracts out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

import psycopg
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from siyu.domain.company.contracts import AuditFilter, AuditRow, Key, KeyKind, Outcome, Role, Staff, Unit
from siyu.domain.company.tables import audit, keys, sessions, staff, units
from siyu.kernel.actors import ActorKind, Scope
from siyu.kernel.paging import PageRequest

_unit_columns = (units.c.unit_id, units.c.parent_id, units.c.name, units.c.path)
_staff_columns = (
    staff.c.staff_id,
    staff.c.name,
    staff.c.email,
    staff.c.role,
    staff.c.unit_id,
    units.c.name.label("unit_name"),
    staff.c.own_only,
    staff.c.is_active,
)
_staff_select = sa.select(*_staff_columns, units.c.path, staff.c.password_hash).join_from(
    staff, units, staff.c.unit_id == units.c.unit_id
)
_key_columns = (
    keys.c.key_id,
    keys.c.kind,
    keys.c.name,
    keys.c.prefix,
    keys.c.role,
    keys.c.unit_id,
    keys.c.created_at,
    keys.c.last_used_at,
    keys.c.revoked_at,
)


class StaffRecord(NamedTuple):
    """A member of staff with what stays inside the room."""

    staff: Staff
    unit_path: str
    password_hash: str


class SessionRecord(NamedTuple):
    """A session with its owner."""

    owner: StaffRecord
    opened_at: datetime
    seen_at: datetime
    expires_at: datetime


class KeyRecord(NamedTuple):
    """A key with the path of the unit that it is limited to."""

    key: Key
    unit_path: str | None


def within(scope: Scope, path: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """Whether `path` is inside the scope's unit."""
    return path.startswith(scope.unit_path, autoescape=True) if scope.unit_path is not None else sa.true()


def _staff_record(columns: sa.RowMapping) -> StaffRecord:
    fields: dict[str, Any] = {column.name: columns[column.name] for column in _staff_columns}
    fields["role"] = Role(fields["role"])
    return StaffRecord(Staff(**fields), columns["path"], columns["password_hash"])


def _key(columns: sa.RowMapping) -> Key:
    fields: dict[str, Any] = {column.name: columns[column.name] for column in _key_columns}
    fields["kind"] = KeyKind(fields["kind"])
    fields["role"] = Role(fields["role"]) if fields["role"] is not None else None
    return Key(**fields)


# --- units


def lock_tree(connection: sa.Connection) -> None:
    """One change of the tree at a time."""
    connection.execute(sa.text("LOCK TABLE company.units IN SHARE ROW EXCLUSIVE MODE"))


def find_unit(connection: sa.Connection, unit_id: int, scope: Scope) -> Unit | None:
    row = connection.execute(
        sa.select(*_unit_columns).where(units.c.unit_id == unit_id, within(scope, units.c.path))
    ).first()
    return Unit(*row) if row else None


def find_root(connection: sa.Connection) -> Unit | None:
    row = connection.execute(sa.select(*_unit_columns).where(units.c.parent_id.is_(None))).first()
    return Unit(*row) if row else None


def select_units(connection: sa.Connection, scope: Scope) -> list[Unit]:
    query = sa.select(*_unit_columns).where(within(scope, units.c.path)).order_by(units.c.path)
    return [Unit(*row) for row in connection.execute(query)]


def next_unit_id(connection: sa.Connection) -> int:
    return int(
        connection.execute(sa.text("SELECT nextval(pg_get_serial_sequence('company.units', 'unit_id'))")).scalar_one()
    )


def insert_unit(connection: sa.Connection, unit: Unit, now: datetime) -> None:
    connection.execute(
        sa.text(
            "INSERT INTO company.units (unit_id, parent_id, name, path, created_at) OVERRIDING SYSTEM VALUE"
            " VALUES (:unit_id, :parent_id, :name, :path, :now)"
        ),
        {"unit_id": unit.unit_id, "parent_id": unit.parent_id, "name": unit.name, "path": unit.path, "now": now},
    )


def update_unit_name(connection: sa.Connection, unit_id: int, name: str) -> None:
    connection.execute(units.update().where(units.c.unit_id == unit_id).values(name=name))


def move_subtree(connection: sa.Connection, unit: Unit, parent: Unit, path: str) -> None:
    """The unit goes below `parent`; it and all below it get paths that begin with `path`."""
    connection.execute(units.update().where(units.c.unit_id == unit.unit_id).values(parent_id=parent.unit_id))
    connection.execute(
        units.update()
        .where(units.c.path.startswith(unit.path, autoescape=True))
        .values(path=sa.literal(path) + sa.func.substr(units.c.path, len(unit.path) + 1))
    )


def deepest_below(connection: sa.Connection, unit: Unit) -> str:
    """The longest path below the unit, or its own."""
    query = (
        sa.select(units.c.path)
        .where(units.c.path.startswith(unit.path, autoescape=True))
        .order_by(sa.func.length(sa.func.regexp_replace(units.c.path, "[^.]", "", "g")).desc())
        .limit(1)
    )
    return str(connection.execute(query).scalar_one())


# --- staff


def find_staff(connection: sa.Connection, staff_id: int, *, lock: bool = False) -> StaffRecord | None:
    query = _staff_select.where(staff.c.staff_id == staff_id)
    row = connection.execute(query.with_for_update(of=staff) if lock else query).first()
    return _staff_record(row._mapping) if row else None


def find_staff_by_email(connection: sa.Connection, email: str) -> StaffRecord | None:
    row = connection.execute(_staff_select.where(staff.c.email == email)).first()
    return _staff_record(row._mapping) if row else None


def select_staff(connection: sa.Connection, scope: Scope, page: PageRequest, after: int) -> list[Staff]:
    """One more than the page holds."""
    query = _staff_select.where(within(scope, units.c.path), staff.c.staff_id > after)
    if page.search:
        query = query.where(staff.c.name.ilike(page.pattern) | staff.c.email.ilike(page.pattern))
    if page.ids is not None:
        query = query.where(staff.c.staff_id.in_(page.ids))
    rows = connection.execute(query.order_by(staff.c.staff_id).limit(page.size + 1))
    return [_staff_record(row._mapping).staff for row in rows]


def insert_staff(connection: sa.Connection, now: datetime, **values: object) -> int | None:
    """The new id; None where the e-mail is taken."""
    made = connection.execute(
        insert(staff)
        .values(created_at=now, is_active=True, **values)
        .on_conflict_do_nothing(index_elements=["email"])
        .returning(staff.c.staff_id)
    )
    found = made.scalar_one_or_none()
    return int(found) if found is not None else None


def update_staff(connection: sa.Connection, staff_id: int, **values: object) -> None:
    connection.execute(staff.update().where(staff.c.staff_id == staff_id).values(**values))


def count_staff(connection: sa.Connection) -> int:
    return connection.execute(sa.select(sa.func.count()).select_from(staff)).scalar_one()


def lock_active_admins(connection: sa.Connection) -> list[int]:
    """Ids of the administrators; none of them changes before the commit."""
    query = (
        sa.select(staff.c.staff_id)
        .where(staff.c.role == Role.ADMIN, staff.c.is_active)
        .order_by(staff.c.staff_id)
        .with_for_update()
    )
    return list(connection.execute(query).scalars())


# --- sessions


def insert_session(
    connection: sa.Connection, token_hash: bytes, staff_id: int, now: datetime, expires_at: datetime
) -> None:
    connection.execute(
        sessions.insert().values(
            token_hash=token_hash, staff_id=staff_id, opened_at=now, seen_at=now, expires_at=expires_at
        )
    )
    connection.execute(sessions.delete().where(sessions.c.expires_at < now, sessions.c.staff_id == staff_id))


def find_session(connection: sa.Connection, token_hash: bytes, now: datetime) -> SessionRecord | None:
    """A session that has not ended, of somebody active."""
    query = (
        _staff_select.add_columns(sessions.c.opened_at, sessions.c.seen_at, sessions.c.expires_at)
        .join(sessions, sessions.c.staff_id == staff.c.staff_id)
        .where(sessions.c.token_hash == token_hash, sessions.c.expires_at > now, staff.c.is_active)
    )
    row = connection.execute(query).first()
    if row is None:
        return None
    columns = row._mapping
    return SessionRecord(_staff_record(columns), columns["opened_at"], columns["seen_at"], columns["expires_at"])


def slide_session(connection: sa.Connection, token_hash: bytes, now: datetime, expires_at: datetime) -> None:
    connection.execute(
        sessions.update().where(sessions.c.token_hash == token_hash).values(seen_at=now, expires_at=expires_at)
    )


def delete_session(connection: sa.Connection, token_hash: bytes) -> bool:
    return connection.execute(sessions.delete().where(sessions.c.token_hash == token_hash)).rowcount > 0


def delete_sessions_of(connection: sa.Connection, staff_id: int) -> None:
    connection.execute(sessions.delete().where(sessions.c.staff_id == staff_id))


# --- keys


def insert_key(connection: sa.Connection, **values: object) -> Key:
    return _key(connection.execute(keys.insert().values(**values).returning(*_key_columns)).one()._mapping)


def find_key(connection: sa.Connection, secret_hash: bytes) -> KeyRecord | None:
    """A key that holds, by its secret."""
    row = connection.execute(
        sa.select(*_key_columns, units.c.path)
        .join_from(keys, units, keys.c.unit_id == units.c.unit_id, isouter=True)
        .where(keys.c.secret_hash == secret_hash, keys.c.revoked_at.is_(None))
    ).first()
    return KeyRecord(_key(row._mapping), row._mapping["path"]) if row else None


def lock_key(connection: sa.Connection, key_id: int, scope: Scope) -> Key | None:
    query = (
        sa.select(*_key_columns)
        .join_from(keys, units, keys.c.unit_id == units.c.unit_id, isouter=True)
        .where(keys.c.key_id == key_id, within(scope, units.c.path))
        .with_for_update(of=keys)
    )
    row = connection.execute(query).first()
    return _key(row._mapping) if row else None


def select_keys(connection: sa.Connection, scope: Scope, size: int, before: int | None) -> list[Key]:
    query = (
        sa.select(*_key_columns)
        .join_from(keys, units, keys.c.unit_id == units.c.unit_id, isouter=True)
        .where(within(scope, units.c.path))
    )
    if before is not None:
        query = query.where(keys.c.key_id < before)
    return [_key(row._mapping) for row in connection.execute(query.order_by(keys.c.key_id.desc()).limit(size))]


def update_key(connection: sa.Connection, key_id: int, **values: object) -> None:
    connection.execute(keys.update().where(keys.c.key_id == key_id).values(**values))


def find_write_key(driver: psycopg.Connection[Any], secret_hash: bytes) -> tuple[int, str, datetime | None] | None:
    """Id, name and last use of a write key that holds."""
    return driver.execute(
        "SELECT key_id, name, last_used_at FROM company.keys"
        " WHERE secret_hash = %s AND kind = 'write' AND revoked_at IS NULL",
        (secret_hash,),
    ).fetchone()


def note_write_key_used(driver: psycopg.Connection[Any], key_id: int, now: datetime) -> None:
    driver.execute("UPDATE company.keys SET last_used_at = %s WHERE key_id = %s", (now, key_id))


# --- audit


def insert_audit(connection: sa.Connection, **values: object) -> None:
    connection.execute(audit.insert().values(**values))


def select_audit(
    connection: sa.Connection, scope: Scope, wanted: AuditFilter, size: int, before: int | None
) -> list[tuple[int, AuditRow]]:
    """The newest first, each with its id; for a limited scope what staff and keys of its units did."""
    own_unit = units.alias("own_unit")
    query = (
        sa.select(audit, sa.func.coalesce(staff.c.name, keys.c.name, audit.c.actor_id).label("actor_name"))
        .select_from(audit)
        .join(staff, _is_actor(ActorKind.STAFF, staff.c.staff_id), isouter=True)
        .join(keys, _is_actor(ActorKind.KEY, keys.c.key_id), isouter=True)
        .join(own_unit, own_unit.c.unit_id == sa.func.coalesce(staff.c.unit_id, keys.c.unit_id), isouter=True)
        .where(within(scope, own_unit.c.path), *_wanted(wanted))
    )
    if before is not None:
        last = audit.alias("last")
        at = sa.select(last.c.at).where(last.c.audit_id == before).scalar_subquery()
        query = query.where(sa.tuple_(audit.c.at, audit.c.audit_id) < sa.tuple_(at, before))
    found = connection.execute(query.order_by(audit.c.at.desc(), audit.c.audit_id.desc()).limit(size))
    return [(row._mapping["audit_id"], _audit_row(row._mapping)) for row in found]


def _wanted(wanted: AuditFilter) -> Iterator[sa.ColumnElement[bool]]:
    if wanted.actor_kind is not None:
        yield audit.c.actor_kind == wanted.actor_kind.value
    if wanted.staff_id is not None:
        yield (audit.c.actor_kind == ActorKind.STAFF.value) & (audit.c.actor_id == str(wanted.staff_id))
    for column, mark, told in ((audit.c.verb, ".", wanted.verb), (audit.c.subject, ":", wanted.subject)):
        if told is not None:
            yield (column if mark in told else _first_part(column, mark)) == told
    if wanted.outcome is not None:
        yield audit.c.outcome == wanted.outcome.value
    if wanted.since is not None:
        yield audit.c.at >= wanted.since
    if wanted.until is not None:
        yield audit.c.at < wanted.until


def _first_part(column: sa.ColumnElement[str], mark: str) -> sa.ColumnElement[str]:
    """Written out as the indexes have it: with parameters in it, it would be another expression."""
    return sa.func.split_part(column, sa.literal_column(f"'{mark}'"), sa.literal_column("1"))


def _is_actor(kind: ActorKind, actor_id: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    return (audit.c.actor_kind == kind.value) & (audit.c.actor_id == sa.cast(actor_id, sa.Text))


def _audit_row(fields: sa.RowMapping) -> AuditRow:
    return AuditRow(
        at=fields["at"],
        actor_kind=fields["actor_kind"],
        actor_id=fields["actor_id"],
        actor_name=fields["actor_name"],
        verb=fields["verb"],
        subject=fields["subject"],
        outcome=Outcome(fields["outcome"]),
        fields=fields["fields"],
    )
