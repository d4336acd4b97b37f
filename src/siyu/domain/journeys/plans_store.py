"""Every statement on what was published: plans, what they look at, and their clocks."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
import psycopg

from siyu.domain.journeys.entries_contracts import JourneyVersion, Timer
from siyu.domain.journeys.plan import JourneyPlan, TriggerPlan, WaitEventPlan, dump_plan, load_plan

Driver = psycopg.Connection[Any]
_BY_CLOCK = ("date", "schedule")
_encode = msgspec.json.Encoder().encode


class Watch(NamedTuple):
    """That a version looks at a segment or an event; `n` is which of its triggers, goals or exits does, or the place."""

    journey_id: int
    version: int
    role: str
    n: int
    kind: str
    segment_id: int | None
    event_name: str | None


def insert_plan(driver: Driver, journey_id: int, version: int, plan: JourneyPlan, now: datetime) -> None:
    driver.execute(
        "INSERT INTO journeys.plans (journey_id, version, plan, start, re_entry, after_days, times_max, lane, priority,"
        " hold_out, published_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            journey_id,
            version,
            dump_plan(plan),
            plan.start,
            plan.re_entry,
            plan.after_days,
            plan.times_max,
            plan.lane,
            plan.priority,
            plan.hold_out,
            now,
        ),
    )


def put_in_force(driver: Driver, journey_id: int, version: int, *, takes_members_in: bool, moves_entries: bool) -> None:
    """Members are taken in only at the first publish."""
    driver.execute(
        "INSERT INTO journeys.journeys (journey_id, version, is_running, taken_in_to) VALUES (%s, %s, true, %s)"
        " ON CONFLICT (journey_id) DO UPDATE SET version = excluded.version, is_running = true, is_moving = %s",
        (journey_id, version, 0 if takes_members_in else None, moves_entries),
    )


def replace_watches(driver: Driver, journey_id: int, version: int, plan: JourneyPlan) -> None:
    """Those of the new version; older ones keep theirs but for the triggers."""
    driver.execute("DELETE FROM journeys.watches WHERE journey_id = %s AND role = 'trigger'", (journey_id,))
    rows = [Watch(journey_id, version, *each) for each in _looked_at(plan)]
    with driver.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO journeys.watches (journey_id, version, role, n, kind, segment_id, event_name)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s)",
            rows,
        )


def _looked_at(plan: JourneyPlan) -> list[tuple[str, int, str, int | None, str | None]]:
    found: list[tuple[str, int, str, int | None, str | None]] = []
    for n, trigger in enumerate(plan.triggers):
        if trigger.kind in ("segment_entered", "segment_exited", "event"):
            segment_id = trigger.segment_id if trigger.kind != "event" else None
            found.append(("trigger", n, trigger.kind, segment_id, trigger.event.event if trigger.event else None))
    for n, goal in enumerate(plan.goals):
        name = goal.event.event if goal.event else None
        found.append(("goal", n, "event" if name else "segment_entered", goal.segment_id, name))
    for n, end in enumerate(plan.exits):
        found.append(("exit", n, end.kind, end.segment_id, end.event.event if end.event else None))
    for place, node in enumerate(plan.places):
        if isinstance(node, WaitEventPlan):
            found.append(("await", place, "event", None, node.event.event))
    return found


def replace_timers(driver: Driver, journey_id: int, triggers: Sequence[TriggerPlan], now: datetime) -> None:
    """Triggers that stay as they were go on from where they are."""
    wanted = [
        (journey_id, n, _encode(trigger).decode(), now)
        for n, trigger in enumerate(triggers)
        if trigger.kind in _BY_CLOCK
    ]
    driver.execute(
        "DELETE FROM journeys.timers WHERE journey_id = %s AND NOT (n = ANY(%s))",
        (journey_id, [row[1] for row in wanted]),
    )
    with driver.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO journeys.timers AS t (journey_id, n, rule, since_at) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (journey_id, n) DO UPDATE SET rule = excluded.rule, since_at = excluded.since_at,"
            " occasion_at = NULL, taken_to = NULL WHERE t.rule <> excluded.rule",
            wanted,
        )


def set_running(driver: Driver, journey_id: int, *, is_running: bool) -> None:
    driver.execute("UPDATE journeys.journeys SET is_running = %s WHERE journey_id = %s", (is_running, journey_id))


def select_plans(driver: Driver, versions: Collection[JourneyVersion]) -> dict[JourneyVersion, JourneyPlan]:
    wanted = sorted(versions)
    rows = driver.execute(
        "SELECT p.journey_id, p.version, p.plan FROM unnest(%s::bigint[], %s::integer[]) AS w(journey_id, version)"
        " JOIN journeys.plans p ON p.journey_id = w.journey_id AND p.version = w.version",
        ([journey_id for journey_id, _ in wanted], [version for _, version in wanted]),
    ).fetchall()
    return {(journey_id, version): load_plan(text) for journey_id, version, text in rows}


def select_in_force(driver: Driver, journey_ids: Collection[int]) -> dict[int, int]:
    """{journey: the version that newcomers get} of those that were ever published."""
    rows = driver.execute(
        "SELECT journey_id, version FROM journeys.journeys WHERE journey_id = ANY(%s)", (sorted(journey_ids),)
    ).fetchall()
    return dict(rows)


def select_hold_outs(driver: Driver, versions: Collection[JourneyVersion]) -> dict[JourneyVersion, int]:
    """How many percent of the customers get no messages, of the versions where any do not."""
    wanted = sorted(versions)
    rows = driver.execute(
        "SELECT p.journey_id, p.version, p.hold_out FROM unnest(%s::bigint[], %s::integer[]) AS w(journey_id, version)"
        " JOIN journeys.plans p ON p.journey_id = w.journey_id AND p.version = w.version WHERE p.hold_out > 0",
        ([journey_id for journey_id, _ in wanted], [version for _, version in wanted]),
    ).fetchall()
    return {(journey_id, version): hold_out for journey_id, version, hold_out in rows}


def select_watched_names(driver: Driver) -> list[str]:
    """The events that any version looks at."""
    rows = driver.execute(
        "SELECT DISTINCT event_name FROM journeys.watches WHERE event_name IS NOT NULL ORDER BY 1"
    ).fetchall()
    return [row[0] for row in rows]


def select_watches(driver: Driver, names: Collection[str], segment_ids: Collection[int]) -> list[Watch]:
    """Who looks at any of these; but for the waits of entries, which are looked for by themselves."""
    rows = driver.execute(
        "SELECT journey_id, version, role, n, kind, segment_id, event_name FROM journeys.watches"
        " WHERE role <> 'await' AND (event_name = ANY(%s) OR segment_id = ANY(%s)) ORDER BY journey_id, version, role, n",
        (sorted(names), sorted(segment_ids)),
    ).fetchall()
    return [Watch(*row) for row in rows]


def select_timers(driver: Driver) -> list[Timer]:
    """All that go by the clock; those of journeys that are held are among them, for people come in there as well."""
    rows = driver.execute(
        "SELECT t.journey_id, j.version, t.n, t.since_at, t.occasion_at, t.taken_to FROM journeys.timers t"
        " JOIN journeys.journeys j USING (journey_id) ORDER BY t.journey_id, t.n"
    ).fetchall()
    return [Timer(*row) for row in rows]


def lock_timer(driver: Driver, journey_id: int, n: int) -> Timer | None:
    """None where it is gone, or another worker is at it."""
    row = driver.execute(
        "SELECT t.journey_id, j.version, t.n, t.since_at, t.occasion_at, t.taken_to FROM journeys.timers t"
        " JOIN journeys.journeys j USING (journey_id) WHERE t.journey_id = %s AND t.n = %s FOR UPDATE OF t SKIP LOCKED",
        (journey_id, n),
    ).fetchone()
    return Timer(*row) if row else None


def save_timer(driver: Driver, journey_id: int, n: int, occasion_at: datetime, taken_to: int | None) -> None:
    driver.execute(
        "UPDATE journeys.timers SET occasion_at = %s, taken_to = %s WHERE journey_id = %s AND n = %s",
        (occasion_at, taken_to, journey_id, n),
    )
