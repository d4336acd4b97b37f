"""Every statement on who bears which tag. Whoever changes something holds the lock of the tag's group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import psycopg

from siyu.domain.tags.contracts import Way
from siyu.domain.tags.rules import Grant
from siyu.platform.postgres.packing import packed_numbers

Driver = psycopg.Connection[Any]

BORNE = """
    SELECT DISTINCT ON (p.customer_id, CASE WHEN g.is_exclusive THEN -g.group_id ELSE x.tag_id END)
           p.customer_id, x.profile_id, x.tag_id, x.how, x.by, x.rule_id, x.given_at, t.name AS tag, t.group_id,
           g.name AS group_name, g.colour, g.is_exclusive, g.place,
           CASE WHEN bool_and(x.expires_at IS NOT NULL) OVER same THEN max(x.expires_at) OVER same END AS expires_at
    FROM customers.profiles p
    JOIN tags.taggings x ON x.profile_id = p.profile_id
    JOIN tags.tags t ON t.tag_id = x.tag_id
    JOIN tags.groups g ON g.group_id = t.group_id
    WHERE p.customer_id = ANY(%(customer_ids)s) AND (%(group_id)s::bigint IS NULL OR t.group_id = %(group_id)s)
    WINDOW same AS (PARTITION BY p.customer_id, x.tag_id)
    ORDER BY p.customer_id, CASE WHEN g.is_exclusive THEN -g.group_id ELSE x.tag_id END,
             x.given_at DESC, x.tag_id DESC, x.profile_id
