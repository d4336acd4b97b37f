"""Every statement about accounts of WeChat: who follows, what may still be sent to whom, what came and what went."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from siyu.platform.postgres.database import Reading, UnitOfWork

FORGOTTEN_AFTER = timedelta(days=10)
"""Longer than a callback may be old: what is forgotten cannot come again."""


class Standing(NamedTuple):
    """How somebody stands to an account now: whether they follow, and how many messages of free content they may get."""

    app_id: str
    openid: str
    is_following: bool
    left: int
    heard_at: datetime | None


def put_callback(work: UnitOfWork, app_id: str, dedupe_key: bytes) -> bool:
    """Notes that a callback came; False for one that came before."""
    return (
        work.driver.execute(
            "INSERT INTO wechat.callbacks (app_id, dedupe_key, received_at) VALUES (%s, %b, %s) ON CONFLICT DO NOTHING"
            " RETURNING app_id",
            (app_id, dedupe_key, work.clock.now()),
        ).fetchone()
        is not None
    )


def follow(work: UnitOfWork, app_id: str, openids: Sequence[str], at: Sequence[datetime]) -> set[str]:
    """These follow the account; gives those who did not before."""
    rows = work.driver.execute(
        """
        INSERT INTO wechat.followers AS f (app_id, openid, is_following, followed_at)
        SELECT %s, openid, true, at FROM unnest(%s::text[], %s::timestamptz[]) AS new (openid, at) ORDER BY openid
        ON CONFLICT (app_id, openid) DO UPDATE SET is_following = true, followed_at = excluded.followed_at, looked_at = NULL
        WHERE NOT f.is_following RETURNING openid
        """,
        (app_id, list(openids), list(at)),
    ).fetchall()
    return {row[0] for row in rows}


def unfollow(work: UnitOfWork, app_id: str, openid: str) -> bool:
    """Somebody follows no more; whether they did. What they allowed is over."""
    row = work.driver.execute(
        "INSERT INTO wechat.followers AS f (app_id, openid, is_following) VALUES (%s, %s, false)"
        " ON CONFLICT (app_id, openid) DO UPDATE SET is_following = false, message_left = 0, gesture_left = 0"
        " WHERE f.is_following RETURNING openid",
        (app_id, openid),
    ).fetchone()
    return row is not None


def unfollow_unlisted(work: UnitOfWork, app_id: str, since: datetime, listed: Collection[str]) -> list[str]:
    """Those who followed before `since` and are not in a whole list of followers follow no more."""
    rows = work.driver.execute(
        "UPDATE wechat.followers SET is_following = false, message_left = 0, gesture_left = 0 WHERE app_id = %s"
        " AND is_following AND coalesce(followed_at, '-infinity') < %s AND openid <> ALL(%s) RETURNING openid",
        (app_id, since, list(listed)),
    ).fetchall()
    return sorted(row[0] for row in rows)


def allow_after_message(work: UnitOfWork, app_id: str, openid: str, left: int, until: datetime) -> None:
    """Somebody wrote: so many messages until then. It adds nothing up; what is heard of late opens nothing."""
    work.driver.execute(
        "INSERT INTO wechat.followers AS f (app_id, openid, is_following, heard_at, message_left, message_until)"
        " VALUES (%(app)s, %(who)s, true, %(now)s, %(left)s, %(until)s) ON CONFLICT (app_id, openid) DO UPDATE SET"
        " heard_at = %(now)s, message_left = %(left)s, message_until = %(until)s"
        " WHERE coalesce(f.message_until, '-infinity') <= %(until)s",
        {"app": app_id, "who": openid, "left": left, "until": until, "now": work.clock.now()},
    )


def allow_after_gesture(work: UnitOfWork, app_id: str, openid: str, left: int, until: datetime) -> None:
    """Somebody followed, scanned or chose in the menu; as after a message."""
    work.driver.execute(
        "UPDATE wechat.followers SET gesture_left = %s, gesture_until = %s WHERE app_id = %s AND openid = %s"
        " AND coalesce(gesture_until, '-infinity') <= %s",
        (left, until, app_id, openid, until),
    )


_LEFT = """
    CASE WHEN gesture_until > %(now)s THEN gesture_left ELSE 0 END + CASE WHEN message_until > %(now)s THEN message_left ELSE 0 END
