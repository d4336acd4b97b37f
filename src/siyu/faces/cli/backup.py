"""`siyu backup` and `siyu restore`: an installation in a folder, and out of it again."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from siyu.kernel.clock import SystemClock
from siyu.platform.settings import Settings, load_settings

backup = typer.Typer(help="备份 · Backups of this installation.", no_args_is_help=True)

Folder = Annotated[Path, typer.Argument(help="存放备份的文件夹 · folder that holds backups")]
Place = Annotated[Path, typer.Argument(help="备份，或存放备份的文件夹（取最新）· a backup, or a folder: its newest")]


def add_commands(app: typer.Typer) -> None:
    """`backup make`, `backup verify`, `backup list`, and `restore`."""
    app.add_typer(backup, name="backup")
    app.command("restore")(restore)


@backup.callback()
def explain() -> None:
    """备份 · Backups of this installation."""


@backup.command("make")
def make(
    folder: Folder,
    prune: Annotated[
        bool, typer.Option("--prune", help="之后删除早于 backup_days 的备份 · then remove those older than backup_days")
    ] = False,
) -> None:
    """立即备份，Siyu 可继续运行 · Make a backup now, while Siyu serves or not."""
    from siyu.assembly.backups import prune_backups, read_manifest, take_backup
    from siyu.assembly.stores import rows_now

    settings = load_settings()
    with rows_now(settings) as url:
        place = take_backup(settings, url, folder, SystemClock().now(), _tell)
    manifest = read_manifest(place)
    _tell(f"\n{place}\n{manifest.rows} 行 · rows   {len(manifest.files)} 文件 · files   {manifest.bytes / 1e6:.1f} MB")
    _tell_of_keys(settings)
    if prune:
        for name in prune_backups(folder, settings.backup_days, SystemClock().now()):
            _tell(f"已删除 · removed: {name}")


@backup.command("verify")
def verify(place: Place) -> None:
    """逐行核对备份 · Read all of a backup and compare every row."""
    from siyu.assembly.backups import newest_backup, verify_backup

    found = newest_backup(place)
    manifest = verify_backup(found, _tell)
    _tell(f"\n完好 · whole: {found}   {manifest.rows} 行 · rows   {len(manifest.files)} 文件 · files")


@backup.command("list")
def list_backups(folder: Folder) -> None:
    """列出备份 · List the backups in a folder."""
    from siyu.assembly.backups import backups_in, read_manifest

    for each in backups_in(folder):
        manifest = read_manifest(each)
        _tell(f"{each.name}   {manifest.rows} 行 · rows   {manifest.bytes / 1e6:.1f} MB   Siyu {manifest.version}")


def restore(
    place: Place,
    new_secret_key: Annotated[
        bool,
        typer.Option(
            "--new-secret-key",
            help="secret_key 已丢失：会话与已发链接失效，此后的删除须重做"
            " · it is lost: sessions and sent links end, and erasures made since must be made again by hand",
        ),
    ] = False,
) -> None:
    """从备份恢复到空的安装 · Restore a backup into an empty installation; stop Siyu first."""
    from siyu.assembly.backups import newest_backup
    from siyu.assembly.privacy import reapply_erasures
    from siyu.assembly.restoring import restore as restore_backup

    found = newest_backup(place)
    manifest = restore_backup(
        load_settings(), found, reapply_erasures=reapply_erasures, new_secret_key=new_secret_key, tell=_tell
    )
    _tell(f"\n已恢复并逐行核对 · restored and compared row by row: {found}   {manifest.rows} 行 · rows")


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _tell_of_keys(settings: Settings) -> None:
    _tell(
        "密钥不在备份里。请另存于别处，没有它们就无法恢复"
        " · The keys are not in it. Keep them somewhere else: without them nothing can be restored."
    )
    for name in ("secret_key", "data_keys"):
        where = f"SIYU_{name.upper()}" if getattr(settings, name) else settings.home / name
        _tell(f"  {where}")
