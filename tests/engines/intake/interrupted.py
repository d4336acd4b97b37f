"""Imports a file in a process of its own, to be killed: `python -m tests.engines.intake.interrupted URL ID SOURCE REJECTS`."""

from __future__ import annotations

import sys
from pathlib import Path

from siyu.engines.intake import importing
from siyu.platform.postgres.database import Database


def main(url: str, import_id: str, source: str, rejects: str) -> None:
    importing.ROWS_PER_TRANSACTION = 100
    database = Database(url)
    sys.stdout.write("begun\n")
    sys.stdout.flush()
    importing.run_import(database, int(import_id), Path(source), Path(rejects))


if __name__ == "__main__":
    main(*sys.argv[1:])
