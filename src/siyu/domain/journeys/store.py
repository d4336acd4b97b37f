"""Every statement on the tables of room `journeys`: sets of rows in, contracts out."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final, NamedTuple

import psycopg

from siyu.domain.journeys.contracts import (
    ArmPlan,
    Arrival,
    DueEntry,
    JourneyDefinition,
    JourneyVersion,
    JumpPlan,
    Move,
    SendPlan,
    SplitPlan,
    StepPlan,
    TakingIn,
    WaitPlan,
)

Driver = psycopg.Connection[Any]

_KINDS: Final[Mapping[str, type[StepPlan]]] = {
    "wait": WaitPlan,
    "send": SendPlan,
    "split": SplitPlan,
    "jump": JumpPlan,
}
_KIND_OF: Final = {kind: name for name, kind in _KINDS.items()}


class EntryRow(NamedTuple):
    """An entry that came into being or ended."""

    entry_id: int
    journey_id: int
    version: int
    customer_id: int


def save_plan(
    driver: Driver, journey_id: int, version: int, definition: JourneyDefinition, steps: Sequence[StepPlan]
) -> None:
    """Keeps the plan of a new version and puts it in force. The first says whether the segment's members are taken in."""
    trigger = definition.trigger
    document = [{"kind": _KIND_OF[type(step)], **asdict(step)} for step in steps]
    driver.execute(
        "INSERT INTO journeys.plans (journey_id, version, segment_id, re_entry, exit_on_leave, hold_out, steps)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s)",
        (
            journey_id,
            version,
            trigger.segment_id,
            definition.re_entry,
            definition.exit_on_leave,
            definition.hold_out,
            json.dumps(document, ensure_ascii=False),
        ),
    )
    driver.execute(
        "INSERT INTO journeys.journeys (journey_id, version, is_running, taken_in_to) VALUES (%s, %s, true, %s)"
        " ON CONFLICT (journey_id) DO UPDATE SET version = excluded.version, is_running = true",
        (journey_id, version, 0 if trigger.include_members else None),
    )


def set_running(driver: Driver, journey_id: int, *, is_running: bool) -> None:
    driver.execute("UPDATE journeys.journeys SET is_running = %s WHERE journey_id = %s", (is_running, journey_id))


def select_plans(driver: Driver, versions: Collection[JourneyVersion]) -> dict[JourneyVersion, tuple[StepPlan, ...]]:
    """The steps of each version."""
    wanted = list(versions)
    rows = driver.execute(
        "SELECT p.journey_id, p.version, p.steps FROM unnest(%s::bigint[], %s::integer[]) AS w(journey_id, version)"
        " JOIN journeys.plans p ON p.journey_id = w.journey_id AND p.version = w.version",
        ([journey_id for journey_id, _ in wanted], [version for _, version in wanted]),
    ).fetchall()
    return {(journey_id, version): tuple(_step(each) for each in steps) for journey_id, version, steps in rows}


def select_hold_outs(driver: Driver, versions: Collection[JourneyVersion]) -> dict[JourneyVersion, int]:
    """How many percent of the customers get no messages, of the versions where any do not."""
    wanted = list(versions)
    rows = driver.execute(
        "SELECT p.journey_id, p.version, p.hold_out FROM unnest(%s::bigint[], %s::integer[]) AS w(journey_id, version)"
        " JOIN journeys.plans p ON p.journey_id = w.journey_id AND p.version = w.version WHERE p.hold_out > 0",
        ([journey_id for journey_id, _ in wanted], [version for _, version in wanted]),
    ).fetchall()
    return {(journey_id, version): hold_out for journey_id, version, hold_out in rows}


def _step(document: Mapping[str, Any]) -> StepPlan:
    fields = {name: value for name, value in document.items() if name != "kind"}
    if "arms" in fields:
        fields["arms"] = tuple(ArmPlan(**arm) for arm in fields["arms"])
    if "channels" in fields:
        fields["channels"] = tuple(fields["channels"])
    return _KINDS[document["kind"]](**fields)


