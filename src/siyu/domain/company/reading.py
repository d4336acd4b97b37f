"""What units and staff are called, for whoever mentions them; on their own account, without rights."""

from __future__ import annotations

from collections.abc import Collection

from siyu.platform.postgres.database import Reading


def unit_names(reading: Reading, unit_ids: Collection[int]) -> dict[int, str]:
    """The names of those units that there are."""
    rows = reading.driver.execute(
        "SELECT unit_id, name FROM company.units WHERE unit_id = ANY(%s)", (list(unit_ids),)
    ).fetchall()
    return dict(rows)


def staff_names(reading: Reading, staff_ids: Collection[int]) -> dict[int, str]:
    """The names of those staff that there are or were."""
    rows = reading.driver.execute(
        "SELECT staff_id, name FROM company.staff WHERE staff_id = ANY(%s)", (list(staff_ids),)
    ).fetchall()
    return dict(rows)
