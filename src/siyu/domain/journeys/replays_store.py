"""Every statement on replays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
import psycopg

from siyu.domain.journeys.improving_contracts import REPLAYS_KEPT, Replay

_json = msgspec.json.Encoder().encode
_SELECT = (
    "SELECT replay_id, journey_id, document, against_version, state, done, steps, result, fault_code, asked_at, asked_by,"
    " ended_at FROM journeys.replays"
)


def insert_replay(
    driver: psycopg.Connection,
    journey_id: int,
    document: Mapping[str, Any],
    against_version: int | None,
    now: datetime,
    by: str,
) -> int:
    """A new one; those that are too many are forgotten."""
    row = driver.execute(
        "INSERT INTO journeys.replays (journey_id, document, against_version, asked_at, asked_by)"
        " VALUES (%s, %s::jsonb, %s, %s, %s) RETURNING replay_id",
        (journey_id, _json(document).decode(), against_version, now, by),
    ).fetchone()
    if row is None:
        raise RuntimeError("a replay got no id")
    driver.execute(
        "DELETE FROM journeys.replays WHERE journey_id = %s AND replay_id <= (SELECT replay_id FROM journeys.replays"
        " WHERE journey_id = %s ORDER BY replay_id DESC OFFSET %s LIMIT 1)",
        (journey_id, journey_id, REPLAYS_KEPT),
    )
    return int(row[0])


def find_replay(driver: psycopg.Connection, replay_id: int) -> Replay | None:
    row = driver.execute(f"{_SELECT} WHERE replay_id = %s".encode(), (replay_id,)).fetchone()
    return _replay(row) if row else None


def find_latest(driver: psycopg.Connection, journey_id: int) -> Replay | None:
    row = driver.execute(
        f"{_SELECT} WHERE journey_id = %s ORDER BY replay_id DESC LIMIT 1".encode(), (journey_id,)
    ).fetchone()
    return _replay(row) if row else None


def save_progress(driver: psycopg.Connection, replay_id: int, done: int, steps: int) -> None:
    driver.execute(
        "UPDATE journeys.replays SET state = 'running', done = %s, steps = %s WHERE replay_id = %s",
        (done, steps, replay_id),
    )


def end_replay(
    driver: psycopg.Connection,
    replay_id: int,
    result: Mapping[str, Any] | None,
    fault_code: str | None,
    now: datetime,
) -> None:
    driver.execute(
        "UPDATE journeys.replays SET state = %s, result = %s::jsonb, fault_code = %s, ended_at = %s, done = steps"
        " WHERE replay_id = %s",
        (
            "done" if result is not None else "failed",
            _json(result).decode() if result is not None else None,
            fault_code,
            now,
            replay_id,
        ),
    )


def _replay(row: Sequence[Any]) -> Replay:
    return Replay(*row)