"""


def standings(reading: Reading, openids: Collection[str], app_ids: Collection[str]) -> dict[str, list[Standing]]:
    """{openid: how they stand}; openids are another for each account."""
    rows = reading.driver.execute(
        f"SELECT app_id, openid, is_following, {_LEFT}, heard_at FROM wechat.followers"  # noqa: S608  # our own words
        " WHERE openid = ANY(%(openids)s) AND app_id = ANY(%(apps)s) ORDER BY app_id",
        {"now": reading.clock.now(), "openids": list(openids), "apps": list(app_ids)},
    ).fetchall()
    found: dict[str, list[Standing]] = {}
    for row in rows:
        found.setdefault(row[1], []).append(Standing(*row))
    return found


Allowance = Literal["gesture", "message"]
"""What a message of free content is allowed by."""


def take_message(work: UnitOfWork, app_id: str, openid: str) -> Allowance | None:
    """Uses up one message of free content, what lasts shorter first; gives of what, None where none is left."""
    row = work.driver.execute(
        """
        WITH found AS (
            SELECT CASE WHEN gesture_until > %(now)s AND gesture_left > 0 THEN 'gesture' ELSE 'message' END AS taken
            FROM wechat.followers WHERE app_id = %(app)s AND openid = %(who)s AND is_following
              AND ((gesture_until > %(now)s AND gesture_left > 0) OR (message_until > %(now)s AND message_left > 0))
            FOR UPDATE
        )
        UPDATE wechat.followers SET gesture_left = gesture_left - (taken = 'gesture')::integer,
            message_left = message_left - (taken = 'message')::integer
        FROM found WHERE app_id = %(app)s AND openid = %(who)s RETURNING taken
        """,
        {"now": work.clock.now(), "app": app_id, "who": openid},
    ).fetchone()
    return row[0] if row is not None else None


def give_back_message(work: UnitOfWork, app_id: str, openid: str, taken: Allowance) -> None:
    """What was taken surely did not go out."""
    work.driver.execute(
        "UPDATE wechat.followers SET gesture_left = gesture_left + %s, message_left = message_left + %s"
        " WHERE app_id = %s AND openid = %s AND is_following",
        (int(taken == "gesture"), int(taken == "message"), app_id, openid),
    )


def end_messages(work: UnitOfWork, app_id: str, openid: str) -> None:
    """WeChat says that no more are allowed, whatever was believed."""
    work.driver.execute(
        "UPDATE wechat.followers SET gesture_left = 0, message_left = 0 WHERE app_id = %s AND openid = %s",
        (app_id, openid),
    )


def grant(work: UnitOfWork, app_id: str, openid: str, template_id: str) -> None:
    """One more message of a template is allowed."""
    work.driver.execute(
        "INSERT INTO wechat.grants AS g (app_id, openid, template_id, granted) VALUES (%s, %s, %s, 1)"
        " ON CONFLICT (app_id, openid, template_id) DO UPDATE SET granted = g.granted + 1",
        (app_id, openid, template_id),
    )


def revoke_grants(work: UnitOfWork, app_id: str, openid: str, template_id: str) -> None:
    """None of a template is allowed any more."""
    work.driver.execute(
        "DELETE FROM wechat.grants WHERE app_id = %s AND openid = %s AND template_id = %s",
        (app_id, openid, template_id),
    )


def take_grant(work: UnitOfWork, app_id: str, openid: str, template_id: str) -> bool:
    """Uses up one; False where none is left."""
    row = work.driver.execute(
        "UPDATE wechat.grants SET granted = granted - 1 WHERE app_id = %s AND openid = %s AND template_id = %s"
        " AND granted > 0 RETURNING openid",
        (app_id, openid, template_id),
    ).fetchone()
    return row is not None


def granted_openids(reading: Reading, openids: Collection[str], app_ids: Collection[str]) -> set[str]:
    """Those who allow at least one message of any template."""
    rows = reading.driver.execute(
        "SELECT DISTINCT openid FROM wechat.grants WHERE openid = ANY(%s) AND app_id = ANY(%s) AND granted > 0",
        (list(openids), list(app_ids)),
    ).fetchall()
    return {row[0] for row in rows}


def strangers(reading: Reading, app_id: str, size: int) -> list[str]:
    """Followers of whom it was not asked yet who they are."""
    rows = reading.driver.execute(
        "SELECT openid FROM wechat.followers WHERE app_id = %s AND looked_at IS NULL AND is_following LIMIT %s",
        (app_id, size),
    ).fetchall()
    return [row[0] for row in rows]


def looked_at(work: UnitOfWork, app_id: str, openids: Collection[str]) -> None:
    work.driver.execute(
        "UPDATE wechat.followers SET looked_at = %s WHERE app_id = %s AND openid = ANY(%s)",
        (work.clock.now(), app_id, list(openids)),
    )


def note_sent(work: UnitOfWork, app_id: str, msgid: str, message_key: str) -> None:
    """Which message of ours this one is."""
    work.driver.execute(
        "INSERT INTO wechat.sent (app_id, msgid, message_key, sent_at) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
        (app_id, msgid, message_key, work.clock.now()),
    )


def find_sent(work: UnitOfWork, app_id: str, msgid: str) -> str | None:
    """The message's key."""
    row = work.driver.execute(
        "SELECT message_key FROM wechat.sent WHERE app_id = %s AND msgid = %s", (app_id, msgid)
    ).fetchone()
    return row[0] if row else None


