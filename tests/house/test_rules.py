"""The house rules hold in every file, and each catches what it is for."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house import rules
from tests.house.rules import RULES, Rule

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("src", "tests", "launcher", "console/src", "console/tests", "docs", ".ci", "requirements")
ENDINGS = (".py", ".ts", ".tsx", ".css", ".md", ".html", ".j2", ".sql", ".toml", ".yml", ".lock")
NOT_OURS = {"node_modules", "__pycache__", "console_files", "console_files.new", "console_files.old"}


def files() -> Iterator[tuple[str, str]]:
    """Path in the clone and text of every file that people wrote."""
    at_root = [path for path in ROOT.iterdir() if path.is_file() and path.suffix in ENDINGS]
    for path in [*at_root, ROOT / "siyu"]:
        yield path.name, path.read_text("utf-8")
    for place in FOLDERS:
        for folder, folders, names in os.walk(ROOT / place):
            folders[:] = [name for name in folders if name not in NOT_OURS]
            for name in names:
                if name.endswith(ENDINGS):
                    path = Path(folder) / name
                    yield path.relative_to(ROOT).as_posix(), path.read_text("utf-8")


ALL_FILES = dict(files())
NO_LIMIT = (".md", ".lock", ".css")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_file_keeps_the_rule(rule: Rule) -> None:
    broken = [
        f"{path}: {what}"
        for path, text in ALL_FILES.items()
        if not (rule is rules.file_size and path.endswith(NO_LIMIT))
        for what in rule(path, text)
    ]
    assert not broken, f"{rule.__doc__}\n" + "\n".join(broken)


LONG_FUNCTION = "def long():\n" + "    pass\n" * 70
IGNORE = "# type: " + "ignore"
ROOM = "src/siyu/domain/planted/service.py"

PLANTED = [
    (rules.file_size, ROOM, "x = 1\n" * 401),
    (rules.file_size, "console/src/features/orders/Page.tsx", "x\n" * 401),
    (rules.function_size, ROOM, LONG_FUNCTION),
    (rules.function_size, "tests/test_planted.py", LONG_FUNCTION),
    (rules.chance_and_time, ROOM, "from datetime import datetime\ndatetime.now()"),
    (rules.chance_and_time, ROOM, "import datetime\ndatetime.datetime.now(datetime.UTC)"),
    (rules.chance_and_time, ROOM, "from datetime import date\ndate.today()"),
    (rules.chance_and_time, ROOM, "import time\ntime.time()"),
    (rules.chance_and_time, ROOM, "from uuid import uuid4\nuuid4()"),
    (rules.chance_and_time, ROOM, "import uuid\nuuid.uuid4()"),
    (rules.chance_and_time, ROOM, "import random\nrandom.random()"),
    (rules.chance_and_time, ROOM, "import random\nrandom.Random()"),
    (rules.chance_and_time, ROOM, "import secrets\nsecrets.token_hex(8)"),
    (rules.committing, ROOM, "connection.commit()"),
    (rules.committing, "src/siyu/faces/api/planted.py", "unit.connection.rollback()"),
    (rules.names, "src/siyu/domain/orders/utils.py", ""),
    (rules.names, "src/siyu/common/orders.py", ""),
    (rules.names, "console/src/helpers/money.ts", ""),
    (rules.names, ROOM, "class OrderManager: ..."),
    (rules.places, "docs/planted.md", "see /home/" + "somebody/notes"),
    (rules.places, ROOM, 'PATH = "/wo' + 'rk/main"'),
    (rules.unfinished, ROOM, "# TO" + "DO later"),
    (rules.unfinished, "console/src/app.ts", "// FIX" + "ME"),
    (rules.silenced_types, ROOM, f"x = y  {IGNORE}"),
    (rules.silenced_types, ROOM, f"x = y  {IGNORE}[attr-defined]"),
    (rules.silenced_types, "console/src/app.ts", "// @ts-" + "ignore"),
    (rules.docstrings, ROOM, "x = 1"),
    (rules.docstrings, ROOM, '"""Ok."""\ndef verb(): ...'),
    (rules.docstrings, ROOM, '"""Ok."""\nclass Noun: ...'),
    (rules.docstrings, "src/siyu/domain/planted/__init__.py", ""),
    (rules.skipped_tests, "tests/test_planted.py", "import pytest\n@pytest.mark.skip\ndef test(): ..."),
    (rules.skipped_tests, "tests/test_planted.py", "import pytest\npytest.skip('no')"),
    (rules.error_classes, ROOM, 'class Broken(DomainError):\n    """Words."""\n    code = "x"'),
    (rules.error_classes, ROOM, "class BrokenError(SiyuError): ..."),
]

HARMLESS = [
    (rules.file_size, ROOM, "x = 1\n" * 400),
    (rules.file_size, "console/src/api/schema.d.ts", "x\n" * 9000),
    (rules.function_size, ROOM, "def long():\n" + "    pass\n" * 69),
    (rules.chance_and_time, "src/siyu/kernel/clock.py", "datetime.now()"),
    (rules.chance_and_time, ROOM, "clock.now()\nids.new_id()\ntime.monotonic()"),
    (rules.chance_and_time, "src/siyu/world/people.py", "import random\nrandom.Random(7)"),
    (rules.committing, "src/siyu/platform/postgres/database.py", "connection.commit()"),
    (rules.places, "docs/planted.md", "https://siyu.example/" + "home/page"),
    (rules.silenced_types, ROOM, f"x = y  {IGNORE}[attr-defined]  # the stub lacks it"),
    (rules.docstrings, ROOM, '"""Ok."""\ndef _inside(): ...'),
    (rules.error_classes, ROOM, 'class BrokenError(SiyuError):\n    """It is broken."""\n    code = "broken"'),
]


@pytest.mark.parametrize(("rule", "path", "text"), PLANTED)
def test_a_planted_violation_is_caught(rule: Rule, path: str, text: str) -> None:
    assert rule(path, text)


@pytest.mark.parametrize(("rule", "path", "text"), HARMLESS)
def test_what_is_fine_is_left_alone(rule: Rule, path: str, text: str) -> None:
    assert rule(path, text) == []


def test_every_rule_has_a_planted_violation() -> None:
    assert {rule for rule, *_ in PLANTED} == set(RULES)


def test_error_codes_are_unique() -> None:
    codes = Counter(
        code for path, text in ALL_FILES.items() if rules.is_source(path) for code in rules.error_codes(text)
    )
    assert codes["not_found"] == 1, "the search finds codes"
    assert [code for code, count in codes.items() if count > 1] == []


def test_locks_name_no_host() -> None:
    python_locks = [text for path, text in ALL_FILES.items() if path.endswith(".lock")]
    assert len(python_locks) == 4
    for text in python_locks:
        assert "://" not in text
        assert "--index-url" not in text
        assert all("--hash=sha256:" in block for block in text.split("\n") if block.startswith(" "))
    assert '"resolved"' not in (ROOT / "console" / "package-lock.json").read_text("utf-8")
