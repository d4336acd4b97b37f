"""The verbs of room `company`. Those without an Actor are the ones that find out who the actor is."""

from __future__ import annotations

from siyu.domain.company import attempts, rules, store
from siyu.domain.company.adopting import adopt_staff, keep_adopted, rename_unit
from siyu.domain.company.auditing import record_audit
from siyu.domain.company.connecting import (
    find_wecom_connection,
    list_wecom_connections,
    list_wecom_corps,
    new_callback_keys,
    reseal_wecom,
    save_wecom_corp,
    save_wecom_findings,
    save_wecom_welcome,
)
from siyu.domain.company.contracts import (
    UNIT_MOVED,
    EmailTakenError,
    LastAdminError,
    LiveSession,
    OpenedSession,
    Outcome,
    RefusedLogIn,
    Role,
    Staff,
    TooManyAttemptsError,
    UnauthenticatedError,
    Unit,
    WrongCredentialsError,
    WrongPasswordError,
)
from siyu.domain.company.keys import create_key, list_keys, revoke_key
from siyu.domain.company.personas import (
    add_account,
    archive_persona,
    create_persona,
    dress_account,
    get_persona,
    list_personas,
    note_complaint,
    remove_account,
    save_health,
    save_persona,
    watched_accounts,
)
from siyu.domain.company.reaching import reached_unit, require_rights_of
from siyu.domain.company.recording import count_old_records, forget_log_ins, list_audit, shorten_audit
from siyu.kernel.actors import Actor, ActorKind, Scope, system_actor
from siyu.kernel.errors import ForbiddenError, NotFoundError
from siyu.kernel.events import NOBODY, NewEvent
from siyu.kernel.paging import Page, PageRequest
from siyu.platform.crypto import hash_password, hash_token, needs_new_hash, verify_password
from siyu.platform.postgres.database import Reading, UnitOfWork

__all__ = [
    "actor_of_key",
    "actor_of_session",
    "add_account",
    "adopt_staff",
    "archive_persona",
    "change_password",
    "count_old_records",
    "create_key",
    "create_persona",
    "create_staff",
    "create_unit",
    "deactivate_staff",
    "dress_account",
    "ensure_first_admin",
    "find_wecom_connection",
    "forget_log_ins",
    "get_persona",
    "keep_adopted",
    "list_audit",
    "list_keys",
    "list_personas",
    "list_staff",
    "list_units",
    "list_wecom_connections",
    "list_wecom_corps",
    "log_in",
    "log_in_vouched",
    "log_out",
    "move_unit",
    "new_callback_keys",
    "note_complaint",
    "record_audit",
    "refuse_vouched",
    "remove_account",
    "rename_unit",
    "reseal_wecom",
    "revoke_key",
    "save_health",
    "save_persona",
    "save_wecom_corp",
    "save_wecom_findings",
    "save_wecom_welcome",
    "shorten_audit",
    "vouching_wait",
    "watched_accounts",
    "write_key_source",
]
"""What of this door is written in the files beside it, and below."""

# --- log-in and sessions


def log_in(
    work: UnitOfWork, email: str, password: str, address: str, *, device: str | None = None
) -> OpenedSession | RefusedLogIn:
    """Opens a session, or says why not. A refusal is returned, not raised: the failure it counts has to be committed.

    Whether the e-mail is known shows neither in the answer nor in the time it takes. `device` names a device that this
    e-mail has logged in from before, as the face has proof of; what strangers tried elsewhere does not keep it out.
    """
    email, now = rules.normal_email(email), work.clock.now()
    subjects = attempts.subjects_of(email, address, device)
    wait = attempts.lock_wait(work.connection, subjects, now)
    if wait.total_seconds() > 0:
        return RefusedLogIn(TooManyAttemptsError(retry_after_seconds=int(wait.total_seconds()) + 1))
    found = store.find_staff_by_email(work.connection, email)
    fits = verify_password(found.password_hash if found else None, password[: rules.PASSWORD_LENGTH_MAX + 1])
    if found is None or not fits or not found.staff.is_active:
        attempts.record_failure(work.connection, subjects, now)
        subject = f"staff:{found.staff.staff_id}" if found else "staff:unknown"
        record_audit(work, system_actor("log_in"), "company.log_in", subject, outcome=Outcome.DENIED)
        return RefusedLogIn(WrongCredentialsError())
    attempts.forget(work.connection, subjects)
    if needs_new_hash(found.password_hash):
        store.update_staff(work.connection, found.staff.staff_id, password_hash=hash_password(password))
    return _opened_session(work, found, "password")


def vouching_wait(work: UnitOfWork, actor: Actor, address: str) -> int:
    """In how many seconds somebody at this address may try again to be vouched for; 0: now. Failed log-ins of both kinds count."""
    actor.require("wecom.run")
    wait = attempts.lock_wait(work.connection, [attempts.subject_of(address)], work.clock.now()).total_seconds()
    return int(wait) + 1 if wait > 0 else 0


