"""What the importing of a file is made of: where it comes from, its rows with their keys, and what a kind of rows can do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeVar
from zoneinfo import ZoneInfo

from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import Identity
from siyu.domain.privacy.reading import suppressed_among
from siyu.engines.intake.importing_cells import RowError, Terms
from siyu.engines.intake.tables import Row, TableOptions
from siyu.kernel.actors import Actor
from siyu.platform.postgres.database import UnitOfWork

_Parsed = TypeVar("_Parsed")


@dataclass(frozen=True, slots=True)
class FileSource:
    """Where the rows come from and how to read them. `name` is what the rows are known under: two files with the same name
    tell of the same things. `at_format` is strptime's; None means that times are told in one of the usual ways. Times
    without a zone are in `zone`."""

    path: Path
    name: str
    zone: ZoneInfo
    at_format: str | None = None
    options: TableOptions = TableOptions()

    def reading(self) -> dict[str, Any]:
        """How the file is read, as it is kept."""
        return {"zone": self.zone.key, "at_format": self.at_format, **asdict(self.options)}


@dataclass(frozen=True, slots=True)
class KeyedRow:
    """A row with the key that makes it this row in every run; empty where the row tells its own."""

    row: Row
    key: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one transaction did with its rows; `refused` says by line why."""

    new: int
    known: int
    refused: Mapping[int, RowError] = field(default_factory=dict)


class RowImport(Protocol):
    """One kind of thing that can be imported: what its columns mean, and how rows of it are stored. `rights` are those
    needed besides `imports.write`."""

    @property
    def columns_needed(self) -> Sequence[str]: ...

    @property
    def has_own_keys(self) -> bool: ...

    @property
    def rights(self) -> Sequence[str]: ...

    def parse(self, terms: Terms, keyed: KeyedRow) -> object: ...

    def store(self, work: UnitOfWork, actor: Actor, terms: Terms, rows: Sequence[KeyedRow]) -> Outcome: ...


def refuse_erased(
    work: UnitOfWork,
    actor: Actor,
    identities_of: Mapping[int, Sequence[Identity]],
    parsed: dict[int, _Parsed],
    refused: dict[int, RowError],
) -> None:
    """Moves the rows of persons who were erased, by line, to those refused: only they themselves come back. Nobody is
    erased between this look and the commit."""
    customers.hold_known(work, actor)
    gone = suppressed_among(work, {each for identities in identities_of.values() for each in identities})
    for line, identities in identities_of.items() if gone else ():
        if not gone.isdisjoint(identities):
            del parsed[line]
            refused[line] = RowError("erased")


def parsed_rows(
    parse: Callable[[Terms, KeyedRow], _Parsed], terms: Terms, rows: Sequence[KeyedRow]
) -> tuple[dict[int, _Parsed], dict[int, RowError]]:
    """By line what each row tells, and why it is refused where it tells nothing."""
    parsed: dict[int, _Parsed] = {}
    refused: dict[int, RowError] = {}
    for keyed in rows:
        try:
            if keyed.row.fault is not None:
                raise RowError("bad_row", detail=keyed.row.fault)
            parsed[keyed.row.line] = parse(terms, keyed)
        except RowError as error:
            refused[keyed.row.line] = error
    return parsed, refused