_START = """
INSERT INTO journeys.entries (journey_id, version, profile_id, customer_id, due_at, entered_at, cause_event_id)
SELECT DISTINCT ON (j.journey_id, a.customer_id)
    j.journey_id, j.version, a.profile_id, a.customer_id, %(now)s, a.occurred_at, a.event_id
FROM unnest(%(segments)s::bigint[], %(profiles)s::bigint[], %(customers)s::bigint[], %(instants)s::timestamptz[],
            %(events)s::uuid[]) AS a(segment_id, profile_id, customer_id, occurred_at, event_id)
JOIN journeys.plans p ON p.segment_id = a.segment_id
JOIN journeys.journeys j ON j.journey_id = p.journey_id AND j.version = p.version
WHERE (%(journey_id)s::bigint IS NULL OR j.journey_id = %(journey_id)s)
  AND NOT EXISTS (
    SELECT 1 FROM journeys.entries e WHERE e.customer_id = a.customer_id AND e.journey_id = j.journey_id
    AND (p.re_entry = 'never' OR e.state = 'active' OR e.entered_at > a.occurred_at)
  )
ORDER BY j.journey_id, a.customer_id, a.occurred_at
ON CONFLICT (journey_id, customer_id) WHERE state = 'active' DO NOTHING
RETURNING entry_id, journey_id, version, customer_id
"""


def start(driver: Driver, arrivals: Sequence[Arrival], now: datetime, journey_id: int | None = None) -> list[EntryRow]:
    """Makes entries where the rule of re-entry lets somebody in: into every journey of the segment, or into one of them.

    An arrival that is older than the customer's last entry was seen with it, and starts nothing.
    """
    rows = driver.execute(
        _START,
        {
            "now": now,
            "journey_id": journey_id,
            "segments": [arrival.segment_id for arrival in arrivals],
            "profiles": [arrival.profile_id for arrival in arrivals],
            "customers": [arrival.customer_id for arrival in arrivals],
            "instants": [arrival.occurred_at for arrival in arrivals],
            "events": [arrival.cause_event_id for arrival in arrivals],
        },
    ).fetchall()
    return [EntryRow(*row) for row in rows]


def leave(driver: Driver, departures: Sequence[Arrival], reason: str, now: datetime) -> list[EntryRow]:
    """Ends the active entries of those who left a segment, in versions that ask for it."""
    rows = driver.execute(
        """
        UPDATE journeys.entries e SET state = 'exited', ended_at = %(now)s, end_reason = %(reason)s
        FROM unnest(%(segments)s::bigint[], %(customers)s::bigint[], %(instants)s::timestamptz[])
            AS d(segment_id, customer_id, occurred_at)
        JOIN journeys.plans p ON p.segment_id = d.segment_id AND p.exit_on_leave
        WHERE e.customer_id = d.customer_id AND e.journey_id = p.journey_id AND e.version = p.version
          AND e.state = 'active' AND e.entered_at <= d.occurred_at
        RETURNING e.entry_id, e.journey_id, e.version, e.customer_id
        """,
        {
            "now": now,
            "reason": reason,
            "segments": [departure.segment_id for departure in departures],
            "customers": [departure.customer_id for departure in departures],
            "instants": [departure.occurred_at for departure in departures],
        },
    ).fetchall()
    return [EntryRow(*row) for row in rows]


def end_entries(driver: Driver, customer_ids: Collection[int], reason: str, now: datetime) -> list[EntryRow]:
    """Ends all active entries of the customers."""
    rows = driver.execute(
        """
        UPDATE journeys.entries SET state = 'exited', ended_at = %s, end_reason = %s
        WHERE customer_id = ANY(%s) AND state = 'active'
        RETURNING entry_id, journey_id, version, customer_id
        """,
        (now, reason, list(customer_ids)),
    ).fetchall()
    return [EntryRow(*row) for row in rows]


