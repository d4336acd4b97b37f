"""No table knows something of a person without being told in an export and dealt with in an erasure."""

from __future__ import annotations

from siyu.engines.privacy.exporting import TITLES
from siyu.engines.privacy.parts import PARTS, told_by_rooms
from siyu.platform.postgres.database import Database

NAMES_A_PERSON = ("profile_id", "profile_ids", "customer_id", "customer_ids", "winner_id", "loser_id", "linked_ids")
BY_NAME = {"segments.filters"}
"""Tables that name persons in words alone."""
_COLUMNS = """
SELECT DISTINCT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND a.attname = ANY(%s)
"""


def test_every_table_that_names_a_person_is_a_part(database: Database) -> None:
    with database.read() as reading:
        named = {row[0] for row in reading.driver.execute(_COLUMNS, (list(NAMES_A_PERSON),)).fetchall()}
    assert named == set(PARTS) - BY_NAME


def test_every_part_is_told(database: Database) -> None:
    with database.read() as reading:
        told = set(told_by_rooms(reading, [1]))
    assert {part.section for part in PARTS.values()} - {"events", "requests"} <= told
    assert told <= set(TITLES)
