"""Every statement on who keeps customers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg

from siyu.platform.postgres.packing import packed_numbers

Driver = psycopg.Connection[Any]


def save_custody(
    driver: Driver, customer_id: int, unit_id: int, staff_id: int | None, *, within_path: str | None
) -> bool:
    """Gives the customer's own profile to the unit, and with it those that others kept before a merge, so that they keep
    none; False where there is no such unit below `within_path`, or no such staff at work in it."""
    done = driver.execute(
        """
        INSERT INTO customers.custody (profile_id, unit_id, staff_id)
        SELECT p.profile_id, u.unit_id, %(staff_id)s::bigint FROM customers.profiles p, company.units u
        WHERE p.customer_id = %(customer_id)s AND u.unit_id = %(unit_id)s
          AND (p.profile_id = p.customer_id
               OR EXISTS (SELECT 1 FROM customers.custody k WHERE k.profile_id = p.profile_id))
          AND (%(within_path)s::text IS NULL OR starts_with(u.path, %(within_path)s))
          AND (%(staff_id)s::bigint IS NULL OR EXISTS (
              SELECT 1 FROM company.staff s JOIN company.units su ON su.unit_id = s.unit_id
              WHERE s.staff_id = %(staff_id)s AND s.is_active AND starts_with(su.path, u.path)))
        ORDER BY p.profile_id
        ON CONFLICT (profile_id) DO UPDATE SET unit_id = excluded.unit_id, staff_id = excluded.staff_id
        """,
        {"customer_id": customer_id, "unit_id": unit_id, "staff_id": staff_id, "within_path": within_path},
    )
    return done.rowcount > 0


def move_custody(driver: Driver, moves: Mapping[int, tuple[int | None, int, int]]) -> dict[int, tuple[int, int]]:
    """Gives customers over to (unit, staff) where the one named keeps them now, or, with None, nobody does; {customer: (unit,
    staff)} of those who were."""
    kept = {customer_id: move for customer_id, move in moves.items() if move[0] is not None}
    return {
        **(_hand_over(driver, kept) if kept else {}),
        **(_take_in(driver, sorted(moves.keys() - kept.keys()), moves) if len(kept) < len(moves) else {}),
    }


def _hand_over(driver: Driver, moves: Mapping[int, tuple[int | None, int, int]]) -> dict[int, tuple[int, int]]:
    ordered = sorted(moves)
    rows = driver.execute(
        """
        UPDATE customers.custody k SET unit_id = w.unit_id, staff_id = w.staff_id
        FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[]) AS w(customer_id, before, unit_id, staff_id)
        JOIN customers.profiles p ON p.customer_id = w.customer_id
        WHERE k.profile_id = p.profile_id AND k.staff_id = w.before
        RETURNING w.customer_id, w.unit_id, w.staff_id
        """,
        (
            ordered,
            [moves[each][0] for each in ordered],
            [moves[each][1] for each in ordered],
            [moves[each][2] for each in ordered],
        ),
    ).fetchall()
    return {row[0]: (row[1], row[2]) for row in rows}


def _take_in(
    driver: Driver, ordered: Sequence[int], moves: Mapping[int, tuple[int | None, int, int]]
) -> dict[int, tuple[int, int]]:
    rows = driver.execute(
        """
        INSERT INTO customers.custody (profile_id, unit_id, staff_id)
        SELECT w.customer_id, w.unit_id, w.staff_id
        FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS w(customer_id, unit_id, staff_id)
        JOIN customers.profiles own ON own.profile_id = w.customer_id AND own.erased_at IS NULL
        WHERE NOT EXISTS (
            SELECT 1 FROM customers.profiles p JOIN customers.custody k USING (profile_id)
            WHERE p.customer_id = w.customer_id)
        ORDER BY 1 ON CONFLICT DO NOTHING RETURNING profile_id, unit_id, staff_id
        """,
        (
            packed_numbers(ordered),
            packed_numbers(moves[each][1] for each in ordered),
            packed_numbers(moves[each][2] for each in ordered),
        ),
    ).fetchall()
    return {row[0]: (row[1], row[2]) for row in rows}


def give_custody(driver: Driver, given: Mapping[int, tuple[int, int | None]]) -> dict[int, tuple[int, int | None]]:
    """{customer: (unit, staff)}: gives living customers over, whoever kept them, also what others kept before a merge; those who
    were kept otherwise before."""
    ordered = sorted(given)
    rows = driver.execute(
        """
        INSERT INTO customers.custody AS k (profile_id, unit_id, staff_id)
        SELECT p.profile_id, w.unit_id, w.staff_id
        FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS w(customer_id, unit_id, staff_id)
        JOIN customers.profiles own ON own.profile_id = w.customer_id AND own.erased_at IS NULL
        JOIN customers.profiles p ON p.customer_id = w.customer_id
        WHERE p.profile_id = w.customer_id
           OR EXISTS (SELECT 1 FROM customers.custody had WHERE had.profile_id = p.profile_id)
        ORDER BY p.profile_id
        ON CONFLICT (profile_id) DO UPDATE SET unit_id = excluded.unit_id, staff_id = excluded.staff_id
        WHERE (k.unit_id, k.staff_id) IS DISTINCT FROM (excluded.unit_id, excluded.staff_id)
        RETURNING (SELECT customer_id FROM customers.profiles q WHERE q.profile_id = k.profile_id)
        """,
        (ordered, [given[each][0] for each in ordered], [given[each][1] for each in ordered]),
    ).fetchall()
    return {row[0]: given[row[0]] for row in rows}
