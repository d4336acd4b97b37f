"""What the living are told."""

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from siyu.world.living.plan import LivingPlan

TOLD = LivingPlan(
    "camp",
    20,
    500,
    "2026-03-02T00:00:00+08:00",
    "Asia/Shanghai",
    "http://127.0.0.1:8400",
    "wk-1",
    {"arrival": "http://x/c"},
)


def test_a_plan_is_kept_for_its_owner_alone_and_read_again(tmp_path: Path) -> None:
    path = tmp_path / "living.json"
    TOLD.write(path)
    TOLD.write(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert LivingPlan.from_json(path.read_text(encoding="utf-8")) == TOLD
    assert "wk-1" not in repr(TOLD)


@pytest.mark.parametrize(("name", "value"), [("brand", "cake"), ("customers", 0), ("anchor", "2026-03-02T00:00:00")])
def test_a_plan_that_cannot_be_is_refused(name: str, value: object) -> None:
    with pytest.raises(ValueError, match=name):
        LivingPlan.from_json(json.dumps(asdict(TOLD) | {name: value}))
