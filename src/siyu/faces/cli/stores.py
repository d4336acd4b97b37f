"""`siyu stores`: where the rows are."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from siyu.platform.settings import load_settings

stores = typer.Typer(help="存储 · The stores: where the rows are.", no_args_is_help=True)


def add_commands(app: typer.Typer) -> None:
    """`stores move`."""
    app.add_typer(stores, name="stores")


@stores.callback()
def explain() -> None:
    """存储 · The stores: where the rows are."""


@stores.command("move")
def move(
    to: Annotated[
        str, typer.Option(help="目标：PostgreSQL 地址，或 embedded（内置）· the URL of a PostgreSQL, or `embedded`")
    ],
    replace: Annotated[
        bool, typer.Option("--replace", help="目标已有 Siyu 数据时先清空 · empty an installation that is there already")
    ] = False,
) -> None:
    """将全部数据行移到另一个 PostgreSQL（先停止 Siyu）· Copy all rows to another PostgreSQL; stop Siyu first."""
    from siyu.assembly.moving import move_rows
    from siyu.assembly.stores import EMBEDDED

    settings = load_settings()
    moved = move_rows(settings, to, replaces=replace, on_table=lambda name: sys.stdout.write(f"{name}\n"))
    sys.stdout.write(
        f"\n已复制并逐行核对 · copied and compared row by row: {moved.tables} 表 · tables, {moved.rows} 行 · rows\n"
        "原处未动；下一步修改设置 · nothing was changed where they were; now change the setting:\n"
    )
    if to == EMBEDDED:
        sys.stdout.write("  删除 · remove SIYU_DATABASE_URL / database_url\n")
    else:
        sys.stdout.write("  SIYU_DATABASE_URL / database_url = …（上面 --to 的地址 · what you gave as --to）\n")
