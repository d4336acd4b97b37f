"""Every statement about mass tasks."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import psycopg
from psycopg.types.json import Json

from siyu.domain.customers.reading import IN_SCOPE, scope_parameters
from siyu.domain.sends.contracts import MassResult, MemberShare, NewTask, Outcome, PackItem, Task, TaskState
from siyu.kernel.actors import Actor
from siyu.platform.postgres.packing import packed_numbers

Driver = psycopg.Connection[Any]

CLAIM_LOCK_KEY = 0x5349_5955_0041
SLOTS_LOCK_KEY = 0x5349_5955_0048

_TASK = (
    "task_id, task_key, corp_id, content_key, body, sender, state, msgid, attempts, reminders,"
    " reminded_at, asked_at, ends_at"
)
_COUNTED = "outcome IN ('waiting', 'sent')"


def _task(row: Sequence[Any]) -> Task:
    return Task(*(*row[:6], TaskState(row[6]), *row[7:]))


def insert_tasks(driver: Driver, tasks: Sequence[NewTask], now: datetime) -> int:
    """Those that are new, with their messages."""
    made = 0
    for task in tasks:
        row = driver.execute(
            "INSERT INTO sends.tasks (task_key, corp_id, content_key, body, sender, worth_fen,"
            " state, asked_at, due_at, ends_at) VALUES (%s, %s, %s, %s, %s, %s, 'new', %s, %s, %s)"
            " ON CONFLICT (task_key) DO NOTHING RETURNING task_id",
            (
                task.task_key,
                task.corp_id,
                task.content_key,
                Json(dict(task.body)),
                task.sender,
                task.worth_fen,
                now,
                now,
                task.ends_at,
            ),
        ).fetchone()
        if row is None:
            continue
        made += 1
        driver.execute(
            "INSERT INTO sends.task_parts (task_id, message_id, profile_id, definition_id, version, counted_on)"
            " SELECT %s, message_id, profile_id, definition_id, version, %s"
            " FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::integer[])"
            " AS p(message_id, profile_id, definition_id, version)",
            (
                row[0],
                task.counted_on,
                packed_numbers(part.message_id for part in task.parts),
                packed_numbers(part.profile_id for part in task.parts),
                packed_numbers(part.definition_id for part in task.parts),
                packed_numbers(part.version for part in task.parts),
            ),
        )
    return made


def claim_task(driver: Driver, corp_ids: Collection[str], now: datetime, again_at: datetime) -> Task | None:
    """The task whose time has come first; it comes again at `again_at` if nobody says otherwise. Of a corp only one at a time is
    asked for, so that one that is there and that nobody knows is surely the one whose answer was lost."""
    driver.execute("SELECT pg_advisory_xact_lock(%s)", (CLAIM_LOCK_KEY,))  # else two would begin one each
    row = driver.execute(
        f"""
        WITH next AS (
            SELECT t.task_id FROM sends.tasks t
            WHERE t.corp_id = ANY(%s) AND t.state NOT IN ('closed', 'refused') AND t.due_at <= %s
              AND (t.state <> 'new' OR NOT EXISTS (
                    SELECT 1 FROM sends.tasks o WHERE o.corp_id = t.corp_id AND o.state = 'asking'))
            ORDER BY t.due_at, t.worth_fen DESC, t.task_id LIMIT 1 FOR UPDATE SKIP LOCKED
        )
        UPDATE sends.tasks t SET due_at = %s, attempts = t.attempts + (t.state IN ('new', 'asking'))::integer,
            state = CASE WHEN t.state = 'new' THEN 'asking' ELSE t.state END
        FROM next WHERE t.task_id = next.task_id RETURNING {", ".join("t." + name.strip() for name in _TASK.split(","))}
        """,  # noqa: S608  # constants
        (list(corp_ids), now, again_at),
    ).fetchone()
    return _task(row) if row else None


def lock_abandoned(driver: Driver, corp_ids: Collection[str], ended_before: datetime, size: int) -> list[Task]:
    """Tasks of corps but these whose windows ended before, and of which nothing more is heard."""
    rows = driver.execute(
        f"SELECT {_TASK} FROM sends.tasks WHERE NOT corp_id = ANY(%s) AND state NOT IN ('closed', 'refused')"  # noqa: S608  # constants
        " AND ends_at <= %s ORDER BY task_id LIMIT %s FOR UPDATE SKIP LOCKED",
        (list(corp_ids), ended_before, size),
    ).fetchall()
    return [_task(row) for row in rows]


def save_made(driver: Driver, task_id: int, msgid: str, due_at: datetime) -> None:
    driver.execute(
        "UPDATE sends.tasks SET state = 'open', msgid = %s, attempts = 0, refusal = 0, due_at = %s WHERE task_id = %s",
        (msgid, due_at, task_id),
    )


def save_state(driver: Driver, task_id: int, state: TaskState, due_at: datetime, refusal: int = 0) -> None:
    driver.execute(
        "UPDATE sends.tasks SET state = %s, due_at = %s, refusal = %s WHERE task_id = %s",
        (state.value, due_at, refusal, task_id),
    )


def save_reminder(driver: Driver, task_id: int, now: datetime) -> None:
    driver.execute(
        "UPDATE sends.tasks SET reminders = reminders + 1, reminded_at = %s WHERE task_id = %s", (now, task_id)
    )


def close_early(driver: Driver, definition_id: int, version: int, now: datetime) -> None:
    """The window of a version's tasks ends now; a task that carries others' messages as well goes on."""
    driver.execute(
        "UPDATE sends.tasks t SET ends_at = least(ends_at, %(now)s), due_at = %(now)s"
        " WHERE state NOT IN ('closed', 'refused') AND task_id IN (SELECT task_id FROM sends.task_parts"
        "   WHERE definition_id = %(definition_id)s AND version = %(version)s)"
        " AND NOT EXISTS (SELECT 1 FROM sends.task_parts p WHERE p.task_id = t.task_id"
        "   AND (p.definition_id <> %(definition_id)s OR p.version <> %(version)s))",
        {"now": now, "definition_id": definition_id, "version": version},
    )


def first_task_since(driver: Driver, definition_id: int, version: int, since: datetime) -> datetime | None:
    row = driver.execute(
        "SELECT min(t.asked_at) FROM sends.tasks t CROSS JOIN LATERAL ("
        " SELECT FROM sends.task_parts p WHERE p.task_id = t.task_id AND p.definition_id = %s AND p.version = %s LIMIT 1)"
        " AS any_part WHERE t.asked_at >= %s",
        (definition_id, version, since),
    ).fetchone()
    return row[0] if row else None


def contents_on(driver: Driver, day: date) -> int:
    """How many different contents members are asked to confirm on a day."""
    row = driver.execute(
        "SELECT count(DISTINCT t.content_key) FROM sends.tasks t WHERE EXISTS"
        " (SELECT 1 FROM sends.task_parts p WHERE p.task_id = t.task_id AND p.counted_on = %s)",
        (day,),
    ).fetchone()
    return int(row[0]) if row else 0


def known_msgids(driver: Driver, corp_id: str, since: datetime) -> frozenset[str]:
    rows = driver.execute(
        "SELECT msgid FROM sends.tasks WHERE corp_id = %s AND msgid <> '' AND asked_at >= %s - interval '40 days'",
        (corp_id, since),
    ).fetchall()
    return frozenset(row[0] for row in rows)


def waiting_profiles(driver: Driver, task_id: int) -> list[int]:
    rows = driver.execute(
        "SELECT profile_id FROM sends.task_parts WHERE task_id = %s AND outcome = 'waiting' ORDER BY message_id",
        (task_id,),
    ).fetchall()
    return [row[0] for row in rows]


def save_shares(driver: Driver, task_id: int, shares: Sequence[MemberShare], now: datetime) -> list[tuple[str, bool]]:
    """Notes who confirmed; gives (member, whether their results are to be read a last time) of those not read to the end."""
    driver.execute(
        "INSERT INTO sends.shares (task_id, userid, is_confirmed, confirmed_at)"
        " SELECT %(task)s, userid, is_confirmed, CASE WHEN is_confirmed THEN %(now)s::timestamptz END"
        " FROM unnest(%(who)s::text[], %(done)s::boolean[]) AS s(userid, is_confirmed) ON CONFLICT (task_id, userid) DO UPDATE"
        " SET is_confirmed = excluded.is_confirmed, confirmed_at = coalesce(sends.shares.confirmed_at, excluded.confirmed_at)",
        {
            "task": task_id,
            "now": now,
            "who": [share.userid for share in shares],
            "done": [share.is_confirmed for share in shares],
        },
    )
    rows = driver.execute(
        "SELECT userid, is_confirmed FROM sends.shares WHERE task_id = %s AND NOT is_read"
        " AND (is_confirmed OR NOT EXISTS (SELECT 1 FROM sends.task_parts p WHERE p.task_id = sends.shares.task_id"
        "      AND p.member_userid = sends.shares.userid)) ORDER BY userid",
        (task_id,),
    ).fetchall()
    return [(row[0], row[1]) for row in rows]


def note_read(driver: Driver, task_id: int, userid: str) -> None:
    driver.execute("UPDATE sends.shares SET is_read = true WHERE task_id = %s AND userid = %s", (task_id, userid))


def save_results(
    driver: Driver, task_id: int, userid: str, results: Sequence[MassResult], profile_of: Mapping[str, int]
) -> dict[int, Outcome]:
    """Notes what WeCom says of a member's customers; gives {message: outcome} of those that are settled with it."""
    known = [each for each in results if each.external_userid in profile_of]
    rows = driver.execute(
        "UPDATE sends.task_parts p SET outcome = r.outcome, member_userid = %s"
        " FROM unnest(%s::bigint[], %s::text[]) AS r(profile_id, outcome)"
        " WHERE p.task_id = %s AND p.profile_id = r.profile_id AND p.outcome = 'waiting'"
        " RETURNING p.message_id, p.outcome",
        (userid, [profile_of[each.external_userid] for each in known], [each.outcome.value for each in known], task_id),
    ).fetchall()
    return {message_id: Outcome(outcome) for message_id, outcome in rows if outcome != Outcome.WAITING}


