"""Every statement on answers and openings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import msgspec
import psycopg

from siyu.domain.customers.reading import THOSE_IN_SCOPE

Driver = psycopg.Connection[Any]

_json = msgspec.json.Encoder().encode


class StoredAnswer(NamedTuple):
    """An answer as it lies in its table."""

    answer_id: int
    form_id: int
    version: int
    profile_id: int
    customer_id: int
    revision: int
    answered_at: datetime
    changed_at: datetime | None
    score: int | None
    band: str | None
    choices: Mapping[str, Any]
    sealed: bytes | None


class NewAnswer(NamedTuple):
    """What is kept of an answer."""

    score: int | None
    band: str | None
    choices: Mapping[str, Any]
    sealed: bytes | None
    sealed_under: int | None


_SELECT = """
SELECT a.answer_id, a.form_id, a.version, a.profile_id, p.customer_id, a.revision, a.answered_at, a.changed_at, a.score, a.band,
       a.choices, a.sealed
FROM entries.answers a JOIN customers.profiles p USING (profile_id)
"""


def ensure_tally(driver: Driver, form_id: int) -> None:
    driver.execute("INSERT INTO entries.tallies (form_id) VALUES (%s) ON CONFLICT DO NOTHING", (form_id,))


def find_tallies(driver: Driver, form_ids: Collection[int]) -> dict[int, int]:
    """{form_id: answers}; there are none of forms that were never published."""
    rows = driver.execute(
        "SELECT form_id, answers FROM entries.tallies WHERE form_id = ANY(%s)", (list(form_ids),)
    ).fetchall()
    return dict(rows)


def count_answers(driver: Driver, form_ids: Collection[int], scope: Mapping[str, Any]) -> dict[int, int]:
    """{form_id: answers} of the customers of who does not see all of them."""
    rows = driver.execute(
        "SELECT a.form_id, count(*) FROM entries.answers a JOIN customers.profiles o USING (profile_id)"  # noqa: S608  # our own
        f" WHERE a.form_id = ANY(%(form_ids)s) AND o.customer_id IN ({THOSE_IN_SCOPE}) GROUP BY 1",
        {"form_ids": list(form_ids), **scope},
    ).fetchall()
    return dict(rows)


def lock_tally(driver: Driver, form_id: int) -> int | None:
    """How many answers the form has; until the commit nobody else answers it."""
    row = driver.execute("SELECT answers FROM entries.tallies WHERE form_id = %s FOR UPDATE", (form_id,)).fetchone()
    return int(row[0]) if row else None


def insert_opening(driver: Driver, definition_id: int, profile_id: int, opened_on: date) -> bool:
    """Whether it is the first of that day."""
    return (
        driver.execute(
            "INSERT INTO entries.openings (definition_id, profile_id, opened_on) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
            (definition_id, profile_id, opened_on),
        ).rowcount
        > 0
    )


def find_page(driver: Driver, form_id: int, customer_id: int, page_id: str) -> StoredAnswer | None:
    """What this very page was answered with, under whichever of the customer's profiles."""
    return _one(
        driver,
        _SELECT + "WHERE a.form_id = %s AND p.customer_id = %s AND a.page_id = %s",
        (form_id, customer_id, page_id),
    )


def find_latest(driver: Driver, form_id: int, customer_id: int) -> StoredAnswer | None:
    """The customer's last answer to the form, under whichever of their profiles."""
    return _one(
        driver,
        _SELECT + "WHERE a.form_id = %s AND p.customer_id = %s ORDER BY a.answer_id DESC LIMIT 1",
        (form_id, customer_id),
    )


def _one(driver: Driver, statement: str, parameters: Sequence[object]) -> StoredAnswer | None:
    row = driver.execute(statement.encode(), parameters).fetchone()
    return StoredAnswer(*row) if row else None


def insert_answer(
    driver: Driver, form_id: int, version: int, profile_id: int, page_id: str, answer: NewAnswer, now: datetime
) -> int:
    """A new answer, counted; its id. Under `lock_tally`."""
    driver.execute("UPDATE entries.tallies SET answers = answers + 1 WHERE form_id = %s", (form_id,))
    row = driver.execute(
        "INSERT INTO entries.answers (form_id, version, profile_id, page_id, answered_at, score, band, choices, sealed,"
        " sealed_under) VALUES (%s, %s, %s, %s, %s, %s, %s, %s::jsonb, %s, %s) RETURNING answer_id",
        (
            *(form_id, version, profile_id, page_id, now, answer.score, answer.band),
            *(_json(answer.choices).decode(), answer.sealed, answer.sealed_under),
        ),
    ).fetchone()
    return int(row[0]) if row else 0


