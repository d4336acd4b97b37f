"""A small installation with something in every kind of table, and how it is seen to go on living elsewhere."""

from __future__ import annotations

from datetime import timedelta

from siyu.assembly.installation import Installation, ensure_shape
from siyu.domain.company.service import ensure_first_admin
from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import Identity
from siyu.domain.definitions import service as definitions
from siyu.engines.projection.rebuilding import rebuild_columns
from siyu.kernel.events import NewEvent
from siyu.kernel.ids import derived_id
from siyu.platform.eventlog.sequencer import ensure_partitions
from siyu.platform.jobs import defer
from siyu.platform.postgres.copying import Contents, contents_of, partitions_of, sequences_of, snapshot, tables_of
from tests.conftest import START
from tests.driving import run_until_idle
from tests.engines.scenery import SIYU, a_journey, send, some_customers

EMAIL, PASSWORD = "admin@example.com", "correct horse battery"
RETURNING = {"kind": "event", "event": "order_paid", "operator": "at_least", "value": 3}
AWKWARD = ("tab\there", "line\nbreak\r", "back\\slash \\N \\.", "中文 🎐", "")
"""Texts that COPY has to write in its own way."""


def fill(installation: Installation) -> None:
    """Staff, customers, orders, a segment, a journey, waiting work, bytes and awkward texts."""
    ensure_shape(installation)
    database = installation.database
    with database.begin() as work:
        ensure_first_admin(work, EMAIL, PASSWORD, "Siyu")
        defer(work, "nothing_of_the_kind", {"number": 7})
    with database.autocommit() as driver:
        ensure_partitions(driver)
        driver.execute("CREATE TABLE log.events_7 PARTITION OF log.events FOR VALUES FROM (7000000) TO (8000000)")
    with database.begin() as work:
        phone = Identity("phone", "13800138000")
        customers.resolve(work, SIYU, {(phone, Identity("user_id", "u1")): work.clock.now()})  # sealed, and a merge
    with database.begin() as work:
        segment = definitions.create(work, SIYU, "segment", "回头客", RETURNING)
        definitions.publish(work, SIYU, segment.definition_id)
    a_journey(database, segment.definition_id, send(), members=True)
    record_orders(installation, range(300))
    run_until_idle(installation)


def record_orders(installation: Installation, numbers: range) -> None:
    """One order for each number, of a hundred customers."""
    ids = some_customers(installation.database, 100)
    with installation.database.begin() as work:
        work.record(
            NewEvent(
                "order_paid",
                derived_id("order", number),
                ids[number % 100],
                START + timedelta(minutes=number),
                AWKWARD[number % len(AWKWARD)] or "test",
                {"total_fen": number, "order_id": f"o{number}", "currency": "CNY", "note": AWKWARD[number % 5]},
            )
            for number in numbers
        )


def rows_of(url: str) -> dict[str, Contents]:
    """What each table holds."""
    with snapshot(url) as driver:
        return {table.name: contents_of(driver, table) for table in tables_of(driver)}


def shape_of(url: str) -> tuple[object, object]:
    """Partitions, and where sequences stand."""
    with snapshot(url) as driver:
        return partitions_of(driver), sequences_of(driver)


def goes_on(installation: Installation, numbers: range) -> None:
    """New orders find their way through the whole thread, and the columns say what the log says."""
    record_orders(installation, numbers)
    run_until_idle(installation)
    told = columns_say(installation)
    rebuild_columns(installation.database, installation.columns, lambda *_: None)
    assert columns_say(installation) == told
    (orders,) = [count for name, count in told["names"] if name == "order_paid"]
    assert orders == numbers.stop


def columns_say(installation: Installation) -> dict[str, list[tuple[object, ...]]]:
    """All that stands in the columns, in an order of its own."""
    ask = {
        "names": "SELECT name, count() FROM events GROUP BY name ORDER BY name",
        "events": "SELECT cityHash64(*) AS hash, count() FROM events GROUP BY hash ORDER BY hash",
        "customers": "SELECT customer_id, unit_path, toString(attributes) FROM customers FINAL ORDER BY customer_id",
        "mapping": "SELECT profile_id, customer_id FROM profile_customer FINAL"
        " WHERE profile_id != customer_id ORDER BY profile_id",
    }
    return {name: list(installation.columns.query(sql)) for name, sql in ask.items()}
