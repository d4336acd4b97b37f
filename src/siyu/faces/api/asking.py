"""What asking the engine `audience` takes in a face: the engine itself, what things are called, whom an actor may see."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Final

from siyu.domain.company import reading as company
from siyu.domain.customers import reading as customers
from siyu.domain.segments.contracts import Condition, Named, NamedKind, Namer
from siyu.domain.tags import reading as tags
from siyu.engines.audience.evaluate import EVERYTHING, Preview, preview
from siyu.engines.audience.keeping import Audience
from siyu.engines.audience.sets import StoredSets
from siyu.engines.projection.projecting import COLUMNS_CONSUMER, ROW_EVENTS
from siyu.faces.api.context import ApiContext
from siyu.kernel.actors import Actor
from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Reading

_NAMES_OF: Final[Mapping[NamedKind, Callable[[Reading, Collection[int]], dict[int, str]]]] = {
    "tag": tags.tag_names,
    "staff": company.staff_names,
    "unit": company.unit_names,
}


def namer_of(reading: Reading) -> Namer:
    """Knows what tags, staff and units are called."""

    def name(things: Collection[Named]) -> dict[Named, str]:
        found: dict[Named, str] = {}
        for kind, names_of in _NAMES_OF.items():
            numbers = [number for each, number in things if each == kind]
            if numbers:
                found.update({(kind, number): called for number, called in names_of(reading, numbers).items()})
        return found

    return name


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
