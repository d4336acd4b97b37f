"""`siyu segment …`, as an operator types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from siyu.domain.segments import rules, service, store
from siyu.kernel.actors import system_actor
from siyu.kernel.errors import SiyuError
from siyu.kernel.events import NewEvent
from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Database
from tests.engines.audience.test_looking import project
from tests.engines.scenery import some_customers
from tests.faces.cli.test_commands import Run, run

__all__ = ["run"]
SIYU = system_actor("test")
BOUGHT = {"kind": "event", "event": "order_paid", "operator": "at_least", "value": 1}


@pytest.fixture
def shoppers(database: Database, columns: Columns) -> list[int]:
    """Three customers, of whom the first bought."""
    ids = some_customers(database, 3)
    with database.begin() as work:
        work.record([NewEvent("order_paid", work.ids.new_id(), ids[0], work.clock.now(), "orders", {"total_fen": 990})])
    project(database, columns)
    return ids


@pytest.fixture
def segment_id(database: Database) -> int:
    with database.begin() as work:
        made = service.create(work, SIYU, "买过", BOUGHT)
        service.publish(work, SIYU, made.segment_id)
    return made.segment_id


def test_a_definition_is_tried(run: Run, shoppers: list[int], tmp_path: Path) -> None:
    file = tmp_path / "bought.json"
    file.write_text(json.dumps(BOUGHT))
    told = json.loads(run("segment", "preview", str(file), "--json").output)
    assert (told["count"], told["total"], told["sample"]) == (1, 3, [shoppers[0]])
    assert "1 / 3" in run("segment", "preview", str(file)).output
    before = run("segment", "preview", str(file), "--at", "2026-01-01", "--json")
    assert json.loads(before.output)["count"] == 0
    file.write_text("{")
    with pytest.raises(SiyuError):
        run("segment", "preview", str(file))
    file.write_text(json.dumps({**BOUGHT, "value": "x"}))
    with pytest.raises(SiyuError, match="value"):
        run("segment", "preview", str(file))


def test_segments_are_listed_refreshed_explained_checked_and_exported(
    run: Run, shoppers: list[int], segment_id: int, database: Database, tmp_path: Path
) -> None:
    assert json.loads(run("segment", "list", "--json").output)["size"] is None
    assert run("segment", "refresh", str(segment_id)).output.startswith("1 人，进 1，出 0")
    assert run("segment", "refresh").output.startswith("1 个人群")
    assert "买过" in run("segment", "list").output
    explained = run("segment", "explain", str(segment_id), str(shoppers[0])).output
    assert explained.startswith("符合")
    assert "1 次" in explained
    told = json.loads(run("segment", "explain", str(segment_id), str(shoppers[1]), "--json").output)
    assert (told["matches"], told["node"]["holds"]) == (False, False)
    assert run("segment", "audit").exit_code == 0
    target = tmp_path / "members.csv"
    assert run("segment", "export", str(segment_id), str(target), "--columns", "customer_id").output.startswith("1 行")
    assert target.read_text("utf-8-sig").splitlines() == ["客户编号", str(shoppers[0])]
    assert run("segment", "export", str(segment_id), str(target)).exit_code == 2
    assert run("segment", "export", str(segment_id), str(tmp_path / "members.doc")).exit_code == 2
    with database.begin() as work:
        store.lock_membership(work.driver)
        store.flip(work.driver, segment_id, rules.bits_of(rules.ids_from(shoppers[:2])))
    found = run("segment", "audit", str(segment_id))
    assert (found.exit_code, "多 · too many 1, 少 · missing 1" in found.output) == (1, True)
