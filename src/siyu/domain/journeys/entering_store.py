"""Every statement that lets somebody into journeys or takes them out: sets of rows in, contracts out."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

import psycopg

from siyu.domain.journeys.entries_contracts import Arrival, Departure, GoalReached
from siyu.domain.journeys.plan import Subject
from siyu.platform.postgres.packing import packed, packed_numbers

Driver = psycopg.Connection[Any]
_COLUMN: Final[Mapping[Subject, str]] = {"customer": "customer_id", "group": "group_id", "account": "staff_id"}


class EntryRow(NamedTuple):
    """An entry that came into being, ended or was held; `subject_id` is whose it is."""

    entry_id: int
    journey_id: int
    version: int
    subject_id: int
    place: int
    is_customer: bool = True
    was_paused: bool = False


class Rival(NamedTuple):
    """Of an arrival, by its number, what stands in its lane: another journey's open entry and its priority; None where nothing."""

    number: int
    journey_id: int
    version: int
    priority: int
    entry_id: int | None
    entry_priority: int | None


_LET_IN = """
FROM (
    SELECT DISTINCT ON (a.journey_id, a.subject_id) a.*
    FROM unnest(%(numbers)s::integer[], %(journeys)s::bigint[],
                %(subjects)s::bigint[], %(profiles)s::bigint[],
                string_to_array(%(instants)s, chr(31))::timestamptz[], string_to_array(%(events)s, chr(31))::uuid[],
                %(positions)s::bigint[])
        AS a(number, journey_id, subject_id, profile_id, occurred_at, event_id, position)
    ORDER BY a.journey_id, a.subject_id, a.occurred_at, a.number
) AS a
JOIN journeys.journeys j ON j.journey_id = a.journey_id
JOIN journeys.plans p ON p.journey_id = j.journey_id AND p.version = j.version
LEFT JOIN LATERAL (
    SELECT count(*) AS times, max(e.entered_at) AS entered_at, max(coalesce(e.ended_at, 'infinity')) AS ended_at
    FROM journeys.entries e WHERE e.{column} = a.subject_id AND e.journey_id = a.journey_id
) AS before ON true
WHERE (before.times = 0 OR (
    p.re_entry = 'after_end' AND before.ended_at + make_interval(days => p.after_days) <= %(now)s
    AND before.entered_at <= a.occurred_at AND before.times < coalesce(p.times_max, before.times + 1)
))
"""
_START = """
INSERT INTO journeys.entries (journey_id, version, {column}, profile_id, place, priority, lane, due_at, arrived_at, entered_at,
    ready_position, cause_event_id)
SELECT a.journey_id, j.version, a.subject_id, a.profile_id, p.start, p.priority, p.lane, %(now)s, %(now)s, a.occurred_at,
    a.position, a.event_id
"""


def _given(arrivals: Sequence[Arrival], now: datetime) -> dict[str, Any]:
    instants = {at: at.isoformat() for at in {each.occurred_at for each in arrivals}}
    return {
        "now": now,
        "numbers": packed_numbers(range(len(arrivals))),
        "journeys": packed_numbers(each.journey_id for each in arrivals),
        "subjects": packed_numbers(each.subject_id for each in arrivals),
        "profiles": packed_numbers(each.profile_id for each in arrivals),
        "instants": packed(instants[each.occurred_at] for each in arrivals),
        "events": packed(str(each.cause_event_id) for each in arrivals),
        "positions": packed_numbers(each.position for each in arrivals),
    }


def start(driver: Driver, subject: Subject, arrivals: Sequence[Arrival], now: datetime) -> list[EntryRow]:
    """Makes entries where the rules of re-entry let somebody in. An arrival that is older than the last entry was seen with it, and
    starts nothing."""
    column = _COLUMN[subject]
    rows = driver.execute(
        (_START + _LET_IN).format(column=column)
        + f" ON CONFLICT DO NOTHING RETURNING entry_id, journey_id, version, {column}, place",
        _given(arrivals, now),
    ).fetchall()
    is_customer = subject == "customer"
    return [EntryRow(row[0], row[1], row[2], row[3], row[4], is_customer) for row in rows]


def lanes_of(driver: Driver, journey_ids: Collection[int]) -> dict[int, str]:
    """The lanes of those of the journeys that have one."""
    rows = driver.execute(
        "SELECT j.journey_id, p.lane FROM journeys.journeys j"
        " JOIN journeys.plans p ON p.journey_id = j.journey_id AND p.version = j.version"
        " WHERE j.journey_id = ANY(%s) AND p.lane IS NOT NULL",
        (sorted(journey_ids),),
    ).fetchall()
    return dict(rows)


