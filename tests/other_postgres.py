"""A PostgreSQL that is not the embedded one: the operating system's, of whatever version, run by us in a folder of its own."""

from __future__ import annotations

import os
import pwd
import re
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from siyu.platform.postgres.running import running_postgres
from siyu.platform.postgres.server import SYSTEM_USER, make_system_user
from siyu.platform.watch import watch_command

PLACE = Path("/usr/lib/postgresql")
"""Where Debian puts each version."""
ROLE = "operator"
"""Who may log in and make databases, and nothing more; owner of the database `siyu`."""


def find_system_postgres() -> Path | None:
    """The binaries of the oldest version from 15 on that is installed."""
    found = {int(each.name): each / "bin" for each in PLACE.glob("*") if re.fullmatch(r"\d+", each.name)}
    usable = sorted(version for version, binaries in found.items() if version >= 15 and (binaries / "initdb").exists())
    return found[usable[0]] if usable else None


@contextmanager
def running_other_postgres() -> Iterator[str]:
    """The URL of a database `siyu` on such a server, as a role with no more rights than it needs; where the operating system
    has none, on a second embedded one."""
    binaries = find_system_postgres()
    if binaries is None:
        with running_postgres() as url:
            yield url
        return
    with tempfile.TemporaryDirectory(prefix="siyu-other-") as name:
        folder = Path(name)
        user = SYSTEM_USER if os.geteuid() == 0 else None
        _make_cluster(binaries, folder, user)
        settings = {"listen_addresses": "", "unix_socket_directories": name, "fsync": "off", "max_connections": "200"}
        server = [str(binaries / "postgres"), "-D", str(folder / "data")]
        for key, value in settings.items():
            server += ["-c", f"{key}={value}"]
        with (folder / "log").open("wb") as output:
            watcher = subprocess.Popen(
                watch_command(server, user=user), stdin=subprocess.PIPE, stdout=output, stderr=output
            )
            try:
                _wait_for(f"postgresql://root@/postgres?host={name}", folder / "log")
                with psycopg.connect(f"postgresql://root@/postgres?host={name}", autocommit=True) as driver:
                    driver.execute(f"CREATE ROLE {ROLE} LOGIN CREATEDB")
                    driver.execute(f"CREATE DATABASE siyu OWNER {ROLE}")
                yield f"postgresql://{ROLE}@/siyu?host={name}"
            finally:
                watcher.terminate()
                watcher.communicate(timeout=60)


def _make_cluster(binaries: Path, folder: Path, user: str | None) -> None:
    folder.chmod(0o711)
    if user is not None:
        make_system_user(user)
        os.chown(folder, pwd.getpwnam(user).pw_uid, -1)
    initdb = [str(binaries / "initdb"), "-D", str(folder / "data"), "--auth=trust", "--username=root", "--no-sync"]
    subprocess.run(
        [*initdb, "--encoding=UTF8", "--locale=C.UTF-8"], check=True, capture_output=True, cwd="/", user=user
    )


def _wait_for(url: str, log: Path) -> None:
    until = time.monotonic() + 30
    while True:
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            assert time.monotonic() < until, log.read_text("utf-8", "replace")
            time.sleep(0.05)
        else:
            return
