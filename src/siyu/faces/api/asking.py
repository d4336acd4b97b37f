"""What asking the engine `audience` takes in a face: the engine itself, what things are called, whom an actor may see."""

from __future__ import annotations

from datetime import datetime

from siyu.domain.customers import reading as customers
from siyu.domain.segments import reading as segments
from siyu.domain.segments.contracts import Condition
from siyu.engines.audience.evaluate import EVERYTHING, Preview, preview
from siyu.engines.audience.keeping import Audience
from siyu.engines.audience.sets import StoredSets
from siyu.engines.projection.projecting import COLUMNS_CONSUMER, ROW_EVENTS
from siyu.faces.api.context import ApiContext
from siyu.kernel.actors import Actor
from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Reading


def audience_of(context: ApiContext, columns: Columns) -> Audience:
    """The engine over this installation."""
    return Audience(context.database, columns, (COLUMNS_CONSUMER,), context.settings.zone, ROW_EVENTS)


def preview_within(
    context: ApiContext, columns: Columns, actor: Actor, condition: Condition, as_of: datetime
) -> Preview:
    """Who fulfils an expanded condition, of those whom the actor may see. Whose own somebody is the columns do not know."""
    sets, zone = StoredSets(context.database), context.settings.zone
    if not actor.scope.own_only:
        return preview(columns, condition, as_of, actor.scope, zone=zone, sets=sets)
    with context.database.read() as reading:
        own = customers.ids_in_scope(reading, actor)
    return preview(columns, condition, as_of, EVERYTHING, zone=zone, sets=sets, whom=own)


class SeenSizes:
    """How many of a segment or a list somebody may see: who sees all customers is told the size as it is kept."""

    def __init__(self, reading: Reading, actor: Actor) -> None:
        self._reading = reading
        self._visible = customers.ids_in_scope(reading, actor)

    def of_segment(self, segment_id: int, kept: int | None) -> int | None:
        if kept is None or self._visible is None:
            return kept
        return customers.count_among(self._visible, segments.members_of(self._reading, segment_id))

    def of_list(self, list_id: int, kept: int) -> int:
        if self._visible is None:
            return kept
        return customers.count_among(self._visible, segments.list_members_of(self._reading, list_id))
