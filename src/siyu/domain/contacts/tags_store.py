"""Every statement on tags that are kept alike, and on what waits to be written there."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import psycopg

from siyu.domain.contacts.contracts import Removal, SyncedGroup, Write, WriteBack

Driver = psycopg.Connection[Any]


class TagRule(NamedTuple):
    """A tag that is kept alike, with what its group says."""

    corp_id: str
    outside_id: str
    tag_id: int
    write_back: WriteBack
    removal: Removal


class Bearer(NamedTuple):
    """A living relation of somebody, with its tags there."""

    customer_id: int
    profile_id: int
    member_id: int
    staff_id: int
    corp_id: str
    added_at: datetime
    tag_ids: frozenset[str]
    written_tag_ids: frozenset[str]


def read_groups(driver: Driver, corp_id: str | None = None) -> list[SyncedGroup]:
    rows = driver.execute(
        "SELECT g.corp_id, g.outside_id, g.group_id, g.name, g.is_synced, g.write_back, g.removal, count(t.outside_id)"
        " FROM contacts.tag_groups g LEFT JOIN contacts.tags t ON t.corp_id = g.corp_id AND t.outside_group_id = g.outside_id"
        " AND t.gone_at IS NULL WHERE g.gone_at IS NULL AND (%(corp)s::text IS NULL OR g.corp_id = %(corp)s)"
        " GROUP BY g.corp_id, g.outside_id ORDER BY g.corp_id, g.name",
        {"corp": corp_id},
    ).fetchall()
    return [SyncedGroup(*(*row[:5], WriteBack(row[5]), Removal(row[6]), row[7])) for row in rows]


def save_group(driver: Driver, corp_id: str, outside_id: str, group_id: int, name: str) -> None:
    driver.execute(
        "INSERT INTO contacts.tag_groups (corp_id, outside_id, group_id, name) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (corp_id, outside_id) DO UPDATE SET name = excluded.name, gone_at = NULL",
        (corp_id, outside_id, group_id, name),
    )


def save_rules(
    driver: Driver, corp_id: str, outside_id: str, is_synced: bool, write_back: WriteBack, removal: Removal
) -> bool:
    return (
        driver.execute(
            "UPDATE contacts.tag_groups SET is_synced = %s, write_back = %s, removal = %s"
            " WHERE corp_id = %s AND outside_id = %s",
            (is_synced, write_back.value, removal.value, corp_id, outside_id),
        ).rowcount
        > 0
    )


def read_tags(driver: Driver, corp_id: str) -> dict[str, tuple[int, str]]:
    """{id there: (tag, name as told last)} of all that are there."""
    rows = driver.execute(
        "SELECT outside_id, tag_id, name FROM contacts.tags WHERE corp_id = %s AND gone_at IS NULL", (corp_id,)
    ).fetchall()
    return {row[0]: (row[1], row[2]) for row in rows}


def save_tag(driver: Driver, corp_id: str, outside_id: str, outside_group_id: str, tag_id: int, name: str) -> None:
    driver.execute(
        "INSERT INTO contacts.tags (corp_id, outside_id, outside_group_id, tag_id, name) VALUES (%s, %s, %s, %s, %s)"
        " ON CONFLICT (corp_id, outside_id) DO UPDATE SET name = excluded.name, tag_id = excluded.tag_id, gone_at = NULL,"
        " outside_group_id = excluded.outside_group_id",
        (corp_id, outside_id, outside_group_id, tag_id, name),
    )


def mark_gone(
    driver: Driver, corp_id: str, groups_there: Collection[str], tags_there: Collection[str], now: datetime
) -> None:
    """Whatever is not there any more."""
    driver.execute(
        "UPDATE contacts.tag_groups SET gone_at = %s WHERE corp_id = %s AND gone_at IS NULL AND outside_id <> ALL(%s)",
        (now, corp_id, list(groups_there)),
    )
    driver.execute(
        "UPDATE contacts.tags SET gone_at = %s WHERE corp_id = %s AND gone_at IS NULL AND outside_id <> ALL(%s)",
        (now, corp_id, list(tags_there)),
    )


def tag_rules(driver: Driver) -> list[TagRule]:
    """The tags of all groups that are kept alike."""
    rows = driver.execute(
        "SELECT t.corp_id, t.outside_id, t.tag_id, g.write_back, g.removal FROM contacts.tags t JOIN contacts.tag_groups g"
        " ON g.corp_id = t.corp_id AND g.outside_id = t.outside_group_id"
        " WHERE g.is_synced AND t.gone_at IS NULL AND g.gone_at IS NULL"
    ).fetchall()
    return [TagRule(row[0], row[1], row[2], WriteBack(row[3]), Removal(row[4])) for row in rows]


def bearers(driver: Driver, customer_ids: Collection[int]) -> dict[int, list[Bearer]]:
    """The living relations of customers."""
    rows = driver.execute(
        """
        SELECT p.customer_id, r.profile_id, r.member_id, m.staff_id, m.corp_id, r.added_at, r.tag_ids, r.written_tag_ids
        FROM customers.profiles p JOIN contacts.relations r USING (profile_id) JOIN contacts.members m USING (member_id)
        WHERE p.customer_id = ANY(%s) AND r.lost_at IS NULL
        """,
        (list(customer_ids),),
    ).fetchall()
    found: dict[int, list[Bearer]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(Bearer(*(*row[:6], frozenset(row[6]), frozenset(row[7]))))
    return found


def keepers_of(driver: Driver, customer_ids: Collection[int]) -> dict[int, int]:
    """{customer: who of the staff keeps them}."""
    rows = driver.execute(
        "SELECT DISTINCT ON (p.customer_id) p.customer_id, k.staff_id FROM customers.profiles p"
        " JOIN customers.custody k USING (profile_id) WHERE p.customer_id = ANY(%s) AND k.staff_id IS NOT NULL"
        " ORDER BY p.customer_id, p.profile_id",
        (list(customer_ids),),
    ).fetchall()
    return dict(rows)


# --- what waits


def queue_tags(driver: Driver, wanted: Mapping[tuple[int, int], tuple[set[str], set[str]]], now: datetime) -> None:
    """{(profile, member): (tags to put, tags to take)} is to be written; what is wanted last counts."""
    ordered = sorted(wanted)
    driver.execute(
        """
        INSERT INTO contacts.writes AS w (profile_id, member_id, add_tags, remove_tags, due_at)
        SELECT n.profile_id, n.member_id, string_to_array(nullif(n.put, ''), ','), string_to_array(nullif(n.take, ''), ','), %s
        FROM (SELECT profile_id, member_id, put, take FROM
              unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[]) AS u(profile_id, member_id, put, take)) AS n
        ON CONFLICT (profile_id, member_id) DO UPDATE SET
            add_tags = ARRAY(SELECT unnest(w.add_tags) EXCEPT SELECT unnest(excluded.remove_tags)
                             UNION SELECT unnest(excluded.add_tags)),
            remove_tags = ARRAY(SELECT unnest(w.remove_tags) EXCEPT SELECT unnest(excluded.add_tags)
                                UNION SELECT unnest(excluded.remove_tags)),
            due_at = excluded.due_at, is_refused = false, attempts = 0
        """.replace(
            "string_to_array(nullif(n.put, ''), ',')", "coalesce(string_to_array(nullif(n.put, ''), ','), '{}')"
        ).replace(
            "string_to_array(nullif(n.take, ''), ',')", "coalesce(string_to_array(nullif(n.take, ''), ','), '{}')"
        ),
        (
            now,
            [each[0] for each in ordered],
            [each[1] for each in ordered],
            [",".join(sorted(wanted[each][0])) for each in ordered],
            [",".join(sorted(wanted[each][1])) for each in ordered],
        ),
    )


def queue_remark(
    driver: Driver, profile_id: int, member_id: int, remark: str | None, description: str | None, now: datetime
) -> None:
    driver.execute(
        "INSERT INTO contacts.writes AS w (profile_id, member_id, remark, description, due_at) VALUES (%s, %s, %s, %s, %s)"
        " ON CONFLICT (profile_id, member_id) DO UPDATE SET remark = coalesce(excluded.remark, w.remark),"
        " description = coalesce(excluded.description, w.description), due_at = excluded.due_at, is_refused = false,"
        " attempts = 0, refusal = ''",
        (profile_id, member_id, remark, description, now),
    )


def take_writes(driver: Driver, corp_id: str, now: datetime, until: datetime, size: int) -> list[Write]:
    """What is to be written next; nobody else takes it until an instant, which is also what it is known by: whoever wants something
    else of the same relation meanwhile gives it another."""
    rows = driver.execute(
        """
        WITH due AS (
            SELECT w.profile_id, w.member_id, m.told_userid, p.value
            FROM contacts.writes w JOIN contacts.members m USING (member_id) JOIN customers.profiles p USING (profile_id)
            WHERE NOT w.is_refused AND w.due_at <= %(now)s AND m.corp_id = %(corp_id)s
            ORDER BY w.due_at, w.profile_id, w.member_id LIMIT %(size)s FOR UPDATE OF w SKIP LOCKED
        )
        UPDATE contacts.writes w SET due_at = %(until)s FROM due
        WHERE w.profile_id = due.profile_id AND w.member_id = due.member_id
        RETURNING w.profile_id, w.member_id, due.told_userid, due.value, w.add_tags, w.remove_tags, w.remark, w.description,
            w.attempts, w.due_at
        """,
        {"now": now, "corp_id": corp_id, "size": size, "until": until},
    ).fetchall()
    return [Write(*row) for row in rows]


def put_off(driver: Driver, write: Write, due_at: datetime, refusal: str, *, is_refused: bool) -> None:
    """Nothing, where something else is wanted meanwhile."""
    driver.execute(
        "UPDATE contacts.writes SET attempts = attempts + 1, due_at = %s, refusal = %s, is_refused = %s"
        " WHERE profile_id = %s AND member_id = %s AND due_at = %s",
        (due_at, refusal, is_refused, write.profile_id, write.member_id, write.taken_until),
    )


def settle_writes(driver: Driver, writes: Sequence[Write]) -> None:
    """They are written: so they stand here too, and the next that tells of them tells nothing new. What somebody wants of the same
    relation meanwhile waits on."""
    ordered = sorted(writes, key=lambda each: (each.profile_id, each.member_id))
    profile_ids, member_ids = [each.profile_id for each in ordered], [each.member_id for each in ordered]
    driver.execute(
        """
        UPDATE contacts.relations r SET
            tag_ids = ARRAY(SELECT unnest(r.tag_ids) EXCEPT SELECT unnest(n.take) UNION SELECT unnest(n.put) ORDER BY 1),
            written_tag_ids = ARRAY(SELECT unnest(r.written_tag_ids) EXCEPT SELECT unnest(n.take)
                                    UNION (SELECT unnest(n.put) EXCEPT SELECT unnest(r.tag_ids))),
            remark = coalesce(n.remark, r.remark), description = coalesce(n.description, r.description)
        FROM (
            SELECT w.profile_id, w.member_id, coalesce(string_to_array(nullif(w.put, ''), ','), '{}') AS put,
                   coalesce(string_to_array(nullif(w.take, ''), ','), '{}') AS take, w.remark, w.description
            FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[])
                AS w(profile_id, member_id, put, take, remark, description)
        ) AS n
        WHERE r.profile_id = n.profile_id AND r.member_id = n.member_id
        """,
        (
            profile_ids,
            member_ids,
            [",".join(each.add_tags) for each in ordered],
            [",".join(each.remove_tags) for each in ordered],
            [each.remark for each in ordered],
            [each.description for each in ordered],
        ),
    )
    driver.execute(
        "DELETE FROM contacts.writes w USING unnest(%s::bigint[], %s::bigint[], %s::timestamptz[]) AS n(profile_id, member_id, at)"
        " WHERE w.profile_id = n.profile_id AND w.member_id = n.member_id AND w.due_at = n.at",
        (profile_ids, member_ids, [each.taken_until for each in ordered]),
    )


def writes_waiting(driver: Driver, corp_id: str) -> tuple[int, int]:
    """(waiting, refused)."""
    row: Sequence[int] | None = driver.execute(
        "SELECT count(*) FILTER (WHERE NOT w.is_refused), count(*) FILTER (WHERE w.is_refused)"
        " FROM contacts.writes w JOIN contacts.members m USING (member_id) WHERE m.corp_id = %s",
        (corp_id,),
    ).fetchone()
    return (row[0], row[1]) if row else (0, 0)
