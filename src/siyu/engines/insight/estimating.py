"""Computing estimates: a whole edition is written to the columns, then it comes into force in one step.

What was kept true by the edition before goes on being asked of it until the segments concerned are built anew; editions that
nothing stands on are dropped when the next is computed. Where the columns have lost the edition in force (they were emptied, or
the rows were put back from a backup), `missing_models` says so, and it is to be computed anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from siyu.domain.segments import reading as segments_reading
from siyu.domain.segments import service as segments
from siyu.domain.segments.contracts import EstimateModel, EstimateTrouble
from siyu.kernel.actors import Actor
from siyu.platform.columns.client import Columns
from siyu.platform.columns.editions import EditionWriter, editions_there, held_editions
from siyu.platform.columns.schema import drop_edition, ensure_schema
from siyu.platform.postgres.database import Database

Parameters = Mapping[str, Any]
Estimator = Callable[[EditionWriter, datetime], "Parameters | EstimateTrouble"]
"""Writes the rows of an edition as of an instant, and gives what is to be kept beside it, or why there is none. Whatever it wrote
is dropped in that case."""


@dataclass(frozen=True, slots=True)
class Computed:
    """What came of it: the edition that is in force now, or the trouble for which the one before still is."""

    edition: int
    customers: int
    trouble: EstimateTrouble | None


def compute_estimate(
    database: Database, columns: Columns, actor: Actor, model: EstimateModel, estimator: Estimator
) -> Computed:
    """Computes a model for everybody as of now. Run again from any point it begins a new edition; one that was cut off is never in
    force, and is dropped then."""
    ensure_schema(columns)
    with held_editions(database):
        before = _drop_unused(database, columns, model)
        edition = 1 + max([before, *editions_there(columns, model)])
        writer = EditionWriter(columns, model, edition, f"estimates:{database.ids.new_id().hex}")
        writer.clear()
        as_of = database.clock.now()
        found = estimator(writer, as_of)
        if isinstance(found, str):
            writer.clear()
            with database.begin() as work:
                segments.miss_estimate(work, actor, model, found)
            return Computed(before, 0, found)
        customers = editions_there(columns, model).get(edition, 0)
        with database.begin() as work:
            segments.put_estimate(work, actor, model, edition, as_of=as_of, customers=customers, parameters=found)
        return Computed(edition, customers, None)


def missing_models(database: Database, columns: Columns) -> list[EstimateModel]:
    """Models of which an edition with customers is in force that the columns do not have."""
    ensure_schema(columns)
    with database.read() as reading:
        states = segments_reading.estimates(reading)
    return [
        each.model for each in states if each.customers and not editions_there(columns, each.model).get(each.edition)
    ]


def _drop_unused(database: Database, columns: Columns, model: EstimateModel) -> int:
    """Drops all editions that nothing stands on; gives the one in force. The one before it stays once more: whoever has just
    written out a definition by it is still asking."""
    with database.read() as reading:
        current = segments_reading.editions(reading).get(model, 0)
        asked = segments_reading.editions_asked(reading, model)
    for edition in editions_there(columns, model):
        if edition not in asked and not current - 1 <= edition <= current:
            drop_edition(columns, model, edition)
    return current
