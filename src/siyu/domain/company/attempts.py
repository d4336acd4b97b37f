"""Failed log-ins, counted so that passwords cannot be tried by the thousand, and strangers cannot lock anybody out.

A device that an e-mail has logged in from before is known by a signed cookie and counted by itself: what strangers try
elsewhere does not keep it out. Everybody else is counted three times: for the e-mail from this address, for the
address, and for the e-mail from wherever, with ever larger allowances.

Counted in PostgreSQL, so that it holds for all processes together. The counters of a log-in stay locked until its
transaction ends: log-ins for one e-mail are checked one after another.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import blake2b
from ipaddress import ip_address, ip_network
from typing import NamedTuple

import sqlalchemy as sa

from siyu.domain.company import rules

_FORGET_AT_ONCE = 100


class Subject(NamedTuple):
    """Whose failures are counted, known only by hash, and how many are free."""

    subject_hash: bytes
    free: int
    outlives_success: bool = False


def subjects_of(email: str, address: str, device: str | None) -> tuple[Subject, ...]:
    """Who is counted for a log-in. A success clears all of them except what is counted for the whole address."""
    if device is not None:
        return (Subject(_hash("device", f"{device}:{email}"), rules.FREE_FAILURES),)
    network = _network(address)
    return (
        Subject(_hash("email_at_address", f"{network}:{email}"), rules.FREE_FAILURES),
        Subject(_hash("email", email), rules.FREE_FAILURES_OF_EMAIL),
        subject_of(address),
    )


def subject_of(address: str) -> Subject:
    """What is counted for a whole address, whoever tries from there."""
    return Subject(_hash("address", _network(address)), rules.FREE_FAILURES_OF_ADDRESS, outlives_success=True)


def subjects_of_codes(staff_id: int) -> tuple[Subject, ...]:
    """Who is counted where somebody who is logged in gives codes of the second step."""
    return (Subject(_hash("codes", str(staff_id)), rules.FREE_FAILURES),)


def _network(address: str) -> str:
    """Of IPv6 the first 64 bits count: who has one address has all of those."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    return str(ip_network((parsed, 64 if parsed.version == 6 else 32), strict=False))


def lock_wait(connection: sa.Connection, subjects: Sequence[Subject], now: datetime) -> timedelta:
    """How long any of them still has to wait (nothing, mostly). Their counters are locked."""
    hashes = sorted(subject.subject_hash for subject in subjects)
    for subject_hash in hashes:
        connection.execute(
            sa.text(
                "INSERT INTO company.attempts (subject_hash, failures, failed_at, blocked_until)"
                " VALUES (:subject_hash, 0, :now, :now) ON CONFLICT DO NOTHING"
            ),
            {"subject_hash": subject_hash, "now": now},
        )
    blocked_until = connection.execute(
        sa.text(
            "SELECT blocked_until FROM company.attempts WHERE subject_hash = ANY(:hashes)"
            " ORDER BY subject_hash FOR UPDATE"
        ),
        {"hashes": hashes},
    ).scalars()
    # Bounded, for the clock may have been set back since the failure was counted.
    return min(max((until - now for until in blocked_until), default=timedelta()), rules.WAIT_MAX)


def record_failure(connection: sa.Connection, subjects: Sequence[Subject], now: datetime) -> timedelta:
    """Counts one more failure for each; how long they have to wait from now on. Old counters are cleared away."""
    longest = timedelta()
    for subject in sorted(subjects):
        failures = connection.execute(
            sa.text(
                "UPDATE company.attempts SET failed_at = :now,"
                " failures = CASE WHEN failed_at < :forgotten THEN 1 ELSE failures + 1 END"
                " WHERE subject_hash = :subject_hash RETURNING failures"
            ),
            {
                "subject_hash": subject.subject_hash,
                "now": now,
                "forgotten": now - rules.FAILURES_FORGOTTEN_AFTER,
            },
        ).scalar_one()
        wait = rules.wait_after(failures, subject.free)
        longest = max(longest, wait)
        connection.execute(
            sa.text("UPDATE company.attempts SET blocked_until = :until WHERE subject_hash = :subject_hash"),
            {"subject_hash": subject.subject_hash, "until": now + wait},
        )
    connection.execute(
        sa.text(
            "DELETE FROM company.attempts WHERE subject_hash IN (SELECT subject_hash FROM company.attempts"
            " WHERE failed_at < :forgotten LIMIT :at_once FOR UPDATE SKIP LOCKED)"
        ),
        {"forgotten": now - rules.FAILURES_FORGOTTEN_AFTER, "at_once": _FORGET_AT_ONCE},
    )
    return longest


def forget(connection: sa.Connection, subjects: Sequence[Subject]) -> None:
    """After a success the failures before it count no more."""
    connection.execute(
        sa.text("DELETE FROM company.attempts WHERE subject_hash = ANY(:hashes)"),
        {"hashes": [subject.subject_hash for subject in subjects if not subject.outlives_success]},
    )


def _hash(kind: str, value: str) -> bytes:
    return blake2b(f"{kind}:{value}".encode("utf-8", "surrogatepass"), digest_size=16).digest()
