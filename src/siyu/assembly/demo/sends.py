"""A send that waits for the visitor: the demo's operator wrote it and asked for it, so somebody else has to let it go out."""

from __future__ import annotations

import time
from typing import Final

from siyu.assembly.demo.brand import ACTOR, DemoBrand
from siyu.assembly.installation import Installation
from siyu.domain.company.reading import find_reader
from siyu.domain.company.service import list_staff
from siyu.domain.definitions.contracts import DefinitionStatus
from siyu.domain.segments import reading as segments_reading
from siyu.domain.segments.service import list_segments
from siyu.domain.sends import service as sends
from siyu.engines.reach.planning_preview import recipients
from siyu.engines.reach.planning_rules import rules_of
from siyu.kernel.actors import Actor
from siyu.kernel.paging import PageRequest
from siyu.platform.postgres.database import Reading

BUILT_SECONDS: Final = 20.0
PAGE_MAX: Final = 200


def offer_send(installation: Installation, brand: DemoBrand) -> None:
    """Once its segment is counted, the operator asks for the send; done before, nothing is done."""
    segment_id = _wait_for_segment(installation, brand.send.segment)
    if segment_id is None:
        return  # the next start tries again
    with installation.database.begin() as work:
        operator = _operator(work, brand.operator_email)
        if operator is None or sends.list_sends(work, operator, PageRequest(size=1)).rows:
            return
        made = sends.create_send(work, operator, brand.send.name, {"segment_id": segment_id, **brand.send.document})
        count = recipients(work, made.latest)
        if count:
            zone, above = installation.settings.zone, rules_of(work).approve_above
            sends.ask_for_send(work, operator, made.send_id, zone, recipients=count, approve_above=above)


def _wait_for_segment(installation: Installation, name: str) -> int | None:
    until = time.monotonic() + BUILT_SECONDS
    while True:
        with installation.database.read() as reading:
            found = list_segments(reading, ACTOR, PageRequest(size=PAGE_MAX)).rows
            live = {each.name: each.segment_id for each in found if each.status is DefinitionStatus.LIVE}
            segment_id = live.get(name)
            if segment_id is None:
                return None
            state = segments_reading.states_of(reading, [segment_id]).get(segment_id)
        if state is not None and state.size is not None:
            return segment_id
        if time.monotonic() >= until:
            return None
        time.sleep(0.2)


def _operator(reading: Reading, email: str) -> Actor | None:
    for one in list_staff(reading, ACTOR, PageRequest(size=PAGE_MAX)).rows:
        if one.email == email:
            found = find_reader(reading, one.staff_id)
            return found[1] if found else None
    return None
