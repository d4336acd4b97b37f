"""The stores that Siyu runs itself where an installation has none of its own. Light: the supervisor stays small."""

from __future__ import annotations

from siyu.platform.columns.process import EmbeddedColumns
from siyu.platform.postgres.server import EmbeddedPostgres, PostgresTuning
from siyu.platform.settings import Settings


def embedded_postgres(settings: Settings) -> EmbeddedPostgres | None:
    """The PostgreSQL that Siyu runs itself; None where the installation has one of its own."""
    if settings.database_url:
        return None
    tuning = PostgresTuning(shared_buffers_mb=settings.postgres_shared_buffers_mb)
    return EmbeddedPostgres(settings.home / "postgres", settings.runtime_folder, tuning)


def embedded_columns(settings: Settings) -> EmbeddedColumns | None:
    """The columns engine that Siyu runs itself; None where the installation has one of its own."""
    if settings.columns_url:
        return None
    return EmbeddedColumns(settings.home / "columns", settings.runtime_folder, memory_mb=settings.columns_memory_mb)