def refuse_vouched(work: UnitOfWork, actor: Actor, address: str) -> None:
    """Nobody vouched for whoever tried from this address: counted, as a wrong password is."""
    actor.require("wecom.run")
    subjects, now = [attempts.subject_of(address)], work.clock.now()
    attempts.lock_wait(work.connection, subjects, now)
    attempts.record_failure(work.connection, subjects, now)
    record_audit(work, actor, "company.log_in", "staff:unknown", outcome=Outcome.DENIED, by="wecom")


def log_in_vouched(work: UnitOfWork, actor: Actor, staff_id: int, voucher: str) -> OpenedSession:
    """Opens a session for somebody whom another service (`wecom`) has vouched for. UnauthenticatedError for who is not active."""
    actor.require("wecom.run")
    found = store.find_staff(work.connection, staff_id)
    if found is None or not found.staff.is_active:
        raise UnauthenticatedError("You have no access here.")
    return _opened_session(work, found, voucher)


def _opened_session(work: UnitOfWork, found: store.StaffRecord, by: str) -> OpenedSession:
    token, now = work.ids.new_secret(), work.clock.now()
    expires_at = rules.slid_expiry(now, now)
    store.insert_session(work.connection, hash_token(token), found.staff.staff_id, now, expires_at)
    actor = rules.actor_of(found.staff, found.unit_path)
    record_audit(work, actor, "company.log_in", f"staff:{found.staff.staff_id}", by=by)
    return OpenedSession(token=token, expires_at=expires_at, staff=found.staff, actor=actor)


def actor_of_session(work: UnitOfWork, token: str) -> LiveSession:
    """Who a session's token belongs to. Being used, the session lasts longer. UnauthenticatedError where it has ended."""
    token_hash, now = hash_token(token), work.clock.now()
    found = store.find_session(work.connection, token_hash, now)
    if found is None:
        raise UnauthenticatedError()
    expires_at = found.expires_at
    if now - found.seen_at >= rules.USE_NOTED_EVERY:
        expires_at = rules.slid_expiry(found.opened_at, now)
        store.slide_session(work.connection, token_hash, now, expires_at)
    return LiveSession(
        staff=found.owner.staff, actor=rules.actor_of(found.owner.staff, found.owner.unit_path), expires_at=expires_at
    )


def actor_of_key(work: UnitOfWork, secret: str) -> Actor:
    """Who a program is that shows this key. UnauthenticatedError for a key that is unknown or revoked."""
    found = store.find_key(work.connection, hash_token(secret))
    if found is None:
        raise UnauthenticatedError()
    key, now = found.key, work.clock.now()
    if key.last_used_at is None or now - key.last_used_at >= rules.USE_NOTED_EVERY:
        store.update_key(work.connection, key.key_id, last_used_at=now)
    rights = rules.RIGHTS_OF[key.role] if key.role is not None else rules.WRITE_KEY_RIGHTS
    return Actor(ActorKind.KEY, str(key.key_id), rights, rules.scope_of(found.unit_path, own_only=False))


def write_key_source(work: UnitOfWork, secret: str) -> str | None:
    """The name of the write key with this secret; None for any other. Ask the face's cache on hot paths."""
    found = store.find_write_key(work.driver, hash_token(secret))
    if found is None:
        return None
    key_id, name, last_used_at = found
    now = work.clock.now()
    if last_used_at is None or now - last_used_at >= rules.USE_NOTED_EVERY:
        store.note_write_key_used(work.driver, key_id, now)
    return name


def log_out(work: UnitOfWork, actor: Actor, token: str) -> None:
    """Ends the session with this token."""
    if store.delete_session(work.connection, hash_token(token)):
        record_audit(work, actor, "company.log_out", f"{actor.kind}:{actor.actor_id}")


# --- staff


def ensure_first_admin(work: UnitOfWork, email: str, password: str, company_name: str, name: str = "管理员") -> bool:
    """Makes the root unit and the first administrator of a fresh installation; False where there is staff already."""
    store.lock_tree(work.connection)
    if store.count_staff(work.connection) > 0:
        return False
    root = store.find_root(work.connection) or _insert_unit(work, company_name, None)
    _insert_staff(work, system_actor("setup"), name, email, password, Role.ADMIN, root, own_only=False)
    return True


def create_staff(
    work: UnitOfWork,
    actor: Actor,
    name: str,
    email: str,
    password: str,
    role: Role,
    unit_id: int,
    *,
    own_only: bool | None = None,
) -> Staff:
    """Adds somebody, with no right that the actor lacks. Frontline staff see their own customers only, if not said otherwise."""
    actor.require("company.write")
    require_rights_of(actor, role)
    unit = reached_unit(work, actor.scope, unit_id)
    narrow = role is Role.FRONTLINE if own_only is None else own_only
    return _insert_staff(work, actor, name, email, password, role, unit, own_only=narrow)


