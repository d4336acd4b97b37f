"""RFM in numbers: cut-offs against a published table and numpy, cells against a plain reading and against the conditions."""

from __future__ import annotations

import csv
import importlib.util
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from siyu.domain.segments.contracts import ListCondition, Measure, RfmScheme, Scale, SegmentCondition
from siyu.domain.segments.keeping_contracts import Ids
from siyu.domain.segments.rfm_rules import cell_condition
from siyu.domain.segments.rfm_templates import eight_cells, eleven_cells, quadrants
from siyu.engines.audience.evaluate import evaluate
from siyu.engines.insight.rfm import CellNumbers, cell_numbers, found_scales, with_found_cuts
from siyu.kernel.actors import Scope
from siyu.platform.columns.client import Columns
from tests.engines.audience.histories import NOON, Happening, History, Person, put

DAY = timedelta(days=1)
SHANGHAI = ZoneInfo("Asia/Shanghai")
EIGHT = eight_cells("order_paid", "total_fen", currency="USD")


def paid(profile_id: int, at: datetime, fen: int | None, currency: str = "USD") -> Happening:
    return Happening("order_paid", profile_id, at, {"total_fen": fen, "currency": currency}, "orders")


def cdnow() -> tuple[list[Happening], dict[int, list[tuple[datetime, int]]]]:
    """The published data: 69,659 purchases of 23,570 customers."""
    package = importlib.util.find_spec("lifetimes")  # importing it would load a world of old warnings
    assert package is not None
    assert package.origin is not None
    file = Path(package.origin).parent / "datasets" / "CDNOW_master.txt"
    bought: dict[int, list[tuple[datetime, int]]] = defaultdict(list)
    rows = csv.reader(file.read_text().splitlines()[1:], delimiter=" ", skipinitialspace=True)
    for row in rows:
        customer, day, _, dollars = [cell for cell in row if cell]
        at = datetime.strptime(day, "%Y%m%d").replace(tzinfo=UTC)
        bought[int(customer)].append((at, round(float(dollars) * 100)))
    happenings = [paid(who, at, fen) for who, orders in bought.items() for at, fen in orders]
    return happenings, bought