def select_told(driver: Driver, profile_ids: Collection[int]) -> list[tuple[Any, ...]]:
    """(journey_id, version, state, entered_at, ended_at, end_reason) of all entries that began with the profiles."""
    return driver.execute(
        "SELECT journey_id, version, state, entered_at, ended_at, end_reason FROM journeys.entries"
        " WHERE profile_id = ANY(%s) ORDER BY entered_at, entry_id",
        (list(profile_ids),),
    ).fetchall()


def select_due_journeys(driver: Driver, now: datetime) -> list[int]:
    """Running journeys in which somebody is to move on."""
    rows = driver.execute(
        """
        SELECT j.journey_id FROM journeys.journeys j WHERE j.is_running AND EXISTS (
            SELECT 1 FROM journeys.entries e
            WHERE e.journey_id = j.journey_id AND e.state = 'active' AND e.due_at <= %s
        ) ORDER BY j.journey_id
        """,
        (now,),
    ).fetchall()
    return [row[0] for row in rows]


def lock_due(driver: Driver, journey_ids: Sequence[int], each_max: int, now: datetime) -> list[DueEntry]:
    """Entries that are to move on, the longest due first, locked; those that another worker has are left to it."""
    rows = driver.execute(
        """
        SELECT due.* FROM unnest(%s::bigint[]) AS j(journey_id) CROSS JOIN LATERAL (
            SELECT e.entry_id, e.journey_id, e.version, e.customer_id, e.step, e.arms FROM journeys.entries e
            WHERE e.journey_id = j.journey_id AND e.state = 'active' AND e.due_at <= %s
            ORDER BY e.due_at LIMIT %s FOR UPDATE SKIP LOCKED
        ) AS due
        """,
        (list(journey_ids), now, each_max),
    ).fetchall()
    return [
        DueEntry(entry_id, journey_id, version, customer_id, step, tuple(arms))
        for entry_id, journey_id, version, customer_id, step, arms in rows
    ]


def save_moves(driver: Driver, moves: Sequence[Move], now: datetime) -> None:
    """Puts entries where they go, all of them in one statement."""
    entries: list[int] = []
    steps: list[int] = []
    due: list[datetime | None] = []
    arms: list[str] = []
    for move in moves:
        entries += [entry.entry_id for entry in move.entries]
        steps += [move.step] * len(move.entries)
        due += [move.due_at] * len(move.entries)
        arms += [f"{{{','.join(map(str, entry.arms))}}}" for entry in move.entries]
    driver.execute(
        """
        UPDATE journeys.entries e SET step = m.step, arms = m.arms::integer[], due_at = coalesce(m.due_at, e.due_at),
            state = CASE WHEN m.due_at IS NULL THEN 'completed' ELSE 'active' END,
            ended_at = CASE WHEN m.due_at IS NULL THEN %s::timestamptz END
        FROM unnest(%s::bigint[], %s::integer[], %s::timestamptz[], %s::text[]) AS m(entry_id, step, due_at, arms)
        WHERE e.entry_id = m.entry_id
        """,
        (now, entries, steps, due, arms),
    )


def lock_taking_in(driver: Driver) -> TakingIn | None:
    """A journey whose segment's members are still to be taken in, locked; None where there is none that nobody is at."""
    row = driver.execute(
        """
        SELECT j.journey_id, j.version, p.segment_id, j.taken_in_to FROM journeys.journeys j
        JOIN journeys.plans p ON p.journey_id = j.journey_id AND p.version = j.version
        WHERE j.taken_in_to IS NOT NULL ORDER BY j.journey_id LIMIT 1 FOR UPDATE OF j SKIP LOCKED
        """
    ).fetchone()
    return TakingIn(*row) if row else None


