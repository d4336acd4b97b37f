"""What customers did after a script was said to them. After it, not because of it: nobody knows what they would have done without.

What is said in a chat is not seen here; a response is what customers do that is told of: they open a link, fill in a form, click,
write to customer service or to an account.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from siyu.domain.connections.contracts import ACCOUNT_MESSAGE_RECEIVED
from siyu.domain.content.contracts import LINK_OPENED, SCRIPT_USED
from siyu.domain.entries.contracts import FORM_ANSWERED
from siyu.domain.messages.contracts import MESSAGE_CLICKED
from siyu.domain.orders.contracts import ORDER_PAID
from siyu.domain.service.contracts import SERVICE_MESSAGE_RECEIVED
from siyu.kernel.clock import milliseconds_of
from siyu.platform.columns.client import Columns
from siyu.platform.columns.schema import CUSTOMER_OF, EVENTS

RESPONSES: Final = (
    LINK_OPENED,
    FORM_ANSWERED,
    MESSAGE_CLICKED,
    SERVICE_MESSAGE_RECEIVED,
    ACCOUNT_MESSAGE_RECEIVED,
)
"""What is taken for a response."""


@dataclass(frozen=True, slots=True)
class ScriptOutcome:
    """Of one script said by one of the staff: `complete` uses are so long ago that the time in which one looks is over; of these,
    how many were followed by a response, and by an order."""

    complete: int
    responded: int
    ordered: int


_OUTCOMES = f"""
SELECT use.1 AS script_id, use.2 AS staff_id, count(),
    countIf(arrayExists(at -> at > use.3 AND at <= use.3 + {{within_ms:Int64}}, responses)),
    countIf(arrayExists(at -> at > use.3 AND at <= use.3 + {{within_ms:Int64}}, orders))
FROM (
    SELECT {CUSTOMER_OF} AS customer_id,
        groupArrayIf(tuple(ifNull(properties.script_id.:`Int64`, 0), ifNull(properties.staff_id.:`Int64`, 0),
            toUnixTimestamp64Milli(occurred_at)), name = '{SCRIPT_USED}'
            AND toUnixTimestamp64Milli(occurred_at) + {{within_ms:Int64}} <= {{now_ms:Int64}}) AS uses,
        groupArrayIf(toUnixTimestamp64Milli(occurred_at), name IN {{responses:Array(String)}}) AS responses,
        groupArrayIf(toUnixTimestamp64Milli(occurred_at), name = '{ORDER_PAID}') AS orders
    FROM {EVENTS}
    WHERE (name IN ('{SCRIPT_USED}', '{ORDER_PAID}') OR name IN {{responses:Array(String)}})
        AND occurred_at >= fromUnixTimestamp64Milli({{since_ms:Int64}}, 'UTC')
    GROUP BY customer_id HAVING notEmpty(uses)
)
ARRAY JOIN uses AS use
GROUP BY script_id, staff_id
"""  # noqa: S608  # names of our own


def script_outcomes(
    columns: Columns, since: datetime, now: datetime, within: timedelta
) -> dict[tuple[int, int], ScriptOutcome]:
    """{(script, member of the staff): what followed the uses since then}, within so long of each."""
    rows = columns.query(
        _OUTCOMES,
        {
            "responses": list(RESPONSES),
            "since_ms": milliseconds_of(since),
            "now_ms": milliseconds_of(now),
            "within_ms": int(within.total_seconds() * 1000),
        },
    )
    return {
        (int(script), int(staff)): ScriptOutcome(*(int(each) for each in counts)) for script, staff, *counts in rows
    }