class Code(NamedTuple):
    """A code with a scene."""

    scene: str
    name: str
    ticket: str
    url: str
    made_at: datetime
    expires_at: datetime | None


def save_code(work: UnitOfWork, app_id: str, code: Code) -> None:
    work.driver.execute(
        "INSERT INTO wechat.codes (app_id, scene, name, ticket, url, made_at, expires_at) VALUES (%s, %s, %s, %s, %s, %s, %s)"
        " ON CONFLICT (app_id, scene) DO UPDATE SET name = excluded.name, ticket = excluded.ticket, url = excluded.url,"
        " made_at = excluded.made_at, expires_at = excluded.expires_at",
        (app_id, *code),
    )


def select_codes(reading: Reading, app_id: str, size: int) -> list[Code]:
    """The newest first."""
    rows = reading.driver.execute(
        "SELECT scene, name, ticket, url, made_at, expires_at FROM wechat.codes WHERE app_id = %s"
        " ORDER BY made_at DESC, scene LIMIT %s",
        (app_id, size),
    ).fetchall()
    return [Code(*row) for row in rows]


def count_lasting_codes(reading: Reading, app_id: str) -> int:
    row = reading.driver.execute(
        "SELECT count(*) FROM wechat.codes WHERE app_id = %s AND expires_at IS NULL", (app_id,)
    ).fetchone()
    return int(row[0]) if row else 0


class Menu(NamedTuple):
    """A menu as it was published."""

    version: int
    document: Mapping[str, object]
    published_at: datetime
    published_by: str


def save_menu(work: UnitOfWork, app_id: str, document: Mapping[str, object], by: str) -> None:
    work.driver.execute(
        "INSERT INTO wechat.menus (app_id, version, document, published_at, published_by)"
        " SELECT %(app)s, coalesce(max(version), 0) + 1, %(menu)s::jsonb, %(now)s, %(by)s FROM wechat.menus WHERE app_id = %(app)s",
        {"app": app_id, "menu": json.dumps(document, ensure_ascii=False), "now": work.clock.now(), "by": by},
    )


def find_menu(reading: Reading, app_id: str) -> Menu | None:
    """The one in force."""
    row = reading.driver.execute(
        "SELECT version, document, published_at, published_by FROM wechat.menus WHERE app_id = %s"
        " ORDER BY version DESC LIMIT 1",
        (app_id,),
    ).fetchone()
    return Menu(*row) if row else None


def count_followers(reading: Reading) -> dict[str, int]:
    """{app_id: how many follow it}."""
    return dict(
        reading.driver.execute("SELECT app_id, count(*) FROM wechat.followers WHERE is_following GROUP BY 1").fetchall()
    )


def forget(work: UnitOfWork) -> int:
    """Forgets callbacks and messages of long ago; gives how many."""
    before = work.clock.now() - FORGOTTEN_AFTER
    return sum(
        work.driver.execute(statement, (before,)).rowcount
        for statement in (
            "DELETE FROM wechat.callbacks WHERE received_at < %s",
            "DELETE FROM wechat.sent WHERE sent_at < %s",
        )
    )


def erase_followers(work: UnitOfWork, openids: Iterable[str]) -> int:
    """Forgets persons; gives how many rows that were."""
    gone = list(openids)
    return sum(
        work.driver.execute(statement, (gone,)).rowcount
        for statement in (
            "DELETE FROM wechat.grants WHERE openid = ANY(%s)",
            "DELETE FROM wechat.followers WHERE openid = ANY(%s)",
        )
    )
