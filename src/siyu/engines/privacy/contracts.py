"""What this engine needs to work, and its words."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from siyu.domain.customers.contracts import Identity
from siyu.kernel.actors import Actor, system_actor
from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Database, UnitOfWork

ACTOR: Actor = system_actor("privacy")
EXPORTS_FOLDER = Path("files") / "exports"
IMPORTS_FOLDER = Path("files") / "imports"
MEMBERS_FOLDER = Path("files") / "segment-exports"
"""Where files of segments' members lie, each for a day."""
JOURNAL_NAME = "erasures.jsonl"


@dataclass(frozen=True)
class Privacy:
    """The stores, the folder and key of the installation, and what other engines do for this one.

    `events_consumer` fills the columns. `drain_inbox` returns when what came in before is in the log. `erase_kept` throws
    away what of these identities is kept of what came in, and says how much where; `forget_imports` removes files of imports from
    before an instant.
    """

    database: Database
    columns: Columns
    home: Path
    secret_key: str = field(repr=False)
    events_consumer: str
    drain_inbox: Callable[[], None]
    rewrite_columns: Callable[[Collection[int]], None]
    rebuild_columns: Callable[[], None]
    erase_kept: Callable[[UnitOfWork, Collection[Identity]], Mapping[str, int]]
    forget_imports: Callable[[datetime], int]
    dedupe_days: int = 0

    @property
    def exports_folder(self) -> Path:
        """Where files with exports lie."""
        return self.home / EXPORTS_FOLDER

    @property
    def journal(self) -> Path:
        """Who was erased, for backups that still know them."""
        return self.home / JOURNAL_NAME