def lock_rivals(driver: Driver, arrivals: Sequence[Arrival], now: datetime) -> list[Rival]:
    """What those of the arrivals meet in their lanes that their journeys let in."""
    rows = driver.execute(
        "SELECT l.number, l.journey_id, l.version, l.priority, e.entry_id, e.priority FROM (SELECT a.number, a.subject_id,"  # noqa: S608  # our own words
        " j.journey_id, j.version, p.priority, p.lane " + _LET_IN.format(column="customer_id") + ") AS l"
        " LEFT JOIN journeys.entries e ON e.customer_id = l.subject_id AND e.lane = l.lane AND e.ended_at IS NULL"
        " ORDER BY l.number",  # our own words
        _given(arrivals, now),
    ).fetchall()
    return [Rival(*row) for row in rows]


_ENDED: Final = """
RETURNING e.entry_id, e.journey_id, e.version, coalesce(e.customer_id, e.group_id, e.staff_id), e.place,
    e.customer_id IS NOT NULL, e.fault IS NOT NULL
"""


def _rows(found: Sequence[Any]) -> list[EntryRow]:
    return [EntryRow(*row) for row in found]


def end(driver: Driver, entry_ids: Collection[int], state: str, reason: str, now: datetime) -> list[EntryRow]:
    """Ends those of the entries that are open."""
    return _rows(
        driver.execute(
            "UPDATE journeys.entries e SET state = %s, ended_at = %s, end_reason = %s, awaiting = NULL"  # noqa: S608  # our own words
            " WHERE e.entry_id = ANY(%s) AND e.ended_at IS NULL" + _ENDED,  # our own words
            (state, now, reason, sorted(entry_ids)),
        ).fetchall()
    )


def of_journey(driver: Driver, journey_id: int, entry_ids: Collection[int]) -> list[int]:
    """Those of the entries that are the journey's."""
    rows = driver.execute(
        "SELECT entry_id FROM journeys.entries WHERE journey_id = %s AND entry_id = ANY(%s)",
        (journey_id, sorted(entry_ids)),
    ).fetchall()
    return [row[0] for row in rows]


def leave(driver: Driver, departures: Sequence[Departure], now: datetime) -> list[tuple[EntryRow, str]]:
    """Ends the open entries of those who are to leave; with the reasons."""
    rows = driver.execute(
        """
        UPDATE journeys.entries e SET state = 'exited', ended_at = %(now)s, end_reason = d.reason, awaiting = NULL
        FROM unnest(%(journeys)s::bigint[], %(versions)s::integer[], %(customers)s::bigint[], %(instants)s::timestamptz[],
                    %(reasons)s::text[]) AS d(journey_id, version, customer_id, occurred_at, reason)
        WHERE e.customer_id = d.customer_id AND e.journey_id = d.journey_id AND e.version = d.version
          AND e.ended_at IS NULL AND e.entered_at <= d.occurred_at
        """  # noqa: S608  # our own words
        + _ENDED
        + ", e.end_reason",  # our own words
        {
            "now": now,
            "journeys": [each.journey_id for each in departures],
            "versions": [each.version for each in departures],
            "customers": [each.customer_id for each in departures],
            "instants": [each.occurred_at for each in departures],
            "reasons": [each.reason.value for each in departures],
        },
    ).fetchall()
    return [(EntryRow(*row[:-1]), row[-1]) for row in rows]


def end_of_customers(driver: Driver, customer_ids: Collection[int], reason: str, now: datetime) -> list[EntryRow]:
    """Ends all open entries of the customers."""
    return _rows(
        driver.execute(
            "UPDATE journeys.entries e SET state = 'exited', ended_at = %s, end_reason = %s, awaiting = NULL"  # noqa: S608  # our own words
            " WHERE e.customer_id = ANY(%s) AND e.ended_at IS NULL" + _ENDED,  # our own words
            (now, reason, sorted(customer_ids)),
        ).fetchall()
    )


