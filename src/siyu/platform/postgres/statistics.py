"""What PostgreSQL believes of its tables, put right after much was written at once: it looks by itself only once a minute, and
until then it takes a table that was filled just now for the empty one that it was."""

from __future__ import annotations

import psycopg
from psycopg import sql

from siyu.platform.postgres.database import Database

MUCH = 10_000
"""Rows changed since the last look; of a large table a tenth of it."""


def freshen_statistics(database: Database) -> list[str]:
    """Looks at the tables in which much has changed, but for the log, which is read in its order alone; gives their names."""
    with database.autocommit() as driver:
        rows = driver.execute(
            "SELECT schemaname, relname FROM pg_stat_user_tables"
            " WHERE schemaname <> 'log' AND n_mod_since_analyze > greatest(%s, n_live_tup / 10) ORDER BY 1, 2",
            (MUCH,),
        ).fetchall()
        looked = []
        for schema, table in rows:
            try:
                driver.execute(sql.SQL("ANALYZE (SKIP_LOCKED) {}").format(sql.Identifier(schema, table)))
            except psycopg.errors.UndefinedTable:  # gone meanwhile
                continue
            looked.append(f"{schema}.{table}")
    return looked
