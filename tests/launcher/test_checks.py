"""`./siyu test` runs every check, stops before the tests where one fails, and ends with pytest's own summary."""

from __future__ import annotations

from pathlib import Path

import pytest

from launcher import checks
from launcher.checks import Step, console_steps, python_steps, run_checks
from launcher.console import Console
from launcher.environment import Environment
from launcher.words import LauncherError

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def console(monkeypatch: pytest.MonkeyPatch) -> Console:
    monkeypatch.setattr(checks, "get_chromium", lambda: Path("/usr/bin/chromium"))
    monkeypatch.setattr(Console, "node", lambda self: Path("/usr/bin/node"))
    return Console(Environment(ROOT))


def passing(name: str) -> Step:
    return Step(name, lambda: (0, "all fine"))


def failing(name: str) -> Step:
    return Step(name, lambda: (1, "what is wrong"))


def impossible() -> tuple[int, str]:
    raise LauncherError("不行", "impossible", "its output")


@pytest.mark.parametrize("bad", [failing("bad"), Step("bad", impossible)])
def test_a_failed_check_is_shown_and_no_test_runs(
    console: Console, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], bad: Step
) -> None:
    started: list[object] = []
    monkeypatch.setattr(checks, "python_steps", lambda environment: [passing("one"), bad, failing("after")])
    monkeypatch.setattr(checks, "console_steps", lambda console: [passing("other")])
    monkeypatch.setattr("launcher.checks.subprocess.run", lambda *words, **options: started.append(words))
    assert run_checks(console.environment, console, []) == 1
    told = capsys.readouterr().err
    assert started == []
    assert "what is wrong" in told
    assert "✓ other" in told
    assert told.strip().splitlines()[-1].endswith("bad, after")


def test_pytest_has_the_last_word(
    console: Console, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(checks, "python_steps", lambda environment: [passing("one")])
    monkeypatch.setattr(checks, "console_steps", lambda console: [])
    test = tmp_path / "test_env.py"
    test.write_text(
        "import os\ndef test_env():\n"
        "    assert os.environ['SIYU_CHROMIUM'] == '/usr/bin/chromium'\n"
        "    assert os.environ['PLAYWRIGHT_NODEJS_PATH'] == '/usr/bin/node'\n",
        "utf-8",
    )
    monkeypatch.setattr(checks, "find_chromium", lambda: Path("/usr/bin/chromium"))
    assert run_checks(console.environment, console, [str(test), "-p", "no:cacheprovider"]) == 0
    told = capfd.readouterr().out
    assert "1 passed" in told.strip().splitlines()[-1]


def test_nothing_is_left_out() -> None:
    environment = Environment(ROOT)
    steps = [step.name for step in python_steps(environment)]
    assert steps == ["ruff format", "ruff check", "mypy --strict", "lint-imports"]
    scripts = {step.name for step in console_steps(Console(environment))}
    assert scripts >= {f"console {name}" for name in ("npm ci", "typecheck", "lint", "test", "build")}
