"""Keys of programs: made, revoked, listed. Part of `service`."""

from __future__ import annotations

from siyu.domain.company import rules, store
from siyu.domain.company.auditing import record_audit
from siyu.domain.company.contracts import CreatedKey, Key, KeyKind, Role
from siyu.domain.company.reaching import reached_unit, require_rights_of
from siyu.kernel.actors import Actor
from siyu.kernel.errors import InvalidError, NotFoundError
from siyu.kernel.paging import Page, PageRequest
from siyu.platform.crypto import hash_token
from siyu.platform.postgres.database import Reading, UnitOfWork


def create_key(
    work: UnitOfWork,
    actor: Actor,
    kind: KeyKind,
    name: str,
    role: Role | None = None,
    unit_id: int | None = None,
) -> CreatedKey:
    """A key for a program, with no right and no scope that the actor lacks. Its secret is in this answer and nowhere else."""
    actor.require("keys.write")
    if (role is not None) is not (kind is KeyKind.API):
        raise InvalidError("An API key has a role, a write key has none.", field="role")
    if role is not None:
        require_rights_of(actor, role)
    else:
        for right in sorted(rules.WRITE_KEY_RIGHTS):
            actor.require(right)
    if unit_id is None:
        unit_id = rules.unit_of(actor.scope)
    path = reached_unit(work, actor.scope, unit_id).path if unit_id is not None else None
    if role is not None:
        rules.check_partner(role, path, own_only=False)
    secret = f"siyu_{kind.value}_{work.ids.new_secret()}"
    key = store.insert_key(
        work.connection,
        kind=kind.value,
        name=rules.checked_name(name),
        prefix=secret[: rules.KEY_PREFIX_LENGTH],
        secret_hash=hash_token(secret),
        role=role.value if role is not None else None,
        unit_id=unit_id,
        created_at=work.clock.now(),
        created_by=f"{actor.kind}:{actor.actor_id}",
    )
    record_audit(work, actor, "company.create_key", f"key:{key.key_id}", kind=kind, role=role)
    return CreatedKey(key=key, secret=secret)


def revoke_key(work: UnitOfWork, actor: Actor, key_id: int) -> None:
    """The key holds no more; doing it twice is doing it once."""
    actor.require("keys.write")
    key = store.lock_key(work.connection, key_id, actor.scope)
    if key is None:
        raise NotFoundError(f"Key {key_id}.")
    if key.revoked_at is None:
        store.update_key(work.connection, key_id, revoked_at=work.clock.now())
        record_audit(work, actor, "company.revoke_key", f"key:{key_id}")


def list_keys(reading: Reading, actor: Actor, page: PageRequest) -> Page[Key]:
    """Keys in the actor's scope, revoked ones too, the newest first."""
    actor.require("keys.write")
    rows = store.select_keys(reading.connection, actor.scope, page.size + 1, rules.place_of(page))
    more, rows = len(rows) > page.size, rows[: page.size]
    return Page(rows=rows, next_after=str(rows[-1].key_id) if more else None)
