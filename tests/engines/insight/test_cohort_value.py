"""The value of cohorts, against a plain reading of the same histories."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from siyu.domain.metrics import service
from siyu.domain.metrics.contracts import NewCost
from siyu.engines.insight.cohort_value import SINCE, Cohort, CohortMonth, Since, cohort_people, cohort_values
from siyu.engines.insight.metric_values import Numbers
from siyu.kernel.actors import Actor, ActorKind, Scope, system_actor
from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Database
from tests.engines.audience.histories import NOON, Happening, History, Person, empty, put

SHANGHAI = ZoneInfo("Asia/Shanghai")
ACTOR = system_actor("test")
MONTHS = 4
Acts = list[tuple[int, int, bool, int]]


def month(at: datetime) -> int:
    local = at.astimezone(SHANGHAI)
    return local.year * 12 + local.month - 1


def slowly(history: History, since: Since) -> list[Cohort]:
    present = month(NOON)
    done = [(history.merged.get(each.profile_id, each.profile_id), each) for each in history.happenings]
    born: dict[int, datetime] = {}
    for who, each in done:
        if each.name == SINCE[since]:
            born[who] = min(born.get(who, each.occurred_at), each.occurred_at)
    cohorts = []
    for first in range(present - MONTHS + 1, present + 1):
        members = {who for who, at in born.items() if month(at) == first}
        orders = [
            (who, month(each.occurred_at), each.properties)
            for who, each in done
            if who in members and each.name == "order_paid" and each.occurred_at >= born[who]
        ]
        months = []
        for last in range(first, present + 1):
            so_far = [(who, told) for who, at, told in orders if at <= last]
            times = [sum(1 for who, _ in so_far if who == member) for member in members]
            months.append(
                CohortMonth(
                    paid_fen=sum(int(told["total_fen"]) for _, told in so_far if told["currency"] == "CNY"),
                    orders=len(so_far),
                    buyers=sum(each >= 1 for each in times),
                    repeat_buyers=sum(each >= 2 for each in times),
                    active=len({who for who, at, _ in orders if at == last}),
                )
            )
        cohorts.append(Cohort(date(first // 12, first % 12 + 1, 1), len(members), 0, months))
    return cohorts


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(
    st.lists(
        st.tuples(st.integers(1, 6), st.integers(0, 150), st.booleans(), st.integers(0, 9)), max_size=30, unique=True
    )
)
def test_cohorts_are_what_counting_by_hand_says(database: Database, columns: Columns, acts: Acts) -> None:
    empty(columns)
    done = [
        Happening(
            "order_paid" if is_order else "profile_created",
            who,
            NOON - timedelta(days=days, hours=who),
            {"total_fen": fen, "currency": "USD" if fen == 9 else "CNY"} if is_order else {},
        )
        for who, days, is_order, fen in acts
    ]
    history = History([Person(n) for n in range(1, 6)], done, {6: 2})
    put(columns, history)
    numbers = Numbers(database, columns, SHANGHAI, ACTOR)
    for since in SINCE:
        assert cohort_values(numbers, since, MONTHS, "CNY") == slowly(history, since)


def test_a_cohort_is_paid_back_when_each_has_paid_what_each_cost(database: Database, columns: Columns) -> None:
    paid = [(1, 60, 30), (2, 61, 10), (1, 30, 50), (2, 0, 100)]
    put(
        columns,
        History(
            [Person(1, unit_path="1.2."), Person(2)],
            [
                Happening("order_paid", who, NOON - timedelta(days=days), {"total_fen": fen, "currency": "CNY"})
                for who, days, fen in paid
            ],
        ),
    )
    with database.begin() as work:
        lines = [
            NewCost("a", date(2026, 4, 30), 40),
            NewCost("b", date(2026, 4, 1), 45),
            NewCost("c", date(2026, 5, 1), 9),
        ]
        service.record_costs(work, ACTOR, "投放", lines)
    april, may, _june = cohort_values(Numbers(database, columns, SHANGHAI, ACTOR), "first_order", 3, "CNY")
    assert (april.customers, april.spent_fen, april.cost_fen) == (2, 85, 42.5)
    assert [each.paid_fen for each in april.months] == [40, 90, 190]
    assert april.payback_month == 1
    assert (may.customers, may.spent_fen, may.cost_fen, may.payback_month) == (0, 9, None, None)
    some = Actor(ActorKind.STAFF, "1", frozenset({"insight.read"}), Scope(unit_path="1.2."))
    seen = cohort_values(Numbers(database, columns, SHANGHAI, some), "first_order", 3, "CNY")[0]
    assert (seen.customers, seen.spent_fen, seen.payback_month) == (1, None, None)
    said = cohort_people("first_order", date(2026, 2, 1))
    assert said["window"] == {"kind": "fixed", "since_on": "2026-02-01", "until_on": "2026-02-28"}