def change_answer(driver: Driver, answer_id: int, version: int, page_id: str, answer: NewAnswer, now: datetime) -> None:
    driver.execute(
        "UPDATE entries.answers SET version = %s, page_id = %s, revision = revision + 1, changed_at = %s, score = %s, band = %s,"
        " choices = %s::jsonb, sealed = %s, sealed_under = %s WHERE answer_id = %s",
        (
            *(version, page_id, now, answer.score, answer.band),
            *(_json(answer.choices).decode(), answer.sealed, answer.sealed_under, answer_id),
        ),
    )


def select_answers(
    driver: Driver, form_id: int, *, before: int, size: int, among: Collection[int] | None
) -> list[StoredAnswer]:
    """The newest first, of those customers if they are named."""
    rows = driver.execute(
        _SELECT + "WHERE a.form_id = %s AND a.answer_id < %s AND (%s::bigint[] IS NULL OR p.customer_id = ANY(%s))"
        " ORDER BY a.answer_id DESC LIMIT %s",
        (form_id, before, *((list(among) if among is not None else None,) * 2), size),
    ).fetchall()
    return [StoredAnswer(*row) for row in rows]


def select_versions(driver: Driver, form_id: int) -> list[int]:
    """The versions of the form that were answered, the newest first."""
    rows = driver.execute(
        "SELECT DISTINCT version FROM entries.answers WHERE form_id = %s ORDER BY version DESC", (form_id,)
    ).fetchall()
    return [row[0] for row in rows]


def select_of_profiles(driver: Driver, profile_ids: Collection[int]) -> list[StoredAnswer]:
    """All answers of the profiles, the oldest first."""
    rows = driver.execute(
        _SELECT + "WHERE a.profile_id = ANY(%s) ORDER BY a.answer_id", (list(profile_ids),)
    ).fetchall()
    return [StoredAnswer(*row) for row in rows]


def select_openings(driver: Driver, profile_ids: Collection[int], kind: str) -> list[tuple[int, date]]:
    """Which pages of a kind the profiles opened, and on which day."""
    return driver.execute(
        "SELECT o.definition_id, o.opened_on FROM entries.openings o JOIN definitions.definitions d USING (definition_id)"
        " WHERE o.profile_id = ANY(%s) AND d.kind = %s ORDER BY 2, 1",
        (list(profile_ids), kind),
    ).fetchall()


def delete_of_profiles(driver: Driver, profile_ids: Collection[int]) -> dict[str, dict[int, int]]:
    """Takes all answers, openings and links of the profiles; {table: {profile_id: how many}}."""
    wanted = sorted(profile_ids)
    return {
        table: dict(Counter(row[0] for row in driver.execute(statement, (wanted,)).fetchall()))
        for table, statement in _DELETE.items()
    }


_DELETE = {
    "entries.answers": b"DELETE FROM entries.answers WHERE profile_id = ANY(%s) RETURNING profile_id",
    "entries.openings": b"DELETE FROM entries.openings WHERE profile_id = ANY(%s) RETURNING profile_id",
    "entries.link_customers": b"DELETE FROM entries.link_customers WHERE profile_id = ANY(%s) RETURNING profile_id",
}


def forget_texts(driver: Driver, before: datetime, size: int) -> int:
    """Drops what was typed in answers older than that; gives in how many, at most `size`."""
    return driver.execute(
        "UPDATE entries.answers SET sealed = NULL, sealed_under = NULL WHERE answer_id IN (SELECT answer_id FROM entries.answers"
        " WHERE sealed IS NOT NULL AND coalesce(changed_at, answered_at) < %s ORDER BY answer_id LIMIT %s)",
        (before, size),
    ).rowcount


def lock_sealed_before(driver: Driver, newest: int, size: int) -> dict[int, bytes]:
    """{answer_id: what is sealed} of answers that lie under an older key."""
    rows = driver.execute(
        "SELECT answer_id, sealed FROM entries.answers WHERE sealed_under < %s ORDER BY answer_id LIMIT %s FOR UPDATE",
        (newest, size),
    ).fetchall()
    return {answer_id: bytes(sealed) for answer_id, sealed in rows}


def save_sealed(driver: Driver, answer_id: int, sealed: bytes, sealed_under: int) -> None:
    driver.execute(
        "UPDATE entries.answers SET sealed = %s, sealed_under = %s WHERE answer_id = %s",
        (sealed, sealed_under, answer_id),
    )


def count_by_key(driver: Driver) -> dict[int, int]:
    """How many answers have something sealed under each key."""
    rows = driver.execute(
        "SELECT sealed_under, count(*) FROM entries.answers WHERE sealed_under IS NOT NULL GROUP BY 1"
    ).fetchall()
    return dict(rows)
