"""`siyu privacy`: look for values, check a certificate, do what is waiting, keep the rules of retention."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from siyu.platform.settings import load_settings

privacy = typer.Typer(help="隐私 · Privacy: copies, erasures, their proof, retention.", no_args_is_help=True)


def add_commands(app: typer.Typer) -> None:
    """`privacy verify`, `check`, `run` and `retention`."""
    app.add_typer(privacy, name="privacy")


@privacy.callback()
def explain() -> None:
    """隐私 · Privacy: copies, erasures, their proof, retention."""


@privacy.command("verify")
def verify(
    values: Annotated[
        list[str] | None,
        typer.Argument(help="要查找的值；不写则从标准输入逐行读 · values; none: lines of the standard input"),
    ] = None,
) -> None:
    """在整个安装里查找这些值，一处也没有才算通过 · Look for values everywhere; ends with 1 where one is found."""
    from siyu.assembly.installation import open_installation
    from siyu.engines.privacy.searching import find_traces, searchable

    wanted = {each.strip() for each in (values or sys.stdin) if each.strip()}
    short = len(wanted) - len(searchable(wanted))
    if short:
        sys.stderr.write(f"{short} 个值太短，不查 · values are too short to be searched for\n")
    if short == len(wanted):
        raise typer.Exit(2)
    settings = load_settings()
    with open_installation(settings) as installation:
        found = find_traces(installation.database, installation.columns, settings.home, wanted)
    for trace in found.traces:
        sys.stdout.write(f"{trace.place}: {trace.count}\n")
    sys.stdout.write(
        f"PostgreSQL {found.tables} 表 · tables, 列存 · columns {found.columns_tables} 表 · tables,"
        f" {found.files} 文件 · files ({found.unread} 无法读 · unread): "
        f"{sum(trace.count for trace in found.traces)} 处 · found\n"
    )
    if found.traces:
        raise typer.Exit(1)


@privacy.command("check")
def check(
    file: Annotated[Path, typer.Argument(help="凭证文件 · the certificate", exists=True, dir_okay=False)],
    signature: Annotated[str, typer.Argument(help="签名；在文件名里 · the signature; it is in the file's name")],
) -> None:
    """核对删除凭证是否由本安装签发 · Tell whether this installation signed a certificate."""
    from siyu.engines.privacy.certificates import is_genuine
    from siyu.platform.settings import ensure_secret_key

    genuine = is_genuine(ensure_secret_key(load_settings()), file.read_bytes().decode("utf-8", "replace"), signature)
    sys.stdout.write("真实 · genuine\n" if genuine else "不是本安装签发的，或被改动 · not signed here, or changed\n")
    if not genuine:
        raise typer.Exit(1)


@privacy.command("run")
def run() -> None:
    """现在就完成等待中的导出与删除 · Do the exports and the approved erasures that wait, now."""
    from siyu.assembly.installation import open_installation
    from siyu.assembly.privacy import privacy_of
    from siyu.engines.privacy.erasing import erase_waiting
    from siyu.engines.privacy.exporting import export_waiting

    with open_installation(load_settings()) as installation:
        engine = privacy_of(installation)
        sys.stdout.write(f"{export_waiting(engine)} 份导出 · exports\n")
        sys.stdout.write(f"{erase_waiting(engine)} 个删除 · erasures\n")


@privacy.command("retention")
def retention() -> None:
    """现在就按保留期限清理 · Remove what is too old, now; otherwise it happens daily."""
    from siyu.assembly.installation import open_installation
    from siyu.assembly.privacy import privacy_of
    from siyu.engines.privacy.retention import apply_retention

    with open_installation(load_settings()) as installation:
        for name, removed in apply_retention(privacy_of(installation)).items():
            sys.stdout.write(f"{name}: {removed}\n")
