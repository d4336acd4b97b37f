"""Every statement of room `plans`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

import msgspec
import psycopg

from siyu.domain.company.reading import path_now
from siyu.domain.plans.contracts import Action, Stage, TaskState
from siyu.kernel.paging import PageRequest

_json = msgspec.json.Encoder().encode

_STAGES: Mapping[Stage, str] = {
    "drafted": "d.status = 'draft'",
    "approved": "d.status = 'live' AND p.begun_at IS NULL",
    "running": "d.status = 'live' AND p.begun_at IS NOT NULL",
    "closed": "d.status = 'stopped'",
}


@dataclass(frozen=True, slots=True)
class PlanRow:
    """What is kept of a plan beside its document."""

    plan_id: int
    campaign: str
    unit_id: int | None
    begun_at: datetime | None
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """What is kept of a review beside its document."""

    review_id: int
    plan_id: int | None
    closed_at: datetime | None


def lock_campaigns(driver: psycopg.Connection) -> None:
    """Nobody else names a campaign until the end of this unit of work."""
    driver.execute("SELECT pg_advisory_xact_lock(hashtextextended('plans.campaigns', 0))")


def find_campaign(driver: psycopg.Connection, campaign: str) -> int | None:
    """Whose plan's it is."""
    row = driver.execute("SELECT plan_id FROM plans.plans WHERE campaign = %s", [campaign]).fetchone()
    return int(row[0]) if row else None


def lock_plan(driver: psycopg.Connection, plan_id: int) -> None:
    """Nobody else changes it until the end of this unit of work."""
    driver.execute("SELECT 1 FROM plans.plans WHERE plan_id = %s FOR NO KEY UPDATE", [plan_id])


def put_plan(
    driver: psycopg.Connection, plan_id: int, campaign: str, unit_id: int | None, begins_on: date, ends_on: date
) -> None:
    """What lists ask of a plan, new or another."""
    driver.execute(
        "INSERT INTO plans.plans (plan_id, campaign, unit_id, begins_on, ends_on) VALUES (%s, %s, %s, %s, %s)"
        " ON CONFLICT (plan_id) DO UPDATE SET campaign = excluded.campaign, unit_id = excluded.unit_id,"
        " begins_on = excluded.begins_on, ends_on = excluded.ends_on",
        [plan_id, campaign, unit_id, begins_on, ends_on],
    )


def put_times(driver: psycopg.Connection, plan_id: int, begun_at: datetime | None, closed_at: datetime | None) -> None:
    """When it began, when it was closed."""
    driver.execute(
        "UPDATE plans.plans SET begun_at = %s, closed_at = %s WHERE plan_id = %s", [begun_at, closed_at, plan_id]
    )


def plans_of(driver: psycopg.Connection, plan_ids: Collection[int]) -> dict[int, PlanRow]:
    """Those of the plans that there are."""
    rows = driver.execute(
        "SELECT plan_id, campaign, unit_id, begun_at, closed_at FROM plans.plans WHERE plan_id = ANY(%s)",
        [list(plan_ids)],
    )
    return {row[0]: PlanRow(*row) for row in rows.fetchall()}


_SOUGHT = "d.name ILIKE %(pattern)s AND (%(ids)s::bigint[] IS NULL OR d.definition_id = ANY(%(ids)s))"


def _sought(page: PageRequest) -> dict[str, object]:
    return {"pattern": page.pattern, "ids": page.id_list, "size": page.size + 1}


