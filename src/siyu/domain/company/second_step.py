"""The second step of a log-in: a code that a member's own phone shows, or one of a few written down. Part of `service`.

Codes are those of RFC 6238 (six digits, thirty seconds, SHA-1), as every authenticator makes them. What a phone is given follows
from a key of the installation and a nonce kept here, so that whoever reads the database alone can make no code.
"""

from __future__ import annotations

import base64
import hmac

from pyotp.totp import TOTP

from siyu.domain.company import attempts, second_step_store, store
from siyu.domain.company.auditing import record_audit
from siyu.domain.company.contracts import (
    NewSecondStep,
    NoSecondStepError,
    SecondStep,
    SecondStepTakenError,
    TooManyAttemptsError,
    UnauthenticatedError,
    WrongCodeError,
)
from siyu.domain.company.reaching import require_rights_of
from siyu.kernel.actors import Actor, ActorKind
from siyu.kernel.errors import InvalidError, NotFoundError, SiyuError
from siyu.platform.crypto import hash_token
from siyu.platform.postgres.database import Reading, UnitOfWork

RECOVERY_CODES = 10
RECOVERY_LENGTH = 10
NONCE_BYTES = 16
SECRET_BYTES = 20
CODE_DIGITS = 6
STEP_SECONDS = 30
DRIFT_STEPS = 1
"""How many steps a phone's clock may be off."""


def get_second_step(reading: Reading, actor: Actor) -> SecondStep:
    """Whether the actor's own log-in asks for a code, and how many recovery codes are left."""
    row = second_step_store.find(reading.driver, _own_id(actor))
    is_on = row is not None and row.confirmed_at is not None
    return SecondStep(is_on, row.confirmed_at if row else None, len(row.recovery) if row and is_on else 0)


def begin_second_step(work: UnitOfWork, actor: Actor, key: bytes, issuer: str) -> NewSecondStep:
    """What to show to the actor's phone. Nothing is asked for until a code of it has been given back; begun again, the phone is
    shown something new. SecondStepTakenError where it is on already."""
    staff_id = _own_id(actor)
    found = store.find_staff(work.connection, staff_id)
    if found is None:
        raise UnauthenticatedError()
    row = second_step_store.find(work.driver, staff_id, lock=True)
    if row is not None and row.confirmed_at is not None:
        raise SecondStepTakenError()
    nonce = hash_token(work.ids.new_secret())[:NONCE_BYTES]
    second_step_store.save_begun(work.driver, staff_id, nonce, work.clock.now())
    record_audit(work, actor, "company.begin_second_step", f"staff:{staff_id}")
    secret = _secret(key, staff_id, nonce)
    address = TOTP(secret).provisioning_uri(name=found.staff.email, issuer_name=issuer)
    return NewSecondStep(secret, address)


def confirm_second_step(work: UnitOfWork, actor: Actor, key: bytes, code: str) -> list[str]:
    """Puts it in force, once the phone has shown a right code; gives the recovery codes, which are shown this one time."""
    staff_id = _own_id(actor)
    row = second_step_store.find(work.driver, staff_id, lock=True)
    if row is None:
        raise NoSecondStepError()
    if row.confirmed_at is not None:
        raise SecondStepTakenError()
    step = _matching_step(work, _secret(key, staff_id, row.nonce), code, row.last_step)
    if step is None:
        raise WrongCodeError(field="code")
    codes = [_recovery_code(work.ids.new_secret()) for _ in range(RECOVERY_CODES)]
    second_step_store.confirm(work.driver, staff_id, step, [hash_token(each) for each in codes], work.clock.now())
    record_audit(work, actor, "company.confirm_second_step", f"staff:{staff_id}")
    return codes


def end_second_step(work: UnitOfWork, actor: Actor, key: bytes, code: str) -> SiyuError | None:
    """Asks for no code any more; whoever ends it gives one more, of the phone or a recovery code. A refusal is returned, not
    raised: the failure it counts has to be committed, lest who found an open session tries a million codes."""
    staff_id, now = _own_id(actor), work.clock.now()
    row = second_step_store.find(work.driver, staff_id, lock=True)
    if row is None or row.confirmed_at is None:
        raise NoSecondStepError()
    subjects = attempts.subjects_of_codes(staff_id)
    wait = attempts.lock_wait(work.connection, subjects, now)
    if wait.total_seconds() > 0:
        return TooManyAttemptsError(retry_after_seconds=int(wait.total_seconds()) + 1)
    if not passes(work, key, staff_id, row, code):
        attempts.record_failure(work.connection, subjects, now)
        return WrongCodeError(field="code")
    second_step_store.delete(work.driver, staff_id)
    record_audit(work, actor, "company.end_second_step", f"staff:{staff_id}")
    return None


def reset_second_step(work: UnitOfWork, actor: Actor, staff_id: int) -> None:
    """For somebody else who has lost the phone and the codes: the next log-in asks for the password alone. Their sessions end.
    One's own is ended with a code, lest an open session that somebody found is enough."""
    actor.require("company.write")
    if actor.kind is ActorKind.STAFF and int(actor.actor_id) == staff_id:
        raise InvalidError("End your own with a code, or ask a colleague.")
    found = store.find_staff(work.connection, staff_id)
    if found is None or not found.unit_path.startswith(actor.scope.unit_path or ""):
        raise NotFoundError(f"Staff {staff_id}.")
    require_rights_of(actor, found.staff.role)
    if not second_step_store.delete(work.driver, staff_id):
        raise NoSecondStepError()
    store.delete_sessions_of(work.connection, staff_id)
    record_audit(work, actor, "company.reset_second_step", f"staff:{staff_id}")


def passes(work: UnitOfWork, key: bytes, staff_id: int, row: second_step_store.Row, code: str) -> bool:
    """Whether the code is right; each is so once."""
    told = "".join(code.split()).replace("-", "").lower()
    step = _matching_step(work, _secret(key, staff_id, row.nonce), told, row.last_step)
    if step is not None:
        second_step_store.use_step(work.driver, staff_id, step)
        return True
    return second_step_store.use_recovery(work.driver, staff_id, hash_token(told))


def _own_id(actor: Actor) -> int:
    if actor.kind is not ActorKind.STAFF:
        raise UnauthenticatedError("This is for members of the staff.")
    return int(actor.actor_id)


def _secret(key: bytes, staff_id: int, nonce: bytes) -> str:
    made = hmac.new(key, b"%d:%b" % (staff_id, nonce), "sha256").digest()[:SECRET_BYTES]
    return base64.b32encode(made).decode()


def _matching_step(work: UnitOfWork, secret: str, code: str, last_step: int) -> int | None:
    """The step of time that the code belongs to: now or next to it, and later than the last that was used."""
    if not (len(code) == CODE_DIGITS and code.isascii() and code.isdigit()):
        return None
    now = int(work.clock.now().timestamp()) // STEP_SECONDS
    generator = TOTP(secret, interval=STEP_SECONDS)
    for step in range(now - DRIFT_STEPS, now + DRIFT_STEPS + 1):
        if step > last_step and hmac.compare_digest(generator.at(step * STEP_SECONDS), code):
            return step
    return None


def _recovery_code(secret: str) -> str:
    """Ten letters and digits that nobody mixes up: fifty bits."""
    return base64.b32encode(hash_token(secret)).decode().lower()[:RECOVERY_LENGTH]
