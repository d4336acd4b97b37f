"""LTV out of the columns: who is a buyer against a plain reading, the published sample from its orders to each customer's row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from siyu.engines.insight.ltv import BUYERS_MIN, REPEATERS_MIN, estimate, round_amount
from siyu.engines.insight.ltv_models import BuyingFit, SpendingFit, expected_amount, expected_orders, p_alive
from siyu.engines.insight.ltv_summaries import day_of, overview, parts_of, some_buyers, source_of
from siyu.platform.columns.client import Columns
from siyu.platform.columns.editions import EditionWriter
from siyu.platform.columns.schema import ESTIMATES
from tests.cdnow import CUT, sample
from tests.engines.audience.histories import Happening, History, Person, put, random_history

SHANGHAI = ZoneInfo("Asia/Shanghai")
NIGHT = datetime(1997, 9, 30, 15, 59, 59, tzinfo=UTC)
"""The end of the day of the published cut in Shanghai."""


def writer_of(columns: Columns) -> EditionWriter:
    return EditionWriter(columns, "value", 1, "test")


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


def paid(who: int, day: date, fen: int, currency: str = "USD", hours: int = 0) -> Happening:
    properties = {"total_fen": fen, "currency": currency}
    return Happening("order_paid", who, noon(day) + timedelta(hours=hours), properties, "orders")


def cdnow() -> History:
    bought = sample()
    done = [paid(who, day, round(dollars * 100)) for who, days in bought.items() for day, dollars in days.items()]
    return History([Person(who) for who in bought], done)


def rows_of(columns: Columns) -> Mapping[int, Mapping[str, float]]:
    found = columns.query(f"SELECT customer_id, numbers FROM {ESTIMATES} WHERE model = 'value' AND edition = 1")  # noqa: S608
    return dict(found)


def test_the_published_sample(columns: Columns) -> None:
    put(columns, cdnow())
    told = estimate(writer_of(columns), NIGHT, zone=SHANGHAI, currency="USD")
    assert not isinstance(told, str)
    assert (told["buyers"], told["repeat_buyers"], told["since_on"]) == (2357, 946, "1997-01-01")
    fit, spending = BuyingFit(**told["buying"]), SpendingFit(**told["spending"])
    assert tuple(round(each, 3) for each in fit[:4]) == (0.243, 4.414, 0.793, 2.426)
    assert round(fit.log_likelihood, 1) == -9582.4
    assert (round(spending.p, 2), round(spending.q, 2), round(spending.gamma / 100, 2)) == (6.25, 3.74, 15.44)
    assert abs(told["correlation"]) < 0.2

    rows = rows_of(columns)
    assert rows.keys() == sample().keys()
    for who in (1, 4, 18, 1000, 2357):
        days = {day: dollars for day, dollars in sample()[who].items() if day <= CUT}
        first, last, again = min(days), max(days), len(days) - 1
        spent = [round(dollars * 100) for day, dollars in days.items() if day > first and dollars > 0]
        x, t_x, watched = (np.array([each]) for each in (again, (last - first).days / 7, (CUT - first).days / 7))
        assert rows[who]["p_alive"] == pytest.approx(float(p_alive(fit, x, t_x, watched)[0]), abs=1e-6)
        orders = float(expected_orders(fit, x, t_x, watched, 90 / 7)[0])
        assert rows[who]["expected_orders"] == pytest.approx(orders, abs=1e-6)
        mean = sum(spent) / len(spent) if spent else 0.0
        ticket = float(expected_amount(spending, np.array([len(spent)]), np.array([mean]))[0])
        assert rows[who]["expected_ticket_fen"] == round(ticket)
        year = float(expected_orders(fit, x, t_x, watched, 365 / 7)[0]) * ticket
        assert 0.9 * year - 1 < rows[who]["expected_value_fen"] < year + 1  # less a tenth a year at most
    assert told["alive"] == pytest.approx(sum(each["p_alive"] for each in rows.values()), abs=0.01)
    assert told["expected_value_fen"] == sum(each["expected_value_fen"] for each in rows.values())
    cuts = told["value_cuts_fen"]
    assert cuts == sorted(set(cuts))
    above = [sum(each["expected_value_fen"] >= cut for each in rows.values()) / 2357 for cut in cuts]
    assert above == pytest.approx([0.5, 0.2, 0.05], abs=0.1)  # who bought once have few values


def test_a_look_back_says_how_it_came_out(columns: Columns) -> None:
    put(columns, cdnow())
    night = NIGHT + timedelta(days=273)
    told = estimate(writer_of(columns), night, zone=SHANGHAI, currency="USD")
    assert not isinstance(told, str)
    back = told["look_back"]
    cut = date.fromisoformat(back["cut_on"])
    assert cut == date(1998, 6, 30) - timedelta(days=545 // 3)
    assert (back["customers"], back["actual"]) == (
        2357,
        sum(day > cut for days in sample().values() for day in days),
    )
    assert back["expected"] == pytest.approx(back["actual"], rel=0.1)
    last = back["points"][-1]
    assert (last["on"], last["actual"]) == ("1998-06-30", sum(len(days) - 1 for days in sample().values()))
    for point in back["points"]:
        until = date.fromisoformat(point["on"])
        assert point["actual"] == sum(min(days) < day <= until for days in sample().values() for day in days)
    late = [each for each in back["points"] if each["actual"] > 500]
    assert [each["expected"] / each["actual"] for each in late] == pytest.approx([1.0] * len(late), abs=0.2)


def plainly(history: History, upto: datetime, currency: str) -> Mapping[int, Sequence[int]]:
    """Buyers as some_buyers tells them, slowly."""
    living = {each.customer_id for each in history.people if not (each.is_deleted or each.is_erased)}
    days: dict[int, dict[date, int]] = defaultdict(lambda: defaultdict(int))
    for each in history.happenings:
        who = history.merged.get(each.profile_id, each.profile_id)
        if each.name != "order_paid" or each.occurred_at > upto or who not in living:
            continue
        fen = each.properties.get("total_fen")
        counts = currency in {"", each.properties.get("currency")}
        days[who][each.occurred_at.astimezone(SHANGHAI).date()] += int(fen) if fen is not None and counts else 0
    found = {}
    today = upto.astimezone(SHANGHAI).date()
    for who, bought in days.items():
        first, last = min(bought), max(bought)
        spent = [fen for day, fen in bought.items() if day != first and fen > 0]
        found[who] = (len(bought) - 1, (last - first).days, (today - first).days, len(spent), sum(spent))
    return found


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("currency", ["", "USD"])
def test_buyers_are_what_a_plain_reading_says(columns: Columns, seed: int, currency: str) -> None:
    random = Random(seed)
    base = random_history(random, people_max=20, happenings_max=40)
    done = [
        paid(
            random.randint(1, 24),
            date(2026, 3, 1) + timedelta(days=random.randint(0, 40)),
            random.choice([0, 100, 250, -100, 999]),
            random.choice(["USD", "CNY"]),
            random.randint(0, 23),
        )
        for _ in range(200)
    ]
    history = History(base.people, [*base.happenings, *done], base.merged)
    put(columns, history)
    as_of = datetime(2026, 3, 30, 15, 30, tzinfo=UTC)
    source = source_of(columns, as_of, SHANGHAI, currency)
    assert day_of(source.upto) == date(2026, 3, 30)
    expected = plainly(history, as_of, currency)
    found: dict[int, Sequence[int]] = {}
    for part in range(3):
        some = some_buyers(source, 3, part)
        columns_of = (some.again, some.recency_days, some.watched_days, some.spends, some.spent_fen)
        rows = zip(*(each.tolist() for each in columns_of), strict=True)
        found.update(zip(some.customer_ids.tolist(), rows, strict=True))
    assert found == expected
    seen = overview(source)
    assert (seen.buyers, seen.repeat_buyers) == (len(expected), sum(row[0] > 0 for row in expected.values()))
    assert (parts_of(1), parts_of(1_000_001)) == (1, 3)


def made_up(buyers: int, again: int, fen: Sequence[int]) -> History:
    """So many buyers, of whom so many bought again ten times."""
    done = []
    for who in range(1, buyers + 1):
        start = date(2026, 1, 1) + timedelta(days=who % 40)
        for n in range(11 if who <= again else 1):
            done.append(paid(who, start + timedelta(days=n * (2 + who % 5)), fen[n % len(fen)]))
    return History([Person(who) for who in range(1, buyers + 1)], done)


@pytest.mark.parametrize(
    ("buyers", "again", "trouble"),
    [
        (0, 0, "no_orders"),
        (BUYERS_MIN - 1, 50, "few_buyers"),
        (BUYERS_MIN, REPEATERS_MIN - 1, "no_repeaters"),
    ],
)
def test_too_little_is_told_as_such(columns: Columns, buyers: int, again: int, trouble: str) -> None:
    put(columns, made_up(buyers, again, [100]))
    as_of = datetime(2026, 6, 1, tzinfo=UTC)
    assert estimate(writer_of(columns), as_of, zone=SHANGHAI, currency="USD") == trouble
    assert rows_of(columns) == {}


def test_one_amount_is_what_everybody_will_spend(columns: Columns) -> None:
    put(columns, made_up(150, 60, [2500]))
    told = estimate(writer_of(columns), datetime(2026, 6, 1, tzinfo=UTC), zone=SHANGHAI, currency="USD")
    assert not isinstance(told, str)
    assert (told["spending"], told["spending_trouble"]) == (None, "one_amount")
    assert {row["expected_ticket_fen"] for row in rows_of(columns).values()} == {2500}


def test_without_amounts_nobody_has_a_value(columns: Columns) -> None:
    put(columns, made_up(150, 60, [0]))
    told = estimate(writer_of(columns), datetime(2026, 6, 1, tzinfo=UTC), zone=SHANGHAI, currency="USD")
    assert not isinstance(told, str)
    assert (told["spending_trouble"], told["expected_value_fen"], told["value_cuts_fen"]) == ("few_amounts", None, [])
    assert {frozenset(row) for row in rows_of(columns).values()} == {frozenset({"p_alive", "expected_orders"})}


@pytest.mark.parametrize(("fen", "told"), [(104, 100), (12_345, 12_000), (987_654, 990_000), (1_999, 2_000)])
def test_amounts_of_the_page_are_round(fen: float, told: int) -> None:
    assert round_amount(fen) == told


def test_who_all_buy_at_one_pace_are_estimated_too(columns: Columns) -> None:
    """Subscribers: everybody's rate is the same, and as certain as it is looked for."""
    end = date(2026, 3, 1)
    done = [paid(who, end - timedelta(days=n), 1000 + who) for who in range(1, 151) for n in range(20 + who % 30)]
    put(columns, History([Person(who) for who in range(1, 151)], done))
    told = estimate(writer_of(columns), noon(end), zone=SHANGHAI, currency="USD")
    assert not isinstance(told, str)
    assert "r" in told["buying"]["at_edge"]
    assert told["expected_orders"] == pytest.approx(150 * 90, rel=0.05)
    assert all(80 < row["expected_orders"] < 91 for row in rows_of(columns).values())
