"""Every statement about runs and their people; tasks are in `tasks_store`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
import psycopg

from siyu.domain.company.reading import path_now
from siyu.domain.sends.contracts import PART_SIZE, Ids, LeftOutReason, Part, Run, RunState, Worths
from siyu.kernel.actors import Scope

Driver = psycopg.Connection[Any]

_RUN = (
    "run_id, send_id, version, state, recipients, people, asked_by, asked_at, decided_by, decided_at, starts_at, ends_at,"
    f" started_at, ended_at, {path_now('unit_path')}, own_only"
)


def _run(row: Sequence[Any]) -> Run:
    return Run(*(*row[:3], RunState(row[3]), *row[4:-2], Scope(row[-2], row[-1])))


def insert_run(
    driver: Driver,
    send_id: int,
    version: int,
    state: RunState,
    recipients: int,
    *,
    written_by: str,
    asked_by: str,
    scope: Scope,
    now: datetime,
    times: tuple[datetime, datetime],
) -> Run:
    row = driver.execute(
        "INSERT INTO sends.runs (send_id, version, state, recipients, written_by, asked_by, unit_path, own_only, asked_at,"  # noqa: S608
        f" starts_at, ends_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING {_RUN}",  # a constant
        (send_id, version, state.value, recipients, written_by, asked_by, scope.unit_path, scope.own_only, now, *times),
    ).fetchone()
    if row is None:
        raise RuntimeError("an INSERT without a row")
    return _run(row)


def latest_runs(driver: Driver, send_ids: Collection[int]) -> dict[int, Run]:
    rows = driver.execute(
        f"SELECT DISTINCT ON (send_id) {_RUN} FROM sends.runs WHERE send_id = ANY(%s) ORDER BY send_id, run_id DESC",  # noqa: S608
        (list(send_ids),),
    ).fetchall()
    return {row[1]: _run(row) for row in rows}


def lock_run(driver: Driver, run_id: int) -> tuple[Run, str] | None:
    """The run, and who wrote what it sends."""
    row = driver.execute(
        f"SELECT {_RUN}, written_by FROM sends.runs WHERE run_id = %s FOR UPDATE",  # noqa: S608
        (run_id,),
    ).fetchone()
    return (_run(row[:-1]), row[-1]) if row else None


def select_runs(driver: Driver, states: Collection[RunState], until: datetime | None = None) -> list[Run]:
    """Runs in these states that begin by then, the earliest first."""
    rows = driver.execute(
        f"SELECT {_RUN} FROM sends.runs WHERE state = ANY(%s) AND (%s::timestamptz IS NULL OR starts_at <= %s)"  # noqa: S608
        " ORDER BY starts_at, run_id",
        ([state.value for state in states], until, until),
    ).fetchall()
    return [_run(row) for row in rows]


def decide_run(driver: Driver, run_id: int, state: RunState, by: str, now: datetime) -> None:
    """What became of a run that waits; one that somebody has decided meanwhile stays as it is."""
    driver.execute(
        "UPDATE sends.runs SET state = %s, decided_by = %s, decided_at = %s,"
        " ended_at = CASE WHEN %s = 'cancelled' THEN %s::timestamptz END"
        " WHERE run_id = %s AND state = 'waiting'",
        (state.value, by, now, state.value, now, run_id),
    )


def hold_run(driver: Driver, run_id: int, recipients: int) -> None:
    """It waits for somebody's word after all, for so many people."""
    driver.execute("UPDATE sends.runs SET state = 'waiting', recipients = %s WHERE run_id = %s", (recipients, run_id))


def shift_run(driver: Driver, run_id: int, times: tuple[datetime, datetime]) -> None:
    driver.execute("UPDATE sends.runs SET starts_at = %s, ends_at = %s WHERE run_id = %s", (*times, run_id))


def set_state(driver: Driver, run_id: int, state: RunState, ended_at: datetime | None = None) -> None:
    driver.execute(
        "UPDATE sends.runs SET state = %s, ended_at = coalesce(%s, ended_at) WHERE run_id = %s",
        (state.value, ended_at, run_id),
    )


def save_people(
    driver: Driver, run_id: int, ids: Ids, worths: Worths, left_out: Mapping[LeftOutReason, Ids], now: datetime
) -> None:
    """Takes down who the people of a run are; the run is on its way with it."""
    with driver.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO sends.parts (run_id, number, profiles, worths) VALUES (%s, %s, %s, %s)",
            [
                (run_id, n, _packed(ids[start : start + PART_SIZE]), _packed(worths[start : start + PART_SIZE]))
                for n, start in enumerate(range(0, len(ids), PART_SIZE))
            ],
        )
        cursor.executemany(
            "INSERT INTO sends.left_out (run_id, reason, people, profiles) VALUES (%s, %s, %s, %s)",
            [(run_id, reason.value, len(who), _packed(who)) for reason, who in left_out.items() if len(who)],
        )
    driver.execute(
        "UPDATE sends.runs SET state = 'running', people = %s, started_at = %s WHERE run_id = %s",
        (len(ids), now, run_id),
    )


