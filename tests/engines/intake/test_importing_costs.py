"""Files of costs."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from siyu.domain.metrics import service as metrics
from siyu.domain.metrics.contracts import CostFilter
from siyu.engines.intake.importing_costs import CostColumns
from siyu.engines.intake.importing_guesses import CostGuess, guess
from siyu.engines.intake.importing_mapping import BadMappingError, checked_mapping, mapping_document, mapping_of
from siyu.engines.intake.tables import Row
from siyu.kernel.actors import system_actor
from siyu.kernel.paging import PageRequest
from siyu.platform.postgres.database import Database
from tests.engines.intake.test_importing import run

ACTOR = system_actor("test")
PLAIN = CostColumns("日期", "花费", channel="渠道", campaign="计划")
KEYED = CostColumns("日期", "花费", cost_key="编号", channel_name="抖音")


def test_costs_are_imported_once_and_an_import_is_undone(database: Database, tmp_path: Path) -> None:
    text = "日期,花费,渠道,计划\n2026-05-01,¥12.30,抖音,开学季\n2026-05-01,¥12.30,抖音,开学季\n,3,抖音,\n2026/5/2,-1,抖音,\n"
    progress, rejects = run(database, tmp_path, text, PLAIN)
    assert (progress.new, progress.known, progress.rejected) == (2, 0, 2)
    assert [row[0] for row in rejects] == ["4", "5"]
    assert run(database, tmp_path, text, PLAIN)[0].known == 2
    with database.begin() as work:
        (found,) = metrics.list_cost_imports(work, ACTOR)
        assert (found.source, found.lines, found.amount_fen, found.since_on) == ("till", 2, 2460, date(2026, 5, 1))
        metrics.withdraw_cost_import(work, ACTOR, found.import_id)
    assert run(database, tmp_path, text, PLAIN)[0].new == 2


def test_a_row_with_a_number_is_corrected_when_it_comes_again(database: Database, tmp_path: Path) -> None:
    run(database, tmp_path, "编号,日期,花费\n1,2026-05-01,10\n2,2026-05-02,20\n", KEYED)
    progress, _ = run(database, tmp_path, "编号,日期,花费\n1,2026-05-01,11\n2,2026-05-02,20\n", KEYED)
    assert (progress.new, progress.known) == (1, 1)
    with database.read() as reading:
        rows = metrics.list_costs(reading, ACTOR, CostFilter(channel="抖音"), PageRequest()).rows
    assert [(each.key, each.amount_fen, each.corrects_id is not None) for each in rows] == [
        ("2", 2000, False),
        ("1", 1100, True),
    ]


def test_columns_of_costs_are_guessed_and_remembered() -> None:
    columns = ["投放日期", "媒体", "推广计划", "消耗", "素材名称"]
    row = Row(2, 0, dict(zip(columns, ["2026-05-01", "抖音", "开学季", "12.5", "短视频"], strict=True)))
    found = guess(columns, [row])
    assert found.kind == "costs"
    assert found.costs == CostGuess("投放日期", "消耗", "媒体", "推广计划", "素材名称", None, None)
    remembered = CostColumns("投放日期", "消耗", channel_name="抖音")
    again = guess(columns, [row], [remembered])
    assert (again.is_remembered, again.costs.channel) == (True, None)
    assert mapping_of(mapping_document(remembered)) == checked_mapping(remembered)
    with pytest.raises(BadMappingError):
        checked_mapping(CostColumns("a", "b", channel_name="x" * 101))
    with pytest.raises(BadMappingError):
        checked_mapping(CostColumns("a", "b", currency="yuan"))
