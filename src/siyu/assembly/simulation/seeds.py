"""Many seeds one after the other, each on stores of its own."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from siyu.assembly.simulation.checks import find_faults
from siyu.assembly.simulation.running import KEYS, RestlessError, Simulation
from siyu.assembly.simulation.simulated import Town
from siyu.platform.columns.client import Columns
from siyu.platform.columns.process import running_columns
from siyu.platform.columns.schema import empty_tables, ensure_schema
from siyu.platform.postgres.database import Database
from siyu.platform.postgres.migrate import migrate
from siyu.platform.postgres.running import running_postgres
from siyu.platform.settings import Settings, load_settings

TEMPLATE = "siyu_template"
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class SeedReport:
    """How a seed went: what does not hold, and how much was lived through."""

    seed: int
    faults: tuple[str, ...]
    deeds: int = 0
    messages: int = 0
    texts: int = 0
    kills: int = 0
    refusals: int = 0
    steps: int = 0
    calls: int = 0
    welcomes: int = 0
    takeovers: int = 0
    trace: str = ""

    def __str__(self) -> str:
        lived = (
            f"{self.deeds} deeds, {self.messages} messages, {self.texts} texts, {self.calls} calls, {self.kills} kills,"
            f" {self.refusals} refusals,"
            f" {self.takeovers} takeovers, {self.welcomes} welcomes judged, {self.steps} steps, trace {self.trace}"
        )
        return "\n".join([f"seed {self.seed}: {'FAULTS' if self.faults else 'well'} ({lived})", *self.faults])


def run_seeds(first: int, count: int, town: Town, tell: Tell) -> list[SeedReport]:
    """Runs seeds `first` and on, on stores of their own that are thrown away afterwards."""
    with tempfile.TemporaryDirectory(prefix="siyu-simulate-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        settings = load_settings({}, home=folder / "home")
        with running_postgres(folder / "postgres") as url, running_columns(folder / "columns") as columns_url:
            columns = Columns(columns_url)
            try:
                ensure_schema(columns)
                _make_template(url)
                reports = []
                for seed in range(first, first + count):
                    empty_tables(columns)
                    with _copied(url, seed) as own_url:
                        reports.append(run_seed(settings, own_url, columns, seed, town))
                    tell(str(reports[-1]))
                return reports
            finally:
                columns.close()


def run_seed(settings: Settings, url: str, columns: Columns, seed: int, town: Town) -> SeedReport:
    """One seed on a migrated database with nothing in it and on empty columns."""
    simulation = Simulation(settings, url, columns, seed, town)
    found = simulation.found
    database = Database(url, keys=KEYS, pool_size=1)
    try:
        simulation.run()
        faults = find_faults(found, database, columns, settings.zone)
    except RestlessError as error:
        faults = [f"The workers never came to rest, {error}."]
    finally:
        simulation.close()
        database.close()
    return SeedReport(
        seed,
        tuple(faults),
        len(found.acknowledged),
        len(found.outside.received),
        len(found.vendor.arrived),
        found.fates.kills,
        found.fates.refusals,
        found.steps,
        found.outside.calls,
        found.meetings.judged,
        found.fates.takeovers,
        found.fates.trace.digest,
    )


def _make_template(url: str) -> None:
    _administer(url, f'CREATE DATABASE "{TEMPLATE}"')
    database = Database(_named(url, TEMPLATE))
    migrate(database.engine)
    database.close()


@contextmanager
def _copied(url: str, seed: int) -> Iterator[str]:
    name = f"siyu_seed_{seed}"
    _administer(url, f'CREATE DATABASE "{name}" TEMPLATE "{TEMPLATE}"')
    try:
        yield _named(url, name)
    finally:
        _administer(url, f'DROP DATABASE "{name}" WITH (FORCE)')


def _named(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def _administer(url: str, statement: str) -> None:
    database = Database(url)
    try:
        with database.autocommit() as driver:
            driver.execute(statement)
    finally:
        database.close()
