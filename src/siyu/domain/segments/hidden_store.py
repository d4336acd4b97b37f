"""Every statement on the tables of hidden segments and of who stands on which stage."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg

from siyu.domain.definitions.contracts import DefinitionStatus

Driver = psycopg.Connection[Any]


@dataclass(frozen=True, slots=True)
class Hidden:
    """A hidden segment: which part of which owner it is."""

    segment_id: int
    owner_id: int
    part: str
    status: DefinitionStatus


def select_hidden(driver: Driver, owner_ids: Collection[int], *, even_gone: bool = False) -> list[Hidden]:
    """The hidden segments of some owners, by id; `even_gone`, those that were taken away too."""
    rows = driver.execute(
        "SELECT h.segment_id, h.owner_id, h.part, d.status FROM segments.hidden h"
        " JOIN definitions.definitions d ON d.definition_id = h.segment_id"
        " WHERE h.owner_id = ANY(%s) AND (%s OR d.status <> 'deleted') ORDER BY h.segment_id",
        (sorted(owner_ids), even_gone),
    ).fetchall()
    return [Hidden(row[0], row[1], row[2], DefinitionStatus(row[3])) for row in rows]


def hidden_ids(driver: Driver) -> list[int]:
    """All of them, even those that were taken away."""
    return [row[0] for row in driver.execute("SELECT segment_id FROM segments.hidden").fetchall()]


def insert_hidden(driver: Driver, segment_id: int, owner_id: int, part: str) -> None:
    driver.execute(
        "INSERT INTO segments.hidden (segment_id, owner_id, part) VALUES (%s, %s, %s)", (segment_id, owner_id, part)
    )


def owners_of(driver: Driver, segment_ids: Collection[int], kind: str) -> dict[int, tuple[int, str]]:
    """{segment_id: (owner_id, part)} of those whose owner is of that kind; even ones that were taken away since."""
    rows = driver.execute(
        "SELECT h.segment_id, h.owner_id, h.part FROM segments.hidden h"
        " JOIN definitions.definitions d ON d.definition_id = h.owner_id"
        " WHERE h.segment_id = ANY(%s) AND d.kind = %s",
        (sorted(segment_ids), kind),
    ).fetchall()
    return {row[0]: (row[1], row[2]) for row in rows}


def find_stages(driver: Driver, pairs: Collection[tuple[int, int]]) -> dict[tuple[int, int], str]:
    """{(ladder_id, customer_id): the stage that was told last}; locked until the commit."""
    rows = driver.execute(
        "SELECT s.ladder_id, s.customer_id, s.stage FROM segments.stages s"
        " JOIN unnest(%s::bigint[], %s::bigint[]) AS w(ladder_id, customer_id) USING (ladder_id, customer_id)"
        " ORDER BY s.ladder_id, s.customer_id FOR UPDATE OF s",
        ([pair[0] for pair in pairs], [pair[1] for pair in pairs]),
    ).fetchall()
    return {(row[0], row[1]): row[2] for row in rows}


def save_stages(driver: Driver, rows: Sequence[tuple[int, int, str, datetime]]) -> None:
    """(ladder_id, customer_id, stage, since) each."""
    if not rows:
        return
    columns = list(zip(*rows, strict=True))
    driver.execute(
        """
        INSERT INTO segments.stages (ladder_id, customer_id, stage, since_at)
        SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::timestamptz[])
        ON CONFLICT (ladder_id, customer_id) DO UPDATE SET stage = excluded.stage, since_at = excluded.since_at
        """,
        [list(column) for column in columns],
    )


def delete_stages(driver: Driver, pairs: Collection[tuple[int, int]]) -> None:
    driver.execute(
        "DELETE FROM segments.stages s USING unnest(%s::bigint[], %s::bigint[]) AS w(ladder_id, customer_id)"
        " WHERE s.ladder_id = w.ladder_id AND s.customer_id = w.customer_id",
        ([pair[0] for pair in pairs], [pair[1] for pair in pairs]),
    )


def move_stages(driver: Driver, winner_id: int, loser_id: int) -> None:
    """The loser's stages become the winner's where the winner has none; else they are forgotten."""
    driver.execute(
        "UPDATE segments.stages s SET customer_id = %s WHERE s.customer_id = %s AND NOT EXISTS"
        " (SELECT 1 FROM segments.stages w WHERE w.ladder_id = s.ladder_id AND w.customer_id = %s)",
        (winner_id, loser_id, winner_id),
    )
    driver.execute("DELETE FROM segments.stages WHERE customer_id = %s", (loser_id,))


def forget_ladder(driver: Driver, ladder_id: int) -> None:
    driver.execute("DELETE FROM segments.stages WHERE ladder_id = %s", (ladder_id,))


def forget_stages_of(driver: Driver, customer_ids: Collection[int]) -> None:
    driver.execute("DELETE FROM segments.stages WHERE customer_id = ANY(%s)", (sorted(customer_ids),))


def stages_of(driver: Driver, customer_ids: Collection[int]) -> list[tuple[int, int, str, datetime]]:
    """(ladder_id, customer_id, stage, since) of some customers."""
    return driver.execute(
        "SELECT ladder_id, customer_id, stage, since_at FROM segments.stages WHERE customer_id = ANY(%s)"
        " ORDER BY ladder_id, customer_id",
        (sorted(customer_ids),),
    ).fetchall()