def settle_rest(
    driver: Driver, task_id: int, outcome: Outcome, profile_ids: Collection[int] | None = None
) -> dict[int, Outcome]:
    """Gives what still waits an outcome: all of it, or that of some profiles."""
    rows = driver.execute(
        "UPDATE sends.task_parts SET outcome = %s WHERE task_id = %s AND outcome = 'waiting'"
        " AND (%s::bigint[] IS NULL OR profile_id = ANY(%s)) RETURNING message_id",
        (outcome.value, task_id, *[None if profile_ids is None else list(profile_ids)] * 2),
    ).fetchall()
    return {row[0]: outcome for row in rows}


def has_waiting(driver: Driver, task_id: int) -> bool:
    row = driver.execute(
        "SELECT EXISTS (SELECT 1 FROM sends.task_parts WHERE task_id = %s AND outcome = 'waiting')", (task_id,)
    ).fetchone()
    return bool(row and row[0])


def has_open_tasks(driver: Driver, definition_id: int, version: int) -> bool:
    row = driver.execute(
        "SELECT EXISTS (SELECT 1 FROM sends.task_parts p JOIN sends.tasks t USING (task_id)"
        " WHERE p.definition_id = %s AND p.version = %s AND t.state NOT IN ('closed', 'refused'))",
        (definition_id, version),
    ).fetchone()
    return bool(row and row[0])


