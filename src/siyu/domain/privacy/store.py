"""Every statement on the tables of room `privacy`: rows in, contracts out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
import psycopg

from siyu.domain.customers.contracts import Identity
from siyu.domain.privacy.contracts import (
    ErasureStep,
    Reason,
    Removal,
    Request,
    RequestKind,
    RequestState,
    RetentionRules,
)
from siyu.platform.sealing.ring import NUMBER_BYTES, KeyRing

Driver = psycopg.Connection[Any]

_COLUMNS = (
    "request_id, kind, profile_id, profile_ids, state, step, reason, requested_by, requested_at, decided_by, decided_at,"
    " ended_at, counts, traces, certificate, signature, file_name, expires_at"
)
_json = msgspec.json.Encoder().encode


def insert_requests(
    driver: Driver,
    kind: RequestKind,
    customer_ids: Collection[int],
    state: RequestState,
    reason: Reason,
    by: str,
    now: datetime,
) -> list[Request]:
    """Makes a request for each customer who has none open."""
    rows = driver.execute(
        f"""
        INSERT INTO privacy.requests (kind, profile_id, state, reason, requested_by, requested_at)
        SELECT %s, customer_id, %s, %s, %s, %s FROM unnest(%s::bigint[]) AS c(customer_id) ORDER BY customer_id
        ON CONFLICT (profile_id, kind) WHERE state IN ('waiting', 'queued', 'running') DO NOTHING
        RETURNING {_COLUMNS}
        """,  # noqa: S608  # names of our own
        (kind.value, state.value, reason.value, by, now, sorted(customer_ids)),
    ).fetchall()
    return [_request(row) for row in rows]


def select_requests(
    driver: Driver, kind: RequestKind | None, size: int, before: int | None, *, customer_id: int | None, by: str | None
) -> list[Request]:
    """The newest first; of one customer, or asked for by one person, where that is said."""
    rows = driver.execute(
        f"""
        SELECT {_COLUMNS} FROM privacy.requests
        WHERE (%(kind)s::text IS NULL OR kind = %(kind)s) AND (%(before)s::bigint IS NULL OR request_id < %(before)s)
          AND (%(customer_id)s::bigint IS NULL OR profile_id = %(customer_id)s)
          AND (%(by)s::text IS NULL OR requested_by = %(by)s)
        ORDER BY request_id DESC LIMIT %(size)s
        """,  # noqa: S608  # names of our own
        {"kind": kind.value if kind else None, "before": before, "size": size, "customer_id": customer_id, "by": by},
    ).fetchall()
    return [_request(row) for row in rows]


def find_request(driver: Driver, request_id: int, *, is_locked: bool = False) -> Request | None:
    row = driver.execute(
        f"SELECT {_COLUMNS} FROM privacy.requests WHERE request_id = %s{' FOR UPDATE' if is_locked else ''}",  # noqa: S608  # names of our own
        (request_id,),
    ).fetchone()
    return _request(row) if row else None


def lock_in_work(driver: Driver, kind: RequestKind, size: int, among: Collection[int] | None) -> list[Request]:
    """Requests (of those, where they are named) that are to be done or are being done, the oldest first, locked; those that
    another has are left to it."""
    named = None if among is None else list(among)
    rows = driver.execute(
        f"""
        SELECT {_COLUMNS} FROM privacy.requests WHERE kind = %s AND state IN ('queued', 'running')
          AND (%s::bigint[] IS NULL OR request_id = ANY(%s))
        ORDER BY state DESC, request_id LIMIT %s FOR UPDATE SKIP LOCKED
        """,  # noqa: S608  # names of our own
        (kind.value, named, named, size),
    ).fetchall()
    return [_request(row) for row in rows]


def decide(driver: Driver, request_ids: Collection[int], state: RequestState, by: str, now: datetime) -> list[int]:
    """Those of the requests that were waiting, in their new state."""
    rows = driver.execute(
        "UPDATE privacy.requests SET state = %s, decided_by = %s, decided_at = %s,"
        " ended_at = CASE WHEN %s = 'declined' THEN %s::timestamptz END"
        " WHERE request_id = ANY(%s) AND state = 'waiting' RETURNING request_id",
        (state.value, by, now, state.value, now, list(request_ids)),
    ).fetchall()
    return [row[0] for row in rows]


def save_running(
    driver: Driver, request_id: int, profile_ids: Sequence[int], step: ErasureStep | None, counts: Mapping[str, int]
) -> None:
    driver.execute(
        "UPDATE privacy.requests SET state = 'running', profile_ids = %s, step = %s, counts = %s::jsonb WHERE request_id = %s",
        (list(profile_ids), step.value if step else None, _json(counts).decode(), request_id),
    )


def save_sealed(driver: Driver, request_id: int, sealed: bytes | None) -> None:
    driver.execute("UPDATE privacy.requests SET sealed_values = %s WHERE request_id = %s", (sealed, request_id))


def find_sealed(driver: Driver, request_ids: Collection[int]) -> dict[int, bytes]:
    """What was erased, sealed, of requests that have it still."""
    rows = driver.execute(
        "SELECT request_id, sealed_values FROM privacy.requests WHERE request_id = ANY(%s) AND sealed_values IS NOT NULL",
        (list(request_ids),),
    ).fetchall()
    return {request_id: bytes(sealed) for request_id, sealed in rows}


def lock_sealed_before(driver: Driver, newest: int, size: int) -> dict[int, bytes]:
    """{request_id: sealed values} of requests whose values lie under another key than the newest; those that somebody is
    just working on are left to them."""
    rows = driver.execute(
        "SELECT request_id, sealed_values FROM privacy.requests WHERE substring(sealed_values FOR 2) <> %s"
        " ORDER BY request_id LIMIT %s FOR UPDATE SKIP LOCKED",
        (newest.to_bytes(NUMBER_BYTES), size),
    ).fetchall()
    return {request_id: bytes(sealed) for request_id, sealed in rows}


def finish_export(
    driver: Driver, request_id: int, file_name: str | None, counts: Mapping[str, int], now: datetime, until: datetime
) -> None:
    driver.execute(
        "UPDATE privacy.requests SET state = 'done', step = NULL, file_name = %s, counts = %s::jsonb, ended_at = %s,"
        " expires_at = %s WHERE request_id = %s",
        (file_name, _json(counts).decode(), now, until, request_id),
    )


def finish_erasure(
    driver: Driver, request_id: int, certificate: str, signature: str, traces: int, now: datetime
) -> None:
    driver.execute(
        "UPDATE privacy.requests SET state = 'done', step = NULL, sealed_values = NULL, certificate = %s, signature = %s,"
        " traces = %s, ended_at = %s WHERE request_id = %s",
        (certificate, signature, traces, now, request_id),
    )


def take_files(driver: Driver, *, before: datetime | None, customer_ids: Collection[int]) -> list[str]:
    """The files of exports that are over by then or of these customers; they count as gone."""
    rows = driver.execute(
        """
        WITH gone AS (
            SELECT request_id, file_name FROM privacy.requests WHERE file_name IS NOT NULL
              AND (expires_at <= %s OR profile_id = ANY(%s)) FOR UPDATE
        )
        UPDATE privacy.requests r SET file_name = NULL FROM gone WHERE r.request_id = gone.request_id
        RETURNING gone.file_name
        """,
        (before, list(customer_ids)),
    ).fetchall()
    return [row[0] for row in rows]


def delete_ended(driver: Driver, before: datetime, size: int) -> int:
    """Requests that ended before."""
    return driver.execute(
        "DELETE FROM privacy.requests WHERE request_id IN (SELECT request_id FROM privacy.requests"
        " WHERE ended_at < %s ORDER BY request_id LIMIT %s)",
        (before, size),
    ).rowcount


def suppression_tokens(keys: KeyRing, identity: Identity) -> list[bytes]:
    """Keyed hashes of an identity, one under each key there is, the newest first."""
    purpose = f"suppressed:{identity.kind}"
    return [keys.key(number).token(purpose, identity.value).encode() for number in keys.numbers]


def insert_suppressed(driver: Driver, tokens: Collection[bytes]) -> None:
    """As of the database's own clock, by which keys come into force: which keys there were then is told by comparing the two."""
    driver.execute(
        "INSERT INTO privacy.suppressed (token, suppressed_at) SELECT token, clock_timestamp() FROM unnest(%s::bytea[]) AS t(token)"
        " ON CONFLICT DO NOTHING",
        (sorted(tokens),),
    )


