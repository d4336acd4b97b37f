"""`./siyu` on a clone in miniature: it makes its environment once, heals after a kill, and says what is missing.

The real package index is not asked: the clone's one dependency is a wheel made here.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from launcher.console import Console
from launcher.environment import Environment, pip_has_own_index, require_venv_module
from launcher.main import run_siyu
from launcher.words import LauncherError

ROOT = Path(__file__).resolve().parents[2]
CREATING = "创建 Python"


def make_wheel(folder: Path) -> str:
    """A wheel of the package `pebble` in `folder`; the line of a lock file for it."""
    wheel = folder / "pebble-1.0-py3-none-any.whl"
    files = {
        "pebble.py": "weight_grams = 7\n",
        "pebble-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: pebble\nVersion: 1.0\n",
        "pebble-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "pebble-1.0.dist-info/RECORD"
    lines = []
    for name, text in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
        lines.append(f"{name},sha256={digest},{len(text)}\n")
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, text in {**files, record: "".join([*lines, f"{record},,\n"])}.items():
            archive.writestr(name, text)
    return f"pebble==1.0 --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n"


class Clone:
    """A clone with the real launcher and next to nothing else."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "clone"
        shutil.copytree(ROOT / "launcher", self.root / "launcher", ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "siyu", self.root / "siyu")
        wheels = folder / "wheels"
        wheels.mkdir()
        self.lock = self.root / "requirements" / "run.lock"
        self.lock.parent.mkdir()
        self.lock.write_text(make_wheel(wheels), "utf-8")
        package = self.root / "src" / "siyu"
        package.mkdir(parents=True)
        (package / "__init__.py").touch()
        (package / "__main__.py").write_text("import os, sys, pebble\nprint(os.getcwd(), *sys.argv[1:])\n", "utf-8")
        self.env = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "UV_"))},
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(wheels),
            "PIP_CONFIG_FILE": os.devnull,
        }

    def start(self, *words: str, cwd: Path | None = None) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [str(self.root / "siyu"), *words],
            cwd=cwd or self.root,
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *words: str, cwd: Path | None = None) -> tuple[int, str, str]:
        process = self.start(*words, cwd=cwd)
        output, errors = process.communicate(timeout=120)
        return process.returncode, output, errors


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    return Clone(tmp_path)


def test_the_first_start_sets_up_and_the_second_does_nothing(clone: Clone, tmp_path: Path) -> None:
    code, output, errors = clone.run("hello", "two words", cwd=tmp_path)
    assert (code, output) == (0, f"{tmp_path} hello two words\n")
    assert CREATING in errors
    assert clone.run("again") == (0, f"{clone.root} again\n", "")


def test_a_changed_lock_is_installed_and_a_wrong_hash_refused(clone: Clone) -> None:
    assert clone.run("setup")[0] == 0
    good = clone.lock.read_text("utf-8")
    clone.lock.write_text(f"# a remark\n{good}", "utf-8")
    code, _, errors = clone.run("setup")
    assert code == 0
    assert "requirements" in errors or "installing packages" in errors
    assert CREATING not in errors
    shutil.rmtree(clone.root / ".venv")
    clone.lock.write_text(good[:-65] + "0" * 64 + "\n", "utf-8")
    code, _, errors = clone.run("setup")
    assert code == 1
    assert "Installing packages failed." in errors
    assert "Traceback" not in errors


def test_a_set_up_killed_half_way_heals(clone: Clone) -> None:
    process = clone.start("setup")
    until = time.monotonic() + 60
    while not (clone.root / ".venv" / "bin" / "pip").exists():
        assert time.monotonic() < until
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert (clone.root / ".venv" / "siyu-installing").exists()
    code, output, errors = clone.run("hello")
    assert (code, output) == (0, f"{clone.root} hello\n")
    assert "rebuilding an incomplete environment" in errors


def test_two_at_once_set_up_once(clone: Clone) -> None:
    both = [clone.start("hello"), clone.start("hello")]
    told = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert {output for output, _ in told} == {f"{clone.root} hello\n"}
    assert sum(CREATING in errors for _, errors in told) == 1


