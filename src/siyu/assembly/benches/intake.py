"""Benchmark `intake`: events acknowledged over HTTP, and brought from the inbox to the log, against bare COPY in the same run.

30 million message ids are stored before (--quick: one million), spread over the hours of the last 30 days.
"""

from __future__ import annotations

import base64
import socket
import tempfile
import threading
import time
from pathlib import Path

from siyu.assembly.benches.children import running_face
from siyu.assembly.benches.figures import BenchOptions, Figures, Tell
from siyu.assembly.benches.traffic import requests_of
from siyu.domain.company.contracts import KeyKind
from siyu.domain.company.service import create_key
from siyu.engines.intake.draining import drain_once
from siyu.kernel.actors import system_actor
from siyu.platform.collection import collect_seldom
from siyu.platform.eventlog.append import EncodedEvent, append_events
from siyu.platform.postgres.database import Database
from siyu.platform.postgres.migrate import migrate
from siyu.platform.postgres.running import running_postgres
from siyu.platform.postgres.server import PostgresTuning
from siyu.platform.sealing.files import ensure_key_ring
from siyu.platform.settings import Settings

STORED_IDS = 30_000_000
STORED_IDS_QUICK = 1_000_000
EVENTS = 400_000
EVENTS_QUICK = 100_000
PEOPLE = 60_000
PER_REQUEST = 500
CONNECTIONS = 4
COPY_ROWS = 10_000


def run(options: BenchOptions, tell: Tell) -> Figures:
    """Figures: see the module."""
    events = options.events or (EVENTS_QUICK if options.is_quick else EVENTS)
    people = options.customers or PEOPLE
    with tempfile.TemporaryDirectory(prefix="siyu-bench-") as folder:
        home = Path(folder)
        home.chmod(0o711)
        with running_postgres(home / "postgres", PostgresTuning(shared_buffers_mb=1024)) as url:
            database = Database(url, keys=ensure_key_ring(Settings(home=home)))
            migrate(database.engine)
            _store_ids(database, STORED_IDS_QUICK if options.is_quick else STORED_IDS, tell)
            bodies = list(requests_of(events, per_request=PER_REQUEST, people=people, seed=1, now=database.clock.now()))
            tell(f"{events} events in {len(bodies)} requests of {sum(map(len, bodies)) // events} bytes an event")
            acknowledged = events / _acknowledge(database, url, home, bodies, tell)
            drained = events / _drain(database, Settings().intake_shards)
            copied = events / _copy(database)
            database.close()
    return {
        "acknowledged_per_second": acknowledged,
        "drained_per_second": drained,
        "copy_rows_per_second": copied,
        "ratio": acknowledged / copied,
        "drained_ratio": drained / copied,
    }


def _store_ids(database: Database, count: int, tell: Tell) -> None:
    tell(f"storing {count} message ids")
    with database.autocommit() as driver:
        driver.execute("ALTER TABLE inbox.message_ids DROP CONSTRAINT message_ids_pkey")
        driver.execute(
            "INSERT INTO inbox.message_ids SELECT extract(epoch FROM now())::bigint / 3600 - (random() * 720)::int,"
            " gen_random_uuid() FROM generate_series(1, %s)",
            (count,),
        )
        driver.execute("SET maintenance_work_mem = '1GB'")
        driver.execute("ALTER TABLE inbox.message_ids ADD PRIMARY KEY (hour, message_id)")
        driver.execute("VACUUM ANALYZE inbox.message_ids")
        driver.execute("CHECKPOINT")


def _acknowledge(database: Database, url: str, home: Path, bodies: list[bytes], tell: Tell) -> float:
    """Seconds from the first request sent to the last answer received."""
    with database.begin() as work:
        key = create_key(work, system_actor("bench"), KeyKind.WRITE, "bench", None).secret
    with running_face(home, url, {"SIYU_INTAKE_LAG_SECONDS_MAX": "3600"}) as port:
        _send(port, key, bodies[:4])
        tell("sending")
        started = time.perf_counter()
        _send(port, key, bodies[4:])
        return (time.perf_counter() - started) * len(bodies) / len(bodies[4:])


def _send(port: int, key: str, bodies: list[bytes]) -> None:
    """Sends over a few connections at once; raises where an answer is not 200."""
    failures: list[str] = []
    shares = [bodies[start::CONNECTIONS] for start in range(CONNECTIONS)]
    threads = [threading.Thread(target=_send_share, args=(port, key, share, failures)) for share in shares]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise RuntimeError(f"the door answered {failures[0]}")


def _send_share(port: int, key: str, bodies: list[bytes], failures: list[str]) -> None:
    authorization = base64.b64encode(f"{key}:".encode()).decode()
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for body in bodies:
            head = (
                f"POST /v1/batch HTTP/1.1\r\nHost: bench\r\nAuthorization: Basic {authorization}\r\n"
                f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
            )
            connection.sendall(head.encode() + body)
            status = _answer_status(connection)
            if status != "200":
                failures.append(status)
                return


def _answer_status(connection: socket.socket) -> str:
    received = b""
    while b"\r\n\r\n" not in received:
        received += connection.recv(65536)
    head, _, body = received.partition(b"\r\n\r\n")
    lines = head.decode().lower().split("\r\n")
    length = next(int(line.split(":")[1]) for line in lines if line.startswith("content-length:"))
    while len(body) < length:
        body += connection.recv(65536)
    return lines[0].split(" ")[1]


def _drain(database: Database, shards: int) -> float:
    """Seconds until the inbox is empty, with a thread for each shard, as a worker has."""

    def drain(shard: int) -> None:
        while drain_once(database, shard):
            pass

    collect_seldom()
    started = time.perf_counter()
    threads = [threading.Thread(target=drain, args=(shard,)) for shard in range(shards)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - started


def _copy(database: Database) -> float:
    """Seconds that bare COPY needs for the rows that the drain wrote, into the same table, a transaction for each stretch."""
    with database.read() as reading:
        rows = reading.driver.execute(
            "SELECT name, event_id, profile_id, occurred_at, source, properties::text FROM log.events WHERE name = 'page_viewed'"
        ).fetchall()
    events = [
        EncodedEvent(name, event_id.hex, profile, at, source, text.encode())
        for name, event_id, profile, at, source, text in rows
    ]
    started = time.perf_counter()
    for start in range(0, len(events), COPY_ROWS):
        with database.begin() as work:
            append_events(work.driver, events[start : start + COPY_ROWS])
    return time.perf_counter() - started
