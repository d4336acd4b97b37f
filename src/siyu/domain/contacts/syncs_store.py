"""Every statement on syncs and how far they are."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import psycopg

from siyu.domain.contacts.contracts import Place, Sync, SyncMember

Driver = psycopg.Connection[Any]

_SYNC = """
SELECT s.sync_id, s.corp_id, s.state, s.asked_by, s.started_at, s.finished_at,
       s.counts || jsonb_build_object('members', count(m.member_id), 'members_done', count(m.member_id) FILTER (WHERE m.is_done),
           'refused', count(m.member_id) FILTER (WHERE m.refusal <> ''),
           'customers', coalesce(sum(m.customers), 0), 'added', coalesce(sum(m.added), 0),
           'changed', coalesce(sum(m.changed), 0), 'lost', coalesce(sum(m.lost), 0)),
       s.failure
FROM contacts.syncs s LEFT JOIN contacts.sync_members m USING (sync_id)
"""


def begin_sync(driver: Driver, corp_id: str, asked_by: str, now: datetime) -> int | None:
    """A new sync; None where one of the corp is running."""
    row = driver.execute(
        "INSERT INTO contacts.syncs (corp_id, state, asked_by, started_at) VALUES (%s, 'running', %s, %s)"
        " ON CONFLICT (corp_id) WHERE state = 'running' DO NOTHING RETURNING sync_id",
        (corp_id, asked_by, now),
    ).fetchone()
    return int(row[0]) if row else None


def running_sync(driver: Driver, corp_id: str) -> int | None:
    row = driver.execute(
        "SELECT sync_id FROM contacts.syncs WHERE corp_id = %s AND state = 'running'", (corp_id,)
    ).fetchone()
    return int(row[0]) if row else None


def read_syncs(driver: Driver, corp_id: str | None, sync_id: int | None, size: int) -> list[Sync]:
    """The latest first."""
    rows = driver.execute(
        _SYNC
        + " WHERE (%(corp)s::text IS NULL OR s.corp_id = %(corp)s) AND (%(id)s::bigint IS NULL OR s.sync_id = %(id)s)"
        " GROUP BY s.sync_id ORDER BY s.sync_id DESC LIMIT %(size)s",
        {"corp": corp_id, "id": sync_id, "size": size},
    ).fetchall()
    return [Sync(*row) for row in rows]


def read_sync_members(driver: Driver, sync_id: int) -> list[SyncMember]:
    """Those with whom something happened, or something is left to do, first."""
    rows = driver.execute(
        "SELECT m.member_id, c.name, m.customers, m.added, m.changed, m.lost, m.is_done, m.refusal FROM contacts.sync_members m"
        " JOIN contacts.members c USING (member_id) WHERE m.sync_id = %s"
        " ORDER BY m.is_done, m.refusal = '', m.added + m.changed + m.lost DESC, m.member_id",
        (sync_id,),
    ).fetchall()
    return [SyncMember(*row) for row in rows]


def plan_members(driver: Driver, sync_id: int, member_ids: Collection[int]) -> None:
    driver.execute(
        "INSERT INTO contacts.sync_members (sync_id, member_id) SELECT %s, m FROM unnest(%s::bigint[]) AS w(m)"
        " ON CONFLICT DO NOTHING",
        (sync_id, sorted(member_ids)),
    )


def left_of(driver: Driver, sync_id: int) -> list[tuple[int, str, str]]:
    """(member, userid, cursor) of those with whom a sync is not at its end."""
    rows = driver.execute(
        "SELECT s.member_id, m.told_userid, s.cursor FROM contacts.sync_members s JOIN contacts.members m USING (member_id)"
        " WHERE s.sync_id = %s AND NOT s.is_done ORDER BY s.member_id",
        (sync_id,),
    ).fetchall()
    return [(row[0], row[1], row[2]) for row in rows]


def save_places(driver: Driver, sync_id: int, places: Sequence[Place]) -> None:
    """How far a sync is with members; what was counted is added."""
    driver.execute(
        """
        UPDATE contacts.sync_members s SET cursor = n.cursor, customers = s.customers + n.customers, added = s.added + n.added,
            changed = s.changed + n.changed, lost = s.lost + n.lost, is_done = n.is_done, refusal = n.refusal
        FROM unnest(%s::bigint[], %s::text[], %s::integer[], %s::integer[], %s::integer[], %s::integer[], %s::boolean[],
                    %s::text[])
            AS n(member_id, cursor, customers, added, changed, lost, is_done, refusal)
        WHERE s.sync_id = %s AND s.member_id = n.member_id
        """,
        (
            [each.member_id for each in places],
            [each.cursor for each in places],
            [each.customers for each in places],
            [each.changes.added for each in places],
            [each.changes.changed for each in places],
            [each.changes.lost for each in places],
            [each.is_done for each in places],
            [each.refusal for each in places],
            sync_id,
        ),
    )


def end_sync(driver: Driver, sync_id: int, state: str, counts: Mapping[str, int], failure: str, now: datetime) -> None:
    driver.execute(
        "UPDATE contacts.syncs SET state = %s, finished_at = %s, counts = %s, failure = %s WHERE sync_id = %s",
        (state, now, json.dumps(dict(counts)), failure, sync_id),
    )


def shorten_syncs(driver: Driver, corp_id: str, keep: int) -> None:
    """Takes away all but the latest."""
    driver.execute(
        "DELETE FROM contacts.syncs WHERE corp_id = %s AND state <> 'running' AND sync_id <= ("
        " SELECT sync_id FROM contacts.syncs WHERE corp_id = %s ORDER BY sync_id DESC OFFSET %s LIMIT 1)",
        (corp_id, corp_id, keep),
    )
