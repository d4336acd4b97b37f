"""`siyu simulate`: the whole system under simulated time, with everything going wrong."""

from __future__ import annotations

import sys
from typing import Annotated

import typer


def add_commands(app: typer.Typer) -> None:
    """`simulate`."""
    app.command("simulate")(simulate)


def simulate(
    seeds: Annotated[int, typer.Option(min=1, max=1_000_000, help="多少个种子 · how many seeds")] = 10,
    first: Annotated[int, typer.Option(min=0, max=2**31, help="第一个种子 · the first one")] = 1,
    people: Annotated[int, typer.Option(min=1, max=1000, help="人数 · people")] = 8,
    days: Annotated[int, typer.Option(min=1, max=60, help="天数 · days")] = 4,
) -> None:
    """在模拟时间里反复出错地运行整个系统，再核对账目 · Run everything under simulated time and faults, then check the books."""
    from siyu.assembly.simulation.seeds import run_seeds
    from siyu.assembly.simulation.simulated import Town

    reports = run_seeds(first, seeds, Town(people, days), _tell)
    failed = [report.seed for report in reports if report.faults]
    sys.stdout.write(f"{len(reports) - len(failed)} of {len(reports)} seeds hold\n")
    if failed:
        sys.stdout.write(f"again: siyu simulate --seeds 1 --first {failed[0]} --people {people} --days {days}\n")
        raise typer.Exit(1)


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
