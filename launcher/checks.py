"""Every check of the project, `./siyu test`: what reads the code first, side by side, then what runs it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from launcher.console import Console
from launcher.environment import Environment, setup_lock
from launcher.system import find_chromium, get_chromium, offer_postgres, run
from launcher.words import LauncherError, say, write

CONSOLE_SCRIPTS = ("lint", "test", "typecheck", "format:check")


@dataclass(frozen=True)
class Step:
    """A check by name; `run` gives its exit code and output."""

    name: str
    run: Callable[[], tuple[int, str]]


PROCESSES_MAX = 4
"""Each has engines of its own, which want memory."""
ALL_TESTS = ("-n", str(min((os.cpu_count() or 1) + 1, PROCESSES_MAX)), "--dist", "loadfile", "--durations=15")
"""A file's tests stay together, for they share what they set up. One process more than cores: tests that wait for
others leave theirs free."""

MEMORY_FOLDER = Path("/dev/shm")  # noqa: S108  # a folder of ours in it has a name that nobody can guess
MEMORY_BYTES_MIN = 6 * 2**30
"""What tests leave lying about at once stays far below."""


@dataclass(frozen=True)
class Outcome:
    """How a step went."""

    name: str
    seconds: float
    is_passed: bool
    output: str

    def __str__(self) -> str:
        return f"  {'✓' if self.is_passed else '✗'} {self.name:<24} {self.seconds:7.1f} s"


def run_checks(environment: Environment, console: Console, arguments: list[str]) -> int:
    """All checks; with `arguments` only pytest with these. The last line printed is pytest's own summary."""
    chromium = find_chromium() if arguments else get_chromium()
    if not arguments:
        offer_postgres()
        say("检查代码", "checking the code")
        outcomes = run_steps(python_steps(environment), console_steps(console))
        failed = [outcome for outcome in outcomes if not outcome.is_passed]
        for outcome in failed:
            write(f"\n──── {outcome.name}\n{outcome.output.rstrip()}")
        write("\n".join(["", *map(str, outcomes)]))
        if failed:
            names = ", ".join(outcome.name for outcome in failed)
            write(f"\n✗ 未通过,测试未运行 · failed, tests not run: {names}")
            return 1
    elif any("e2e" in argument for argument in arguments):
        console.build()
    if any("clients" in argument or argument.rstrip("/").endswith("tests") for argument in arguments):
        console.install_clients()
    say("运行测试", "running the tests")
    env = {**os.environ, "PLAYWRIGHT_NODEJS_PATH": str(console.node())}
    if chromium is not None:
        env["SIYU_CHROMIUM"] = str(chromium)
    where = None if arguments else environment.root
    with memory_folder() as folder:
        if folder is not None:
            env.setdefault("TMPDIR", str(folder))
        return subprocess.run(pytest_command(environment, arguments), cwd=where, env=env, check=False).returncode


@contextmanager
def memory_folder(within: Path = MEMORY_FOLDER) -> Iterator[Path | None]:
    """A folder for the length of the tests that is memory and no disk; None where there is none, or little of it. A test's database
    is a thousand files made and thrown away: on a disk that takes ten times as long."""
    try:
        is_large = shutil.disk_usage(within).free >= MEMORY_BYTES_MIN
    except OSError:
        is_large = False
    if not is_large:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="siyu-", dir=within, ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)  # where we are root, servers run as somebody else
        yield Path(folder)


def pytest_command(environment: Environment, arguments: list[str]) -> list[str]:
    """How pytest is called."""
    # Relative paths among the arguments are meant from where the person stands.
    command = [
        environment.python,
        "-m",
        "pytest",
        "--rootdir",
        environment.root,
        "-c",
        environment.root / "pyproject.toml",
    ]
    return [str(word) for word in (*command, *(arguments or ALL_TESTS))]


def run_steps(python: list[Step], console: list[Step]) -> list[Outcome]:
    """Python's checks one after the other; beside them the console's, of which the first puts there what the others need, and
    they then run two at a time, since each by itself leaves a core idle."""
    with ThreadPoolExecutor(1) as beside, ThreadPoolExecutor(2) as pool:
        of_python = beside.submit(run_chain, python)
        of_console = run_chain(console[:1])
        of_console += [outcome for chain in pool.map(run_chain, [[step] for step in console[1:]]) for outcome in chain]
        return of_python.result() + of_console


def run_chain(steps: list[Step]) -> list[Outcome]:
    """The steps one after the other, all of them: one failure does not hide the next."""
    outcomes = []
    for step in steps:
        started = time.monotonic()
        try:
            code, output = step.run()
        except LauncherError as error:
            code, output = 1, f"{error.detail}\n{error.chinese} {error.english}"
        outcome = Outcome(step.name, time.monotonic() - started, code == 0, output)
        write(str(outcome))
        outcomes.append(outcome)
    return outcomes


def python_steps(environment: Environment) -> list[Step]:
    """What reads the Python code."""
    tools = environment.folder / "bin"

    def step(name: str, *command: str | Path) -> Step:
        return Step(name, lambda: run(command, cwd=environment.root))

    return [
        step("ruff format", tools / "ruff", "format", "--check", "."),
        step("ruff check", tools / "ruff", "check", "."),
        step("mypy --strict", tools / "mypy"),
        step("lint-imports", tools / "lint-imports"),
    ]


def console_steps(console: Console) -> list[Step]:
    """What checks the console: the scripts it declares, and whether it builds."""
    manifest = console.sources / "package.json"
    if not manifest.exists():
        return []
    declared = json.loads(manifest.read_text("utf-8"))["scripts"]

    def step(script: str) -> Step:
        command = console.npm_command(["run", "--silent", script])
        return Step(f"console {script}", lambda: run(command, cwd=console.sources, env=console.node_environment()))

    def packages() -> tuple[int, str]:
        with setup_lock(console.environment.root, "console") as lock:
            console.install_packages(lock)
        return 0, ""

    def build() -> tuple[int, str]:
        console.build()
        return 0, ""

    def clients() -> tuple[int, str]:
        console.install_clients()
        return 0, ""

    checks = [step(script) for script in CONSOLE_SCRIPTS if script in declared]
    return [
        Step("console npm ci", packages),
        *checks,
        Step("console build", build),
        Step("clients npm ci", clients),
    ]