def change_password(
    work: UnitOfWork, actor: Actor, staff_id: int, new_password: str, current_password: str = ""
) -> None:
    """Sets a password and ends all sessions of its owner. For one's own the current one is asked for."""
    is_own = actor.kind is ActorKind.STAFF and actor.actor_id == str(staff_id)
    if not is_own:
        actor.require("company.write")
    found = _lock_staff(work, actor.scope if not is_own else Scope(), staff_id)
    if is_own and not verify_password(found.password_hash, current_password):
        raise WrongPasswordError(field="current_password")
    if not is_own:
        require_rights_of(actor, found.staff.role)
    hashed = hash_password(rules.checked_password(new_password))
    store.update_staff(work.connection, staff_id, password_hash=hashed)
    store.delete_sessions_of(work.connection, staff_id)
    record_audit(work, actor, "company.change_password", f"staff:{staff_id}")


def deactivate_staff(work: UnitOfWork, actor: Actor, staff_id: int) -> None:
    """Somebody has left: no log-in any more, and the sessions end now."""
    actor.require("company.write")
    admins = store.lock_active_admins(work.connection)
    found = _lock_staff(work, actor.scope, staff_id)
    require_rights_of(actor, found.staff.role)
    if admins == [staff_id]:
        raise LastAdminError()
    store.update_staff(work.connection, staff_id, is_active=False)
    store.delete_sessions_of(work.connection, staff_id)
    record_audit(work, actor, "company.deactivate_staff", f"staff:{staff_id}")


def list_staff(reading: Reading, actor: Actor, page: PageRequest) -> Page[Staff]:
    """Staff of the actor's units, in the order they came."""
    actor.require("company.read")
    rows = store.select_staff(reading.connection, actor.scope, page.size + 1, rules.place_of(page) or 0)
    more, rows = len(rows) > page.size, rows[: page.size]
    return Page(rows=rows, next_after=str(rows[-1].staff_id) if more else None)


# --- units


def create_unit(work: UnitOfWork, actor: Actor, name: str, parent_id: int) -> Unit:
    """A new unit below one that the actor may see."""
    actor.require("company.write")
    store.lock_tree(work.connection)
    unit = _insert_unit(work, name, reached_unit(work, actor.scope, parent_id))
    record_audit(work, actor, "company.create_unit", f"unit:{unit.unit_id}", parent_id=parent_id)
    return unit


def move_unit(work: UnitOfWork, actor: Actor, unit_id: int, parent_id: int) -> Unit:
    """Puts a unit, with all below it, below another."""
    actor.require("company.write")
    store.lock_tree(work.connection)
    unit = reached_unit(work, actor.scope, unit_id)
    parent = reached_unit(work, actor.scope, parent_id)
    if unit.path == actor.scope.unit_path:
        raise ForbiddenError("That is the unit your own scope begins with.", unit_id=unit_id)
    path = rules.moved_path(unit, parent, store.deepest_below(work.connection, unit))
    store.move_subtree(work.connection, unit, parent, path)
    event = NewEvent(
        name=UNIT_MOVED,
        event_id=work.ids.new_id(),
        profile_id=NOBODY,
        occurred_at=work.clock.now(),
        source="company",
        properties={"unit_id": unit_id, "old_path": unit.path, "new_path": path},
    )
    work.record([event])
    record_audit(work, actor, "company.move_unit", f"unit:{unit_id}", parent_id=parent_id)
    return reached_unit(work, Scope(), unit_id)


def list_units(reading: Reading, actor: Actor) -> list[Unit]:
    """The units in the actor's scope, each after its parent."""
    actor.require("company.read")
    return store.select_units(reading.connection, actor.scope)


# --- inside


def _lock_staff(work: UnitOfWork, scope: Scope, staff_id: int) -> store.StaffRecord:
    found = store.find_staff(work.connection, staff_id, lock=True)
    if found is None or not found.unit_path.startswith(scope.unit_path or ""):
        raise NotFoundError(f"Staff {staff_id}.")
    return found


def _insert_unit(work: UnitOfWork, name: str, parent: Unit | None) -> Unit:
    unit_id = store.next_unit_id(work.connection)
    unit = Unit(
        unit_id=unit_id,
        parent_id=parent.unit_id if parent else None,
        name=rules.checked_name(name),
        path=rules.path_below(parent, unit_id),
    )
    store.insert_unit(work.connection, unit, work.clock.now())
    return unit


def _insert_staff(
    work: UnitOfWork, actor: Actor, name: str, email: str, password: str, role: Role, unit: Unit, *, own_only: bool
) -> Staff:
    staff_id = store.insert_staff(
        work.connection,
        work.clock.now(),
        email=rules.checked_email(email),
        name=rules.checked_name(name),
        password_hash=hash_password(rules.checked_password(password)),
        role=role.value,
        unit_id=unit.unit_id,
        own_only=own_only,
    )
    if staff_id is None:
        raise EmailTakenError(field="email")
    record_audit(work, actor, "company.create_staff", f"staff:{staff_id}", role=role, unit_id=unit.unit_id)
    found = store.find_staff(work.connection, staff_id)
    if found is None:
        raise NotFoundError(f"Staff {staff_id}.")
    return found.staff
