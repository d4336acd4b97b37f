"""`siyu bench NAME`: measures one promise and prints its figures."""

from __future__ import annotations

import json
import sys
from importlib import import_module
from typing import Annotated

import typer

BENCHES = ("audience", "insight", "intake", "journeys", "lists", "log", "reach", "wecom")


def add_commands(app: typer.Typer) -> None:
    """`bench`."""
    app.command("bench")(bench)


def bench(
    name: Annotated[str, typer.Argument(help=f"{', '.join(BENCHES)}")],
    customers: Annotated[int | None, typer.Option(min=1, help="客户数 · customers")] = None,
    events: Annotated[int | None, typer.Option(min=1, help="事件数 · events")] = None,
    members: Annotated[int | None, typer.Option(min=1, help="员工数 · members of the staff")] = None,
    is_quick: Annotated[bool, typer.Option("--quick", help="小规模 · a small run")] = False,
    is_json: Annotated[bool, typer.Option("--json", help="末行为 JSON · the last line is one JSON object")] = False,
) -> None:
    """运行一项基准测试 · Run a benchmark."""
    if name not in BENCHES:
        raise typer.BadParameter(f"one of {', '.join(BENCHES)}")
    from siyu.assembly.benches.figures import BenchOptions, rounded

    run = import_module(f"siyu.assembly.benches.{name}").run
    figures = rounded(run(BenchOptions(customers, events, is_quick, members), _tell))
    for figure, value in figures.items():
        sys.stdout.write(f"{figure:32} {value:,.6g}\n")
    if is_json:
        sys.stdout.write(json.dumps({"bench": name, "figures": figures}) + "\n")


def _tell(line: str) -> None:
    sys.stderr.write(f"{line}\n")