def page_of_plans(
    driver: psycopg.Connection,
    page: PageRequest,
    before: int | None,
    unit_ids: Collection[int] | None,
    stage: Stage | None,
    days: tuple[date, date] | None,
) -> list[int]:
    """The newest first: those of the units (None: of all), at a stage, on any of the days from one to another; one more than the
    page holds."""
    first, last = days or (None, None)
    rows = driver.execute(
        "SELECT p.plan_id FROM plans.plans p JOIN definitions.definitions d ON d.definition_id = p.plan_id"  # noqa: S608
        " WHERE (%(before)s::bigint IS NULL OR p.plan_id < %(before)s)"
        " AND (%(units)s::bigint[] IS NULL OR p.unit_id IS NULL OR p.unit_id = ANY(%(units)s))"
        f" AND {_SOUGHT}"
        " AND (%(first)s::date IS NULL OR (p.begins_on <= %(last)s AND p.ends_on >= %(first)s))"
        + (f" AND {_STAGES[stage]}" if stage is not None else "")
        + " ORDER BY p.plan_id DESC LIMIT %(size)s",
        {
            "before": before,
            "units": list(unit_ids) if unit_ids is not None else None,
            "first": first,
            "last": last,
            **_sought(page),
        },
    )
    return [row[0] for row in rows.fetchall()]


def delete_plan(driver: psycopg.Connection, plan_id: int) -> None:
    """With how its tasks stand; its campaign is free again."""
    driver.execute("DELETE FROM plans.plans WHERE plan_id = %s", [plan_id])


def tasks_of(driver: psycopg.Connection, plan_ids: Collection[int]) -> dict[int, dict[str, TaskState]]:
    """How the tasks of the plans stand; those nobody has touched are left out."""
    rows = driver.execute(
        "SELECT plan_id, task, state FROM plans.tasks WHERE plan_id = ANY(%s) ORDER BY task", [list(plan_ids)]
    )
    found: dict[int, dict[str, TaskState]] = {}
    for plan_id, task, state in rows.fetchall():
        found.setdefault(plan_id, {})[task] = state
    return found


def put_task(
    driver: psycopg.Connection, plan_id: int, task: str, state: TaskState, changed_by: str, now: datetime
) -> None:
    """How a task stands from now on."""
    driver.execute(
        "INSERT INTO plans.tasks (plan_id, task, state, changed_at, changed_by) VALUES (%s, %s, %s, %s, %s)"
        " ON CONFLICT (plan_id, task) DO UPDATE SET state = excluded.state, changed_at = excluded.changed_at,"
        " changed_by = excluded.changed_by",
        [plan_id, task, state, now, changed_by],
    )


# --- reviews


def lock_review(driver: psycopg.Connection, review_id: int) -> None:
    """Nobody else changes it until the end of this unit of work."""
    driver.execute("SELECT 1 FROM plans.reviews WHERE review_id = %s FOR NO KEY UPDATE", [review_id])


def put_review(
    driver: psycopg.Connection, review_id: int, plan_id: int | None, follows_id: int | None, ends_on: date
) -> None:
    """What lists ask of a review, new or another."""
    driver.execute(
        "INSERT INTO plans.reviews (review_id, plan_id, follows_id, ends_on) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (review_id) DO UPDATE SET plan_id = excluded.plan_id, follows_id = excluded.follows_id,"
        " ends_on = excluded.ends_on",
        [review_id, plan_id, follows_id, ends_on],
    )


def close_review(
    driver: psycopg.Connection, review_id: int, numbers: object, scope_path: str | None, now: datetime
) -> None:
    """Its numbers are these from now on."""
    driver.execute(
        "UPDATE plans.reviews SET closed_at = %s, scope_path = %s, numbers = %s::jsonb WHERE review_id = %s",
        [now, scope_path, _json(numbers).decode(), review_id],
    )


def reviews_of(driver: psycopg.Connection, review_ids: Collection[int]) -> dict[int, ReviewRow]:
    """Those of the reviews that there are."""
    rows = driver.execute(
        "SELECT review_id, plan_id, closed_at FROM plans.reviews WHERE review_id = ANY(%s)", [list(review_ids)]
    )
    return {row[0]: ReviewRow(*row) for row in rows.fetchall()}


def numbers_of(driver: psycopg.Connection, review_id: int) -> tuple[object, str | None] | None:
    """What was frozen, of which scope; None of one that is open."""
    row = driver.execute(
        f"SELECT numbers, {path_now('scope_path')} FROM plans.reviews"  # noqa: S608  # our own
        " WHERE review_id = %s AND numbers IS NOT NULL",
        [review_id],
    ).fetchone()
    return (row[0], row[1]) if row else None


