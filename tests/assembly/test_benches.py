"""Benchmarks run, and give the figures they promise, as one JSON object in the last line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from siyu.assembly.benches import audience, intake, wecom
from siyu.assembly.benches.figures import BenchOptions
from siyu.faces.api.context import ApiContext
from siyu.faces.cli import app
from siyu.kernel.clock import SystemClock
from siyu.platform.postgres.database import Database
from siyu.platform.sealing.files import ensure_key_ring
from siyu.platform.settings import Settings
from siyu.world.wecom.building import Size, build_corp
from siyu.world.wecom.process import CORP_ID
from siyu.world.wecom.server import WecomServer
from tests.faces.api.listening import listening

FIGURES = {
    "audience": {
        *("preview_one_s", "preview_ten_s", "build_s", "full_refresh_s", "one_by_one_s", "speedup", "peak_memory_gb"),
        *("tick_s", "tick_max_s", "tick_flips", "tick_customers", "customer_segments_ms"),
    },
    "insight": {
        *("funnel_s", "funnel_year_s", "retention_s", "series_s", "home_s", "usual_s", "ratio_to_usual"),
    },
    "reach": {"plan_million_s", "value_of_plan", "gate_100k_s"},
    "log": {"appended_per_second", "consumed_per_second", "lag_seconds", "lag_max_seconds"},
    "intake": {"acknowledged_per_second", "drained_per_second", "copy_rows_per_second", "ratio", "drained_ratio"},
}


@pytest.mark.parametrize("name", sorted(FIGURES))
def test_a_small_run_gives_every_figure(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "STORED_IDS_QUICK", 10_000)
    monkeypatch.setattr(audience, "SEGMENTS_QUICK", 8)
    sizes = {
        "audience": ("--customers", "10000", "--events", "20000"),
        "insight": ("--customers", "2000", "--events", "40000"),
        "reach": (),
    }
    size = sizes.get(name, ("--events", "5000"))
    result = CliRunner().invoke(app, ["bench", name, "--quick", *size, "--json"], catch_exceptions=False)
    last = json.loads(result.stdout.strip().splitlines()[-1])
    assert last["bench"] == name
    assert set(last["figures"]) == FIGURES[name]
    assert all(figure > 0 for figure in last["figures"].values())


def test_an_unknown_benchmark_is_refused() -> None:
    assert CliRunner().invoke(app, ["bench", "speed"]).exit_code == 2


def test_a_small_run_of_wecom_gives_every_figure(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what are processes of their own in this one: that they start is tested with others."""

    @contextmanager
    def postgres(*_: object) -> Iterator[str]:
        yield database_url

    @contextmanager
    def world(members: int, customers: int, _rules: object) -> Iterator[str]:
        with WecomServer(build_corp(CORP_ID, SystemClock(), Size(members, customers, 1))) as server:
            yield server.url

    @contextmanager
    def face(home: Path, url: str, _more: object) -> Iterator[int]:
        settings = Settings(home=home)
        database = Database(url, keys=ensure_key_ring(settings))
        with listening(ApiContext(settings, database)) as address:
            yield int(address.rpartition(":")[2])
        database.close()

    for name, made in {"running_postgres": postgres, "running_wecom": world, "running_face": face}.items():
        monkeypatch.setattr(wecom, name, made)
    monkeypatch.setattr(wecom, "SECONDS_QUICK", 1)
    monkeypatch.setattr(wecom, "MEMBERS_QUICK", 2)
    figures = wecom.run(BenchOptions(customers=100, is_quick=True), lambda _line: None)
    assert set(figures) == {
        *("welcome_p50_s", "welcome_p99_s", "welcome_max_s", "greeted_share"),
        *("sync_customers_per_second", "tags_written_per_second", "peak_memory_gb"),
    }
    assert figures["greeted_share"] > 0
    assert all(figure > 0 for figure in figures.values())
