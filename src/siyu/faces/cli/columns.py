"""`siyu columns`: the projection."""

from __future__ import annotations

import sys

import typer

from siyu.platform.settings import load_settings

columns = typer.Typer(help="列存 · The columns: a projection of the log.", no_args_is_help=True)


def add_commands(app: typer.Typer) -> None:
    """`columns rebuild`."""
    app.add_typer(columns, name="columns")


@columns.callback()
def explain() -> None:
    """列存 · The columns: a projection of the log."""


def _show(done: int, total: int) -> None:
    sys.stdout.write(f"\r{done / max(total, 1):4.0%}")
    sys.stdout.flush()


@columns.command("rebuild")
def rebuild() -> None:
    """由日志重建列存，期间旧表照常服务 · Make the columns anew from the log; the old ones serve meanwhile."""
    from siyu.assembly.estimates import compute_missing
    from siyu.assembly.installation import open_installation
    from siyu.engines.projection.rebuilding import rebuild_columns

    with open_installation(load_settings()) as installation:
        events = rebuild_columns(
            installation.database,
            installation.columns,
            _show,
        )
        compute_missing(installation)
    sys.stdout.write(f"\r{events} 个事件已重建 · events rebuilt\n")
