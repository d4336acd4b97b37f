"""`siyu keys`: the keys that phones and e-mail are sealed with. No command shows a secret."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from siyu.platform.settings import load_settings

keys = typer.Typer(help="密钥 · The keys that phones and e-mail are sealed with.", no_args_is_help=True)


def add_commands(app: typer.Typer) -> None:
    """`keys list`, `add`, `rotate` and `drop`."""
    app.add_typer(keys, name="keys")


@keys.callback()
def explain() -> None:
    """密钥 · The keys that phones and e-mail are sealed with."""


@keys.command("list")
def show() -> None:
    """列出密钥编号、启用时间与各自的数据量 · The keys by number, since when, and how much is under each."""
    from siyu.assembly.installation import open_installation
    from siyu.assembly.rotation import list_keys

    settings = load_settings()
    with open_installation(settings) as installation:
        for use in list_keys(installation.database):
            under = "  ".join(f"{place} {count}" for place, count in use.under.items())
            added_at = use.key.added_at.astimezone(settings.zone)
            sys.stdout.write(f"{use.key.number:>4}  {added_at:%Y-%m-%d %H:%M}  {under}\n")


@keys.command("add")
def add() -> None:
    """新增密钥并立即启用 · A new key, in force at once; then rotate."""
    from siyu.assembly.installation import open_installation
    from siyu.assembly.rotation import add_key

    with open_installation(load_settings()) as installation:
        number = add_key(installation)
    sys.stdout.write(f"密钥 {number} 已启用 · key {number} is in force；下一步 · next: siyu keys rotate\n")


@keys.command("rotate")
def rotate_all() -> None:
    """将旧密钥下的数据改用最新密钥，可中断、可重复，不停机 · Put everything under the newest key, while Siyu runs."""
    from siyu.assembly.installation import open_installation
    from siyu.assembly.rotation import rotate

    def show_progress(done: int) -> None:
        sys.stdout.write(f"\r{done}")
        sys.stdout.flush()

    with open_installation(load_settings()) as installation:
        done = rotate(installation.database, show_progress)
    sys.stdout.write(f"\r{done} 项已改用最新密钥 · put under the newest key\n")


@keys.command("drop")
def drop(number: Annotated[int, typer.Argument(help="密钥编号 · number of the key")]) -> None:
    """停用并删除不再使用的密钥 · Take a key away under which nothing is left. Backups made under it need it still."""
    from siyu.assembly.installation import open_installation
    from siyu.assembly.rotation import drop_key

    with open_installation(load_settings()) as installation:
        drop_key(installation, number)
    sys.stdout.write(f"密钥 {number} 已删除 · key {number} is gone\n")