"""
"""What customers bear: of an exclusive group what was given last, to whichever of their profiles; as long as any of them
was given it."""


def hold_living(driver: Driver, profile_ids: Collection[int]) -> dict[int, int]:
    """Those of the profiles that are not erased, and will not be before the commit, with the customer they belong to."""
    rows = driver.execute(
        "SELECT profile_id, customer_id FROM customers.profiles WHERE profile_id = ANY(%s) AND erased_at IS NULL"
        " ORDER BY profile_id FOR KEY SHARE",
        (sorted(profile_ids),),
    ).fetchall()
    return dict(rows)


def read_borne(
    driver: Driver, customer_ids: Collection[int], group_id: int, tag_id: int | None
) -> dict[int, tuple[int, datetime | None]]:
    """{customer: (tag, its end)} of an exclusive group, or of just one tag."""
    rows = driver.execute(
        f"SELECT customer_id, tag_id, expires_at FROM ({BORNE}) AS b WHERE %(tag_id)s::bigint IS NULL OR tag_id = %(tag_id)s",  # noqa: S608  # our own
        {"customer_ids": sorted(customer_ids), "group_id": group_id, "tag_id": tag_id},
    ).fetchall()
    return {row[0]: (row[1], row[2]) for row in rows}


def read_all_borne(driver: Driver, customer_ids: Collection[int]) -> dict[int, dict[int, datetime | None]]:
    """{customer: {tag: its end}} of all tags that count."""
    rows = driver.execute(
        f"SELECT customer_id, tag_id, expires_at FROM ({BORNE}) AS b",  # noqa: S608  # our own
        {"customer_ids": sorted(customer_ids), "group_id": None},
    ).fetchall()
    found: dict[int, dict[int, datetime | None]] = {}
    for customer_id, tag_id, expires_at in rows:
        found.setdefault(customer_id, {})[tag_id] = expires_at
    return found


def count_borne(driver: Driver, customer_ids: Collection[int], least: int) -> dict[int, int]:
    """How many tags those of them bear who may bear so many; others are left out, for rows are quicker counted than what counts."""
    rows = driver.execute(
        "SELECT p.customer_id FROM customers.profiles p JOIN tags.taggings x USING (profile_id)"
        " WHERE p.customer_id = ANY(%s) GROUP BY 1 HAVING count(*) >= %s",
        (sorted(customer_ids), least),
    ).fetchall()
    if not rows:
        return {}
    counted = driver.execute(
        f"SELECT customer_id, count(*) FROM ({BORNE}) AS b GROUP BY customer_id",  # noqa: S608  # our own
        {"customer_ids": [row[0] for row in rows], "group_id": None},
    ).fetchall()
    return dict(counted)


def insert_taggings(
    driver: Driver, tag_id: int, grants: Collection[Grant], way: Way, by: str, given_at: datetime
) -> None:
    """Gives the tag to profiles; a row that another had hidden counts from now on."""
    ordered = sorted(grants, key=lambda grant: grant.profile_id)
    driver.execute(
        """
        INSERT INTO tags.taggings (profile_id, tag_id, how, by, rule_id, given_at, expires_at)
        SELECT g.profile_id, %(tag_id)s, %(how)s, %(by)s, %(rule_id)s, %(given_at)s, g.expires_at
        FROM unnest(%(profile_ids)s::bigint[], %(expires)s::timestamptz[]) AS g(profile_id, expires_at)
        ON CONFLICT (profile_id, tag_id) DO UPDATE SET how = excluded.how, by = excluded.by, rule_id = excluded.rule_id,
            given_at = excluded.given_at, expires_at = excluded.expires_at
        """,
        {
            "tag_id": tag_id,
            "how": way.how.value,
            "by": by,
            "rule_id": way.rule_id,
            "given_at": given_at,
            "profile_ids": [grant.profile_id for grant in ordered],
            "expires": [grant.expires_at for grant in ordered],
        },
    )


def insert_synced(driver: Driver, given: Collection[tuple[int, int]], by: str, given_at: datetime) -> None:
    """As `insert_taggings`, of what a sync gives: [(profile, tag)]."""
    ordered = sorted(given)
    driver.execute(
        """
        INSERT INTO tags.taggings (profile_id, tag_id, how, by, given_at)
        SELECT g.profile_id, g.tag_id, 'sync', %s, %s
        FROM unnest(%s::bigint[], %s::bigint[]) AS g(profile_id, tag_id)
        ON CONFLICT (profile_id, tag_id) DO UPDATE SET how = excluded.how, by = excluded.by, rule_id = NULL,
            given_at = excluded.given_at, expires_at = NULL
        """,
        (by, given_at, packed_numbers(each[0] for each in ordered), packed_numbers(each[1] for each in ordered)),
    )


def prolong(driver: Driver, tag_id: int, until: Mapping[int, datetime | None]) -> None:
    """Lets a tag that customers bear end later."""
    driver.execute(
        """
        UPDATE tags.taggings x SET expires_at = n.expires_at
        FROM unnest(%s::bigint[], %s::timestamptz[]) AS n(customer_id, expires_at), customers.profiles p
        WHERE p.customer_id = n.customer_id AND x.profile_id = p.profile_id AND x.tag_id = %s
        """,
        (list(until), list(until.values()), tag_id),
    )


def delete_taggings(driver: Driver, customer_ids: Collection[int], group_id: int, tag_id: int | None) -> None:
    """Takes a tag, or all of a group, from all profiles of customers."""
    driver.execute(
        """
        DELETE FROM tags.taggings x USING customers.profiles p, tags.tags t
        WHERE p.customer_id = ANY(%(customer_ids)s) AND x.profile_id = p.profile_id AND t.tag_id = x.tag_id
          AND t.group_id = %(group_id)s AND (%(tag_id)s::bigint IS NULL OR x.tag_id = %(tag_id)s)
        """,
        {"customer_ids": sorted(customer_ids), "group_id": group_id, "tag_id": tag_id},
    )


def delete_of_rule(driver: Driver, customer_ids: Collection[int], tag_id: int, rule_id: int) -> None:
    """Takes what a rule gave to any of the profiles of customers."""
    driver.execute(
        "DELETE FROM tags.taggings x USING customers.profiles p"
        " WHERE p.customer_id = ANY(%s) AND x.profile_id = p.profile_id AND x.tag_id = %s AND x.rule_id = %s",
        (sorted(customer_ids), tag_id, rule_id),
    )


def delete_of_sync(driver: Driver, customer_ids: Collection[int], tag_id: int) -> None:
    """Takes what a sync gave to any of the profiles of customers."""
    driver.execute(
        "DELETE FROM tags.taggings x USING customers.profiles p"
        " WHERE p.customer_id = ANY(%s) AND x.profile_id = p.profile_id AND x.tag_id = %s AND x.how = 'sync'",
        (sorted(customer_ids), tag_id),
    )


def take_over(driver: Driver, customer_ids: Collection[int], tag_id: int, way: Way, by: str) -> None:
    """Makes of the tag of a rule, or of a sync, one that somebody gave: neither takes it any more."""
    driver.execute(
        "UPDATE tags.taggings x SET rule_id = NULL, how = %s, by = %s FROM customers.profiles p"
        " WHERE p.customer_id = ANY(%s) AND x.profile_id = p.profile_id AND x.tag_id = %s"
        " AND (x.rule_id IS NOT NULL OR x.how = 'sync')",
        (way.how.value, by, sorted(customer_ids), tag_id),
    )


def hand_over(driver: Driver, customer_ids: Collection[int], tag_id: int, rule_id: int) -> None:
    """Says that another rule keeps the tag from now on."""
    driver.execute(
        "UPDATE tags.taggings x SET rule_id = %s FROM customers.profiles p"
        " WHERE p.customer_id = ANY(%s) AND x.profile_id = p.profile_id AND x.tag_id = %s AND x.rule_id IS NOT NULL",
        (rule_id, sorted(customer_ids), tag_id),
    )


def bearers_by_rule(driver: Driver, rule_id: int, after: int, size: int) -> list[int]:
    """The next profiles by id that bear what a rule gave."""
    rows = driver.execute(
        "SELECT DISTINCT profile_id FROM tags.taggings WHERE rule_id = %s AND profile_id > %s ORDER BY profile_id LIMIT %s",
        (rule_id, after, size),
    ).fetchall()
    return [row[0] for row in rows]


def find_expired(driver: Driver, now: datetime, size: int) -> dict[int, list[int]]:
    """The taggings that should have ended the longest ago, {tag_id: profiles}."""
    rows = driver.execute(
        "SELECT tag_id, profile_id FROM tags.taggings WHERE expires_at <= %s ORDER BY expires_at, profile_id LIMIT %s",
        (now, size),
    ).fetchall()
    found: dict[int, list[int]] = {}
    for tag_id, profile_id in rows:
        found.setdefault(tag_id, []).append(profile_id)
    return found


def delete_expired(driver: Driver, tag_id: int, profile_ids: Collection[int], now: datetime) -> set[int]:
    """Takes those of the taggings that have ended still; gives the profiles."""
    rows = driver.execute(
        "DELETE FROM tags.taggings WHERE tag_id = %s AND profile_id = ANY(%s) AND expires_at <= %s RETURNING profile_id",
        (tag_id, sorted(profile_ids), now),
    ).fetchall()
    return {row[0] for row in rows}


def delete_of_profiles(driver: Driver, profile_ids: Collection[int]) -> dict[int, int]:
    """Takes every tag of the profiles; {profile_id: how many}."""
    rows = driver.execute(
        "DELETE FROM tags.taggings WHERE profile_id = ANY(%s) RETURNING profile_id", (sorted(profile_ids),)
    ).fetchall()
    return dict(Counter(row[0] for row in rows))
