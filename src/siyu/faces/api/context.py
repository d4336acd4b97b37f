"""What the API's handlers have at hand."""

from __future__ import annotations

from dataclasses import dataclass, field

from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Database
from siyu.platform.settings import Settings


@dataclass(frozen=True, slots=True)
class ApiContext:
    """Settings and the ways to the stores; one for each process, at `app.state.siyu`."""

    settings: Settings
    database: Database
    columns: Columns | None = None
    secret_key: str = field(default="", repr=False)
