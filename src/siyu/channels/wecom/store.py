"""Every statement of the channel's tables: tokens and what is left of the limits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from siyu.channels.wecom.rates import Bucket, Limit, Lot, Penalty, drawn, penalty_after
from siyu.channels.wecom.tokens import Token, TokenKind
from siyu.platform.postgres.database import Database
from siyu.platform.postgres.locks import held
from siyu.platform.sealing.ring import BrokenSealError, UnknownKeyError

PURPOSE = "wecom_token"
FETCH_SECONDS_MAX = 40
"""How long one waits for another process that is fetching a token."""


class StoredTokens:
    """Implements `tokens.TokenStore` in PostgreSQL; tokens are sealed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, holder: bytes, kind: TokenKind) -> Token | None:
        """The token as it was saved; None where there is none, or none that a key still in use opens."""
        with self._database.read() as reading:
            row = reading.driver.execute(
                "SELECT sealed, usable_until, refused_errcode FROM wecom.tokens WHERE holder = %s AND kind = %s",
                (holder, kind.value),
            ).fetchone()
            if row is None:
                return None
            try:
                text = reading.keys.open_text(PURPOSE, row[0]) if row[0] else ""
            except (BrokenSealError, UnknownKeyError):
                return None
            return Token(text, row[1], row[2])

    def save(self, corp_id: str, holder: bytes, kind: TokenKind, token: Token) -> None:
        with self._database.begin() as work:
            work.driver.execute(
                """
                INSERT INTO wecom.tokens (holder, kind, corp_id, sealed, usable_until, refused_errcode)
                VALUES (%s, %s, %s, %b, %s, %s)
                ON CONFLICT (holder, kind) DO UPDATE SET sealed = excluded.sealed, usable_until = excluded.usable_until,
                    refused_errcode = excluded.refused_errcode
                """,
                (
                    holder,
                    kind.value,
                    corp_id,
                    work.seals.seal_text(PURPOSE, token.text) if token.text else b"",
                    token.usable_until,
                    token.refused_errcode,
                ),
            )

    @contextmanager
    def alone(self, holder: bytes, kind: TokenKind) -> Iterator[None]:
        """Waits for whoever fetches; after a long while nobody is waited for any more."""
        with (
            self._database.autocommit() as driver,
            held(driver, f"wecom.tokens:{holder.hex()}:{kind}", wait_seconds=FETCH_SECONDS_MAX),
        ):
            yield


class StoredRates:
    """Implements `governor.RateStore` in PostgreSQL. Rows are locked in the order of their names, so nobody waits in a ring."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, blocked_key: str, limits: dict[str, Limit], kept_back: float, now: datetime) -> Lot:
        names = sorted(limits)
        with self._database.begin() as work:
            known = _locked(work.driver.execute(_LOCK, ([*names, blocked_key],)).fetchall())
            blocked = known.pop(blocked_key, None)
            if blocked is not None and now < blocked.filled_at:
                return Lot(0, (blocked.filled_at - now).total_seconds())
            if len(known) < len(names):
                work.driver.execute(_ADD, (now, names, [limits[name].capacity for name in names]))
                known = _locked(work.driver.execute(_LOCK, (names,)).fetchall())
            lot, left = drawn(known, limits, kept_back, now)
            if lot.calls:
                levels = [left[name].level for name in names]
                work.driver.execute(_SAVE, (names, levels, [left[name].filled_at for name in names]))
            return lot

    def penalise(self, key: str, now: datetime) -> Penalty:
        with self._database.begin() as work:
            work.driver.execute(_ADD, (now, [key], [0.0]))
            row = work.driver.execute(
                "SELECT filled_at, strikes FROM wecom.rates WHERE name = %s FOR UPDATE", (key,)
            ).fetchone()
            known = Penalty(*row) if row is not None and row[1] > 0 else None
            penalty = penalty_after(known, now)
            work.driver.execute(
                "UPDATE wecom.rates SET filled_at = %s, strikes = %s WHERE name = %s",
                (penalty.until, penalty.strikes, key),
            )
            return penalty


_LOCK = "SELECT name, level, filled_at FROM wecom.rates WHERE name = ANY(%s) ORDER BY name FOR UPDATE"
_ADD = """
    INSERT INTO wecom.rates (name, level, filled_at)
    SELECT name, level, %s FROM unnest(%s::text[], %s::float8[]) AS new (name, level) ORDER BY name ON CONFLICT DO NOTHING
"""
_SAVE = """
    UPDATE wecom.rates SET level = new.level, filled_at = new.filled_at
    FROM unnest(%s::text[], %s::float8[], %s::timestamptz[]) AS new (name, level, filled_at) WHERE rates.name = new.name
"""


def _locked(rows: list[tuple[str, float, datetime]]) -> dict[str, Bucket]:
    return {name: Bucket(level, filled_at) for name, level, filled_at in rows}
