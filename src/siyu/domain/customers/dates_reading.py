"""Whose day it is. Part of `reading`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from siyu.domain.customers import rules
from siyu.platform.postgres.database import Reading

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def dated(reading: Reading, attribute: str, dates: Sequence[str]) -> list[int]:
    """The customers, ascending, of whom an attribute says one of these days, YYYY-MM-DD, or one of any year, -MM-DD. What was told
    last counts, to whichever of their profiles. Who was erased has none."""
    rows = reading.driver.execute(
        """
        SELECT p.customer_id, jsonb_build_object(%(attribute)s::text, p.attributes -> %(attribute)s)
        FROM customers.profiles p
        WHERE p.erased_at IS NULL AND p.attributes ? %(attribute)s AND p.customer_id IN (
            SELECT customer_id FROM customers.profiles
            WHERE erased_at IS NULL AND substr(attributes -> %(attribute)s ->> 0, %(from)s, %(length)s) = ANY(%(dates)s)
        )
        """,
        {
            "attribute": attribute,
            "from": 5 if dates and dates[0].startswith("-") else 1,
            "length": len(dates[0]) if dates else 10,
            "dates": list(dates),
        },
    ).fetchall()
    documents: dict[int, list[rules.StoredAttributes]] = {}
    for customer_id, document in rows:
        documents.setdefault(customer_id, []).append(document)
    return sorted(
        customer_id for customer_id, each in documents.items() if _says(rules.combined(each).get(attribute), dates)
    )


def _says(value: object, dates: Sequence[str]) -> bool:
    return isinstance(value, str) and _DAY.match(value) is not None and value[:10].endswith(tuple(dates))
