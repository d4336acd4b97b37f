"""Every statement about what channels are connected to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
import psycopg
from psycopg.types.json import Jsonb

from siyu.domain.connections.contracts import ConnectionFinding, ConnectionKind, Setting

Driver = psycopg.Connection[Any]
_COLUMNS = (
    "kind, account, vendor, name, base_url, sealed, settings, is_enabled, changed_at, checked_at, findings, key_number"
)


class ConnectionRow(NamedTuple):
    """A connection as it is stored."""

    kind: ConnectionKind
    account: str
    vendor: str
    name: str
    base_url: str
    sealed: bytes
    settings: Mapping[str, Setting]
    is_enabled: bool
    changed_at: datetime
    checked_at: datetime | None
    findings: Sequence[ConnectionFinding] | None
    key_number: int


def select_connections(driver: Driver) -> list[ConnectionRow]:
    rows = driver.execute(f"SELECT {_COLUMNS} FROM connections.connections ORDER BY kind, account").fetchall()  # noqa: S608  # names of our own
    return [_row(row) for row in rows]


def find_connection(driver: Driver, kind: str, account: str, *, lock: bool = False) -> ConnectionRow | None:
    row = driver.execute(
        f"SELECT {_COLUMNS} FROM connections.connections WHERE kind = %s AND account = %s{' FOR UPDATE' if lock else ''}",  # noqa: S608  # as above
        (kind, account),
    ).fetchone()
    return _row(row) if row else None


def save_connection(driver: Driver, row: ConnectionRow) -> None:
    """A new one, or all of one. What a check found before says nothing of it any more."""
    driver.execute(
        """
        INSERT INTO connections.connections
            (kind, account, vendor, name, base_url, sealed, key_number, settings, is_enabled, changed_at)
        VALUES (%s, %s, %s, %s, %s, %b, %s, %s, %s, %s)
        ON CONFLICT (kind, account) DO UPDATE SET vendor = excluded.vendor, name = excluded.name,
            base_url = excluded.base_url, sealed = excluded.sealed, key_number = excluded.key_number,
            settings = excluded.settings, is_enabled = excluded.is_enabled, changed_at = excluded.changed_at,
            checked_at = NULL, findings = NULL
        """,
        (
            row.kind.value,
            row.account,
            row.vendor,
            row.name,
            row.base_url,
            row.sealed,
            row.key_number,
            Jsonb(dict(row.settings)),
            row.is_enabled,
            row.changed_at,
        ),
    )


def save_findings(
    driver: Driver, kind: str, account: str, findings: Sequence[ConnectionFinding], now: datetime
) -> None:
    driver.execute(
        "UPDATE connections.connections SET findings = %s, checked_at = %s WHERE kind = %s AND account = %s",
        (Jsonb(msgspec.to_builtins(list(findings))), now, kind, account),
    )


def lock_connections_sealed_before(driver: Driver, number: int, size: int) -> list[tuple[str, str, bytes]]:
    """Connections whose secrets are under an older key."""
    return driver.execute(
        "SELECT kind, account, sealed FROM connections.connections WHERE key_number <> %s ORDER BY 1, 2 LIMIT %s FOR UPDATE",
        (number, size),
    ).fetchall()


def save_sealed(driver: Driver, kind: str, account: str, sealed: bytes, number: int) -> None:
    driver.execute(
        "UPDATE connections.connections SET sealed = %b, key_number = %s WHERE kind = %s AND account = %s",
        (sealed, number, kind, account),
    )


def count_by_key(driver: Driver) -> dict[int, int]:
    """How many connections' secrets are under each key."""
    return dict(driver.execute("SELECT key_number, count(*) FROM connections.connections GROUP BY 1").fetchall())


def _row(row: tuple[Any, ...]) -> ConnectionRow:
    found = ConnectionRow(*row)
    return found._replace(
        kind=ConnectionKind(found.kind),
        findings=None if found.findings is None else msgspec.convert(found.findings, list[ConnectionFinding]),
    )
