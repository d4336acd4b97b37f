"""What the gate asks of customers: by which clock they live, and who keeps them. Part of `reading`."""

from __future__ import annotations

from collections.abc import Collection

from siyu.platform.postgres.database import Reading
from siyu.platform.postgres.packing import packed_numbers

TIME_ZONE = "time_zone"
"""The attribute that names a customer's time zone, like Asia/Urumqi."""


def time_zones_of(reading: Reading, customer_ids: Collection[int]) -> dict[int, str]:
    """The time zones that customers were said to live in; those of whom nobody said any are left out."""
    rows = reading.driver.execute(
        f"""
        SELECT DISTINCT ON (customer_id) customer_id, attributes -> '{TIME_ZONE}' ->> 0 FROM customers.profiles
        WHERE customer_id = ANY(%s::bigint[]) AND attributes ? '{TIME_ZONE}'
        ORDER BY customer_id, attributes -> '{TIME_ZONE}' ->> 1 DESC
        """,  # noqa: S608  # our own word
        (packed_numbers(customer_ids),),
    ).fetchall()
    return {customer_id: zone for customer_id, zone in rows if zone}


def keepers_of(reading: Reading, customer_ids: Collection[int]) -> dict[int, int]:
    """{customer: the staff member who keeps them}; of several the one who keeps the oldest of their profiles."""
    rows = reading.driver.execute(
        """
        SELECT DISTINCT ON (p.customer_id) p.customer_id, k.staff_id
        FROM customers.profiles p JOIN customers.custody k USING (profile_id)
        WHERE p.customer_id = ANY(%s) AND k.staff_id IS NOT NULL ORDER BY p.customer_id, p.profile_id
        """,
        (list(customer_ids),),
    ).fetchall()
    return dict(rows)