def save_taking_in(driver: Driver, journey_id: int, taken_in_to: int | None) -> None:
    driver.execute("UPDATE journeys.journeys SET taken_in_to = %s WHERE journey_id = %s", (taken_in_to, journey_id))


def select_profiles(driver: Driver, customer_ids: Collection[int]) -> list[int]:
    """The profiles with which entries of these customers began."""
    rows = driver.execute(
        "SELECT DISTINCT profile_id FROM journeys.entries WHERE customer_id = ANY(%s)", (list(customer_ids),)
    ).fetchall()
    return [row[0] for row in rows]


def move_customers(
    driver: Driver, among: Collection[int], customer_of: Mapping[int, int], now: datetime
) -> list[EntryRow]:
    """Gives the entries of the customers `among` to those whom their profiles belong to now. Of active entries of one
    journey that meet, the earliest stays and the others end; those are given back."""
    moves = {
        "among": list(among),
        "profiles": list(customer_of),
        "customers": list(customer_of.values()),
        "now": now,
    }
    ended = driver.execute(
        """
        WITH meeting AS (
            SELECT e.entry_id, row_number() OVER (
                PARTITION BY e.journey_id, m.customer_id ORDER BY e.entered_at, e.entry_id) AS place
            FROM unnest(%(profiles)s::bigint[], %(customers)s::bigint[]) AS m(profile_id, customer_id)
            JOIN journeys.entries e ON e.profile_id = m.profile_id
            WHERE e.customer_id = ANY(%(among)s) AND e.state = 'active'
        )
        UPDATE journeys.entries e SET state = 'exited', ended_at = %(now)s, end_reason = 'merged'
        FROM meeting WHERE meeting.entry_id = e.entry_id AND meeting.place > 1
        RETURNING e.entry_id, e.journey_id, e.version, e.customer_id
        """,
        moves,
    ).fetchall()
    # In two strokes, by way of negative ids: one entry may come to where another is only just leaving.
    driver.execute(
        """
        UPDATE journeys.entries e SET customer_id = -m.customer_id
        FROM unnest(%(profiles)s::bigint[], %(customers)s::bigint[]) AS m(profile_id, customer_id)
        WHERE e.customer_id = ANY(%(among)s) AND e.profile_id = m.profile_id AND e.customer_id <> m.customer_id
        """,
        moves,
    )
    driver.execute(
        "UPDATE journeys.entries SET customer_id = -customer_id WHERE customer_id = ANY(%s)",
        ([-customer_id for customer_id in set(customer_of.values())],),
    )
    return [EntryRow(*row) for row in ended]


def count_entries(driver: Driver, journey_ids: Collection[int]) -> list[tuple[int, str, int]]:
    """(journey_id, state, how many)."""
    return driver.execute(
        "SELECT journey_id, state, count(*) FROM journeys.entries WHERE journey_id = ANY(%s) GROUP BY 1, 2",
        (list(journey_ids),),
    ).fetchall()


def count_steps(driver: Driver, journey_id: int, version: int) -> list[tuple[int, str, list[int], int]]:
    """(step, state, where the arms begin that they took, how many) of one version."""
    return driver.execute(
        "SELECT step, state, arms, count(*) FROM journeys.entries WHERE journey_id = %s AND version = %s GROUP BY 1, 2, 3",
        (journey_id, version),
    ).fetchall()


def select_latest_entries(driver: Driver, customer_id: int) -> list[tuple[int, int, str, datetime, datetime | None]]:
    """(journey_id, version, state, entered_at, ended_at) of the customer's latest entry in each journey; those that ended
    because they met another one in a merge are left out."""
    return driver.execute(
        "SELECT DISTINCT ON (journey_id) journey_id, version, state, entered_at, ended_at"
        " FROM journeys.entries WHERE customer_id = %s AND end_reason IS DISTINCT FROM 'merged'"
        " ORDER BY journey_id, entered_at DESC, entry_id DESC",
        (customer_id,),
    ).fetchall()
