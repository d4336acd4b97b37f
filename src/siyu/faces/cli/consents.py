"""`siyu consents`: the ledger of consents, and what follows from it."""

from __future__ import annotations

import sys

import typer

from siyu.platform.settings import load_settings

consents = typer.Typer(help="授权 · Consents: a ledger, and what follows from it.", no_args_is_help=True)


def add_commands(app: typer.Typer) -> None:
    """`consents rebuild`."""
    app.add_typer(consents, name="consents")


@consents.callback()
def explain() -> None:
    """授权 · Consents: a ledger, and what follows from it."""


@consents.command("rebuild")
def rebuild() -> None:
    """由授权账重算当前授权 · Make what is allowed anew from the ledger of consents."""
    from siyu.assembly.installation import open_installation
    from siyu.domain.customers.service import rebuild_consents
    from siyu.kernel.actors import system_actor

    with open_installation(load_settings()) as installation, installation.database.begin() as work:
        words = rebuild_consents(work, system_actor("cli"))
    sys.stdout.write(f"{words} 项当前授权已重算 · words count now\n")
