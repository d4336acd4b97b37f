"""Every statement on enquiries."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import psycopg

from siyu.domain.enquiries.contracts import Answer, Enquiry, EnquiryDraft, EnquiryState, SharedAnswer, Wish

Driver = psycopg.Connection[Any]

_ENQUIRY = """
    e.enquiry_id, e.asked_by, e.asked_at, e.text, e.profile_id, p.customer_id, e.task_id, e.script_id, e.journey_id, e.step,
    e.state, e.subject, e.answer, e.is_shared, e.ended_by, e.ended_at, e.read_at, e.made_script_id, e.wish_journey_id,
    e.wish_step, e.wish, e.wished_by, e.wished_at, e.settled_at
"""
_FROM = "FROM enquiries.enquiries e LEFT JOIN customers.profiles p USING (profile_id)"

MINE = "e.asked_by = %(me)s"
TEAM = """ (NOT %(own_only)s AND (%(path)s::text IS NULL OR EXISTS (
    SELECT 1 FROM company.staff s JOIN company.units u USING (unit_id)
    WHERE s.staff_id = e.asked_by AND starts_with(u.path, %(path)s))))
"""


def _enquiry(row: Sequence[Any]) -> Enquiry:
    return Enquiry(*(*row[:10], EnquiryState(row[10]), *row[11:]))


def insert_enquiry(driver: Driver, draft: EnquiryDraft, text: str, asked_by: int, now: datetime) -> int:
    row = driver.execute(
        "INSERT INTO enquiries.enquiries (asked_by, asked_at, text, profile_id, task_id, script_id, journey_id, step)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s) RETURNING enquiry_id",
        (
            asked_by,
            now,
            text,
            draft.customer_id,
            draft.task_id,
            draft.script_id,
            draft.journey_id,
            draft.step,
        ),
    ).fetchone()
    return int(row[0]) if row else 0


def find_enquiry(driver: Driver, enquiry_id: int, view: str, seer: Mapping[str, Any]) -> Enquiry | None:
    """One that stands in a view of somebody."""
    row = driver.execute(
        f"SELECT {_ENQUIRY} {_FROM} WHERE e.enquiry_id = %(id)s AND ({view})",
        {"id": enquiry_id, **seer},
    ).fetchone()
    return _enquiry(row) if row else None


def lock_enquiry(driver: Driver, enquiry_id: int, view: str, seer: Mapping[str, Any]) -> Enquiry | None:
    """As `find_enquiry`; nobody else changes it until the commit."""
    row = driver.execute(
        f"SELECT {_ENQUIRY} {_FROM} WHERE e.enquiry_id = %(id)s AND ({view}) FOR UPDATE OF e",
        {"id": enquiry_id, **seer},
    ).fetchone()
    return _enquiry(row) if row else None


def select_enquiries(
    driver: Driver,
    view: str,
    seer: Mapping[str, Any],
    *,
    state: EnquiryState | None,
    customer_id: int | None,
    before: int | None,
    size: int,
) -> list[Enquiry]:
    """The newest first; but what waits for an answer, the oldest first."""
    beyond, order = (">", "ASC") if state is EnquiryState.OPEN else ("<", "DESC")
    rows = driver.execute(
        f"""
        SELECT {_ENQUIRY} {_FROM} WHERE ({view}) AND (%(state)s::text IS NULL OR e.state = %(state)s)
          AND (%(customer)s::bigint IS NULL OR p.customer_id = %(customer)s)
          AND (%(before)s::bigint IS NULL OR e.enquiry_id {beyond} %(before)s)
        ORDER BY e.enquiry_id {order} LIMIT %(size)s
        """,
        {"state": state, "customer": customer_id, "before": before, "size": size, **seer},
    ).fetchall()
    return [_enquiry(row) for row in rows]


def save_answer(driver: Driver, enquiry_id: int, answer: Answer, by: int | None, now: datetime) -> None:
    """A later answer replaces the one before, and is to be read anew."""
    driver.execute(
        "UPDATE enquiries.enquiries SET state = 'answered', subject = %s, answer = %s, is_shared = %s, ended_by = %s,"
        " ended_at = %s, read_at = NULL WHERE enquiry_id = %s",
        (answer.subject, answer.text, answer.is_shared, by, now, enquiry_id),
    )


def close_enquiry(driver: Driver, enquiry_id: int, by: int | None, now: datetime) -> None:
    driver.execute(
        "UPDATE enquiries.enquiries SET state = 'closed', ended_by = %s, ended_at = %s WHERE enquiry_id = %s",
        (by, now, enquiry_id),
    )


def mark_read(driver: Driver, enquiry_id: int, now: datetime) -> None:
    driver.execute(
        "UPDATE enquiries.enquiries SET read_at = %s WHERE enquiry_id = %s AND read_at IS NULL", (now, enquiry_id)
    )


def save_made_script(driver: Driver, enquiry_id: int, script_id: int) -> None:
    driver.execute("UPDATE enquiries.enquiries SET made_script_id = %s WHERE enquiry_id = %s", (script_id, enquiry_id))


def save_wish(driver: Driver, enquiry_id: int, wish: Wish, by: int | None, now: datetime) -> None:
    driver.execute(
        "UPDATE enquiries.enquiries SET wish_journey_id = %s, wish_step = %s, wish = %s, wished_by = %s, wished_at = %s,"
        " settled_at = NULL WHERE enquiry_id = %s",
        (wish.journey_id, wish.step, wish.text, by, now, enquiry_id),
    )


def settle_wish(driver: Driver, enquiry_id: int, now: datetime) -> bool:
    """Whether there was a wish that nobody had settled."""
    done = driver.execute(
        "UPDATE enquiries.enquiries SET settled_at = %s"
        " WHERE enquiry_id = %s AND wish_journey_id IS NOT NULL AND settled_at IS NULL",
        (now, enquiry_id),
    )
    return done.rowcount == 1


def select_wishes(driver: Driver, journey_id: int) -> list[Enquiry]:
    """Of a journey, those that nobody has settled, the oldest first."""
    rows = driver.execute(
        f"SELECT {_ENQUIRY} {_FROM} WHERE e.wish_journey_id = %s AND e.settled_at IS NULL ORDER BY e.wished_at, e.enquiry_id",
        (journey_id,),
    ).fetchall()
    return [_enquiry(row) for row in rows]


def select_unread(driver: Driver, staff_id: int, size: int) -> list[Enquiry]:
    rows = driver.execute(
        f"SELECT {_ENQUIRY} {_FROM} WHERE e.asked_by = %s AND e.state = 'answered' AND e.read_at IS NULL"
        " ORDER BY e.ended_at LIMIT %s",
        (staff_id, size),
    ).fetchall()
    return [_enquiry(row) for row in rows]


def count_enquiries(driver: Driver, view: str, seer: Mapping[str, Any], state: EnquiryState) -> int:
    row = driver.execute(
        f"SELECT count(*) FROM enquiries.enquiries e WHERE e.state = %(state)s AND ({view})",  # noqa: S608  # a constant
        {"state": state, **seer},
    ).fetchone()
    return int(row[0]) if row else 0


def count_unread(driver: Driver, staff_id: int) -> int:
    row = driver.execute(
        "SELECT count(*) FROM enquiries.enquiries WHERE asked_by = %s AND state = 'answered' AND read_at IS NULL",
        (staff_id,),
    ).fetchone()
    return int(row[0]) if row else 0


def select_shared(driver: Driver, size: int) -> list[SharedAnswer]:
    """Answers that all may find, the newest first."""
    rows = driver.execute(
        "SELECT enquiry_id, subject, answer, coalesce(ended_by, 0), ended_at, made_script_id FROM enquiries.enquiries"
        " WHERE state = 'answered' AND is_shared ORDER BY enquiry_id DESC LIMIT %s",
        (size,),
    ).fetchall()
    return [SharedAnswer(*(*row, 0.0)) for row in rows]


def delete_of_profiles(driver: Driver, profile_ids: Collection[int]) -> dict[int, int]:
    rows = driver.execute(
        "WITH gone AS (DELETE FROM enquiries.enquiries WHERE profile_id = ANY(%s) RETURNING profile_id)"
        " SELECT profile_id, count(*) FROM gone GROUP BY 1",
        (list(profile_ids),),
    ).fetchall()
    return dict(rows)


def select_told(driver: Driver, profile_ids: Collection[int]) -> list[tuple[Any, ...]]:
    return driver.execute(
        "SELECT text, asked_at, subject, answer, wish FROM enquiries.enquiries WHERE profile_id = ANY(%s)"
        " ORDER BY enquiry_id",
        (list(profile_ids),),
    ).fetchall()
