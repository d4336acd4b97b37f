"""Every statement about outgoing calls."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
import psycopg
from psycopg.types.json import Jsonb

from siyu.domain.definitions.contracts import EventMatch, Filter
from siyu.domain.hooks.contracts import Attempt, Call, CallKind, CallState, Endpoint, EndpointNumbers

Driver = psycopg.Connection[Any]
_ENDPOINT = "endpoint_id, name, url, events, tells_who, is_enabled, failures, paused_until, created_at, changed_at"


class NewCall(NamedTuple):
    """A call to be written down; `sealed` is what is in it."""

    endpoint_id: int
    call_key: str
    kind: str
    event: str
    profile_id: int | None
    sealed: bytes


class ClaimedCall(NamedTuple):
    """A call that is due, still sealed, with its endpoint."""

    call_id: int
    endpoint_id: int
    call_key: str
    kind: str
    profile_id: int | None
    attempts: int
    asked_at: datetime
    sealed: bytes
    url: str
    secret: bytes
    tells_who: bool


def _endpoint(row: Sequence[Any]) -> Endpoint:
    return Endpoint(row[0], row[1], row[2], tuple(_match(each) for each in row[3]), *row[4:])


def _match(document: Mapping[str, Any]) -> EventMatch:
    """Documents keep tuples as lists."""
    where = tuple(
        Filter(each["property"], each["operator"], tuple(value) if isinstance(value := each["value"], list) else value)
        for each in document["where"]
    )
    return EventMatch(document["event"], where)


# --- endpoints


def select_endpoints(driver: Driver) -> list[Endpoint]:
    rows = driver.execute(f"SELECT {_ENDPOINT} FROM hooks.endpoints ORDER BY endpoint_id").fetchall()  # noqa: S608  # names of our own
    return [_endpoint(row) for row in rows]


def find_endpoint(driver: Driver, endpoint_id: int) -> Endpoint | None:
    row = driver.execute(
        f"SELECT {_ENDPOINT} FROM hooks.endpoints WHERE endpoint_id = %s",  # noqa: S608  # names of our own
        (endpoint_id,),
    ).fetchone()
    return _endpoint(row) if row else None


def lock_endpoints(driver: Driver) -> int:
    """Nobody else makes one meanwhile; how many there are."""
    driver.execute("LOCK TABLE hooks.endpoints IN SHARE ROW EXCLUSIVE MODE")
    row = driver.execute("SELECT count(*) FROM hooks.endpoints").fetchone()
    return int(row[0]) if row else 0


def insert_endpoint(
    driver: Driver, told: tuple[str, str, Sequence[EventMatch], bool], sealed: bytes, number: int, now: datetime
) -> int:
    name, url, events, tells_who = told
    row = driver.execute(
        "INSERT INTO hooks.endpoints (name, url, events, tells_who, sealed, key_number, created_at, changed_at)"
        " VALUES (%s, %s, %s, %s, %b, %s, %s, %s) RETURNING endpoint_id",
        (name, url, Jsonb(msgspec.to_builtins(events)), tells_who, sealed, number, now, now),
    ).fetchone()
    if row is None:
        raise LookupError("nothing was inserted")
    return int(row[0])


def update_endpoint(
    driver: Driver,
    endpoint_id: int,
    told: tuple[str, str, Sequence[EventMatch], bool],
    now: datetime,
    *,
    is_enabled: bool,
) -> bool:
    """All that may change; failures before say nothing of it any more. Whether there is such an endpoint."""
    name, url, events, tells_who = told
    done = driver.execute(
        "UPDATE hooks.endpoints SET name = %s, url = %s, events = %s, tells_who = %s, is_enabled = %s, changed_at = %s,"
        " failures = 0, paused_until = NULL WHERE endpoint_id = %s",
        (name, url, Jsonb(msgspec.to_builtins(events)), tells_who, is_enabled, now, endpoint_id),
    )
    return done.rowcount > 0


def save_secret(driver: Driver, endpoint_id: int, sealed: bytes, number: int) -> bool:
    done = driver.execute(
        "UPDATE hooks.endpoints SET sealed = %b, key_number = %s WHERE endpoint_id = %s", (sealed, number, endpoint_id)
    )
    return done.rowcount > 0


def delete_endpoint(driver: Driver, endpoint_id: int) -> bool:
    """With all its calls."""
    driver.execute("DELETE FROM hooks.calls WHERE endpoint_id = %s", (endpoint_id,))
    return driver.execute("DELETE FROM hooks.endpoints WHERE endpoint_id = %s", (endpoint_id,)).rowcount > 0


def numbers_of(driver: Driver, since: datetime) -> dict[int, EndpointNumbers]:
    """{endpoint: how it fares}; what ended is counted since then."""
    rows = driver.execute(
        """
        SELECT e.endpoint_id,
            (SELECT count(*) FROM hooks.calls c WHERE c.endpoint_id = e.endpoint_id AND c.state = 'waiting'),
            t.taken, t.failed, l.ended_at, l.told
        FROM hooks.endpoints e
        CROSS JOIN LATERAL (
            SELECT count(*) FILTER (WHERE state = 'taken') AS taken, count(*) FILTER (WHERE state = 'failed') AS failed
            FROM hooks.calls c WHERE c.endpoint_id = e.endpoint_id AND c.state <> 'waiting' AND c.ended_at >= %s
        ) t
        LEFT JOIN LATERAL (
            SELECT ended_at, told FROM hooks.calls c WHERE c.endpoint_id = e.endpoint_id AND c.state <> 'waiting'
            ORDER BY ended_at DESC LIMIT 1
        ) l ON true
        """,
        (since,),
    ).fetchall()
    return {row[0]: EndpointNumbers(row[1], row[2], row[3], row[4], row[5] or "") for row in rows}


# --- calls


def insert_calls(driver: Driver, calls: Sequence[NewCall], number: int, now: datetime) -> int:
    """Those whose keys are new, for endpoints that there are; how many."""
    done = driver.execute(
        """
        INSERT INTO hooks.calls (endpoint_id, call_key, kind, event, profile_id, sealed, key_number, asked_at, due_at)
        SELECT n.endpoint_id, n.call_key, n.kind, n.event, n.profile_id, n.sealed, %(number)s, %(now)s, %(now)s
        FROM unnest(%(endpoints)s::bigint[], %(keys)s::text[], %(kinds)s::text[], %(events)s::text[],
                    %(profiles)s::bigint[], %(sealed)s::bytea[])
            AS n(endpoint_id, call_key, kind, event, profile_id, sealed)
        JOIN hooks.endpoints e ON e.endpoint_id = n.endpoint_id
        ORDER BY n.endpoint_id, n.call_key
        ON CONFLICT (endpoint_id, call_key) DO NOTHING
        """,
        {
            "number": number,
            "now": now,
            "endpoints": [each.endpoint_id for each in calls],
            "keys": [each.call_key for each in calls],
            "kinds": [each.kind for each in calls],
            "events": [each.event for each in calls],
            "profiles": [each.profile_id for each in calls],
            "sealed": [each.sealed for each in calls],
        },
    )
    return done.rowcount


def count_waiting(driver: Driver, most: int) -> dict[int, int]:
    """{endpoint: calls that wait}, counted no further than `most`."""
    rows = driver.execute(
        "SELECT e.endpoint_id, (SELECT count(*) FROM (SELECT 1 FROM hooks.calls c WHERE c.endpoint_id = e.endpoint_id"
        " AND c.state = 'waiting' LIMIT %s) s) FROM hooks.endpoints e",
        (most,),
    ).fetchall()
    return dict(rows)


def claim_calls(driver: Driver, now: datetime, again_at: datetime, most: int, probe_from: int) -> list[ClaimedCall]:
    """At most `most` calls of each endpoint that may be called, the oldest due first; one alone of an endpoint that failed so
    often before. They come again at `again_at` if nobody says what came of them."""
    rows = driver.execute(
        """
        WITH due AS (
            SELECT c.call_id FROM hooks.endpoints e
            CROSS JOIN LATERAL (
                SELECT call_id FROM hooks.calls WHERE endpoint_id = e.endpoint_id AND state = 'waiting' AND due_at <= %(now)s
                ORDER BY due_at, call_id LIMIT CASE WHEN e.failures >= %(probe)s THEN 1 ELSE %(most)s END
                FOR UPDATE SKIP LOCKED
            ) c
            WHERE e.is_enabled AND (e.paused_until IS NULL OR e.paused_until <= %(now)s)
        )
        UPDATE hooks.calls c SET due_at = %(again)s, attempts = c.attempts + 1
        FROM due, hooks.endpoints e WHERE c.call_id = due.call_id AND e.endpoint_id = c.endpoint_id
        RETURNING c.call_id, c.endpoint_id, c.call_key, c.kind, c.profile_id, c.attempts, c.asked_at, c.sealed, e.url,
            e.sealed, e.tells_who
        """,
        {"now": now, "again": again_at, "most": most, "probe": probe_from},
    ).fetchall()
    return [ClaimedCall(*row) for row in sorted(rows)]


def save_attempt(driver: Driver, call_id: int, attempt: Attempt) -> None:
    driver.execute(
        "INSERT INTO hooks.attempts (call_id, at, told, milliseconds) SELECT call_id, %s, %s, %s FROM hooks.calls"
        " WHERE call_id = %s",
        (attempt.at, attempt.told, attempt.milliseconds, call_id),
    )


def put_off(driver: Driver, call_id: int, due_at: datetime, told: str) -> None:
    driver.execute("UPDATE hooks.calls SET due_at = %s, told = %s WHERE call_id = %s", (due_at, told, call_id))


def give_back(driver: Driver, call_ids: Sequence[int], now: datetime) -> None:
    driver.execute(
        "UPDATE hooks.calls SET due_at = %s, attempts = attempts - 1 WHERE call_id = ANY(%s) AND state = 'waiting'",
        (now, list(call_ids)),
    )


def end_call(driver: Driver, call_id: int, state: CallState, told: str, now: datetime) -> None:
    driver.execute(
        "UPDATE hooks.calls SET state = %s, told = %s, ended_at = %s WHERE call_id = %s",
        (state.value, told, now, call_id),
    )


def note_success(driver: Driver, endpoint_id: int) -> None:
    driver.execute(
        "UPDATE hooks.endpoints SET failures = 0, paused_until = NULL WHERE endpoint_id = %s AND failures > 0",
        (endpoint_id,),
    )


def note_failure(driver: Driver, endpoint_id: int) -> int:
    """One more failure; how many there were one after the other."""
    row = driver.execute(
        "UPDATE hooks.endpoints SET failures = failures + 1 WHERE endpoint_id = %s RETURNING failures", (endpoint_id,)
    ).fetchone()
    return int(row[0]) if row else 0


def pause(driver: Driver, endpoint_id: int, until: datetime) -> None:
    driver.execute("UPDATE hooks.endpoints SET paused_until = %s WHERE endpoint_id = %s", (until, endpoint_id))


def switch_off(driver: Driver, endpoint_id: int, now: datetime) -> None:
    driver.execute(
        "UPDATE hooks.endpoints SET is_enabled = false, changed_at = %s WHERE endpoint_id = %s", (now, endpoint_id)
    )


_CALL = """
SELECT c.call_id, c.endpoint_id, c.call_key, c.kind, c.event, p.customer_id, c.state, c.attempts, c.asked_at,
    CASE WHEN c.state = 'waiting' THEN c.due_at END, c.ended_at, c.told