def page_of_reviews(
    driver: psycopg.Connection,
    page: PageRequest,
    before: int | None,
    unit_ids: Collection[int] | None,
    plan_id: int | None,
) -> list[int]:
    """The newest first; those of plans of the units (None: of all), or of one plan; one more than the page holds."""
    rows = driver.execute(
        "SELECT r.review_id FROM plans.reviews r JOIN definitions.definitions d ON d.definition_id = r.review_id"  # noqa: S608
        " LEFT JOIN plans.plans p USING (plan_id)"
        " WHERE (%(before)s::bigint IS NULL OR r.review_id < %(before)s)"
        " AND (%(units)s::bigint[] IS NULL OR p.unit_id IS NULL OR p.unit_id = ANY(%(units)s))"
        f" AND {_SOUGHT}"
        " AND (%(plan)s::bigint IS NULL OR r.plan_id = %(plan)s)"
        " ORDER BY r.review_id DESC LIMIT %(size)s",
        {
            "before": before,
            "units": list(unit_ids) if unit_ids is not None else None,
            "plan": plan_id,
            **_sought(page),
        },
    )
    return [row[0] for row in rows.fetchall()]


def reviews_before(driver: psycopg.Connection, review_id: int) -> list[int]:
    """Those that a review follows, the nearest first."""
    rows = driver.execute(
        "WITH RECURSIVE chain (review_id, follows_id, place) AS ("
        " SELECT review_id, follows_id, 0 FROM plans.reviews WHERE review_id = %s"
        " UNION ALL SELECT r.review_id, r.follows_id, c.place + 1 FROM plans.reviews r"
        " JOIN chain c ON r.review_id = c.follows_id WHERE c.place < 100)"
        " SELECT review_id FROM chain WHERE place > 0 ORDER BY place",
        [review_id],
    )
    return [row[0] for row in rows.fetchall()]


def delete_review(driver: psycopg.Connection, review_id: int) -> None:
    """With its actions."""
    driver.execute("DELETE FROM plans.reviews WHERE review_id = %s", [review_id])


_ACTION = "action_id, review_id, text, owner_id, due_on, state, changed_at"


def actions_of(driver: psycopg.Connection, review_ids: Collection[int]) -> list[Action]:
    """The actions of reviews, the oldest first."""
    rows = driver.execute(
        f"SELECT {_ACTION} FROM plans.actions WHERE review_id = ANY(%s) ORDER BY action_id",  # noqa: S608 - our own words
        [list(review_ids)],
    )
    return [Action(*row) for row in rows.fetchall()]


def lock_action(driver: psycopg.Connection, action_id: int) -> Action | None:
    """One action, that nobody else changes until the end of this unit of work."""
    row = driver.execute(
        f"SELECT {_ACTION} FROM plans.actions WHERE action_id = %s FOR NO KEY UPDATE",  # noqa: S608 - our own words
        [action_id],
    ).fetchone()
    return Action(*row) if row else None


def insert_action(
    driver: psycopg.Connection, review_id: int, text: str, owner_id: int | None, due_on: date | None, now: datetime
) -> Action:
    """One more."""
    row = driver.execute(
        "INSERT INTO plans.actions (review_id, text, owner_id, due_on, state, changed_at)"  # noqa: S608 - our own words
        f" VALUES (%s, %s, %s, %s, 'todo', %s) RETURNING {_ACTION}",
        [review_id, text, owner_id, due_on, now],
    ).fetchone()
    return Action(*cast(tuple[Any, ...], row))


def update_action(driver: psycopg.Connection, action: Action) -> None:
    """What it says now."""
    driver.execute(
        "UPDATE plans.actions SET text = %s, owner_id = %s, due_on = %s, state = %s, changed_at = %s WHERE action_id = %s",
        [action.text, action.owner_id, action.due_on, action.state, action.changed_at, action.action_id],
    )


def delete_action(driver: psycopg.Connection, action_id: int) -> None:
    """Takes it away."""
    driver.execute("DELETE FROM plans.actions WHERE action_id = %s", [action_id])
