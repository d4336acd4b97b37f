"""Every statement on the shelf, its use, favourites, quick replies and files."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Any, cast
from uuid import UUID

import psycopg

from siyu.domain.content.shelf_contracts import QuickReply, Search, StoredFile, UseNumbers

Driver = psycopg.Connection[Any]
USED_LATELY = timedelta(days=90)


def put_on_shelf(driver: Driver, row: Mapping[str, Any]) -> None:
    driver.execute(
        "INSERT INTO content.shelf (definition_id, sort, form, folder, name, words, is_live, expires_on, updated_at)"
        " VALUES (%(definition_id)s, %(sort)s, %(form)s, %(folder)s, %(name)s, %(words)s, %(is_live)s, %(expires_on)s,"
        " %(updated_at)s) ON CONFLICT (definition_id) DO UPDATE SET form = EXCLUDED.form, folder = EXCLUDED.folder,"
        " name = EXCLUDED.name, words = EXCLUDED.words, is_live = EXCLUDED.is_live, expires_on = EXCLUDED.expires_on,"
        " updated_at = EXCLUDED.updated_at",
        row,
    )


def take_off_shelf(driver: Driver, definition_id: int) -> None:
    """Hidden from every search; what was shared and used still names it."""
    driver.execute(
        "UPDATE content.shelf SET is_live = false, words = '', name = '', sort = sort || ':deleted'"
        " WHERE definition_id = %s",
        (definition_id,),
    )


_FOUND = """
SELECT s.definition_id FROM content.shelf s
LEFT JOIN (SELECT definition_id, count(*) AS uses FROM content.uses WHERE used_at >= %(since)s GROUP BY 1) u
    USING (definition_id)
WHERE s.sort = %(sort)s
  AND NOT EXISTS (SELECT 1 FROM unnest(%(words)s::text[]) AS w(word) WHERE strpos(s.words, w.word) = 0)
  AND (cardinality(%(forms)s::text[]) = 0 OR s.form = ANY(%(forms)s))
  AND (%(folder)s = '' OR s.folder = %(folder)s)
  AND (NOT %(only_live)s OR (s.is_live AND (s.expires_on IS NULL OR s.expires_on > %(today)s)))
  AND (NOT %(only_favourites)s OR EXISTS (
      SELECT 1 FROM content.favourites f WHERE f.definition_id = s.definition_id AND f.staff_id = %(staff_id)s))
ORDER BY cardinality(%(words)s::text[]) > 0 AND strpos(lower(s.name), (%(words)s::text[])[1]) > 0 DESC,
    coalesce(u.uses, 0) DESC, s.updated_at DESC, s.definition_id DESC
