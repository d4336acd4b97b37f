"""Small commands for those who look after an installation."""

from __future__ import annotations

import json
import sys
from dataclasses import fields
from typing import Annotated

import typer

from siyu.kernel.actors import system_actor
from siyu.platform.settings import Settings, load_settings


def add_commands(app: typer.Typer) -> None:
    """`openapi`, `settings`, `create-admin` and `create-key`."""
    app.command("openapi")(openapi)
    app.command("settings")(settings)
    app.command("create-admin")(create_admin)
    app.command("create-key")(create_write_key)


def openapi() -> None:
    """打印 API 的 OpenAPI 文档 · Print the OpenAPI document of the API."""
    from siyu.faces.api.app import openapi_document

    sys.stdout.write(json.dumps(openapi_document(), ensure_ascii=False, indent=2, sort_keys=True) + "\n")


def settings() -> None:
    """列出全部设置（密钥不显示）· List all settings; secrets are not shown."""
    current = load_settings()
    for each in fields(Settings):
        value = getattr(current, each.name)
        shown = ("(已设置 · set)" if value else "") if each.metadata["secret"] else value
        sys.stdout.write(f"SIYU_{each.name.upper()}={shown}\n    {each.metadata['doc']}\n")


def create_admin(
    email: Annotated[str, typer.Argument(help="邮箱 · e-mail")],
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)],
) -> None:
    """创建首个管理员 · Create the first administrator."""
    from siyu.assembly.installation import open_installation
    from siyu.assembly.setting_up import make_first_admin

    configured = load_settings()
    with open_installation(configured) as installation, installation.database.begin() as work:
        is_new = make_first_admin(work, configured, email, password)
    sys.stdout.write("已创建 · created\n" if is_new else "已有管理员，未改动 · there is one already; nothing changed\n")


def create_write_key(name: Annotated[str, typer.Argument(help="来源名 · name of the source")]) -> None:
    """创建接入密钥 · Create a write key for the intake; it is shown this once."""
    from siyu.assembly.installation import open_installation
    from siyu.domain.company.contracts import KeyKind
    from siyu.domain.company.service import create_key

    with open_installation(load_settings()) as installation, installation.database.begin() as work:
        created = create_key(work, system_actor("cli"), KeyKind.WRITE, name, None)
    sys.stdout.write(f"{created.secret}\n")
