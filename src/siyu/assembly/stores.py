"""The stores that Siyu runs itself where an installation has none of its own. Light: the supervisor stays small."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from siyu.platform.alone import alone
from siyu.platform.columns.process import EmbeddedColumns
from siyu.platform.postgres.running import running_server
from siyu.platform.postgres.server import EmbeddedPostgres, PostgresTuning
from siyu.platform.settings import Settings


def embedded_postgres(settings: Settings) -> EmbeddedPostgres | None:
    """The PostgreSQL that Siyu runs itself; None where the installation has one of its own."""
    if settings.database_url:
        return None
    # What a made-up brand did in its last second is not worth waiting for the disk at each of a hundred thousand commits.
    tuning = PostgresTuning(settings.postgres_shared_buffers_mb, waits_for_disk=not settings.is_demo)
    return EmbeddedPostgres(settings.home / "postgres", settings.runtime_folder, tuning)


def embedded_columns(settings: Settings) -> EmbeddedColumns | None:
    """The columns engine that Siyu runs itself; None where the installation has one of its own."""
    if settings.columns_url:
        return None
    return EmbeddedColumns(settings.home / "columns", settings.runtime_folder, memory_mb=settings.columns_memory_mb)


def database_url(settings: Settings) -> str:
    """Where the rows are. It may hold a password: never log it."""
    postgres = embedded_postgres(settings)
    return postgres.url if postgres else settings.database_url


def columns_url(settings: Settings) -> str:
    """Where the columns are. It holds a password: never log it."""
    engine = embedded_columns(settings)
    return engine.url if engine else settings.columns_url


EMBEDDED = "embedded"
"""Stands for the PostgreSQL that Siyu runs itself, where a URL could stand."""


@contextmanager
def rows_at(settings: Settings, place: str) -> Iterator[str]:
    """The URL of a PostgreSQL that answers for the length of the block: one that runs anyway, or the embedded one started.
    The caller keeps the supervisor from starting it as well."""
    embedded = embedded_postgres(replace(settings, database_url="")) if place == EMBEDDED else None
    if embedded is None:
        yield place
        return
    with running_server(embedded, settings.runtime_folder / "logs" / "postgres.log"):
        yield embedded.url


@contextmanager
def rows_now(settings: Settings) -> Iterator[str]:
    """As `rows_at`, of this installation's own rows, whether Siyu serves just now or not."""
    embedded = embedded_postgres(settings)
    if embedded is None or embedded.is_ready():
        yield database_url(settings)
        return
    with alone(settings.runtime_folder), rows_at(settings, EMBEDDED) as url:
        yield url
