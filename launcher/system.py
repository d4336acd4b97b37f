"""What must come from the operating system: installed where that is allowed, otherwise asked for by its exact command."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from launcher.words import LauncherError, say

OUTPUT_TAIL_CHARACTERS = 4000
POSTGRES_PLACE = Path("/usr/lib/postgresql")
CLUSTER_SETTINGS = Path("/etc/postgresql-common/createcluster.conf")
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def run(
    command: Sequence[str | Path],
    *,
    cwd: Path | None = None,
    env: dict[str, str] | None = None,
    keep: Sequence[int] = (),
) -> tuple[int, str]:
    """Run `command` to its end: exit code and all output. `keep` are open files it inherits."""
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        pass_fds=keep,
        check=False,
    )
    return done.returncode, done.stdout


def require(
    command: Sequence[str | Path],
    chinese: str,
    english: str,
    *,
    cwd: Path | None = None,
    env: dict[str, str] | None = None,
    keep: Sequence[int] = (),
) -> None:
    """Run `command`; LauncherError with these words and the end of its output where it fails."""
    code, output = run(command, cwd=cwd, env=env, keep=keep)
    if code != 0:
        raise LauncherError(chinese, english, output[-OUTPUT_TAIL_CHARACTERS:])


def may_install() -> bool:
    """Whether packages of the system may be installed: as root, where apt-get is."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install_packages(*names: str) -> bool:
    """Install Debian packages; whether that worked."""
    say(f"安装系统软件包 {' '.join(names)}", "installing system packages")
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "--yes", "--no-install-recommends", *names]
    # The lists may be there already; fetching them anew takes longer than the package.
    if run(install, env=env)[0] == 0:
        return True
    return run(["apt-get", "update"], env=env)[0] == 0 and run(install, env=env)[0] == 0


def find_chromium() -> Path | None:
    """A Chromium on this machine."""
    found = (shutil.which(name) for name in (os.environ.get("SIYU_CHROMIUM", ""), *CHROMIUM_NAMES) if name)
    return next((Path(path) for path in found if path), None)


def get_chromium() -> Path:
    """A Chromium, installed where that is allowed."""
    chromium = find_chromium()
    if chromium is None and may_install() and install_packages("chromium"):
        chromium = find_chromium()
    if chromium is None:
        raise LauncherError(
            "端到端测试需要 Chromium,本机没有。请安装:apt-get install chromium,或设置 SIYU_CHROMIUM 指向它。",
            "The end-to-end tests need Chromium: apt-get install chromium, or point SIYU_CHROMIUM at one.",
        )
    return chromium


def offer_postgres() -> None:
    """The operating system's PostgreSQL, for tests of another version than the embedded one; where it may be installed. Only its
    programs: no server of its own is made or started. Without it the tests use a second embedded one."""
    if any(POSTGRES_PLACE.glob("*/bin/initdb")) or not may_install():
        return
    if not CLUSTER_SETTINGS.exists():
        CLUSTER_SETTINGS.parent.mkdir(parents=True, exist_ok=True)
        CLUSTER_SETTINGS.write_text("create_main_cluster = false\n", "utf-8")
    install_packages("postgresql")