def select_suppressed(driver: Driver, tokens: Collection[bytes]) -> set[bytes]:
    rows = driver.execute(
        "SELECT token FROM privacy.suppressed WHERE token = ANY(%s::bytea[])", (sorted(tokens),)
    ).fetchall()
    return {bytes(row[0]) for row in rows}


def find_rules(driver: Driver) -> RetentionRules | None:
    row = driver.execute("SELECT days, changed_at, changed_by FROM privacy.retention").fetchone()
    return RetentionRules(*row) if row else None


def save_rules(driver: Driver, rules: RetentionRules) -> None:
    driver.execute(
        "INSERT INTO privacy.retention (days, changed_at, changed_by) VALUES (%s::jsonb, %s, %s)"
        " ON CONFLICT (is_only) DO UPDATE SET days = excluded.days, changed_at = excluded.changed_at,"
        " changed_by = excluded.changed_by",
        (_json(rules.days).decode(), rules.changed_at, rules.changed_by),
    )


def insert_removals(driver: Driver, removed: Mapping[str, int], now: datetime) -> None:
    driver.execute(
        "INSERT INTO privacy.removals (class, removed, removed_at)"
        " SELECT class, removed, %s FROM unnest(%s::text[], %s::bigint[]) AS r(class, removed)",
        (now, list(removed), list(removed.values())),
    )


def select_removals(driver: Driver, size: int) -> list[Removal]:
    """The latest first."""
    rows = driver.execute(
        "SELECT class, removed, removed_at FROM privacy.removals ORDER BY removal_id DESC LIMIT %s", (size,)
    ).fetchall()
    return [Removal(*row) for row in rows]


def find_place(driver: Driver, name: str) -> int:
    """How far the work of this name has come; 0 at its beginning."""
    row = driver.execute("SELECT place FROM privacy.progress WHERE name = %s", (name,)).fetchone()
    return int(row[0]) if row else 0


def save_place(driver: Driver, name: str, place: int) -> None:
    driver.execute(
        "INSERT INTO privacy.progress (name, place) VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET place = excluded.place",
        (name, place),
    )


def _request(row: Sequence[Any]) -> Request:
    return Request(
        row[0],
        RequestKind(row[1]),
        row[2],
        row[3],
        RequestState(row[4]),
        ErasureStep(row[5]) if row[5] else None,
        Reason(row[6]),
        *row[7:],
    )