def test_cut_offs_are_the_published_quartiles_of_cdnow(columns: Columns) -> None:
    """Spending of a customer: quartiles 19.97, 43.395, 106.475; purchases 1, 1, 3; as published by all who describe these data
    with pandas or R. A cut-off is the next whole fen."""
    happenings, bought = cdnow()
    put(columns, History([Person(who) for who in bought], happenings))
    as_of = datetime(1998, 7, 1, tzinfo=UTC)
    measures: tuple[Measure, ...] = ("recency", "frequency", "monetary", "ticket")
    scales = tuple(Scale(each, (3, 2, 1) if each == "recency" else (1, 2, 3), "quantiles") for each in measures)
    scheme = RfmScheme("order_paid", "total_fen", scales, EIGHT.cells, None, "USD")
    recency, frequency, monetary, ticket = found_scales(columns, scheme, as_of)
    assert monetary.cuts == (1998, 4340, 10648)
    assert frequency.cuts == (2, 2, 4)
    ages = [(as_of - max(at for at, _ in orders)).days for orders in bought.values()]
    assert recency.cuts == tuple(int(value) + 1 for value in np.quantile(ages, (0.75, 0.5, 0.25)))
    means = [sum(fen for _, fen in orders) // len(orders) for orders in bought.values()]
    assert ticket.cuts == tuple(int(value + 1e-9) + 1 for value in np.quantile(means, (0.25, 0.5, 0.75)))

    found = cell_numbers(columns, with_found_cuts(columns, EIGHT, as_of), as_of)
    assert sum(each.customers for each in found) == 23_570
    assert sum(each.orders for each in found) == 69_659
    assert sum(each.revenue_fen for each in found) == 250_031_563
    assert {each.key: each.customers for each in found} == plain_eight(bought, as_of)


def plain_eight(bought: Mapping[int, Sequence[tuple[datetime, int]]], as_of: datetime) -> dict[str, int]:
    """Eight cells by the means, counted by hand: high is more than the mean, and for days since not more than it."""
    ages = {who: (as_of - max(at for at, _ in orders)).days for who, orders in bought.items()}
    spent = {who: sum(fen for _, fen in orders) for who, orders in bought.items()}
    size = len(bought)
    age_mean, all_orders, all_spent = sum(ages.values()) // size, sum(map(len, bought.values())), sum(spent.values())
    found: Counter[str] = Counter()
    for who, orders in bought.items():
        high_r = ages[who] <= age_mean
        high_f = len(orders) * size > all_orders
        high_m = spent[who] * size > all_spent
        kind = {(1, 1): "value", (1, 0): "develop", (0, 1): "keep", (0, 0): "retain"}[int(high_r), int(high_f)]
        found[("important_" if high_m else "general_") + kind] += 1
    return {cell.key: found[cell.key] for cell in EIGHT.cells}


class NoSets:
    """For conditions that ask for no sets."""

    def members(self, leaf: SegmentCondition | ListCondition) -> Ids:
        raise AssertionError(leaf)


@pytest.mark.parametrize("seed", range(4))
def test_each_buyer_is_in_the_one_cell_that_its_conditions_say(columns: Columns, seed: int) -> None:
    random = Random(seed)
    people = [Person(n, unit_path=random.choice(("1.2.", "1.3."))) for n in range(1, 120)]
    happenings = [
        paid(
            random.randrange(1, 140),
            NOON - random.choice((0, 1, 30, 90, 365)) * DAY + random.choice((-1, 0, 1)) * timedelta(milliseconds=1),
            random.choice((None, 0, 1, 100, 100, 9_999, 10_000, 50_000)),
            random.choice(("USD", "USD", "USD", "CNY")),
        )
        for _ in range(400)
    ]
    put(columns, History(people, happenings, {n: n - 100 for n in range(121, 140)}))
    schemes = [
        eight_cells("order_paid", "total_fen", days=random.choice((None, 90)), currency="USD"),
        eleven_cells("order_paid", "total_fen", days=random.choice((None, 365))),
        quadrants("order_paid", "total_fen", currency=random.choice((None, "USD"))),
    ]
    scope = random.choice((Scope(), Scope("1.2.")))
    for scheme in [*schemes, *(with_found_cuts(columns, each, NOON) for each in schemes)]:
        conditions = [cell_condition(scheme, cell.key) for cell in scheme.cells]
        answers = evaluate(columns, conditions, NOON, zone=SHANGHAI, sets=NoSets(), scope=scope)
        bits = [np.unpackbits(each, count=len(answers.ids)).astype(bool) for each in answers.matches]
        in_cells = np.sum(bits, axis=0)
        assert set(in_cells.tolist()) <= {0, 1}
        found = cell_numbers(columns, scheme, NOON, scope)
        assert [each.customers for each in found] == [int(each.sum()) for each in bits]


def test_without_buyers_cut_offs_stay_and_cells_are_empty(columns: Columns) -> None:
    put(columns, History([Person(1)], [Happening("page_viewed", 1, NOON)]))
    assert with_found_cuts(columns, EIGHT, NOON) == EIGHT
    assert cell_numbers(columns, EIGHT, NOON) == [CellNumbers(cell.key, 0, 0, 0) for cell in EIGHT.cells]
    assert {each.arpu_fen for each in cell_numbers(columns, EIGHT, NOON)} == {0}


def test_any_number_of_any_event_can_be_scored(columns: Columns) -> None:
    happenings = [
        Happening("lesson_done", 1, NOON - DAY, {"minutes": 30}),
        Happening("lesson_done", 1, NOON, {"minutes": 2.5}),
        Happening("lesson_done", 2, NOON, {"minutes": "60"}),
        Happening("lesson_done", 3, NOON + DAY, {"minutes": 60}),
    ]
    put(columns, History([Person(n) for n in (1, 2, 3)], happenings))
    scheme = quadrants("lesson_done", "minutes")
    scheme = replace(scheme, scales=(Scale("frequency", (2,)), Scale("ticket", (16,))))
    found = {each.key: each.customers for each in cell_numbers(columns, scheme, NOON)}
    assert found == {"often_high": 1, "often_low": 0, "seldom_high": 0, "seldom_low": 1}
