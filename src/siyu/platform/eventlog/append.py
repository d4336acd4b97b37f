"""Appending events, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec
import psycopg

from siyu.kernel.events import NewEvent

BATCH_SIZE_MAX = 50_000
"""Events in one batch: consumers take whole batches, so a batch has to fit into a consumer's step."""

_COLUMNS = "batch_id, n, name, event_id, profile_id, occurred_at, source, properties"
_encode = msgspec.json.Encoder().encode


class EncodedEvent(NamedTuple):
    """A NewEvent whose properties are JSON text already, and whose id is 32 hexadecimal digits: the intake passes on what it
    received without taking it apart."""

    name: str
    event_id: str
    profile_id: int
    occurred_at: datetime
    source: str
    properties_json: bytes


def append_events(
    driver: psycopg.Connection[Any], events: Sequence[NewEvent | EncodedEvent], *, sealed_under: int | None = None
) -> None:
    """Writes the events as batches of one transaction, in order. Nothing is visible to consumers before the commit.
    `sealed_under`: the key under which values in them may be sealed."""
    for start in range(0, len(events), BATCH_SIZE_MAX):
        _append_batch(driver, events[start : start + BATCH_SIZE_MAX], sealed_under)


def _append_batch(
    driver: psycopg.Connection[Any], events: Sequence[NewEvent | EncodedEvent], sealed_under: int | None
) -> None:
    with driver.cursor() as cursor:
        cursor.execute(
            "INSERT INTO log.batches (size, sealed_under) VALUES (%s, %s) RETURNING batch_id",
            (len(events), sealed_under),
        )
        row = cursor.fetchone()
        if row is None:
            raise RuntimeError("the log gave no batch id")
        text = b"".join([copy_line(row[0], n, event) for n, event in enumerate(events)])
        with cursor.copy(f"COPY log.events ({_COLUMNS}) FROM STDIN") as copy:
            copy.write(text)


def copy_line(batch_id: int, n: int, event: NewEvent | EncodedEvent) -> bytes:
    """One line of PostgreSQL's COPY text format. JSON text has no raw tab or line feed; only its backslashes need doubling."""
    properties = event.properties_json if isinstance(event, EncodedEvent) else _encode(event.properties)
    head = (
        f"{batch_id}\t{n}\t{_escaped(event.name)}\t{event.event_id}\t{event.profile_id}\t"
        f"{event.occurred_at.isoformat()}\t{_escaped(event.source)}\t"
    )
    if b"\\" in properties:
        properties = properties.replace(b"\\", b"\\\\")
    return head.encode() + properties + b"\n"


@lru_cache(maxsize=10_000)
def _escaped(text: str) -> str:
    if text.isprintable() and "\\" not in text:
        return text
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
