"""`siyu intake`: events that could not be worked on."""

from __future__ import annotations

import sys

import typer

from siyu.kernel.actors import system_actor
from siyu.platform.settings import load_settings

PAGE = 500

intake = typer.Typer(help="接入隔离区 · Events that could not be worked on.", no_args_is_help=True)


def add_commands(app: typer.Typer) -> None:
    """`intake list` and `intake retry`."""
    app.add_typer(intake, name="intake")


@intake.command("list")
def show_quarantined() -> None:
    """列出隔离的事件：编号、来源、原因、时间，不含内容 · List events in quarantine, without what they tell."""
    from siyu.assembly.installation import open_installation
    from siyu.platform.inbox.quarantine import count_quarantined, list_quarantined

    with open_installation(load_settings()) as installation, installation.database.read() as reading:
        total, after = count_quarantined(reading.driver), 0
        while page := list_quarantined(reading.driver, after, PAGE):
            for each in page:
                sys.stdout.write(
                    f"{each.quarantine_id}\t{each.quarantined_at:%Y-%m-%dT%H:%M:%SZ}\t{each.source}\t{each.reason}"
                    f"\t{each.size}\n"
                )
            after = page[-1].quarantine_id
    sys.stdout.write(f"{total} 个事件被隔离 · events in quarantine\n")


@intake.command("retry")
def retry() -> None:
    """把隔离的事件放回，重新处理 · Put events in quarantine back, to be tried again."""
    from siyu.assembly.installation import open_installation
    from siyu.engines.intake.quarantine import retry_quarantined

    with open_installation(load_settings()) as installation:
        count = retry_quarantined(installation.database, system_actor("cli"))
    sys.stdout.write(f"{count} 个事件已放回 · events put back\n")
