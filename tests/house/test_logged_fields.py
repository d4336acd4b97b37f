"""What is logged is printed: a field whose name may not be logged is dropped without anybody seeing it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from siyu.platform.logs import LOGGABLE

SRC = Path(__file__).resolve().parents[2] / "src"
SPECIAL = {"exc_info"}


def dropped_fields(source: str) -> Iterator[tuple[int, str]]:
    """(line, name) of fields of log entries that would be dropped."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            of = node.func.value
            if isinstance(of, ast.Name) and of.id in ("log", "_log"):
                for field in node.keywords:
                    if field.arg and field.arg not in LOGGABLE | SPECIAL:
                        yield node.lineno, field.arg


def test_fields_of_log_entries_may_be_logged() -> None:
    found = [
        f"{path.relative_to(SRC)}:{line} {name}"
        for path in sorted(SRC.rglob("*.py"))
        for line, name in dropped_fields(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_the_check_sees_what_it_is_for() -> None:
    assert list(dropped_fields('log.info("done", errcode=1, phone="1")')) == [(1, "phone")]
