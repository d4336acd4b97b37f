"""The first administrator of a fresh installation, in the browser: made by who has the code of the terminal. Part of `service`."""

from __future__ import annotations

from siyu.domain.company import attempts, store
from siyu.domain.company.auditing import record_audit
from siyu.domain.company.contracts import (
    AlreadySetUpError,
    Outcome,
    RefusedLogIn,
    TooManyAttemptsError,
    WrongSetupCodeError,
)
from siyu.kernel.actors import system_actor
from siyu.platform.crypto import is_same
from siyu.platform.postgres.database import Reading, UnitOfWork

CODE_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


def is_set_up(reading: Reading) -> bool:
    """Whether anybody of the staff has ever been made here."""
    return store.count_staff(reading.connection) > 0


def check_setup_code(work: UnitOfWork, told: str, code: str, address: str) -> RefusedLogIn | None:
    """Whether somebody may set this installation up: nobody has, and they know the code. A refusal is returned, not raised: the
    failure it counts has to be committed. Until the commit nobody else gets past here."""
    store.lock_tree(work.connection)
    if is_set_up(work):
        return RefusedLogIn(AlreadySetUpError())
    subjects, now = attempts.subjects_of("set up", address, None), work.clock.now()
    wait = attempts.lock_wait(work.connection, subjects, now)
    if wait.total_seconds() > 0:
        return RefusedLogIn(TooManyAttemptsError(retry_after_seconds=int(wait.total_seconds()) + 1))
    if not is_same(_letters(told), _letters(code)):
        attempts.record_failure(work.connection, subjects, now)
        record_audit(work, system_actor("setup"), "company.set_up", "staff:unknown", outcome=Outcome.DENIED)
        return RefusedLogIn(WrongSetupCodeError(field="code"))
    return None


def _letters(code: str) -> str:
    """A code as it counts: however it was spaced, in small letters or large."""
    return "".join(letter for letter in code.upper() if letter in CODE_LETTERS)
