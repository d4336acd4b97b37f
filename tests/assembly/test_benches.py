"""Benchmarks run, and give the figures they promise, as one JSON object in the last line."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from siyu.assembly.benches import audience, intake, wecom
from siyu.faces.cli import app

FIGURES = {
    "audience": {
        *("preview_one_s", "preview_ten_s", "build_s", "full_refresh_s", "one_by_one_s", "speedup", "peak_memory_gb"),
        *("tick_s", "tick_max_s", "tick_flips", "tick_customers", "customer_segments_ms"),
    },
    "insight": {
        *("funnel_s", "funnel_year_s", "retention_s", "series_s", "home_s", "usual_s", "ratio_to_usual"),
    },
    "log": {"appended_per_second", "consumed_per_second", "lag_seconds", "lag_max_seconds"},
    "wecom": {
        *("welcome_p50_s", "welcome_p99_s", "welcome_max_s", "greeted_share"),
        *("sync_customers_per_second", "peak_memory_gb"),
    },
    "intake": {"acknowledged_per_second", "drained_per_second", "copy_rows_per_second", "ratio", "drained_ratio"},
}


@pytest.mark.parametrize("name", sorted(FIGURES))
def test_a_small_run_gives_every_figure(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "STORED_IDS_QUICK", 10_000)
    monkeypatch.setattr(audience, "SEGMENTS_QUICK", 8)
    monkeypatch.setattr(wecom, "SECONDS_QUICK", 1)
    sizes = {
        "audience": ("--customers", "10000", "--events", "20000"),
        "insight": ("--customers", "2000", "--events", "40000"),
        "wecom": ("--customers", "1000"),
    }
    size = sizes.get(name, ("--events", "5000"))
    result = CliRunner().invoke(app, ["bench", name, "--quick", *size, "--json"], catch_exceptions=False)
    last = json.loads(result.stdout.strip().splitlines()[-1])
    assert last["bench"] == name
    assert set(last["figures"]) == FIGURES[name]
    assert all(figure > 0 for figure in last["figures"].values())


def test_an_unknown_benchmark_is_refused() -> None:
    assert CliRunner().invoke(app, ["bench", "speed"]).exit_code == 2
