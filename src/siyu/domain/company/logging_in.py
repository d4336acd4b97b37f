"""Log-ins and sessions: who somebody is, by password and code, by a service that vouches, by a key. Part of `service`."""

from __future__ import annotations

from siyu.domain.company import attempts, rules, second_step, second_step_store, store
from siyu.domain.company.auditing import record_audit
from siyu.domain.company.contracts import (
    LiveSession,
    OpenedSession,
    Outcome,
    RefusedLogIn,
    SecondStepNeededError,
    TooManyAttemptsError,
    UnauthenticatedError,
    WrongCredentialsError,
    WrongSecondStepError,
)
from siyu.kernel.actors import Actor, ActorKind, system_actor
from siyu.platform.crypto import hash_password, hash_token, needs_new_hash, verify_password
from siyu.platform.postgres.database import UnitOfWork


def log_in(
    work: UnitOfWork,
    email: str,
    password: str,
    address: str,
    *,
    device: str | None = None,
    code: str = "",
    key: bytes = b"",
) -> OpenedSession | RefusedLogIn:
    """Opens a session, or says why not. A refusal is returned, not raised: the failure it counts has to be committed.

    Whether the e-mail is known shows neither in the answer nor in the time it takes. `device` names a device that this
    e-mail has logged in from before, as the face has proof of; what strangers tried elsewhere does not keep it out.
    `code` is the second step's, where one is in force: without it SecondStepNeededError, which counts as no failure.
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
    staff_id = found.staff.staff_id
    row = second_step_store.find(work.driver, staff_id, lock=True)
    has_second_step = row is not None and row.confirmed_at is not None
    if row is not None and has_second_step:
        if not code:
            return RefusedLogIn(SecondStepNeededError())
        if not second_step.passes(work, key, staff_id, row, code):
            attempts.record_failure(work.connection, subjects, now)
            record_audit(
                work, system_actor("log_in"), "company.log_in", f"staff:{staff_id}", outcome=Outcome.DENIED, by="code"
            )
            return RefusedLogIn(WrongSecondStepError())
    attempts.forget(work.connection, subjects)
    if needs_new_hash(found.password_hash):
        store.update_staff(work.connection, staff_id, password_hash=hash_password(password))
    return _opened_session(work, found, "password_and_code" if has_second_step else "password")


def vouching_wait(work: UnitOfWork, actor: Actor, address: str) -> int:
    """In how many seconds somebody at this address may try again to be vouched for; 0: now. Failed log-ins of both kinds count."""
    actor.require("company.run")
    wait = attempts.lock_wait(work.connection, [attempts.subject_of(address)], work.clock.now()).total_seconds()
    return int(wait) + 1 if wait > 0 else 0


def refuse_vouched(work: UnitOfWork, actor: Actor, address: str, voucher: str, reason: str | None = None) -> None:
    """Nobody vouched for whoever tried from this address: counted, as a wrong password is."""
    actor.require("company.run")
    subjects, now = [attempts.subject_of(address)], work.clock.now()
    attempts.lock_wait(work.connection, subjects, now)
    attempts.record_failure(work.connection, subjects, now)
    record_audit(work, actor, "company.log_in", "staff:unknown", outcome=Outcome.DENIED, by=voucher, reason=reason)


def log_in_vouched(work: UnitOfWork, actor: Actor, staff_id: int, voucher: str) -> OpenedSession:
    """Opens a session for somebody whom another service (`wecom`, `oidc`) has vouched for. UnauthenticatedError for
    who is not active."""
    actor.require("company.run")
    found = store.find_staff(work.connection, staff_id)
    if found is None or not found.staff.is_active:
        raise UnauthenticatedError("You have no access here.")
    return _opened_session(work, found, voucher)


def _opened_session(work: UnitOfWork, found: store.StaffRecord, by: str) -> OpenedSession:
    token, now = work.ids.new_secret(), work.clock.now()
    expires_at = rules.slid_expiry(work.clock, now, now)
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
        expires_at = rules.slid_expiry(work.clock, found.opened_at, now)
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
    scope = rules.scope_of(key.role, found.unit_path, own_only=False)
    rights = rules.rights_within(key.role, scope) if key.role is not None else rules.WRITE_KEY_RIGHTS
    return Actor(ActorKind.KEY, str(key.key_id), rights, scope)


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
