"""Every statement on who keeps customers."""

from __future__ import annotations

from typing import Any

import psycopg

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
