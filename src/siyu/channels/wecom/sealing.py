"""What this channel keeps sealed: callbacks that wait, welcomes on their way, tokens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from siyu.channels.wecom import callbacks_store, welcomes_store
from siyu.platform.postgres.database import Reading, UnitOfWork
from siyu.platform.sealing.ring import NUMBER_BYTES

PLACES: Final[Mapping[str, tuple[str, str]]] = {
    "wecom.callbacks": ("callback_id", callbacks_store.PURPOSE),
    "wecom.welcomes": ("welcome_id", welcomes_store.PURPOSE),
}
"""Tables with a column `sealed`, what tells their rows apart, and what they are sealed for."""


def reseal(work: UnitOfWork, size: int) -> int:
    """Puts what is under an older key under the newest; gives how many, at most `size` of each. Tokens are forgotten: new ones
    are to be had."""
    newest = work.seals.newest.to_bytes(NUMBER_BYTES)
    done = work.driver.execute(
        "DELETE FROM wecom.tokens WHERE sealed <> '' AND substring(sealed FOR 2) <> %s", (newest,)
    ).rowcount
    for table, (key, purpose) in PLACES.items():
        rows = work.driver.execute(
            f"SELECT {key}, sealed FROM {table} WHERE sealed IS NOT NULL AND substring(sealed FOR 2) <> %s"  # noqa: S608  # names of our own
            f" ORDER BY {key} LIMIT %s FOR UPDATE SKIP LOCKED",
            (newest, size),
        ).fetchall()
        with work.driver.cursor() as cursor:
            cursor.executemany(
                f"UPDATE {table} SET sealed = %b WHERE {key} = %s",  # noqa: S608  # names of our own
                [
                    (work.seals.seal_bytes(purpose, work.seals.open_bytes(purpose, sealed)), number)
                    for number, sealed in rows
                ],
            )
        done += len(rows)
    return done


def bodies_by_key(reading: Reading) -> dict[int, int]:
    """How many bodies are under each key."""
    found: dict[int, int] = {}
    for table in (*PLACES, "wecom.tokens"):
        rows = reading.driver.execute(
            f"SELECT substring(sealed FOR 2), count(*) FROM {table} WHERE length(sealed) > 0 GROUP BY 1"  # noqa: S608  # as above
        ).fetchall()
        for number, count in rows:
            found[int.from_bytes(number)] = found.get(int.from_bytes(number), 0) + count
    return found
