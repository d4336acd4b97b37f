"""The statements that count answers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import psycopg

Driver = psycopg.Connection[Any]

_AMONG = "(%(among)s::bigint[] IS NULL OR p.customer_id = ANY(%(among)s))"
_TOTALS = f"""
SELECT (SELECT count(DISTINCT p.customer_id) FROM entries.openings o JOIN customers.profiles p USING (profile_id)
        WHERE o.definition_id = %(form_id)s AND {_AMONG}),
       count(DISTINCT p.customer_id), count(*), avg(a.score)
FROM entries.answers a JOIN customers.profiles p USING (profile_id) WHERE a.form_id = %(form_id)s AND {_AMONG}
"""  # noqa: S608  # our own
_BANDS = f"""
SELECT a.band, count(*) FROM entries.answers a JOIN customers.profiles p USING (profile_id)
WHERE a.form_id = %(form_id)s AND a.band IS NOT NULL AND {_AMONG} GROUP BY 1
"""  # noqa: S608  # our own
_DAYS = f"""
SELECT to_char(a.answered_at AT TIME ZONE %(zone)s, 'YYYY-MM-DD') AS day, count(*)
FROM entries.answers a JOIN customers.profiles p USING (profile_id)
WHERE a.form_id = %(form_id)s AND {_AMONG} GROUP BY 1 ORDER BY 1 DESC LIMIT %(days)s
"""  # noqa: S608  # our own
_ANSWERED = f"""
SELECT q.key, count(*), avg(q.number), min(q.number), max(q.number) FROM (
    SELECT each.key, CASE jsonb_typeof(each.value) WHEN 'number' THEN each.value::text::float8 END AS number
    FROM entries.answers a JOIN customers.profiles p USING (profile_id), jsonb_each(a.choices) AS each
    WHERE a.form_id = %(form_id)s AND {_AMONG}
) AS q GROUP BY 1
"""  # noqa: S608  # our own
_COUNTS = f"""
SELECT each.key, told.text, count(*)
FROM entries.answers a JOIN customers.profiles p USING (profile_id), jsonb_each(a.choices) AS each,
     LATERAL (SELECT jsonb_array_elements_text(each.value) AS text WHERE jsonb_typeof(each.value) = 'array'
              UNION ALL SELECT each.value #>> '{{}}' WHERE jsonb_typeof(each.value) <> 'array') AS told
WHERE a.form_id = %(form_id)s AND {_AMONG} AND each.key = ANY(%(keys)s) GROUP BY 1, 2
"""  # noqa: S608  # our own
DAYS_MAX = 90


class Counting:
    """Counts the answers to one form, of those customers if they are named."""

    def __init__(self, driver: Driver, form_id: int, among: Collection[int] | None) -> None:
        self._driver = driver
        self._bound = {"form_id": form_id, "among": list(among) if among is not None else None}

    def totals(self) -> tuple[int, int, int, Any]:
        """(opened, respondents, answers, mean score)."""
        ((opened, respondents, answers, mean_score),) = self._all(_TOTALS)
        return opened, respondents, answers, mean_score

    def bands(self) -> dict[str, int]:
        return dict(self._all(_BANDS))

    def by_day(self, zone: str) -> list[tuple[str, int]]:
        """The last days on which somebody answered, the oldest first."""
        return [(row[0], row[1]) for row in reversed(self._all(_DAYS, zone=zone, days=DAYS_MAX))]

    def answered(self) -> dict[str, Sequence[Any]]:
        """{question: (answers, mean, least, most)}; the last three of numbers alone."""
        return {row[0]: row[1:] for row in self._all(_ANSWERED)}

    def counts(self, keys: Collection[str]) -> dict[str, dict[str, int]]:
        """{question: {what was answered: how often}} of the questions that are named."""
        found: dict[str, dict[str, int]] = {}
        for key, told, count in self._all(_COUNTS, keys=list(keys)):
            found.setdefault(key, {})[told] = count
        return found

    def _all(self, statement: str, **more: object) -> list[Any]:
        return self._driver.execute(statement.encode(), {**self._bound, **more}).fetchall()
