"""Failed log-ins: guessing is hopeless, and strangers lock nobody out."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from argon2 import PasswordHasher

from siyu.domain.company import rules, service
from siyu.domain.company.contracts import (
    OpenedSession,
    RefusedLogIn,
    TooManyAttemptsError,
    WrongCredentialsError,
)
from siyu.kernel.clock import ManualClock
from siyu.platform import crypto
from siyu.platform.postgres.database import Database

EMAIL = "admin@example.com"
PASSWORD = "correct horse battery"
ADDRESS = "203.0.113.9"


@pytest.fixture
def company(database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """One administrator; password hashes take no time."""
    monkeypatch.setattr(crypto, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    with database.begin() as work:
        service.ensure_first_admin(work, EMAIL, PASSWORD, "晨曦茶饮")
    return database


def _log_in(
    company: Database,
    email: str = EMAIL,
    password: str = PASSWORD,
    address: str = ADDRESS,
    device: str | None = None,
) -> OpenedSession | RefusedLogIn:
    with company.begin() as work:
        return service.log_in(work, email, password, address, device=device)


def _error(outcome: OpenedSession | RefusedLogIn) -> Exception:
    assert isinstance(outcome, RefusedLogIn)
    return outcome.error


def test_guessing_at_the_same_moment_helps_nobody(company: Database) -> None:
    count = 24
    start = threading.Barrier(count, timeout=60)

    def guess(n: int) -> type[Exception]:
        start.wait()
        return type(_error(_log_in(company, password=f"guess number {n}")))

    with ThreadPoolExecutor(count) as pool:
        outcomes = Counter(pool.map(guess, range(count)))
    assert outcomes == {
        WrongCredentialsError: rules.FREE_FAILURES,
        TooManyAttemptsError: count - rules.FREE_FAILURES,
    }


def test_the_wait_doubles_and_success_ends_it(company: Database, clock: ManualClock) -> None:
    for _ in range(rules.FREE_FAILURES):
        _log_in(company, password="wrong")
    waits = []
    for _ in range(12):
        error = _error(_log_in(company, password="wrong"))
        assert isinstance(error, TooManyAttemptsError)
        waits.append(error.retry_after_seconds)
        clock.advance(timedelta(seconds=error.retry_after_seconds))
        assert isinstance(_error(_log_in(company, password="wrong")), WrongCredentialsError)
    assert waits[:4] == [3, 5, 9, 17]
    assert waits[-1] == rules.WAIT_MAX.total_seconds() + 1
    clock.advance(rules.WAIT_MAX)
    assert isinstance(_log_in(company), OpenedSession)
    for _ in range(rules.FREE_FAILURES - 1):
        assert isinstance(_error(_log_in(company, password="wrong")), WrongCredentialsError)
    assert isinstance(_log_in(company), OpenedSession)


def test_many_addresses_cannot_try_one_email(company: Database) -> None:
    tries = Counter(
        type(_error(_log_in(company, password="wrong", address=f"203.0.113.{n}")))
        for n in range(rules.FREE_FAILURES_OF_EMAIL + 5)
    )
    assert tries == {WrongCredentialsError: rules.FREE_FAILURES_OF_EMAIL, TooManyAttemptsError: 5}


def test_a_stranger_at_one_address_locks_nobody_out_elsewhere(company: Database, clock: ManualClock) -> None:
    for _ in range(200):
        _log_in(company, password="wrong", address="198.51.100.7")
        clock.advance(timedelta(seconds=20))
    assert isinstance(_error(_log_in(company, address="198.51.100.7")), TooManyAttemptsError)
    assert isinstance(_log_in(company), OpenedSession)


def test_strangers_everywhere_do_not_keep_a_known_device_out(company: Database) -> None:
    for n in range(rules.FREE_FAILURES_OF_EMAIL):
        _log_in(company, password="wrong", address=f"203.0.113.{n}")
    assert isinstance(_error(_log_in(company)), TooManyAttemptsError)
    assert isinstance(_log_in(company, device="laptop"), OpenedSession)
    assert isinstance(_error(_log_in(company)), TooManyAttemptsError), "a known device clears nobody else's counters"


def test_a_stolen_device_cookie_is_no_way_to_guess(company: Database) -> None:
    tries = Counter(
        type(_error(_log_in(company, password="wrong", address=f"203.0.113.{n}", device="stolen")))
        for n in range(rules.FREE_FAILURES + 5)
    )
    assert tries == {WrongCredentialsError: rules.FREE_FAILURES, TooManyAttemptsError: 5}


def test_one_address_cannot_try_many_emails(company: Database) -> None:
    tries = Counter(
        type(_error(_log_in(company, email=f"{n}@example.com", address=f"2001:db8::{n:x}")))
        for n in range(rules.FREE_FAILURES_OF_ADDRESS + 5)
    )
    assert tries == {WrongCredentialsError: rules.FREE_FAILURES_OF_ADDRESS, TooManyAttemptsError: 5}
    assert isinstance(_log_in(company, address="2001:db8:0:1::1"), OpenedSession)


def test_failures_are_forgotten_after_a_day_and_cleared_away(company: Database, clock: ManualClock) -> None:
    for n in range(rules.FREE_FAILURES):
        _log_in(company, email=f"{n}@example.com", password="wrong")
    clock.advance(rules.FAILURES_FORGOTTEN_AFTER + timedelta(seconds=1))
    _log_in(company, email="last@example.com", password="wrong")
    with company.read() as reading:
        row = reading.driver.execute("SELECT count(*) FROM company.attempts").fetchone()
    assert row == (3,)
