"""Every statement about posts to groups and in moments."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import psycopg
from psycopg.types.json import Json

from siyu.domain.sends.posts_contracts import (
    NewPostTask,
    PostKind,
    PostOutcome,
    PostPlace,
    PostTask,
    PostTaskState,
    WaitingPost,
)

Driver = psycopg.Connection[Any]

ASKS_KEPT = timedelta(days=30)
"""For so long what was asked for with a key is known again."""
CLAIM_LOCK_KEY = 0x5349_5955_0051
_TASK = (
    "task_id, kind, corp_id, content_key, body, sender, state, outside_id, job_id, attempts, reminders,"
    " reminded_at, asked_at, ends_at"
)
_ENDED = "('closed', 'refused')"


def _task(row: Sequence[Any]) -> PostTask:
    return PostTask(*(row[0], PostKind(row[1]), *row[2:6], PostTaskState(row[6]), *row[7:]))


def insert_posts(
    driver: Driver,
    kind: PostKind,
    posts: Sequence[tuple[str, int, int, int, int]],
    now: datetime,
    outcome: PostOutcome = PostOutcome.WAITING,
) -> int:
    """(key, subject, definition, version, step) of those whose keys are new; how many."""
    done = driver.execute(
        "INSERT INTO sends.posts (post_key, kind, subject_id, definition_id, version, step, asked_at, outcome)"
        " SELECT n.post_key, %s, n.subject_id, n.definition_id, n.version, n.step, %s, %s"
        " FROM unnest(%s::text[], %s::bigint[], %s::bigint[], %s::integer[], %s::integer[])"
        " AS n(post_key, subject_id, definition_id, version, step) ORDER BY n.post_key ON CONFLICT (post_key) DO NOTHING",
        (kind.value, now, outcome.value, *(([each[n] for each in posts]) for n in range(5))),
    )
    return done.rowcount


def take_asked(driver: Driver, asked_by: str, asked_key: str, now: datetime) -> int | None:
    """The post that was asked for with this key before; None where it is the first time. Whoever asks with it meanwhile waits for
    the commit. What was asked long ago is forgotten: nobody waits for its answer."""
    driver.execute("DELETE FROM sends.post_asks WHERE asked_at < %s", (now - ASKS_KEPT,))
    driver.execute(
        "INSERT INTO sends.post_asks (asked_by, asked_key, asked_at) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
        (asked_by, asked_key, now),
    )
    row = driver.execute(
        "SELECT post_id FROM sends.post_asks WHERE asked_by = %s AND asked_key = %s", (asked_by, asked_key)
    ).fetchone()
    return row[0] if row else None


def keep_asked(driver: Driver, asked_by: str, asked_key: str, post_id: int) -> None:
    """What came of asking with this key."""
    driver.execute(
        "UPDATE sends.post_asks SET post_id = %s WHERE asked_by = %s AND asked_key = %s", (post_id, asked_by, asked_key)
    )


def decide_held(driver: Driver, definition_id: int, outcome: PostOutcome, now: datetime) -> int:
    """What was held of a definition goes out, or does not; how many."""
    done = driver.execute(
        "UPDATE sends.posts SET outcome = %s, done_at = CASE WHEN %s THEN NULL ELSE %s::timestamptz END"
        " WHERE definition_id = %s AND outcome = 'held'",
        (outcome.value, outcome is PostOutcome.WAITING, now, definition_id),
    )
    return done.rowcount


def held_subjects(driver: Driver) -> dict[int, tuple[PostKind, list[int]]]:
    """{definition: (kind, groups or members)} of all that is held."""
    rows = driver.execute(
        "SELECT definition_id, min(kind), array_agg(subject_id) FROM sends.posts WHERE outcome = 'held' GROUP BY 1"
    ).fetchall()
    return {row[0]: (PostKind(row[1]), row[2]) for row in rows}


def lock_waiting(driver: Driver, size: int) -> list[WaitingPost]:
    """Posts that are in no task, the oldest first; nobody else plans them until the commit."""
    rows = driver.execute(
        "SELECT post_id, kind, subject_id, definition_id, version, step FROM sends.posts"
        " WHERE outcome = 'waiting' AND task_id IS NULL ORDER BY post_id LIMIT %s FOR UPDATE SKIP LOCKED",
        (size,),
    ).fetchall()
    return [WaitingPost(row[0], PostKind(row[1]), *row[2:]) for row in rows]


def settle_posts(driver: Driver, outcomes: Mapping[int, PostOutcome], now: datetime) -> int:
    """{post: outcome} of those that still wait; how many."""
    done = driver.execute(
        "UPDATE sends.posts p SET outcome = s.outcome, done_at = %s FROM unnest(%s::bigint[], %s::text[]) AS s(post_id, outcome)"
        " WHERE p.post_id = s.post_id AND p.outcome = 'waiting'",
        (now, list(outcomes), [each.value for each in outcomes.values()]),
    )
    return done.rowcount


def insert_tasks(driver: Driver, tasks: Sequence[NewPostTask], now: datetime) -> int:
    """Those that are new, with their posts; how many."""
    made = 0
    for task in tasks:
        row = driver.execute(
            "INSERT INTO sends.post_tasks (task_key, kind, corp_id, content_key, body, sender, state, asked_at, due_at, ends_at)"
            " VALUES (%s, %s, %s, %s, %s, %s, 'new', %s, %s, %s) ON CONFLICT (task_key) DO NOTHING RETURNING task_id",
            (
                task.task_key,
                task.kind.value,
                task.corp_id,
                task.content_key,
                Json(dict(task.body)),
                task.sender,
                now,
                now,
                task.ends_at,
            ),
        ).fetchone()
        if row is None:
            continue
        made += 1
        driver.execute(
            "UPDATE sends.posts p SET task_id = %s, subject_key = s.subject_key"
            " FROM unnest(%s::bigint[], %s::text[]) AS s(post_id, subject_key) WHERE p.post_id = s.post_id",
            (row[0], list(task.subjects), list(task.subjects.values())),
        )
    return made


def claim_task(
    driver: Driver, places: Collection[tuple[str, PostKind]], now: datetime, again_at: datetime
) -> PostTask | None:
    """The task whose time has come first; it comes again at `again_at` if nobody says otherwise. Of a kind in a corp only one at
    a time is asked for, so that one that is there and that nobody knows is surely the one whose answer was lost; nor is one asked
    for while a job makes another that says the same."""
    driver.execute("SELECT pg_advisory_xact_lock(%s)", (CLAIM_LOCK_KEY,))  # else two would begin one each
    row = driver.execute(
        f"""
        WITH next AS (
            SELECT t.task_id FROM sends.post_tasks t
            JOIN unnest(%s::text[], %s::text[]) AS w(corp_id, kind) USING (corp_id, kind)
            WHERE t.state NOT IN {_ENDED} AND t.due_at <= %s
              AND (t.state <> 'new' OR NOT EXISTS (SELECT 1 FROM sends.post_tasks o
                    WHERE o.corp_id = t.corp_id AND o.kind = t.kind AND (o.state = 'asking'
                      OR o.state = 'open' AND o.outside_id = '' AND o.content_key = t.content_key)))
            ORDER BY t.due_at, t.task_id LIMIT 1 FOR UPDATE OF t SKIP LOCKED
        )
        UPDATE sends.post_tasks t SET due_at = %s, attempts = t.attempts + (t.state IN ('new', 'asking'))::integer,
            state = CASE WHEN t.state = 'new' THEN 'asking' ELSE t.state END
        FROM next WHERE t.task_id = next.task_id RETURNING {", ".join("t." + name.strip() for name in _TASK.split(","))}
        """,  # noqa: S608  # constants
        ([each[0] for each in places], [each[1].value for each in places], now, again_at),
    ).fetchone()
    return _task(row) if row else None


def lock_abandoned(driver: Driver, corp_ids: Collection[str], ended_before: datetime, size: int) -> list[PostTask]:
    """Tasks of corps but these whose windows ended before, and of which nothing more is heard."""
    rows = driver.execute(
        f"SELECT {_TASK} FROM sends.post_tasks WHERE NOT corp_id = ANY(%s) AND state NOT IN {_ENDED}"  # noqa: S608  # constants
        " AND ends_at <= %s ORDER BY task_id LIMIT %s FOR UPDATE SKIP LOCKED",
        (list(corp_ids), ended_before, size),
    ).fetchall()
    return [_task(row) for row in rows]


def known_ids(driver: Driver, corp_id: str, kind: PostKind) -> frozenset[str]:
    rows = driver.execute(
        "SELECT outside_id FROM sends.post_tasks WHERE corp_id = %s AND kind = %s AND outside_id <> ''",
        (corp_id, kind.value),
    ).fetchall()
    return frozenset(row[0] for row in rows)


def waiting_subjects(driver: Driver, task_id: int) -> dict[str, int]:
    """{group's or member's name outside: post} of a task's posts that have no outcome."""
    rows = driver.execute(
        "SELECT subject_key, post_id FROM sends.posts WHERE task_id = %s AND outcome = 'waiting' ORDER BY post_id",
        (task_id,),
    ).fetchall()
    return dict(rows)


