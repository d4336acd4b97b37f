"""The summary says what counting by hand says."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import fmean
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import siyu.domain
from siyu.domain.segments.contracts import ACTS_IN_ROOMS, ROOM_SOURCES
from siyu.engines.insight.meanings import MEANINGS
from siyu.engines.insight.summary import RFM_CELLS, Month, RfmCell, Summary, summary
from siyu.engines.intake.contracts import OWN_EVENTS
from siyu.kernel.actors import Scope
from siyu.platform.columns.client import Columns
from tests.engines.audience.histories import NOON, Happening, History, Person, empty, put

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)
EVERYTHING = Scope()


def paid(profile_id: int, at: datetime, fen: int, currency: str | None = "CNY") -> Happening:
    return Happening("order_paid", profile_id, at, {"total_fen": fen, "order_id": "x", "currency": currency}, "orders")


def refunded(profile_id: int, at: datetime, fen: int) -> Happening:
    return Happening("order_refunded", profile_id, at, {"total_fen": fen, "currency": "CNY"}, "orders")


def first_seen(profile_id: int, at: datetime) -> Happening:
    return Happening("profile_created", profile_id, at, {}, "customers")


def asked(columns: Columns, as_of: datetime = NOON, scope: Scope = EVERYTHING) -> Summary:
    return summary(columns, as_of, SHANGHAI, scope, currency="CNY")


def test_an_empty_installation_has_a_summary_too(columns: Columns) -> None:
    found = asked(columns)
    assert (found.customers, found.new_customers_30d, found.active_30d, found.buyers, found.orders) == (0, 0, 0, 0, 0)
    assert (found.revenue_fen, found.repeat_buyers, found.repeat_rate, found.revenue_by_month) == (0, 0, 0.0, [])
    assert found.rfm == [RfmCell(cell, 0, 0) for cell in RFM_CELLS]


def test_customers_new_ones_and_active_ones(columns: Columns) -> None:
    edge = NOON - 30 * DAY
    put(
        columns,
        History(
            [Person(1), Person(2), Person(3), Person(4, is_deleted=True), Person(5), Person(6)],
            [
                first_seen(1, edge),
                first_seen(2, edge + timedelta(milliseconds=1)),
                first_seen(3, NOON),
                first_seen(4, NOON - 400 * DAY),  # merged into 3, so 3 is not new
                first_seen(5, NOON + DAY),
                first_seen(6, NOON - DAY),
                Happening("page_viewed", 1, NOON, {}, "web"),
                Happening("page_viewed", 2, edge, {}, "web"),
                Happening("message_clicked", 4, NOON - DAY, {}, "messages"),
                Happening("message_sent", 5, NOON - DAY, {}, "messages"),
                Happening("segment_entered", 5, NOON - DAY, {}, "segments"),
                paid(6, NOON - DAY, 1),
                Happening("page_viewed", 0, NOON, {}, "web"),
            ],
            {4: 3},
        ),
    )
    found = asked(columns)
    assert (found.customers, found.new_customers_30d, found.active_30d) == (5, 2, 3)


def test_orders_revenue_and_who_came_back(columns: Columns) -> None:
    put(
        columns,
        History(
            [Person(n) for n in range(1, 6)],
            [
                paid(1, NOON - 3 * DAY, 10_000),
                paid(1, NOON - 2 * DAY, 5_000),
                refunded(1, NOON - DAY, 2_000),
                paid(2, NOON - 3 * DAY, 700),
                paid(4, NOON - DAY, 300),  # 4 is 2 now
                paid(3, NOON, 1_000, currency="USD"),
                paid(5, NOON + timedelta(milliseconds=1), 1_000_000),
                refunded(5, NOON - DAY, 5),
            ],
            {4: 2},
        ),
    )
    found = asked(columns)
    assert (found.buyers, found.repeat_buyers, found.orders, found.revenue_fen) == (3, 2, 5, 13_995)
    assert found.repeat_rate == 2 / 3
    assert found.currency == "CNY"


def test_months_are_those_of_the_business_time_zone(columns: Columns) -> None:
    new_year = datetime(2025, 12, 31, 16, 0, tzinfo=UTC)  # midnight in Shanghai
    put(
        columns,
        History(
            [Person(1), Person(2)],
            [
                paid(1, new_year - timedelta(milliseconds=1), 100),
                paid(1, new_year, 200),
                paid(1, new_year + DAY, 30),
                paid(2, new_year + DAY, 4),
                refunded(2, new_year + 100 * DAY, 9),
                paid(2, NOON + DAY, 5_000),
            ],
        ),
    )
    assert asked(columns).revenue_by_month == [
        Month("2025-12", 1, 1, 100),
        Month("2026-01", 3, 2, 234),
        Month("2026-02", 0, 0, 0),
        Month("2026-03", 0, 0, 0),
        Month("2026-04", 0, 0, -9),
    ]


def test_only_the_last_three_years_of_months_are_shown(columns: Columns) -> None:
    put(columns, History([Person(1)], [paid(1, NOON - 2000 * DAY, 1), paid(1, NOON - DAY, 2)]))
    months = asked(columns).revenue_by_month
    assert len(months) == 36
    assert (months[0].month, months[-1]) == ("2023-06", Month("2026-05", 1, 1, 2))


def test_a_scope_limits_every_number(columns: Columns) -> None:
    put(
        columns,
        History(
            [Person(1, unit_path="1.2."), Person(2, unit_path="1.20."), Person(3)],
            [each for n in (1, 2, 3) for each in (first_seen(n, NOON - DAY), paid(n, NOON - DAY, 10**n))],
        ),
    )
    seen = asked(columns, scope=Scope("1.2."))
    assert (seen.customers, seen.new_customers_30d, seen.active_30d, seen.buyers, seen.orders) == (1, 1, 1, 1, 1)
    assert (seen.revenue_fen, seen.revenue_by_month) == (10, [Month("2026-05", 1, 1, 10)])
    assert sum(cell.customers for cell in seen.rfm) == 1
    assert asked(columns, scope=Scope("1.")).revenue_fen == 110
    assert asked(columns).revenue_fen == 1110
    nobody = asked(columns, scope=Scope(own_only=True))
    assert (nobody.customers, nobody.orders, nobody.revenue_fen, nobody.revenue_by_month) == (0, 0, 0, [])


PURCHASES = st.lists(
    st.tuples(st.integers(1, 8), st.integers(0, 40), st.integers(-50, 200), st.booleans()), min_size=1, max_size=40
)


@settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(PURCHASES)
def test_the_eight_cells_are_those_counted_by_hand(columns: Columns, told: list[tuple[int, int, int, bool]]) -> None:
    empty(columns)
    done = [
        refunded(who, NOON - days * DAY, abs(fen)) if is_refund else paid(who, NOON - days * DAY, fen)
        for who, days, fen, is_refund in told
    ]
    put(columns, History([Person(n) for n in range(1, 9)], done, {8: 1}))
    expected: Counter[str] = Counter()
    spent: Counter[str] = Counter()
    buyers: dict[int, tuple[int, int, int]] = {}
    for who in range(1, 8):
        orders = [each for each in told if (1 if each[0] == 8 else each[0]) == who and not each[3]]
        if orders:
            buyers[who] = (min(each[1] for each in orders), len(orders), sum(each[2] for each in orders))
    means = [fmean(values) for values in zip(*buyers.values(), strict=True)]
    for recency, frequency, monetary in buyers.values():
        kind = {(1, 1): "value", (1, 0): "develop", (0, 1): "keep", (0, 0): "retain"}
        value = "important" if monetary > means[2] and monetary > 0 else "general"
        name = f"{value}_{kind[int(recency <= means[0]), int(frequency > means[1])]}"
        expected[name] += 1
        spent[name] += monetary
    found = asked(columns)
    assert {cell.cell: cell.customers for cell in found.rfm} == {name: expected[name] for name in RFM_CELLS}
    assert {cell.cell: cell.revenue_fen for cell in found.rfm} == {name: spent[name] for name in RFM_CELLS}
    assert found.buyers == len(buyers)
    assert sum(month.revenue_fen for month in found.revenue_by_month) == found.revenue_fen


def test_every_number_is_defined_in_both_languages() -> None:
    shown = {*Summary.__dataclass_fields__, "repeat_rate", *RFM_CELLS} - {"as_of", "currency"}
    assert set(MEANINGS) == shown
    assert all(meaning.zh and meaning.en for meaning in MEANINGS.values())


def test_what_rooms_record_is_nobodys_act() -> None:
    services = Path(siyu.domain.__path__[0]).glob("*/service.py")
    recording = {path.parent.name for path in services if re.search("NewEvent|EncodedEvent", path.read_text("utf-8"))}
    assert recording
    assert recording <= set(ROOM_SOURCES)
    assert set(ACTS_IN_ROOMS) <= OWN_EVENTS
