"""At which hour customers read. Part of `reading`."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from zoneinfo import ZoneInfo

from siyu.platform.postgres.database import Reading

LOOKED_BACK = timedelta(days=180)


def usual_hours(reading: Reading, customer_ids: Collection[int], zone: ZoneInfo) -> dict[int, int]:
    """The hour of the day, 8 to 21, at which each of the customers most often followed a link of a message in the last half year;
    of several the earliest. Who never did is left out."""
    rows = reading.driver.execute(
        """
        SELECT DISTINCT ON (customer_id) customer_id, hour FROM (
            SELECT customer_id, extract(hour FROM clicked_at AT TIME ZONE %(zone)s)::integer AS hour, count(*) AS times
            FROM messages.messages WHERE customer_id = ANY(%(customers)s) AND clicked_at > %(since)s GROUP BY 1, 2
        ) AS told WHERE hour BETWEEN 8 AND 21 ORDER BY customer_id, times DESC, hour
        """,
        {"zone": zone.key, "customers": sorted(customer_ids), "since": reading.clock.now() - LOOKED_BACK},
    ).fetchall()
    return dict(rows)
