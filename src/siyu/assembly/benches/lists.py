"""Benchmark `lists`: a page of a million customers and how many there are, in each order, with and without a filter.

Over the population of `audience`, of whom everybody is kept by a unit. Each list is asked for as the page of customers asks: whom
the filter finds and the asker may see, a page of them, and how many there are in all; then a page far down. A few times each; the
median counts, and `most_s` is that of the slowest list.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from siyu.assembly.benches.asked import filled_stores, median_of
from siyu.assembly.benches.figures import BenchOptions, Figures, Tell
from siyu.assembly.benches.population import UNITS
from siyu.domain.customers import reading as customers
from siyu.domain.segments.contracts import Ids
from siyu.domain.segments.reading import parse_definition
from siyu.engines.audience import evaluate
from siyu.engines.audience.ordering import Measure, by_orders
from siyu.engines.audience.sets import StoredSets
from siyu.kernel.actors import Actor, ActorKind, Scope, system_actor
from siyu.kernel.clock import ManualClock, SystemClock
from siyu.kernel.paging import MAX_PAGE_SIZE, Page, PageRequest
from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Database, Reading

CUSTOMERS, EVENTS = 1_000_000, 5_000_000
CUSTOMERS_QUICK, EVENTS_QUICK = 20_000, 100_000
TIMES, TIMES_QUICK = 5, 2
SIZE = 50
DEEP_PAGES = 20
ZONE = ZoneInfo("Asia/Shanghai")
WHOLE, PART = "1.", "1.2."
"""The company, and one of its units."""
FILTERS: Mapping[str, Mapping[str, Any] | None] = {
    "all": None,
    "city": {"kind": "attribute", "name": "city", "operator": "is", "value": "上海"},
    "most": {"kind": "attribute", "name": "points", "operator": "at_most", "value": 14_000},
}
"""Everybody, a twelfth, and nine of ten."""
Sort = Literal["newest", "last_seen"] | Measure
ORDERS: tuple[Measure, ...] = ("orders", "revenue", "last_order")
SORTS: tuple[Sort, ...] = ("newest", "last_seen", *ORDERS)


@dataclass(frozen=True, slots=True)
class _Bench:
    database: Database
    columns: Columns
    times: int
    tell: Tell

    def median(self, name: str, do: Callable[[], object]) -> float:
        """How long it takes."""
        return median_of(name, do, self.times, self.tell)[0]


def run(options: BenchOptions, tell: Tell) -> Figures:
    """Seconds; see the module."""
    size = options.customers or (CUSTOMERS_QUICK if options.is_quick else CUSTOMERS)
    events = options.events or (EVENTS_QUICK if options.is_quick else EVENTS)
    clock = ManualClock(SystemClock().now())
    with filled_stores(size, events, clock, tell) as (database, columns):
        _keep(database)
        bench = _Bench(database, columns, TIMES_QUICK if options.is_quick else TIMES, tell)
        figures = _figures(bench)
    return {**figures, "most_s": max(figures.values())}


def _keep(database: Database) -> None:
    """Everybody was seen at some time of the year and is kept by a unit, of which there are UNITS below the company."""
    with database.autocommit() as driver:
        driver.execute("INSERT INTO company.units (name, path, created_at) VALUES ('公司', '1.', now())")
        driver.execute(
            "INSERT INTO company.units (parent_id, name, path, created_at)"
            " SELECT 1, 'unit ' || n, '1.' || n || '.', now() FROM generate_series(2, %s::int + 1) AS n",
            (UNITS,),
        )
        driver.execute(
            "INSERT INTO customers.custody (profile_id, unit_id)"
            " SELECT profile_id, 2 + profile_id %% %s FROM customers.profiles",
            (UNITS,),
        )
        driver.execute(
            "UPDATE customers.profiles SET last_seen_at = last_seen_at - ((profile_id * 7919) %% %s) * interval '1 second'",
            (int(timedelta(days=365).total_seconds()),),
        )
        driver.execute("VACUUM ANALYZE customers.profiles, customers.custody")


def _figures(bench: _Bench) -> Figures:
    found: Figures = {}
    for who, actor in (("", system_actor("bench")), ("_of_whole", _kept_by(WHOLE)), ("_of_unit", _kept_by(PART))):
        for name, document in FILTERS.items():
            for sort in SORTS:
                figure = f"{name}_{sort}{who}_s"
                if who and (name == "city" or sort in ORDERS[1:]):
                    continue  # nothing new after the same list without a limit to what one sees
                found[figure] = bench.median(figure, _List(bench, actor, document, sort).first)
    deep = {
        sort: _List(bench, system_actor("bench"), FILTERS["most"], sort) for sort in ("newest", "last_seen", "revenue")
    }
    return found | {f"deep_{sort}_s": bench.median(f"deep_{sort}", each.deep()) for sort, each in deep.items()}


def _kept_by(path: str) -> Actor:
    """Somebody who sees the customers of the units below a path."""
    return Actor(ActorKind.STAFF, "1", frozenset({"customers.read"}), Scope(unit_path=path))


@dataclass(frozen=True, slots=True)
class _List:
    """A list as the page of customers asks for it."""

    bench: _Bench
    actor: Actor
    document: Mapping[str, Any] | None
    sort: Sort

    def first(self) -> Page[int]:
        """The first page, and how many there are."""
        with self.bench.database.read() as reading:
            whom = self._whom(reading)
            page = self._page(reading, whom, None)
            total = len(whom) if whom is not None else customers.count_customers(reading, self.actor)
        if total < len(page.rows):
            raise RuntimeError(f"a page has {len(page.rows)} customers of {total}")
        return page

    def deep(self) -> Callable[[], object]:
        """Asks for one of the pages far down, with the filter found anew."""
        with self.bench.database.read() as reading:
            whom, after = self._whom(reading), None
            for _ in range(DEEP_PAGES):
                after = self._page(reading, whom, after, MAX_PAGE_SIZE).next_after

        def ask() -> None:
            with self.bench.database.read() as reading:
                self._page(reading, self._whom(reading), after)

        return ask

    def _whom(self, reading: Reading) -> Ids | None:
        if self.document is None:
            return customers.ids_in_scope(reading, self.actor) if self.sort != "newest" else None
        bench = self.bench
        condition, now = parse_definition(self.document), bench.database.clock.now()
        found = evaluate.members(bench.columns, condition, now, zone=ZONE, sets=StoredSets(bench.database))
        return customers.visible_among(reading, self.actor, found)

    def _page(self, reading: Reading, whom: Ids | None, after: str | None, size: int = SIZE) -> Page[int]:
        page = PageRequest(size=size, after=after)
        if self.sort == "last_seen":
            return customers.by_last_seen(reading, page, whom)
        if self.sort != "newest":
            return by_orders(self.bench.columns, self.sort, page, whom)
        if whom is not None:
            whom = whom[whom < customers.page_key(page)][-page.size - 1 :]
        among = None if whom is None else whom.tolist()
        listed = customers.list_customers(reading, self.actor, page, among=among)
        return Page([each.customer_id for each in listed.rows], listed.next_after)
