"""Every room that keeps a customer's id follows customers who are merged or split."""

from __future__ import annotations

import inspect
from types import MappingProxyType
from zoneinfo import ZoneInfo

from siyu.assembly.flow import consumers
from siyu.domain.content.contracts import SignedAddresses
from siyu.domain.customers.contracts import CUSTOMERS_MERGED, CUSTOMERS_SPLIT
from siyu.engines.intake.telling import ToldOrders
from siyu.engines.reach.gate import Reach
from siyu.platform.postgres.database import Database

OWNER = "customers"
"""The room that owns the mapping itself."""


def rooms_with_a_customer(database: Database) -> set[str]:
    """Schemas with a column called customer_id, or a bit map of customers."""
    with database.read() as reading:
        rows = reading.driver.execute(
            "SELECT DISTINCT table_schema FROM information_schema.columns"
            " WHERE column_name IN ('customer_id', 'customer_ids', 'members')"
            " AND table_schema NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
    return {row[0] for row in rows} - {OWNER}


def rooms_that_follow(event_name: str) -> set[str]:
    """Rooms whose service a handler of the event uses."""
    reach = Reach(MappingProxyType({}), SignedAddresses("", "-"), ZoneInfo("Asia/Shanghai"))
    found = set()
    for consumer in consumers(reach, ToldOrders("CNY")):
        for handler in consumer.handlers.get(event_name, ()):
            for value in vars(inspect.getmodule(handler)).values():
                name = getattr(value, "__name__", "")
                if inspect.ismodule(value) and name.startswith("siyu.domain.") and name.endswith(".service"):
                    found.add(name.split(".")[2])
    return found


def test_every_room_with_a_customer_follows_merges_and_splits(database: Database) -> None:
    wanted = rooms_with_a_customer(database)
    assert {"segments", "journeys", "messages"} <= wanted
    for event_name in (CUSTOMERS_MERGED, CUSTOMERS_SPLIT):
        assert wanted <= rooms_that_follow(event_name), event_name


def test_a_room_that_does_not_follow_is_found(database: Database) -> None:
    with database.begin() as work:
        work.driver.execute("CREATE SCHEMA planted; CREATE TABLE planted.points (customer_id bigint)")
    assert rooms_with_a_customer(database) - rooms_that_follow(CUSTOMERS_MERGED) == {"planted"}
