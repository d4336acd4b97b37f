"""Who of the course brand's people looked at which code since they hang."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from siyu.assembly.demo.brand import ACTOR, Designing
from siyu.assembly.demo.camp.company import ASSISTANT, TEACHERS, staff_ids
from siyu.assembly.demo.camp.stores import NEAREST_CHANNEL
from siyu.assembly.demo.codes import Look
from siyu.domain.entries import service as entries
from siyu.kernel.paging import PageRequest
from siyu.world.population.camp.population import Population
from siyu.world.population.camp.terms import teacher_of_class
from siyu.world.population.camp.walk import DAY

PAGE_AFTER: Final = timedelta(minutes=1)
"""So long after somebody has paid they see the code of their class teacher."""
LATE: Final = 16 * DAY
"""So long after they came everybody has paid who ever does, and hardly anybody has not yet been with the assistant."""


def looks(d: Designing, since: datetime) -> Iterator[Look]:
    """Whoever paid saw their platform's code, and some the assistant's. Only of those who came last is asked whether they did."""
    people = Population(d.brand.seed, d.customers, d.anchor, d.zone)
    staff = staff_ids(d.work)
    rooms = {each.draft.name: each.store_id for each in entries.list_stores(d.work, ACTOR, PageRequest(size=100)).rows}
    for number in range(d.customers - 1, -1, -1):
        way, person = people.way_of(number), people.person(number)
        if way.came_at < since - LATE:
            return
        if way.paid_at is None or way.term is None:
            continue
        seen_at = way.paid_at + PAGE_AFTER
        if since <= seen_at < d.anchor:
            teacher = TEACHERS[teacher_of_class(way.term, way.class_number)]
            yield Look(seen_at, person.user, person.source, staff[teacher])
        call = people.call_of(person, way)
        if call is not None and call.at >= since:
            yield Look(call.at, person.user, call.channel, staff[ASSISTANT])
            if call.is_by_map:
                yield Look(call.at, person.user, NEAREST_CHANNEL, rooms[call.channel])
