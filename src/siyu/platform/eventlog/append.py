"""Appending events, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec
import psycopg

from siyu.kernel.events import NewEvent

BATCH_SIZE_MAX = 50_000
"""Events in one batch: consumers take whole batches, so a batch has to fit into a consumer's step."""

BATCH_BYTES_MAX = 16 * 1024 * 1024
"""Length of one batch's events together, but for a single event that is longer: a step has to fit into the memory too."""

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
    for lines in _batches(list(_lines(events))):
        _append_batch(driver, lines, sealed_under)


def _batches(lines: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    start = size = 0
    for place, line in enumerate(lines):
        if place - start == BATCH_SIZE_MAX or (place > start and size + len(line) > BATCH_BYTES_MAX):
            yield lines[start:place]
            start, size = place, 0
        size += len(line)
    if lines:
        yield lines[start:]


def _append_batch(driver: psycopg.Connection[Any], lines: Sequence[bytes], sealed_under: int | None) -> None:
    with driver.cursor() as cursor:
        cursor.execute(
            "INSERT INTO log.batches (size, bytes, sealed_under) VALUES (%s, %s, %s) RETURNING batch_id",
            (len(lines), sum(map(len, lines)), sealed_under),
        )
        row = cursor.fetchone()
        if row is None:
            raise RuntimeError("the log gave no batch id")
        text = b"".join([b"%d\t%d\t%b" % (row[0], n, line) for n, line in enumerate(lines)])
        with cursor.copy(f"COPY log.events ({_COLUMNS}) FROM STDIN") as copy:
            copy.write(text)


def _lines(events: Iterable[NewEvent | EncodedEvent]) -> Iterator[bytes]:
    """For each a line of PostgreSQL's COPY text format, but for the event's place. JSON text has no raw tab or line feed; only
    its backslashes need doubling."""
    at, at_text = None, ""
    for event in events:
        if event.occurred_at is not at:  # what follows from one cause is all of one instant
            at, at_text = event.occurred_at, event.occurred_at.isoformat()
        properties = event.properties_json if isinstance(event, EncodedEvent) else _encode(event.properties)
        if b"\\" in properties:
            properties = properties.replace(b"\\", b"\\\\")
        head = f"{_escaped(event.name)}\t{event.event_id}\t{event.profile_id}\t{at_text}\t{_escaped(event.source)}\t"
        yield head.encode() + properties + b"\n"


@lru_cache(maxsize=10_000)
def _escaped(text: str) -> str:
    if text.isprintable() and "\\" not in text:
        return text
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