def reach_goals(driver: Driver, reached: Sequence[GoalReached], now: datetime) -> list[tuple[EntryRow, str, bool]]:
    """Notes goals that entries reached for the first time: (entry, goal, whether it is open). Of several entries the latest that
    the goal may be of has it."""
    rows = driver.execute(
        """
        WITH theirs AS (
            SELECT DISTINCT ON (g.number) e.entry_id, g.goal
            FROM unnest(%(numbers)s::integer[], %(journeys)s::bigint[], %(versions)s::integer[], %(customers)s::bigint[],
                        %(instants)s::timestamptz[], %(goals)s::text[], %(days)s::integer[])
                AS g(number, journey_id, version, customer_id, occurred_at, goal, within_days)
            JOIN journeys.entries e ON e.customer_id = g.customer_id AND e.journey_id = g.journey_id AND e.version = g.version
            WHERE e.entered_at <= g.occurred_at AND g.occurred_at <= e.entered_at + make_interval(days => g.within_days)
            ORDER BY g.number, e.entered_at DESC, e.entry_id DESC
        ), noted AS (
            INSERT INTO journeys.goals (entry_id, goal, reached_at) SELECT DISTINCT entry_id, goal, %(now)s::timestamptz FROM theirs
            ON CONFLICT DO NOTHING RETURNING entry_id, goal
        )
        SELECT e.entry_id, e.journey_id, e.version, e.customer_id, e.place, noted.goal, e.ended_at IS NULL
        FROM noted JOIN journeys.entries e USING (entry_id) ORDER BY e.entry_id, noted.goal
        """,
        {
            "now": now,
            "numbers": list(range(len(reached))),
            "journeys": [each.journey_id for each in reached],
            "versions": [each.version for each in reached],
            "customers": [each.customer_id for each in reached],
            "instants": [each.occurred_at for each in reached],
            "goals": [each.goal for each in reached],
            "days": [each.within_days for each in reached],
        },
    ).fetchall()
    return [(EntryRow(*row[:5]), row[5], row[6]) for row in rows]


def select_profiles(driver: Driver, customer_ids: Collection[int]) -> list[int]:
    """The profiles with which entries of these customers began."""
    rows = driver.execute(
        "SELECT DISTINCT profile_id FROM journeys.entries WHERE customer_id = ANY(%s)", (sorted(customer_ids),)
    ).fetchall()
    return [row[0] for row in rows]


def move_customers(
    driver: Driver, among: Collection[int], customer_of: Mapping[int, int], now: datetime
) -> list[EntryRow]:
    """Gives the entries of the customers `among` to those whom their profiles belong to now. Of open entries of one journey that
    meet the earliest stays, of those in one lane the one of the highest priority; the others end, and are given back."""
    moves = {
        "among": sorted(among),
        "profiles": list(customer_of),
        "customers": list(customer_of.values()),
        "now": now,
    }
    ended: list[EntryRow] = []
    for together, first in (("e.journey_id", ""), ("e.lane", "e.priority DESC, ")):
        found = driver.execute(
            f"""
            WITH meeting AS (
                SELECT e.entry_id, row_number() OVER (
                    PARTITION BY {together}, m.customer_id ORDER BY {first}e.entered_at, e.entry_id) AS place
                FROM unnest(%(profiles)s::bigint[], %(customers)s::bigint[]) AS m(profile_id, customer_id)
                JOIN journeys.entries e ON e.profile_id = m.profile_id
                WHERE e.customer_id = ANY(%(among)s) AND e.ended_at IS NULL AND {together} IS NOT NULL
            )
            UPDATE journeys.entries e SET state = 'exited', ended_at = %(now)s, end_reason = 'merged', awaiting = NULL
            FROM meeting WHERE meeting.entry_id = e.entry_id AND meeting.place > 1
            {_ENDED}
            """,  # noqa: S608  # our own words
            moves,
        ).fetchall()
        ended += _rows(found)
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
    return ended


def save_call(driver: Driver, journey_id: int, key: str, now: datetime) -> Mapping[str, Any] | None:
    """None where the call is new; else what was answered."""
    made = driver.execute(
        "INSERT INTO journeys.calls (journey_id, call_key, answer, called_at) VALUES (%s, %s, '{}', %s)"
        " ON CONFLICT DO NOTHING RETURNING 1",
        (journey_id, key, now),
    ).fetchone()
    if made is not None:
        return None
    row = driver.execute(
        "SELECT answer FROM journeys.calls WHERE journey_id = %s AND call_key = %s", (journey_id, key)
    ).fetchone()
    return dict(row[0]) if row else {}


def save_answer(driver: Driver, journey_id: int, key: str, answer: Mapping[str, Any]) -> None:
    driver.execute(
        "UPDATE journeys.calls SET answer = %s WHERE journey_id = %s AND call_key = %s",
        (json.dumps(answer), journey_id, key),
    )


def lock_taking_in(driver: Driver) -> tuple[int, int, int] | None:
    """(journey, version, last taken in) of one whose members are still to come in; None where there is none that nobody is at."""
    row = driver.execute(
        "SELECT journey_id, version, taken_in_to FROM journeys.journeys WHERE taken_in_to IS NOT NULL"
        " ORDER BY journey_id LIMIT 1 FOR UPDATE SKIP LOCKED"
    ).fetchone()
    return (row[0], row[1], row[2]) if row else None


def save_taking_in(driver: Driver, journey_id: int, taken_in_to: int | None) -> None:
    driver.execute("UPDATE journeys.journeys SET taken_in_to = %s WHERE journey_id = %s", (taken_in_to, journey_id))