def test_an_environment_that_was_moved_is_made_anew(clone: Clone) -> None:
    assert clone.run("setup")[0] == 0
    clone.root = clone.root.rename(clone.root.with_name("elsewhere"))
    code, output, errors = clone.run("hello")
    assert (code, output) == (0, f"{clone.root} hello\n")
    assert "rebuilding" in errors


@pytest.mark.parametrize("old", [None, "#!/bin/sh\nexit 1\n"])
def test_without_a_fit_python_it_says_so(clone: Clone, tmp_path: Path, old: str | None) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("dirname", "readlink", "sh"):
        (tools / name).symlink_to(shutil.which(name) or name)
    if old is not None:
        (tools / "python3").write_text(old, "utf-8")
        (tools / "python3").chmod(0o755)
    clone.env = {"PATH": str(tools)}
    code, _, errors = clone.run("setup")
    assert code == 1
    assert "Python 3.11 to 3.14 is missing" in errors


def test_a_missing_venv_module_is_named_with_its_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setattr("launcher.environment.may_install", lambda: False)
    with pytest.raises(LauncherError, match=r"apt-get install python3\.\d+-venv"):
        require_venv_module()


def test_uv_is_left_alone_where_only_pip_knows_the_index(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_NO_INDEX"):
        monkeypatch.delenv(name, raising=False)
    settings = tmp_path / "pip.conf"
    monkeypatch.setenv("PIP_CONFIG_FILE", str(settings))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    settings.write_text("[global]\nindex-url = https://packages.example/simple\n", "utf-8")
    assert pip_has_own_index()
    monkeypatch.delenv("PIP_CONFIG_FILE")
    monkeypatch.setenv("PIP_INDEX_URL", "https://packages.example/simple")
    assert pip_has_own_index()


def make_console(root: Path) -> Console:
    """A console whose `npm` is a script that copies its sources; builds are counted in `built`."""
    environment = Environment(root)
    (root / "console").mkdir(parents=True)
    (root / "console" / "package.json").write_text(json.dumps({"scripts": {"build": "x"}}), "utf-8")
    (root / "console" / "package-lock.json").write_text("{}", "utf-8")
    (root / "src" / "siyu" / "faces").mkdir(parents=True)
    return Console(environment)


def test_the_console_is_built_when_its_sources_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    console = make_console(tmp_path)
    built: list[str] = []

    def npm(command: list[str], *words: str, cwd: Path, env: dict[str, str], keep: list[int]) -> None:
        built.append(command[-1])
        if command[-1] == "build":
            Path(env["SIYU_CONSOLE_OUT"]).mkdir()
            (Path(env["SIYU_CONSOLE_OUT"]) / "index.html").write_text(str(len(built)), "utf-8")
        else:
            (cwd / "node_modules").mkdir(exist_ok=True)

    monkeypatch.setattr("launcher.console.require", npm)
    monkeypatch.setattr(Console, "npm_command", lambda self, arguments: arguments)
    monkeypatch.setattr(Console, "node_environment", lambda self: {})
    console.build()
    console.build()
    assert built == ["--no-fund", "build"], "built once, its packages installed once"
    (console.sources / "app.ts").write_text("1", "utf-8")
    console.build()
    assert built == ["--no-fund", "build", "build"], "a source changed, the packages did not"
    assert (console.result / "index.html").read_text("utf-8") == "3"
    (console.sources / "package-lock.json").write_text("{ }", "utf-8")
    console.build()
    assert built[3:] == ["--no-fund", "build"]


@pytest.mark.parametrize("home", [None, "/srv/siyu"])
def test_the_data_are_in_the_clone_wherever_it_is_called_from(
    home: str | None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SIYU_HOME", home or "")  # so that it is put back, whatever happens to it
    if home is None:
        monkeypatch.delenv("SIYU_HOME")

    def become(_: str, words: list[str]) -> None:
        sys.exit(words[-1])

    monkeypatch.setattr(os, "execv", become)
    with pytest.raises(SystemExit, match="serve"):
        run_siyu(Environment(tmp_path / "clone"), ["serve"])
    assert os.environ["SIYU_HOME"] == (home or str(tmp_path / "clone" / ".siyu"))
