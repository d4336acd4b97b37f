"""Costs: told once they count once, told otherwise they are corrected, withdrawn they count for nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from siyu.domain.metrics import reading as metrics
from siyu.domain.metrics import service
from siyu.domain.metrics.contracts import BadCostError, CostFilter, NewCost, RecordedCosts, UnknownCostError
from siyu.kernel.actors import Actor, ActorKind, Scope, system_actor
from siyu.kernel.errors import ForbiddenError, InvalidError
from siyu.kernel.paging import PageRequest
from siyu.platform.postgres.database import Database

ACTOR = system_actor("test")
SOME = Actor(ActorKind.STAFF, "7", frozenset({"metrics.read", "costs.write"}), Scope(unit_path="1.2."))


def line(key: str, day: int, fen: int, channel: str = "抖音", campaign: str = "双十一") -> NewCost:
    return NewCost(key, date(2026, 5, day), fen, channel=channel, campaign=campaign)


def test_lines_count_once_are_corrected_and_withdrawn(database: Database) -> None:
    with database.begin() as work:
        told = [line("a", 1, 100), line("b", 2, 200), line("c", 3, 300, channel="小红书", campaign="")]
        assert service.record_costs(work, ACTOR, "投放", told) == RecordedCosts(3, 0, 0)
        again = [told[0], line("b", 2, 250), replace(told[2], note=" ")]
        assert service.record_costs(work, ACTOR, "投放", again) == RecordedCosts(0, 1, 2)
        assert service.record_costs(work, ACTOR, "别处", told[:1]) == RecordedCosts(1, 0, 0)
        totals = service.total_costs(work, ACTOR, CostFilter())
        assert (totals.lines, totals.amount_fen) == (4, 750)
        assert [(part.word, part.amount_fen) for part in totals.channels] == [("抖音", 450), ("小红书", 300)]
        assert metrics.spent_by_campaign(work, "双十一", date(2026, 5, 2), date(2026, 5, 9)) == 250
        first = service.list_costs(work, ACTOR, CostFilter(), PageRequest(size=3))
        rest = service.list_costs(work, ACTOR, CostFilter(), PageRequest(size=3, after=first.next_after))
        shown = [*first.rows, *rest.rows]
        assert [(each.key, each.amount_fen) for each in shown] == [("c", 300), ("b", 250), ("a", 100), ("a", 100)]
        assert rest.next_after is None

        corrected = service.correct_cost(work, ACTOR, shown[0].cost_id, replace(told[2], amount_fen=10))
        assert (corrected.key, corrected.amount_fen, corrected.corrects_id) == ("c", 10, shown[0].cost_id)
        with pytest.raises(UnknownCostError):
            service.correct_cost(work, ACTOR, shown[0].cost_id, told[2])
        service.withdraw_cost(work, ACTOR, corrected.cost_id)
        assert service.total_costs(work, ACTOR, CostFilter(channel="小红书")).lines == 0
        audit = work.driver.execute("SELECT verb FROM company.audit WHERE verb LIKE 'metrics.%' ORDER BY 1").fetchall()
        assert [row[0] for row in audit] == [
            "metrics.correct_cost",
            *["metrics.record_costs"] * 3,
            "metrics.withdraw_cost",
        ]


def test_an_import_is_undone_and_may_come_again(database: Database) -> None:
    with database.begin() as work:
        service.record_costs(work, ACTOR, "a.csv", [line("1", 1, 10), line("2", 2, 20)], import_id=4)
        (found,) = service.list_cost_imports(work, ACTOR)
        assert (found.import_id, found.lines, found.amount_fen, found.until_on) == (4, 2, 30, date(2026, 5, 2))
        assert service.withdraw_cost_import(work, ACTOR, 4) == 2
        assert service.list_cost_imports(work, ACTOR) == []
        with pytest.raises(UnknownCostError):
            service.withdraw_cost_import(work, ACTOR, 4)
        again = service.record_costs(work, ACTOR, "a.csv", [line("1", 1, 10)], import_id=5)
        assert again == RecordedCosts(1, 0, 0)


def test_what_cannot_be_is_refused(database: Database) -> None:
    bad = [
        replace(line("a", 1, 1), amount_fen=-1),
        replace(line("a", 1, 1), amount_fen=10**14),
        replace(line("a", 1, 1), spent_on=date(1999, 1, 1)),
        replace(line("a", 1, 1), channel="长" * 101),
        replace(line("a", 1, 1), note="a\nb"),
        line("", 1, 1),
    ]
    with database.begin() as work:
        for each in bad:
            with pytest.raises(BadCostError):
                service.record_costs(work, ACTOR, "投放", [each])
        with pytest.raises(BadCostError):
            service.record_costs(work, ACTOR, "", [])
        for after in ("x", "2026-05-01_", "2026-05-01_x", "_4"):
            with pytest.raises(InvalidError):
                service.list_costs(work, ACTOR, CostFilter(), PageRequest(after=after))
        with pytest.raises(ForbiddenError):
            service.total_costs(work, SOME, CostFilter())
        with pytest.raises(ForbiddenError):
            service.record_costs(work, SOME, "投放", [line("a", 1, 1)])