def sent_subjects(driver: Driver, task_id: int) -> dict[str, int]:
    """As waiting_subjects, of those that were posted."""
    rows = driver.execute(
        "SELECT subject_key, post_id FROM sends.posts WHERE task_id = %s AND outcome = 'sent' ORDER BY post_id",
        (task_id,),
    ).fetchall()
    return dict(rows)


def save_made(driver: Driver, task_id: int, outside_id: str, job_id: str, due_at: datetime) -> None:
    driver.execute(
        "UPDATE sends.post_tasks SET state = 'open', outside_id = %s, job_id = %s, attempts = 0, refusal = 0, due_at = %s"
        " WHERE task_id = %s",
        (outside_id, job_id, due_at, task_id),
    )


def save_state(driver: Driver, task_id: int, state: PostTaskState, due_at: datetime, refusal: int) -> None:
    driver.execute(
        "UPDATE sends.post_tasks SET state = %s, due_at = %s, refusal = %s WHERE task_id = %s",
        (state.value, due_at, refusal, task_id),
    )


def save_reminder(driver: Driver, task_id: int, now: datetime) -> None:
    driver.execute(
        "UPDATE sends.post_tasks SET reminders = reminders + 1, reminded_at = %s WHERE task_id = %s", (now, task_id)
    )


