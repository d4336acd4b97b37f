"""The commands of `./siyu`. What is not set-up or a check is Siyu's own command line, run in the ready environment."""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import NoReturn

from launcher.checks import run_checks
from launcher.console import Console
from launcher.environment import Environment
from launcher.words import LauncherError, leave, say

USES_CONSOLE = ("setup", "demo", "serve")
USES_CHECKS = ("test", "bench")


def main() -> NoReturn:
    """Run the command line `sys.argv[2:]`; `sys.argv[1]` is the folder of the clone."""
    try:
        sys.exit(run_command(sys.argv[2:]))
    except LauncherError as error:
        leave(error)
    except KeyboardInterrupt:
        sys.exit(130)


def run_command(arguments: list[str]) -> int:
    """Set up what the command needs, then run it; the exit code where it does not replace this process."""
    command = arguments[0] if arguments else ""
    environment = Environment()
    console = Console(environment)
    builds = command in USES_CONSOLE and not console.is_built()
    if builds:
        environment.make_ready("console")
    with ThreadPoolExecutor(1) as pool:
        # While Python packages are written, the console's are fetched: a third less to wait for.
        installing = pool.submit(environment.make_ready, "dev" if command in USES_CHECKS else "run")
        if builds:
            console.build()
        installing.result()
    if command == "setup":
        say("一切就绪。运行 ./siyu demo 看演示", "all set; ./siyu demo shows it")
        return 0
    if command == "test":
        return run_checks(environment, console, arguments[1:])
    return run_siyu(environment, arguments)


def run_siyu(environment: Environment, arguments: list[str]) -> NoReturn:
    """Become Siyu's own command line. The data are in the clone, wherever it was called from, if nothing else is said."""
    os.environ.setdefault("SIYU_HOME", str(environment.root / ".siyu"))
    python = str(environment.python)
    os.execv(python, [python, "-P", "-m", "siyu", *arguments])  # noqa: S606  # a list of words, no shell
