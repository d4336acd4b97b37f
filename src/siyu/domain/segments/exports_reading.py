"""Exports for the engine that writes them. Part of `reading`."""

from __future__ import annotations

from siyu.domain.segments import exports_store as store
from siyu.domain.segments.exports_contracts import SegmentExport
from siyu.platform.postgres.database import Reading


def find_export(reading: Reading, export_id: int) -> SegmentExport | None:
    """An export, if there is one of that number."""
    return store.find_export(reading.driver, export_id)


def chosen_of(reading: Reading, export_id: int) -> list[int] | None:
    """Whom a file of chosen customers is of; None for a file of a segment."""
    return store.chosen_of(reading.driver, export_id)


def expired_exports(reading: Reading) -> list[SegmentExport]:
    """Those whose file may not be there any more."""
    return store.expired_exports(reading.driver, reading.clock.now())
