"""The reference pages that are made from the code: `python -m tests.house.reference` writes them, a test compares them."""

from __future__ import annotations

import importlib
import json
import pkgutil
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast
from zoneinfo import ZoneInfo

import typer.main

import siyu
from siyu.assembly.flow import consumers
from siyu.domain.content.contracts import SignedAddresses
from siyu.engines.intake.telling import ToldOrders
from siyu.engines.reach.gate import Reach
from siyu.faces.api.app import openapi_document
from siyu.faces.api.errors import status_of
from siyu.faces.cli import app
from siyu.kernel.errors import SiyuError
from siyu.platform.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
MADE = "<!-- Made from the code by `python -m tests.house.reference`; do not edit. -->\n\n"


def pages() -> dict[Path, str]:
    """What each made page has to say."""
    return {
        ROOT / "docs/flow.md": MADE + flow(),
        ROOT / "docs/reference/settings.md": MADE + settings(),
        ROOT / "docs/reference/commands.md": MADE + commands(),
        ROOT / "docs/reference/errors.md": MADE + errors(),
        ROOT / "console/openapi.json": json.dumps(openapi_document(), ensure_ascii=False, indent=2, sort_keys=True)
        + "\n",
    }


def flow() -> str:
    """Every arrow of `assembly/flow.py`."""
    reach = Reach(MappingProxyType({}), SignedAddresses("", "-"), ZoneInfo("Asia/Shanghai"))
    lines = [
        "# 事件流向 · Which event goes where\n",
        "Every consumer reads the log with a cursor of its own. The consumer `columns` writes all events to ClickHouse.\n",
        "| consumer | event | handler | what it does |",
        "|---|---|---|---|",
    ]
    for consumer in consumers(reach, ToldOrders("CNY")):
        for event, handlers in consumer.handlers.items():
            for handler in handlers:
                place = f"{handler.__module__.removeprefix('siyu.')}.{getattr(handler, '__name__', '')}"
                lines.append(f"| {consumer.name} | `{event}` | `{place}` | {_first_sentence(handler.__doc__)} |")
    return "\n".join(lines) + "\n"


def settings() -> str:
    """Every setting."""
    lines = [
        "# 设置 · Settings\n",
        "By environment, or in `SIYU_HOME/siyu.toml` in lower case without `SIYU_`. The environment wins.\n",
        "| variable | default | meaning |",
        "|---|---|---|",
    ]
    for each in fields(Settings):
        default = "" if each.metadata["secret"] or each.default == "" else f"`{each.default}`"
        lines.append(f"| `SIYU_{each.name.upper()}` | {default} | {each.metadata['doc']} |")
    return "\n".join(lines) + "\n"


def commands() -> str:
    """Every command that is not a part of another."""
    lines = ["# 命令 · Commands\n", "`./siyu COMMAND`; `setup` and `test` are the launcher's own.\n"]
    group = cast(Any, typer.main.get_command(app))
    for path, command in _commands(group, ()):
        lines += [f"## siyu {' '.join(path)}\n", f"{_first_sentence(command.help)}\n"]
        for parameter in command.params:
            name = " / ".join(parameter.opts) if parameter.param_type_name == "option" else parameter.name.upper()
            if name != "--help":
                lines.append(f"- `{name}` {getattr(parameter, 'help', None) or ''}".rstrip())
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _commands(group: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, command in sorted(group.commands.items()):
        if command.hidden:
            continue
        if hasattr(command, "commands"):
            yield from _commands(command, (*path, name))
        else:
            yield (*path, name), command


def errors() -> str:
    """Every error of Siyu's that a face answers."""
    lines = [
        "# 错误 · Errors\n",
        'Answers look like `{"error": {"code", "message", "fields"}}`. Codes are stable.\n',
        "| code | HTTP status | message |",
        "|---|---|---|",
    ]
    for error in sorted(_all_errors(), key=lambda each: each.code):
        lines.append(f"| `{error.code}` | {_status(error)} | {_first_sentence(error.__doc__)} |")
    return "\n".join(lines) + "\n"


def _all_errors() -> set[type[SiyuError]]:
    for module in pkgutil.walk_packages(siyu.__path__, "siyu."):
        if "__main__" not in module.name and "migrations" not in module.name:
            importlib.import_module(module.name)
    found, waiting = set(), [SiyuError]
    while waiting:
        error = waiting.pop()
        found.add(error)
        waiting += error.__subclasses__()
    return {error for error in found if error.__module__.startswith("siyu.")}


def _status(error: type[SiyuError]) -> int:
    return status_of(error.__new__(error))


def _first_sentence(text: str | None) -> str:
    return " ".join((text or "").split("\n\n", 1)[0].split()).replace("|", "\\|")


def write() -> None:
    """Writes every page."""
    for path, text in pages().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