def used_by_profile(driver: Driver, profile_ids: Collection[int], since: date) -> dict[int, int]:
    """How many mass messages these profiles were given, or are to be, since a day. Whoever counts waits for who counted before, and
    sees what they gave: else two would give somebody's last slot away."""
    driver.execute("SELECT pg_advisory_xact_lock(%s)", (SLOTS_LOCK_KEY,))
    rows = driver.execute(
        "SELECT profile_id, count(*) FROM sends.task_parts"  # noqa: S608  # a constant
        f" WHERE profile_id = ANY(%s::bigint[]) AND counted_on >= %s AND {_COUNTED} GROUP BY 1",
        (packed_numbers(profile_ids), since),
    ).fetchall()
    return dict(rows)


def all_used(driver: Driver, since: date) -> list[tuple[int, int]]:
    """(customer as of now, how many) of everybody who was given any since a day."""
    return driver.execute(
        f"SELECT p.customer_id, count(*) FROM sends.task_parts t JOIN customers.profiles p USING (profile_id)"  # noqa: S608
        f" WHERE t.counted_on >= %s AND t.{_COUNTED} GROUP BY 1",
        (since,),
    ).fetchall()


def learned_members(driver: Driver, profile_ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """{profile: (corp, member)} to whom WeCom handed each last."""
    rows = driver.execute(
        "SELECT DISTINCT ON (p.profile_id) p.profile_id, t.corp_id, p.member_userid FROM sends.task_parts p"
        " JOIN sends.tasks t USING (task_id) WHERE p.profile_id = ANY(%s::bigint[])"
        " AND p.member_userid <> '' ORDER BY p.profile_id, p.task_id DESC",
        (packed_numbers(profile_ids),),
    ).fetchall()
    return {row[0]: (row[1], row[2]) for row in rows}


def outcomes(driver: Driver, actor: Actor, definition_id: int, version: int) -> dict[Outcome, int]:
    """Of the customers whom the actor may see."""
    seen = f"JOIN customers.profiles p ON p.profile_id = t.profile_id AND {IN_SCOPE}"
    rows = driver.execute(
        f"SELECT t.outcome, count(*) FROM sends.task_parts t {'' if actor.scope.is_everything else seen}"  # noqa: S608  # constants
        " WHERE t.definition_id = %(send)s AND t.version = %(version)s GROUP BY 1",
        {"send": definition_id, "version": version, **scope_parameters(actor)},
    ).fetchall()
    return {Outcome(outcome): count for outcome, count in rows}


def members(driver: Driver, definition_id: int, version: int) -> list[tuple[str, str, int, int, bool]]:
    """(corp, userid, customers, sent, whether all was confirmed), the largest share first."""
    return driver.execute(
        "SELECT t.corp_id, s.userid, count(*), count(*) FILTER (WHERE p.outcome = 'sent'), bool_and(s.is_confirmed)"
        " FROM sends.task_parts p JOIN sends.tasks t USING (task_id)"
        " JOIN sends.shares s ON s.task_id = p.task_id AND s.userid = p.member_userid"
        " WHERE p.definition_id = %s AND p.version = %s GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2",
        (definition_id, version),
    ).fetchall()


def count_tasks(driver: Driver, definition_id: int, version: int) -> int:
    row = driver.execute(
        "SELECT count(DISTINCT task_id) FROM sends.task_parts WHERE definition_id = %s AND version = %s",
        (definition_id, version),
    ).fetchone()
    return int(row[0]) if row else 0


def packs_of(
    driver: Driver, members: Collection[tuple[str, str]], since: datetime
) -> dict[tuple[str, str], list[PackItem]]:
    """{(corp, userid in lower case): what they are asked to confirm, and confirmed since}, worth most first; the same content is
    one thing. Parts are counted once a task, however many members it has."""
    rows = driver.execute(
        """
        WITH asked AS MATERIALIZED (
            SELECT t.task_id, t.corp_id, s.userid, t.content_key, t.body->>'text' AS text, t.worth_fen, t.ends_at, s.is_confirmed
            FROM sends.tasks t JOIN sends.shares s USING (task_id)
            JOIN unnest(%s::text[], %s::text[]) AS m(corp_id, userid) ON m.corp_id = t.corp_id AND m.userid = lower(s.userid)
            WHERE (t.state = 'open' AND NOT s.is_confirmed) OR s.confirmed_at >= %s
        ), counted AS MATERIALIZED (
            SELECT task_id, member_userid AS userid, count(*) AS hers, sum(count(*)) OVER (PARTITION BY task_id) AS everybodys
            FROM sends.task_parts WHERE task_id IN (SELECT task_id FROM asked) GROUP BY 1, 2
        )
        SELECT a.corp_id, lower(a.userid), a.content_key, min(a.text), count(*), coalesce(sum(c.hers), 0)::bigint,
            coalesce(sum(a.worth_fen * c.hers / c.everybodys), 0)::bigint, min(a.ends_at), bool_and(a.is_confirmed)
        FROM asked a LEFT JOIN counted c USING (task_id, userid)
        GROUP BY 1, 2, 3 ORDER BY 1, 2, 9, 7 DESC, 6 DESC, 3
        """,
        ([corp_id for corp_id, _ in members], [userid.lower() for _, userid in members], since),
    ).fetchall()
    packs: dict[tuple[str, str], list[PackItem]] = {}
    for corp_id, userid, *rest in rows:
        packs.setdefault((corp_id, userid), []).append(PackItem(*rest))
    return packs


def forget_members(driver: Driver, profile_ids: Collection[int]) -> list[int]:
    """Forgets who has persons that were erased; that there was a message stays, as a number. Gives the profile of each."""
    rows = driver.execute(
        "UPDATE sends.task_parts SET member_userid = '' WHERE profile_id = ANY(%s) AND member_userid <> ''"
        " RETURNING profile_id",
        (list(profile_ids),),
    ).fetchall()
    return [row[0] for row in rows]


def select_told(driver: Driver, profile_ids: Collection[int]) -> list[tuple[Any, ...]]:
    """(definition_id, version, outcome, member, counted_on) of the profiles'."""
    return driver.execute(
        "SELECT definition_id, version, outcome, member_userid, counted_on FROM sends.task_parts"
        " WHERE profile_id = ANY(%s) ORDER BY task_id, message_id",
        (list(profile_ids),),
    ).fetchall()
