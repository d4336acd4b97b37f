"""The Python environment `.venv`: made from hash-checked locks, healed after an interruption, never made twice at once.

`.venv/siyu-stamp.json` says what was installed; a start that finds its lock there does nothing more. The marker
`.venv/siyu-installing` stands while something is being installed: who finds it without the lock held finds the
remains of an interrupted set-up, in which pip would take half-written packages for whole ones, and starts anew.
"""

from __future__ import annotations

import configparser
import contextlib
import fcntl
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from launcher.system import OUTPUT_TAIL_CHARACTERS, install_packages, may_install, require, run
from launcher.words import LauncherError, say

ROOT = Path(__file__).resolve().parent.parent
LOCKS = {
    "run": ("run",),
    "console": ("console",),  # Node, to build the console with
    "dev": ("run", "console", "dev"),  # dev.lock holds all that the other two hold, in the same versions
}
INDEX_SETTINGS = ("index-url", "extra-index-url", "find-links", "no-index")


class Environment:
    """The virtual environment of the clone at `root`."""

    def __init__(self, root: Path = ROOT) -> None:
        self.root = root
        self.folder = root / ".venv"
        self.python = self.folder / "bin" / "python"
        self._stamp_file = self.folder / "siyu-stamp.json"
        self._marker = self.folder / "siyu-installing"

    def make_ready(self, kind: str) -> None:
        """Install what `kind` (`run`, `console`, `dev`) needs unless it is there already."""
        if self._is_ready(kind):
            return
        with setup_lock(self.root, "python") as lock:
            if not self._is_ready(kind):
                self._install(kind, lock)

    def site_packages(self) -> Path:
        """Where packages lie."""
        return next(iter(sorted(self.folder.glob("lib/python3.*/site-packages"))))

    def _is_ready(self, kind: str) -> bool:
        stamp = self._stamp()
        wanted = {name: lock_hash(self.root, name) for name in LOCKS[kind]}
        return (
            not self._marker.exists()
            and stamp.get("python") == self._real_python()
            and stamp.get("root") == str(self.root)
            and all(stamp.get(name) == value for name, value in wanted.items())
        )

    def _stamp(self) -> dict[str, str]:
        try:
            return dict(json.loads(self._stamp_file.read_text("utf-8")))
        except (OSError, ValueError):
            return {}

    def _real_python(self) -> str | None:
        return str(self.python.resolve()) if self.python.exists() else None

    def _is_usable(self) -> bool:
        """Whether packages can be added to what is there: whole, of this place, and its Python still the same one."""
        stamp = self._stamp()
        return (
            not self._marker.exists()
            and self.python.exists()
            and stamp.get("python", self._real_python()) == self._real_python()
            and stamp.get("root", str(self.root)) == str(self.root)
        )

    def _install(self, kind: str, lock: int) -> None:
        tool = find_uv()
        if not self._is_usable():
            self._create(tool, lock)
        stamp = self._stamp()
        self._marker.touch()
        missing = [name for name in LOCKS[kind] if stamp.get(name) != lock_hash(self.root, name)]
        self._install_locks(tool, ["dev"] if kind == "dev" else missing, lock)
        (self.site_packages() / "siyu.pth").write_text(f"{self.root / 'src'}\n", "utf-8")
        stamp |= {name: lock_hash(self.root, name) for name in LOCKS[kind]}
        stamp |= {"python": str(self.python.resolve()), "root": str(self.root)}
        new = self._stamp_file.with_suffix(".new")
        new.write_text(json.dumps(stamp, indent=1), "utf-8")
        new.replace(self._stamp_file)
        self._marker.unlink()

    def _create(self, tool: str | None, lock: int) -> None:
        if self.folder.exists():
            say("重建不完整的环境", "rebuilding an incomplete environment")
            shutil.rmtree(self.folder)
        say(f"创建 Python {sys.version_info[0]}.{sys.version_info[1]} 环境", "creating the Python environment")
        self.folder.mkdir()
        self._marker.touch()
        words = ("无法创建 Python 环境。", "The Python environment cannot be created.")
        if tool is not None:
            require(
                [tool, "venv", "--quiet", "--allow-existing", "--python", sys.executable, self.folder],
                *words,
                keep=[lock],
            )
            return
        require_venv_module()
        require([sys.executable, "-m", "venv", self.folder], *words, keep=[lock])

    def _install_locks(self, tool: str | None, names: list[str], lock: int) -> None:
        files = [self.root / "requirements" / f"{name}.lock" for name in names]
        say("安装依赖(首次约一两分钟)", f"installing packages ({' + '.join(names)}), a minute or two at first")
        if tool is not None:
            command = [tool, "pip", "install", "--quiet", "--python", str(self.python)]
        elif importlib.util.find_spec("pip") is None and not (self.folder / "bin" / "pip").exists():
            raise LauncherError(
                "环境中没有 pip,请删除 .venv 后重试。", "There is no pip in .venv; remove .venv and try again."
            )
        else:
            command = [str(self.python), "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
            # Bytecode is written by who first imports a module; most of what is installed is never imported.
            command += ["--no-compile"]
        command += ["--require-hashes", *(word for file in files for word in ("-r", str(file)))]
        code, output = follow(command, sum(map(count_lines_of, files)), lock)
        if code != 0:
            raise LauncherError("安装依赖失败。", "Installing packages failed.", output[-OUTPUT_TAIL_CHARACTERS:])


def follow(command: list[str], total: int, lock: int) -> tuple[int, str]:
    """Run an installer and, on a terminal, count the packages as it collects them."""
    if not sys.stderr.isatty():
        return run(command, keep=[lock])
    seen, lines = 0, []
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        pass_fds=[lock],
    ) as process:
        for line in process.stdout or ():
            lines.append(line)
            seen += line.startswith("Collecting ")
            step = "写入 · writing" if line.startswith("Installing ") else f"{min(seen, total)}/{total}"
            sys.stderr.write(f"\r  {step:<24}")
            sys.stderr.flush()
    sys.stderr.write("\r" + " " * 28 + "\r")
    return process.returncode, "".join(lines)


