"""The command line: one file for each group of commands, joined here."""

from __future__ import annotations

import sys

import typer

from siyu.faces.cli import (
    admin,
    backup,
    bench,
    columns,
    consents,
    engine,
    imports,
    intake,
    keys,
    privacy,
    running,
    segment,
    simulate,
    stores,
)
from siyu.kernel.errors import SiyuError

app = typer.Typer(
    name="siyu",
    help="Siyu 私域：开放的私域运营系统 · an open private-domain operations system",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
running.add_commands(app)
engine.add_commands(app)
imports.add_commands(app)
intake.add_commands(app)
columns.add_commands(app)
consents.add_commands(app)
keys.add_commands(app)
privacy.add_commands(app)
segment.add_commands(app)
stores.add_commands(app)
backup.add_commands(app)
bench.add_commands(app)
simulate.add_commands(app)
admin.add_commands(app)


def main() -> None:
    """Runs a command; an error of Siyu's is told in a line, without a traceback."""
    try:
        app()
    except SiyuError as error:
        sys.stderr.write(f"{error.message}\n")
        sys.exit(1)
