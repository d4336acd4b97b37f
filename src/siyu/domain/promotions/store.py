"""Every statement about pools of codes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import psycopg

from siyu.domain.promotions.contracts import Code, CodeState, Pool, PoolTerms
from siyu.kernel.paging import PageRequest

Driver = psycopg.Connection[Any]
_TERMS = "name, note, valid_days, ends_at, customer_max, low_stock"
_POOL = f"""
SELECT p.pool_id, {", ".join("p." + each for each in _TERMS.split(", "))}, p.is_archived,
    n.free, n.issued, n.redeemed, n.withdrawn, p.created_at, p.changed_at
FROM promotions.pools p
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE state = 'free') AS free, count(*) FILTER (WHERE state = 'issued') AS issued,
        count(*) FILTER (WHERE state = 'redeemed') AS redeemed, count(*) FILTER (WHERE state = 'withdrawn') AS withdrawn
    FROM promotions.codes c WHERE c.pool_id = p.pool_id
) n
"""  # noqa: S608  # names of our own
_CODE = """
SELECT c.code_id, c.pool_id, p.name, c.code, c.state, f.customer_id, c.issued_at, c.expires_at, c.ended_at, c.order_id
FROM promotions.codes c JOIN promotions.pools p USING (pool_id) LEFT JOIN customers.profiles f USING (profile_id)
"""


class LockedPool(NamedTuple):
    """A pool that nobody else gives codes of until the commit."""

    pool_id: int
    terms: PoolTerms
    is_archived: bool
    is_told_low: bool


class Given(NamedTuple):
    """A code that a customer was given."""

    issue_key: str
    profile_id: int
    code_id: int
    code: str


def _pool(row: Sequence[Any]) -> Pool:
    return Pool(row[0], PoolTerms(*row[1:7]), *row[7:])


def _code(row: Sequence[Any]) -> Code:
    return Code(row[0], row[1], row[2], row[3], CodeState(row[4]), *row[5:])


# --- pools


def count_pools(driver: Driver) -> int:
    row = driver.execute("SELECT count(*) FROM promotions.pools").fetchone()
    return int(row[0]) if row else 0


def insert_pool(driver: Driver, terms: PoolTerms, now: datetime) -> int:
    row = driver.execute(
        f"INSERT INTO promotions.pools ({_TERMS}, created_at, changed_at)"  # noqa: S608  # names of our own
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s) RETURNING pool_id",
        (*_values(terms), now, now),
    ).fetchone()
    if row is None:
        raise LookupError("nothing was inserted")
    return int(row[0])


def update_pool(driver: Driver, pool_id: int, terms: PoolTerms, now: datetime, *, is_archived: bool) -> bool:
    done = driver.execute(
        f"UPDATE promotions.pools SET ({_TERMS}, changed_at, is_archived) = (%s, %s, %s, %s, %s, %s, %s, %s)"  # noqa: S608  # names of our own
        ", is_told_low = false WHERE pool_id = %s",
        (*_values(terms), now, is_archived, pool_id),
    )
    return done.rowcount > 0


def _values(terms: PoolTerms) -> tuple[Any, ...]:
    return terms.name, terms.note, terms.valid_days, terms.ends_at, terms.customer_max, terms.low_stock


def lock_pool(driver: Driver, pool_id: int) -> LockedPool | None:
    row = driver.execute(
        f"SELECT {_TERMS}, is_archived, is_told_low FROM promotions.pools WHERE pool_id = %s FOR NO KEY UPDATE",  # noqa: S608  # names of our own
        (pool_id,),
    ).fetchone()
    return LockedPool(pool_id, PoolTerms(*row[:6]), row[6], row[7]) if row else None


def find_pool(driver: Driver, pool_id: int) -> Pool | None:
    row = driver.execute((_POOL + " WHERE p.pool_id = %s").encode(), (pool_id,)).fetchone()
    return _pool(row) if row else None


def select_pools(driver: Driver, page: PageRequest, before: int) -> list[Pool]:
    """The newest first; one more than the page holds."""
    sought = "p.name ILIKE %s AND (%s::bigint[] IS NULL OR p.pool_id = ANY(%s))"
    rows = driver.execute(
        f"{_POOL} WHERE p.pool_id < %s AND {sought} ORDER BY p.pool_id DESC LIMIT %s".encode(),
        (before, page.pattern, page.id_list, page.id_list, page.size + 1),
    )
    return [_pool(row) for row in rows.fetchall()]


def pool_names(driver: Driver) -> dict[int, str]:
    """Of those that codes are given of."""
    return dict(driver.execute("SELECT pool_id, name FROM promotions.pools WHERE NOT is_archived").fetchall())


def note_told_low(driver: Driver, pool_id: int) -> None:
    driver.execute("UPDATE promotions.pools SET is_told_low = true WHERE pool_id = %s", (pool_id,))


def has_room(driver: Driver, pool_id: int, most: int) -> int:
    """How many codes more a pool takes."""
    row = driver.execute("SELECT count(*) FROM promotions.codes WHERE pool_id = %s", (pool_id,)).fetchone()
    return most - (int(row[0]) if row else 0)


# --- codes


def insert_codes(driver: Driver, pool_id: int, codes: Collection[str]) -> int:
    """Those that are new anywhere; how many. The pool has stock again."""
    done = driver.execute(
        "INSERT INTO promotions.codes (pool_id, code) SELECT %s, code FROM unnest(%s::text[]) AS n(code) ON CONFLICT DO NOTHING",
        (pool_id, list(codes)),
    )
    driver.execute("UPDATE promotions.pools SET is_told_low = false WHERE pool_id = %s", (pool_id,))
    return done.rowcount


def given_for(driver: Driver, pool_id: int, keys: Collection[str]) -> dict[str, str]:
    """{key: code} of keys that have one."""
    rows = driver.execute(
        "SELECT issue_key, code FROM promotions.codes WHERE pool_id = %s AND issue_key = ANY(%s)", (pool_id, list(keys))
    ).fetchall()
    return dict(rows)


def issue(
    driver: Driver,
    pool: LockedPool,
    wanted: Mapping[str, int],
    now: datetime,
    expires_at: datetime | None,
) -> list[Given]:
    """Gives free codes of a locked pool, the oldest first, in one statement: {key: customer} of keys without one. Nobody gets more
    than the pool allows a customer, counted over all of their profiles."""
    rows = driver.execute(
        """
        WITH wanted AS (
            SELECT n.issue_key, n.profile_id, n.place, p.customer_id
            FROM unnest(%(keys)s::text[], %(profiles)s::bigint[]) WITH ORDINALITY AS n(issue_key, profile_id, place)
            JOIN customers.profiles p USING (profile_id) WHERE p.erased_at IS NULL
        ), had AS (
            SELECT p.customer_id, count(*) AS count FROM promotions.codes c JOIN customers.profiles p USING (profile_id)
            WHERE c.pool_id = %(pool)s AND %(most)s::integer IS NOT NULL
                AND p.customer_id IN (SELECT customer_id FROM wanted) GROUP BY 1
        ), allowed AS (
            SELECT issue_key, profile_id, row_number() OVER (ORDER BY place) AS n FROM (
                SELECT w.*, coalesce(h.count, 0) + row_number() OVER (PARTITION BY w.customer_id ORDER BY place) AS nth
                FROM wanted w LEFT JOIN had h USING (customer_id)
            ) counted WHERE %(most)s::integer IS NULL OR nth <= %(most)s
        ), free AS (
            SELECT code_id, row_number() OVER (ORDER BY code_id) AS n FROM (
                SELECT code_id FROM promotions.codes WHERE pool_id = %(pool)s AND state = 'free'
                ORDER BY code_id LIMIT (SELECT count(*) FROM allowed) FOR UPDATE
            ) oldest
        )
        UPDATE promotions.codes c SET state = 'issued', profile_id = a.profile_id, issue_key = a.issue_key,
            issued_at = %(now)s, expires_at = %(expires)s
        FROM allowed a JOIN free f USING (n) WHERE c.code_id = f.code_id
        RETURNING c.issue_key, c.profile_id, c.code_id, c.code
        """,
        {
            "keys": list(wanted),
            "profiles": list(wanted.values()),
            "pool": pool.pool_id,
            "most": pool.terms.customer_max,
            "now": now,
            "expires": expires_at,
        },
    ).fetchall()
    return [Given(*row) for row in sorted(rows, key=lambda row: row[2])]


def count_free(driver: Driver, pool_id: int, most: int) -> int:
    """How many are free, counted no further than `most`."""
    row = driver.execute(
        "SELECT count(*) FROM (SELECT 1 FROM promotions.codes WHERE pool_id = %s AND state = 'free' LIMIT %s) s",
        (pool_id, most),
    ).fetchone()
    return int(row[0]) if row else 0


def select_codes(
    driver: Driver, pool_id: int, state: str | None, search: str | None, before: int, size: int
) -> list[Code]:
    """The newest first; `search` is a whole code."""
    rows = driver.execute(
        (
            _CODE
            + " WHERE c.pool_id = %(pool)s AND c.code_id < %(before)s AND (%(state)s::text IS NULL OR c.state = %(state)s)"
            " AND (%(search)s::text IS NULL OR c.code = %(search)s) ORDER BY c.code_id DESC LIMIT %(size)s"
        ).encode(),
        {"pool": pool_id, "before": before, "state": state, "search": search, "size": size},
    ).fetchall()
    return [_code(row) for row in rows]


def lock_code(driver: Driver, code: str) -> tuple[Code, int | None] | None:
    """A code, and the profile that it was given to."""
    row = driver.execute("SELECT profile_id FROM promotions.codes WHERE code = %s FOR UPDATE", (code,)).fetchone()
    if row is None:
        return None
    found = driver.execute((_CODE + " WHERE c.code = %s").encode(), (code,)).fetchone()
    return (_code(found), row[0]) if found else None


def codes_of(driver: Driver, customer_ids: Collection[int], size: int) -> list[Code]:
    """What customers were given, the newest first."""
    rows = driver.execute(
        (
            _CODE + " WHERE f.customer_id = ANY(%s) ORDER BY c.issued_at DESC, c.code_id DESC LIMIT %s"
        ).encode(),  # names of our own
        (list(customer_ids), size),
    ).fetchall()
    return [_code(row) for row in rows]


def redeem(driver: Driver, code_id: int, order_id: str, now: datetime) -> None:
    driver.execute(
        "UPDATE promotions.codes SET state = 'redeemed', ended_at = %s, order_id = %s WHERE code_id = %s",
        (now, order_id, code_id),
    )


def withdraw(driver: Driver, pool_id: int, code_ids: Collection[int] | None, now: datetime) -> int:
    """Codes that were not used may not be any more: those named, or all that are free; how many."""
    done = driver.execute(
        "UPDATE promotions.codes SET state = 'withdrawn', ended_at = %(now)s WHERE pool_id = %(pool)s"
        " AND ((%(ids)s::bigint[] IS NULL AND state = 'free') OR (code_id = ANY(%(ids)s) AND state IN ('free', 'issued')))",
        {"now": now, "pool": pool_id, "ids": None if code_ids is None else sorted(code_ids)},
    )
    return done.rowcount


def forget_profiles(driver: Driver, profile_ids: Collection[int], now: datetime) -> dict[int, int]:
    """What was not used may not be any more; numbers stay, the codes themselves do not."""
    rows = driver.execute(
        "UPDATE promotions.codes SET state = CASE WHEN state = 'issued' THEN 'withdrawn' ELSE state END,"
        " ended_at = coalesce(ended_at, %s), code = 'erased:' || code_id, order_id = ''"
        " WHERE profile_id = ANY(%s) AND code <> 'erased:' || code_id RETURNING profile_id",
        (now, sorted(profile_ids)),
    ).fetchall()
    found: dict[int, int] = {}
    for (profile_id,) in rows:
        found[profile_id] = found.get(profile_id, 0) + 1
    return found


def select_told(driver: Driver, profile_ids: Collection[int]) -> list[tuple[Any, ...]]:
    return driver.execute(
        "SELECT p.name, c.code, c.state, c.issued_at, c.expires_at, c.ended_at, c.order_id FROM promotions.codes c"
        " JOIN promotions.pools p USING (pool_id) WHERE c.profile_id = ANY(%s) ORDER BY c.code_id",
        (sorted(profile_ids),),
    ).fetchall()


def open_codes(driver: Driver, customer_ids: Collection[int], now: datetime) -> list[tuple[Any, ...]]:
    """(customer, pool_id, pool, code, issued_at, expires_at) of codes that may be used, the first to end first."""
    return driver.execute(
        "SELECT f.customer_id, c.pool_id, p.name, c.code, c.issued_at, c.expires_at FROM promotions.codes c"
        " JOIN promotions.pools p USING (pool_id) JOIN customers.profiles f USING (profile_id)"
        " WHERE f.customer_id = ANY(%s) AND c.state = 'issued' AND (c.expires_at IS NULL OR c.expires_at > %s)"
        " ORDER BY f.customer_id, c.expires_at NULLS LAST, c.code_id",
        (list(customer_ids), now),
    ).fetchall()
