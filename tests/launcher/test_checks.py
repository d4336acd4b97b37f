"""`./siyu test` runs every check, stops before the tests where one fails, and ends with pytest's own summary."""

from __future__ import annotations

import subprocess
import threading
from pathlib import Path

import pytest

from launcher import checks, system
from launcher.checks import Step, console_steps, memory_folder, python_steps, run_checks, run_steps
from launcher.console import Console
from launcher.environment import Environment
from launcher.words import LauncherError

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def console(monkeypatch: pytest.MonkeyPatch) -> Console:
    monkeypatch.setattr(checks, "get_chromium", lambda: Path("/usr/bin/chromium"))
    monkeypatch.setattr(checks, "offer_postgres", lambda: None)
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
    assert "clients npm ci" in scripts


@pytest.mark.parametrize(
    ("argument", "is_installed"), [("tests/clients", True), ("tests", True), ("tests/", True), ("tests/house", False)]
)
def test_the_intakes_clients_are_installed_where_they_are_driven(
    console: Console, monkeypatch: pytest.MonkeyPatch, argument: str, is_installed: bool
) -> None:
    done: list[str] = []
    monkeypatch.setattr(Console, "install_clients", lambda self: done.append("installed"))
    monkeypatch.setattr(checks, "find_chromium", lambda: None)
    monkeypatch.setattr(
        "launcher.checks.subprocess.run", lambda *words, **options: subprocess.CompletedProcess(words, 0)
    )
    assert run_checks(console.environment, console, [argument]) == 0
    assert done == (["installed"] if is_installed else [])


def test_an_interrupted_npm_ci_is_run_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    console = Console(Environment(tmp_path))
    console.clients.mkdir(parents=True)
    (tmp_path / ".siyu").mkdir()
    (console.clients / "package-lock.json").write_text("{}", "utf-8")
    runs: list[Path] = []

    def install(command: object, *words: str, cwd: Path, **options: object) -> None:
        runs.append(cwd)
        if len(runs) == 1:
            raise LauncherError("不行", "interrupted")
        (cwd / "node_modules").mkdir()

    monkeypatch.setattr(Console, "npm_command", lambda self, arguments: arguments)
    monkeypatch.setattr(Console, "node_environment", lambda self: {})
    monkeypatch.setattr("launcher.console.require", install)
    with pytest.raises(LauncherError):
        console.install_clients()
    console.install_clients()
    console.install_clients()
    assert runs == [console.clients] * 2


def test_another_postgres_is_installed_where_there_is_none_and_it_may_be(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    installed: list[str] = []
    monkeypatch.setattr(system, "POSTGRES_PLACE", tmp_path / "postgresql")
    monkeypatch.setattr(system, "CLUSTER_SETTINGS", tmp_path / "etc" / "createcluster.conf")
    monkeypatch.setattr(system, "install_packages", lambda *names: installed.extend(names))
    monkeypatch.setattr(system, "may_install", lambda: False)
    system.offer_postgres()
    assert installed == []
    monkeypatch.setattr(system, "may_install", lambda: True)
    system.offer_postgres()
    assert installed == ["postgresql"]
    assert "create_main_cluster = false" in (tmp_path / "etc" / "createcluster.conf").read_text("utf-8")
    (tmp_path / "postgresql" / "17" / "bin").mkdir(parents=True)
    (tmp_path / "postgresql" / "17" / "bin" / "initdb").touch()
    system.offer_postgres()
    assert installed == ["postgresql"]


def test_the_console_is_checked_when_its_packages_are_there_and_two_at_a_time() -> None:
    together = threading.Barrier(2, timeout=20)
    done: list[str] = []

    def packages() -> tuple[int, str]:
        done.append("packages")
        return 0, ""

    def beside() -> tuple[int, str]:
        assert done == ["packages"]
        together.wait()
        return 0, ""

    outcomes = run_steps([passing("mypy")], [Step("packages", packages), Step("lint", beside), Step("test", beside)])
    assert [outcome.name for outcome in outcomes] == ["mypy", "packages", "lint", "test"]
    assert all(outcome.is_passed for outcome in outcomes)


def test_databases_of_tests_are_in_memory_where_there_is_enough_of_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(checks, "MEMORY_BYTES_MIN", 1)
    with memory_folder(tmp_path) as folder:
        assert folder is not None
        assert folder.parent == tmp_path
    assert not folder.exists()
    with memory_folder(tmp_path / "no such thing") as folder:
        assert folder is None
    monkeypatch.setattr(checks, "MEMORY_BYTES_MIN", 2**62)
    with memory_folder(tmp_path) as folder:
        assert folder is None