def save_remarks(driver: Driver, post_id: int, likes: int, comments: int) -> None:
    driver.execute("UPDATE sends.posts SET likes = %s, comments = %s WHERE post_id = %s", (likes, comments, post_id))


def cancel(driver: Driver, definition_id: int, version: int, now: datetime) -> int:
    """What is in no task is cancelled, and the window of the tasks ends, but of those that carry others' posts too; how many."""
    done = driver.execute(
        "UPDATE sends.posts SET outcome = 'cancelled', done_at = %s WHERE definition_id = %s AND version = %s"
        " AND outcome IN ('waiting', 'held') AND task_id IS NULL",
        (now, definition_id, version),
    )
    driver.execute(
        f"UPDATE sends.post_tasks t SET ends_at = least(ends_at, %(now)s), due_at = %(now)s WHERE state NOT IN {_ENDED}"  # noqa: S608  # constants
        " AND task_id IN (SELECT task_id FROM sends.posts WHERE definition_id = %(definition)s AND version = %(version)s)"
        " AND NOT EXISTS (SELECT 1 FROM sends.posts p WHERE p.task_id = t.task_id"
        "   AND (p.definition_id <> %(definition)s OR p.version <> %(version)s))",
        {"now": now, "definition": definition_id, "version": version},
    )
    return done.rowcount


Places = Mapping[PostKind, Collection[int]]
"""{kind: the groups or members}."""

_AMONG = "(NOT %(among)s OR subject_id = ANY(CASE kind WHEN 'group' THEN %(groups)s::bigint[] ELSE %(members)s::bigint[] END))"


def _among(places: Places | None) -> dict[str, Any]:
    groups, members = (sorted((places or {}).get(kind, ())) for kind in (PostKind.GROUP, PostKind.MOMENT))
    return {"among": places is not None, "groups": groups, "members": members}


def places_of(driver: Driver, definition_ids: Collection[int]) -> Places:
    """Where posts were to go."""
    rows = driver.execute(
        "SELECT DISTINCT kind, subject_id FROM sends.posts WHERE definition_id = ANY(%s)", (list(definition_ids),)
    ).fetchall()
    return {kind: {row[1] for row in rows if row[0] == kind} for kind in PostKind}


def numbers(
    driver: Driver, definition_ids: Collection[int], places: Places | None
) -> dict[int, tuple[dict[PostOutcome, int], int, int]]:
    """{definition: ({outcome: places}, likes, comments)} of all versions; of some places, or of all."""
    rows = driver.execute(
        "SELECT definition_id, outcome, count(*), sum(likes), sum(comments) FROM sends.posts"  # noqa: S608  # our own
        f" WHERE definition_id = ANY(%(ids)s) AND {_AMONG} GROUP BY 1, 2",
        {"ids": list(definition_ids), **_among(places)},
    ).fetchall()
    found: dict[int, tuple[dict[PostOutcome, int], int, int]] = {}
    for definition_id, outcome, count, likes, comments in rows:
        by, liked, said = found.get(definition_id, ({}, 0, 0))
        found[definition_id] = (by | {PostOutcome(outcome): count}, liked + int(likes), said + int(comments))
    return found


def select_places(
    driver: Driver, definition_id: int, places: Places | None, after: int, size: int
) -> list[tuple[int, PostPlace]]:
    """(post, place), in the order in which they were asked for; some places, or all."""
    rows = driver.execute(
        "SELECT post_id, subject_id, outcome, done_at, likes, comments FROM sends.posts"  # noqa: S608  # our own
        f" WHERE definition_id = %(definition_id)s AND post_id > %(after)s AND {_AMONG} ORDER BY post_id LIMIT %(size)s",
        {"definition_id": definition_id, "after": after, "size": size, **_among(places)},
    ).fetchall()
    return [(row[0], PostPlace(row[1], PostOutcome(row[2]), *row[3:])) for row in rows]