FROM hooks.calls c LEFT JOIN customers.profiles p USING (profile_id)
"""


def select_calls(driver: Driver, endpoint_id: int | None, state: str | None, before: int, size: int) -> list[Call]:
    """The newest first."""
    rows = driver.execute(
        (
            _CALL + " WHERE (%(endpoint)s::bigint IS NULL OR c.endpoint_id = %(endpoint)s) AND c.call_id < %(before)s"
            " AND (%(state)s::text IS NULL OR c.state = %(state)s) ORDER BY c.call_id DESC LIMIT %(size)s"
        ).encode(),
        {"endpoint": endpoint_id, "state": state, "before": before, "size": size},
    ).fetchall()
    return [_call(row) for row in rows]


def get_call(driver: Driver, endpoint_id: int, call_key: str) -> Call:
    row = driver.execute(
        (_CALL + " WHERE c.endpoint_id = %s AND c.call_key = %s").encode(), (endpoint_id, call_key)
    ).fetchone()
    if row is None:
        raise LookupError("no such call")
    return _call(row)


def _call(row: Sequence[Any]) -> Call:
    return Call(row[0], row[1], row[2], CallKind(row[3]), row[4], row[5], CallState(row[6]), *row[7:])


def select_attempts(driver: Driver, call_id: int) -> list[Attempt]:
    rows = driver.execute(
        "SELECT at, told, milliseconds FROM hooks.attempts WHERE call_id = %s ORDER BY at", (call_id,)
    ).fetchall()
    return [Attempt(*row) for row in rows]


def is_known(driver: Driver, call_id: int) -> bool:
    row = driver.execute("SELECT 1 FROM hooks.calls WHERE call_id = %s", (call_id,)).fetchone()
    return row is not None


def replay(driver: Driver, endpoint_id: int, call_ids: Collection[int] | None, now: datetime) -> int:
    """Calls that ended are made once more: those named, or all of an endpoint that failed; how many."""
    done = driver.execute(
        "UPDATE hooks.calls SET state = 'waiting', attempts = 0, due_at = %(now)s, ended_at = NULL WHERE endpoint_id = %(endpoint)s"
        " AND state <> 'waiting' AND ((%(ids)s::bigint[] IS NULL AND state = 'failed') OR call_id = ANY(%(ids)s))",
        {"now": now, "endpoint": endpoint_id, "ids": None if call_ids is None else sorted(call_ids)},
    )
    return done.rowcount


def delete_ended(driver: Driver, before: datetime, size: int) -> int:
    done = driver.execute(
        "DELETE FROM hooks.calls WHERE call_id IN (SELECT call_id FROM hooks.calls WHERE state <> 'waiting'"
        " AND ended_at < %s LIMIT %s)",
        (before, size),
    )
    return done.rowcount


def delete_of_profiles(driver: Driver, profile_ids: Collection[int]) -> dict[int, int]:
    rows = driver.execute(
        "WITH gone AS (DELETE FROM hooks.calls WHERE profile_id = ANY(%s) RETURNING profile_id)"
        " SELECT profile_id, count(*) FROM gone GROUP BY 1",
        (sorted(profile_ids),),
    ).fetchall()
    return dict(rows)


def select_told(driver: Driver, profile_ids: Collection[int]) -> list[tuple[str, str, str, str, datetime, bytes]]:
    """(endpoint, kind, event, state, asked_at, what is in it) of the profiles' calls."""
    return driver.execute(
        "SELECT e.name, c.kind, c.event, c.state, c.asked_at, c.sealed FROM hooks.calls c"
        " JOIN hooks.endpoints e USING (endpoint_id)"
        " WHERE c.profile_id = ANY(%s) ORDER BY c.call_id",
        (sorted(profile_ids),),
    ).fetchall()


# --- keys

_PLACES = {"endpoints": "endpoint_id", "calls": "call_id"}


def lock_sealed_before(driver: Driver, place: str, number: int, size: int) -> dict[int, bytes]:
    """What is under an older key in one of the two tables."""
    rows = driver.execute(
        f"SELECT {_PLACES[place]}, sealed FROM hooks.{place} WHERE key_number <> %s ORDER BY 1 LIMIT %s FOR UPDATE".encode(),  # noqa: S608  # names of our own
        (number, size),
    ).fetchall()
    return dict(rows)


def save_sealed(driver: Driver, place: str, of: int, sealed: bytes, number: int) -> None:
    driver.execute(
        f"UPDATE hooks.{place} SET sealed = %b, key_number = %s WHERE {_PLACES[place]} = %s".encode(),  # noqa: S608  # names of our own
        (sealed, number, of),
    )


def count_by_key(driver: Driver) -> dict[int, int]:
    rows = driver.execute(
        "SELECT key_number, count(*) FROM (SELECT key_number FROM hooks.endpoints UNION ALL SELECT key_number FROM hooks.calls)"
        " AS sealed GROUP BY 1"
    ).fetchall()
    return dict(rows)