def count_lines_of(lock: Path) -> int:
    """How many packages a lock file names."""
    return sum("==" in line for line in lock.read_text("utf-8").splitlines())


def lock_hash(root: Path, name: str) -> str:
    """What a lock file says, in short."""
    return hashlib.sha256((root / "requirements" / f"{name}.lock").read_bytes()).hexdigest()


def require_venv_module() -> None:
    """Debian keeps half of the module venv in a package of its own."""
    if importlib.util.find_spec("ensurepip") is not None:
        return
    package = f"python3.{sys.version_info[1]}-venv"
    if may_install() and (install_packages(package) or install_packages("python3-venv")):
        importlib.invalidate_caches()
        if importlib.util.find_spec("ensurepip") is not None:
            return
    raise LauncherError(
        f"缺少 Python 的 venv 模块。请以 root 运行:apt-get install {package}",
        f"Python's venv module is missing. As root run: apt-get install {package}",
    )


def find_uv() -> str | None:
    """uv where it is present, unless it would not see the package index that this machine's pip is set to."""
    if any(name.startswith("UV_") and "INDEX" in name for name in os.environ) or not pip_has_own_index():
        return shutil.which("uv")
    return None


def pip_has_own_index() -> bool:
    """Whether pip's settings name where packages come from; uv does not read these."""
    if any(os.environ.get("PIP_" + name.upper().replace("-", "_")) for name in INDEX_SETTINGS):
        return True
    home = Path.home()
    config_home = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config")
    places = [
        Path("/etc/pip.conf"),
        Path("/etc/xdg/pip/pip.conf"),
        home / ".pip/pip.conf",
        config_home / "pip/pip.conf",
    ]
    places.append(home / "Library/Application Support/pip/pip.conf")
    if "PIP_CONFIG_FILE" in os.environ:
        places.append(Path(os.environ["PIP_CONFIG_FILE"]))
    settings = configparser.ConfigParser(interpolation=None, strict=False)
    with contextlib.suppress(configparser.Error, UnicodeDecodeError):
        settings.read([place for place in places if place.is_file()], "utf-8")
    return any(settings.has_option(part, name) for part in settings.sections() for name in INDEX_SETTINGS)


@contextlib.contextmanager
def setup_lock(root: Path, part: str) -> Iterator[int]:
    """One set-up of this part at a time. Installers inherit the open file, so one that outlives a killed launcher is waited for."""
    (root / ".siyu").mkdir(exist_ok=True)
    with (root / ".siyu" / f"setup-{part}.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            say("另一个安装正在进行,等待中", "another set-up is running, waiting for it")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield file.fileno()