OFFSET %(skip)s LIMIT %(size)s
"""


def select_found(
    driver: Driver, sort: str, search: Search, *, staff_id: int, now: datetime, today: date, skip: int, size: int
) -> list[int]:
    rows = driver.execute(
        _FOUND,
        {
            "sort": sort,
            "words": search.words.lower().split()[:8],
            "forms": list(search.forms),
            "folder": search.folder,
            "only_live": search.only_live,
            "only_favourites": search.only_favourites,
            "staff_id": staff_id,
            "since": now - USED_LATELY,
            "today": today,
            "skip": skip,
            "size": size,
        },
    ).fetchall()
    return [row[0] for row in rows]


def select_folders(driver: Driver, sort: str) -> list[tuple[str, int]]:
    return driver.execute(
        "SELECT folder, count(*) FROM content.shelf WHERE sort = %s AND folder <> '' GROUP BY 1 ORDER BY 1", (sort,)
    ).fetchall()


def uses_of(driver: Driver, definition_ids: Collection[int], since: datetime) -> dict[int, int]:
    rows = driver.execute(
        "SELECT definition_id, count(*) FROM content.uses WHERE definition_id = ANY(%s) AND used_at >= %s GROUP BY 1",
        (list(definition_ids), since),
    ).fetchall()
    return dict(rows)


def insert_use(driver: Driver, use_key: UUID, row: tuple[int, int, int, int, datetime]) -> bool:
    """`row`: definition, version, staff, profile, instant. Whether it is new."""
    made = driver.execute(
        "INSERT INTO content.uses (use_key, definition_id, version, staff_id, profile_id, used_at)"
        " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (use_key) DO NOTHING",
        (use_key, *row),
    )
    return made.rowcount == 1


def select_use_numbers(
    driver: Driver, since: datetime, staff_id: int | None, unit_path: str | None
) -> list[UseNumbers]:
    rows = driver.execute(
        "SELECT u.definition_id, u.staff_id, count(*), count(DISTINCT p.customer_id), max(u.used_at)"
        " FROM content.uses u JOIN company.staff s USING (staff_id) JOIN company.units n USING (unit_id)"
        " JOIN customers.profiles p ON p.profile_id = u.profile_id"
        " WHERE u.used_at >= %s AND (%s::bigint IS NULL OR u.staff_id = %s)"
        " AND (%s::text IS NULL OR starts_with(n.path, %s)) GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2",
        (since, staff_id, staff_id, unit_path, unit_path),
    ).fetchall()
    return [UseNumbers(*row) for row in rows]


def set_favourite(driver: Driver, staff_id: int, definition_id: int, *, is_favourite: bool) -> None:
    if is_favourite:
        driver.execute(
            "INSERT INTO content.favourites (staff_id, definition_id) VALUES (%s, %s) ON CONFLICT DO NOTHING",
            (staff_id, definition_id),
        )
    else:
        driver.execute(
            "DELETE FROM content.favourites WHERE staff_id = %s AND definition_id = %s", (staff_id, definition_id)
        )


def favourites_of(driver: Driver, staff_id: int) -> set[int]:
    rows = driver.execute("SELECT definition_id FROM content.favourites WHERE staff_id = %s", (staff_id,)).fetchall()
    return {row[0] for row in rows}


# --- quick replies


def select_replies(driver: Driver, staff_id: int) -> list[QuickReply]:
    rows = driver.execute(
        "SELECT reply_id, title, body, changed_at FROM content.quick_replies WHERE staff_id = %s ORDER BY reply_id",
        (staff_id,),
    ).fetchall()
    return [QuickReply(*row) for row in rows]


def save_reply(
    driver: Driver, staff_id: int, reply_id: int | None, title: str, body: str, now: datetime
) -> QuickReply | None:
    """None where it is not theirs."""
    if reply_id is None:
        row = driver.execute(
            "INSERT INTO content.quick_replies (staff_id, title, body, changed_at) VALUES (%s, %s, %s, %s)"
            " RETURNING reply_id, title, body, changed_at",
            (staff_id, title, body, now),
        ).fetchone()
    else:
        row = driver.execute(
            "UPDATE content.quick_replies SET title = %s, body = %s, changed_at = %s"
            " WHERE reply_id = %s AND staff_id = %s RETURNING reply_id, title, body, changed_at",
            (title, body, now, reply_id, staff_id),
        ).fetchone()
    return QuickReply(*row) if row else None


def delete_reply(driver: Driver, staff_id: int, reply_id: int) -> bool:
    gone = driver.execute(
        "DELETE FROM content.quick_replies WHERE reply_id = %s AND staff_id = %s", (reply_id, staff_id)
    )
    return gone.rowcount == 1


# --- files


def insert_file(driver: Driver, row: tuple[str, str, str, str, int, datetime, str]) -> StoredFile:
    """`row`: content key, kind, media type, name, bytes, instant, by whom. The same content is the same file."""
    found = driver.execute(
        "INSERT INTO content.files (content_key, kind, media_type, name, bytes, made_at, made_by)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (content_key) DO UPDATE SET name = EXCLUDED.name,"
        " kind = EXCLUDED.kind, media_type = EXCLUDED.media_type, made_at = EXCLUDED.made_at"
        " RETURNING file_id, content_key, kind, media_type, name, bytes, made_at",
        row,
    ).fetchone()
    return StoredFile(*cast(tuple[Any, ...], found))


_NAMED_FILES = """
SELECT (each.document -> 'body' ->> member.name)::bigint AS file_id
FROM (
    SELECT v.document FROM definitions.versions v JOIN definitions.definitions d USING (definition_id)
    WHERE d.kind = 'material'
    UNION ALL SELECT d.draft FROM definitions.definitions d
    WHERE d.kind = 'material' AND d.draft IS NOT NULL AND d.status <> 'deleted'
) each CROSS JOIN (VALUES ('file_id'), ('picture_id')) AS member(name)
WHERE each.document -> 'body' ->> member.name IS NOT NULL
"""


def hold_files(driver: Driver) -> None:
    """Nobody else keeps or takes away files until the commit: a row and its bytes come and go together."""
    driver.execute("SELECT pg_advisory_xact_lock(hashtextextended('content.files', 0))")


def delete_unnamed_files(driver: Driver, made_before: datetime) -> int:
    """Files that no material shows in any version, nor in a draft; gives how many."""
    gone = driver.execute(
        f"DELETE FROM content.files f WHERE f.made_at < %s AND f.file_id NOT IN ({_NAMED_FILES})",  # noqa: S608  # a constant
        (made_before,),
    )
    return gone.rowcount


def file_keys(driver: Driver) -> set[str]:
    return {row[0] for row in driver.execute("SELECT content_key FROM content.files").fetchall()}


def select_files(driver: Driver, file_ids: Collection[int]) -> dict[int, StoredFile]:
    rows = driver.execute(
        "SELECT file_id, content_key, kind, media_type, name, bytes, made_at FROM content.files WHERE file_id = ANY(%s)",
        (list(file_ids),),
    ).fetchall()
    return {row[0]: StoredFile(*row) for row in rows}


def find_upload(driver: Driver, file_id: int, account: str, good_until: datetime) -> str | None:
    row = driver.execute(
        "SELECT media_id FROM content.uploads WHERE file_id = %s AND account = %s AND dies_at > %s",
        (file_id, account, good_until),
    ).fetchone()
    return str(row[0]) if row else None


def save_upload(driver: Driver, file_id: int, account: str, media_id: str, dies_at: datetime) -> None:
    driver.execute(
        "INSERT INTO content.uploads (file_id, account, media_id, dies_at) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (file_id, account) DO UPDATE SET media_id = EXCLUDED.media_id, dies_at = EXCLUDED.dies_at",
        (file_id, account, media_id, dies_at),
    )