def lock_next_part(driver: Driver, run_id: int) -> Part | None:
    """The first part of a run that was not asked for; another worker's is left to it."""
    row = driver.execute(
        "SELECT number, profiles, worths FROM sends.parts WHERE run_id = %s AND NOT is_asked ORDER BY number LIMIT 1"
        " FOR UPDATE SKIP LOCKED",
        (run_id,),
    ).fetchone()
    return Part(row[0], _unpacked_ids(row[1]), np.frombuffer(row[2], dtype="<i8").astype(np.int64)) if row else None


def note_part_asked(driver: Driver, run_id: int, number: int) -> None:
    driver.execute("UPDATE sends.parts SET is_asked = true WHERE run_id = %s AND number = %s", (run_id, number))


def has_parts_left(driver: Driver, run_id: int) -> bool:
    row = driver.execute(
        "SELECT EXISTS (SELECT 1 FROM sends.parts WHERE run_id = %s AND NOT is_asked)", (run_id,)
    ).fetchone()
    return bool(row and row[0])


def unasked_people(driver: Driver, run_id: int) -> tuple[Ids, Worths]:
    """The people of a run who were not asked for yet, and what the message is worth for each."""
    rows = driver.execute(
        "SELECT profiles, worths FROM sends.parts WHERE run_id = %s AND NOT is_asked ORDER BY number", (run_id,)
    ).fetchall()
    worths = np.frombuffer(b"".join(row[1] for row in rows), dtype="<i8").astype(np.int64)
    return _unpacked_ids(b"".join(row[0] for row in rows)), worths


def leave_rest(driver: Driver, run_id: int, reason: LeftOutReason) -> int:
    """What was not asked for never will be; gives how many that are."""
    rows = driver.execute(
        "UPDATE sends.parts SET is_asked = true WHERE run_id = %s AND NOT is_asked RETURNING profiles", (run_id,)
    ).fetchall()
    packed = b"".join(row[0] for row in rows)
    if packed:
        driver.execute(
            "INSERT INTO sends.left_out (run_id, reason, people, profiles) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (run_id, reason) DO UPDATE SET people = sends.left_out.people + excluded.people,"
            " profiles = sends.left_out.profiles || excluded.profiles",
            (run_id, reason.value, len(packed) // 8, packed),
        )
    return len(packed) // 8


def ended_since(driver: Driver, since: datetime) -> list[Run]:
    """Runs that were called back since then."""
    rows = driver.execute(
        f"SELECT {_RUN} FROM sends.runs WHERE state = 'cancelled' AND ended_at >= %s AND started_at IS NOT NULL"  # noqa: S608
        " ORDER BY run_id",
        (since,),
    ).fetchall()
    return [_run(row) for row in rows]


def runs_of(driver: Driver, send_ids: Collection[int]) -> dict[tuple[int, int], Run]:
    """{(send, version): run} of all runs of sends."""
    rows = driver.execute(
        f"SELECT {_RUN} FROM sends.runs WHERE send_id = ANY(%s)",  # noqa: S608
        (list(send_ids),),
    ).fetchall()
    return {(row[1], row[2]): _run(row) for row in rows}


def left_out(driver: Driver, run_id: int) -> dict[LeftOutReason, int]:
    rows = driver.execute("SELECT reason, people FROM sends.left_out WHERE run_id = %s", (run_id,)).fetchall()
    return {LeftOutReason(reason): people for reason, people in rows}


def left_out_people(driver: Driver, run_id: int, reason: LeftOutReason) -> Ids:
    row = driver.execute(
        "SELECT profiles FROM sends.left_out WHERE run_id = %s AND reason = %s", (run_id, reason.value)
    ).fetchone()
    return _unpacked_ids(row[0]) if row else np.array([], dtype=np.uint64)


def left_out_of(
    driver: Driver, profile_ids: Collection[int], since: datetime, runs: int
) -> list[tuple[int, LeftOutReason, datetime]]:
    """(send, why, when it began) of the latest runs that left any of the profiles out, the latest first. What the database finds
    may lie across two ids."""
    wanted = np.array(sorted(profile_ids), dtype=np.uint64)
    rows = driver.execute(
        "SELECT r.send_id, l.reason, r.started_at, l.profiles FROM ("
        " SELECT run_id, send_id, started_at FROM sends.runs WHERE started_at >= %s ORDER BY run_id DESC LIMIT %s"
        ") AS r JOIN sends.left_out l USING (run_id)"
        " WHERE EXISTS (SELECT 1 FROM unnest(%s::bytea[]) AS one WHERE position(one IN l.profiles) > 0)"
        " ORDER BY r.run_id DESC, l.reason",
        (since, runs, [_packed(wanted[n : n + 1]) for n in range(len(wanted))]),
    ).fetchall()
    return [
        (send_id, LeftOutReason(reason), at)
        for send_id, reason, at, packed in rows
        if np.isin(wanted, _unpacked_ids(packed)).any()
    ]


def _packed(numbers: Ids | Worths) -> bytes:
    return numbers.astype("<u8" if numbers.dtype == np.uint64 else "<i8").tobytes()


def _unpacked_ids(packed: bytes) -> Ids:
    return np.frombuffer(packed, dtype="<u8").astype(np.uint64)
