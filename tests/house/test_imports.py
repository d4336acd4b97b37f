"""The import contracts hold, and each catches what it is for, in rooms and engines that do not exist yet too."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.contracts import compile_pattern

ROOT = Path(__file__).resolve().parents[2]

KERNEL = "The kernel knows nothing but itself"
PLATFORM = "The platform knows only the kernel"
ROOMS = "A room knows the platform, the kernel and the doors of the foundation rooms, never another room"
RULES = "Rules decide on what they are given and touch no storage"
STORES = "A store does not know the service above it"
ENGINES = "An engine knows rooms by their doors alone, never another engine and never a channel"
CHANNELS = "A channel knows the contracts of rooms and never another channel"
WORLD = "The made-up world knows rooms by their doors alone"
ASSEMBLY = "The assembly joins engines, channels, the world and doors, and knows no face"
FACES = "A face knows the assembly, engines and doors, never a channel"
LIBRARIES = "Each third-party library has its place"

# module, what it imports, the contract that forbids it
PLANTED = [
    ("kernel.planted", "siyu.platform.planted", KERNEL),
    ("platform.planted", "siyu.domain.planted_a.contracts", PLATFORM),
    ("platform.planted", "siyu.faces.planted", PLATFORM),
    ("domain.planted_a.service", "siyu.domain.planted_b.service", ROOMS),
    ("domain.planted_a.service", "siyu.domain.planted_b.contracts", ROOMS),
    ("domain.planted_a.service", "siyu.domain.company.store", ROOMS),
    ("domain.planted_a.service", "siyu.domain.customers", ROOMS),
    ("domain.planted_a.deep.below", "siyu.engines.planted_a.work", ROOMS),
    ("domain.planted_a.rules", "siyu.platform.planted", RULES),
    ("domain.planted_a.rules", "siyu.domain.planted_a.store", RULES),
    ("domain.planted_a.store", "siyu.domain.planted_a.service", STORES),
    ("engines.planted_a.work", "siyu.engines.planted_b.work", ENGINES),
    ("engines.planted_a.work", "siyu.channels.planted_a", ENGINES),
    ("engines.planted_a.work", "siyu.domain.planted_a.store", ENGINES),
    ("engines.planted_a.work", "siyu.domain.planted_a.rules", ENGINES),
    ("engines.planted_a.work", "siyu.domain.planted_a.tables", ENGINES),
    ("engines.planted_a.work", "siyu.faces.planted", ENGINES),
    ("channels.planted_a", "siyu.channels.planted_b", CHANNELS),
    ("channels.planted_a", "siyu.domain.planted_a.service", CHANNELS),
    ("channels.planted_a", "siyu.engines.planted_a.work", CHANNELS),
    ("world.planted", "siyu.domain.planted_a.store", WORLD),
    ("world.planted", "siyu.engines.planted_a.work", WORLD),
    ("assembly.planted", "siyu.faces.planted", ASSEMBLY),
    ("assembly.planted", "siyu.domain.planted_a.store", ASSEMBLY),
    ("faces.planted", "siyu.channels.planted_a", FACES),
    ("faces.planted", "siyu.world.planted", FACES),
    ("faces.planted", "siyu.domain.planted_a.rules", FACES),
    ("faces.planted", "siyu.domain.planted_a.tables", FACES),
    ("engines.planted_a.work", "fastapi", LIBRARIES),
    ("domain.planted_a.service", "jinja2", LIBRARIES),
    ("platform.planted", "typer", LIBRARIES),
    ("engines.planted_a.work", "httpx2", LIBRARIES),
    ("domain.planted_a.service", "clickhouse_connect", LIBRARIES),
    ("domain.planted_a.service", "a_library_nobody_decided_on", LIBRARIES),
    ("kernel.planted", "pydantic", LIBRARIES),
]

# imports that are as they should be
HARMLESS = [
    ("platform.planted", "siyu.kernel.planted"),
    ("domain.planted_b.service", "siyu.domain.planted_b.store"),
    ("domain.planted_b.service", "siyu.domain.company.service"),
    ("domain.planted_b.service", "siyu.domain.definitions.contracts"),
    ("domain.planted_b.store", "siyu.platform.planted"),
    ("domain.planted_b.rules", "siyu.domain.planted_b.contracts"),
    ("engines.planted_b.work", "siyu.domain.planted_a.reading"),
    ("engines.planted_b.work", "siyu.domain.planted_b.service"),
    ("channels.planted_b", "siyu.domain.planted_b.contracts"),
    ("assembly.harmless", "siyu.channels.planted_b"),
    ("assembly.harmless", "siyu.engines.planted_b.work"),
    ("faces.harmless", "siyu.assembly.harmless"),
    ("faces.harmless", "siyu.domain.planted_b.reading"),
    ("faces.harmless", "fastapi"),
    ("faces.harmless", "json"),
    ("channels.planted_b", "httpx2"),
]


def lint(folder: Path) -> tuple[int, str]:
    """Run the real tool in `folder`, as `./siyu test` does in the clone."""
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command as run; run()",
            "--no-logo",
            "--no-cache",
        ],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": f"{folder / 'src'}{os.pathsep}{folder}", "COLUMNS": "400"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def plant(root: Path, module: str, imported: str | None = None) -> None:
    """Add an import to a module below `siyu`, made with its packages where it is new."""
    *packages, name = module.split(".")
    folder = root / "src" / "siyu"
    for package in packages:
        folder = folder / package
        folder.mkdir(exist_ok=True)
        (folder / "__init__.py").touch()
    with (folder / f"{name}.py").open("a") as file:
        if imported is not None:
            file.write(f"import {imported}\n")


def broken_by_contract(report: str) -> dict[str, set[tuple[str, str]]]:
    """The imports that each broken contract names."""
    found: dict[str, set[tuple[str, str]]] = {}
    contract = ""
    _, _, details = report.partition("Broken contracts")
    for line in details.splitlines():
        match = re.match(r"- (\S+) -> (\S+) \(line \d+\)", line)
        if match:
            found[contract].add((match[1], match[2]))
        elif line and not line.startswith("-"):
            contract = line.strip()
            found.setdefault(contract, set())
    return found


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[tuple[str, str]]]:
    folder = tmp_path_factory.mktemp("planted")
    shutil.copytree(ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("__pycache__", "console_files*"))
    (folder / "tests" / "house").mkdir(parents=True)
    shutil.copy(ROOT / "tests" / "house" / "contracts.py", folder / "tests" / "house")
    shutil.copy(ROOT / ".importlinter", folder)
    for module, imported, *_ in [*PLANTED, *HARMLESS]:
        plant(folder, module, imported)
        if imported.startswith("siyu.") and not (folder / "src" / imported.replace(".", "/")).is_dir():
            plant(folder, imported.removeprefix("siyu."))
    code, report = lint(folder)
    assert code == 1, report
    return broken_by_contract(report)


def test_the_contracts_hold() -> None:
    code, report = lint(ROOT)
    assert code == 0, report


@pytest.mark.parametrize(("module", "imported", "contract"), PLANTED)
def test_a_planted_import_is_caught(
    planted: dict[str, set[tuple[str, str]]], module: str, imported: str, contract: str
) -> None:
    assert (f"siyu.{module}", imported) in planted.get(contract, set())


@pytest.mark.parametrize(("module", "imported"), HARMLESS)
def test_a_harmless_import_is_not(planted: dict[str, set[tuple[str, str]]], module: str, imported: str) -> None:
    assert not any((f"siyu.{module}", imported) in broken for broken in planted.values())


def test_every_contract_has_a_planted_violation() -> None:
    text = (ROOT / ".importlinter").read_text("utf-8")
    names = set(re.findall(r"^name = (.+)$", text, flags=re.MULTILINE))
    assert names == {contract for *_, contract in PLANTED}


@pytest.mark.parametrize(
    ("pattern", "module", "is_match"),
    [
        ("siyu.domain.*", "siyu.domain.orders.store", True),
        ("siyu.domain.*.store", "siyu.domain.orders.store", True),
        ("siyu.domain.*.store", "siyu.domain.orders.deep.store", False),
        ("siyu.domain.{a,b}.service", "siyu.domain.b.service.part", True),
        ("siyu.domain.{a,b}.service", "siyu.domain.c.service", False),
        ("siyu.domain.*.service", "siyu.domain.a.services", False),
        ("siyu.kernel", "siyu.kernelish", False),
    ],
)
def test_patterns(pattern: str, module: str, *, is_match: bool) -> None:
    assert (compile_pattern(pattern).match(module) is not None) is is_match
